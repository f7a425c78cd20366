from odoo import models

PERIOD = {"start", "stop"}
# The appointment is told where its item stands: there is nothing to book.
BOOKED = "ozel_kalem_booked"
# What was put on the programme from elsewhere, while it is still to take place.
FOLLOWERS = {
    "ozel_kalem.appointment": ("scheduled", "arrived"),
    "ozel_kalem.public.day": ("planned", "open"),
}


class Engagement(models.Model):
    _inherit = "ozel_kalem.engagement"

    def write(self, vals):
        """What was put on the programme from elsewhere moves with its item."""
        result = super().write(vals)
        if PERIOD & vals.keys():
            live = self.filtered(lambda item: item.state != "cancelled")
            for model, states in FOLLOWERS.items():
                live._move_followers(model, states)
        return result

    def _state_entered(self, state, before):
        super()._state_entered(state, before)
        if state in ("cancelled", "done"):
            step = f"_programme_{state}"
            for appointment in self._followers(
                "ozel_kalem.appointment", ("scheduled", "arrived", "in_meeting")
            ):
                getattr(appointment, step)()

    def _followers(self, model, states):
        # sudo: they follow what the programme says, whoever changed it
        return (
            self.env[model]
            .sudo()
            .search([("engagement_id", "in", self.ids), ("state", "in", states)])
        )

    def _move_followers(self, model, states):
        for follower in self._followers(model, states):
            item = follower.engagement_id
            period = {name: item[name] for name in PERIOD}
            if period != {name: follower[name] for name in PERIOD}:
                follower.with_context(**{BOOKED: True}).write(period)

    def _taken_message(self):
        """Whoever meets a booked time is told which ones are free."""
        wanted = self[:1]
        free = wanted.principal_id._free_times_text(
            wanted.start, wanted.stop - wanted.start, wanted
        )
        return f"{super()._taken_message()} {free}".strip()

    def _repetitions(self):
        """Its minutes, and the calls by which guests are told."""
        minutes = self.env["ozel_kalem.minutes"].with_context(active_test=False)
        return [
            *super()._repetitions(),
            minutes.search([("engagement_id", "=", self.id)]),
            self.invitation_ids.call_id,
        ]
