from odoo import models


class Engagement(models.Model):
    _inherit = "ozel_kalem.engagement"

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
