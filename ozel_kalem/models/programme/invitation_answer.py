from odoo import fields, models

ANSWERS = {
    "needs_action": "needsAction",
    "accepted": "accepted",
    "declined": "declined",
    "tentative": "tentative",
}
PARTSTATS = {state: state.upper().replace("_", "-") for state in ANSWERS}


class EngagementAttendee(models.Model):
    """What the invited answered, wherever they answered it."""

    _inherit = "ozel_kalem.engagement.attendee"

    def _answer(self, state, comment=""):
        """Record what the person answered, by a link or a reply (sudo).

        :return: whether there is still something to answer
        """
        self.ensure_one()
        if not self._is_open():
            return False
        changed = self.state != state
        if changed:
            self.write({"state": state})
        if changed or comment:
            self.engagement_id._message_log(
                body=self._answer_text(state, comment), author_id=self.partner_id.id
            )
        return True

    def _answer_text(self, state, comment):
        text = self.env._(
            "%(person)s: %(answer)s",
            person=self.partner_id.display_name,
            answer=dict(self._fields["state"]._description_selection(self.env))[state],
        )
        return f"{text} – {comment}" if comment else text

    def _is_open(self):
        engagement = self.engagement_id
        return (
            self.method != "cancel"
            and engagement.active
            and engagement.state == "confirmed"
            and engagement.stop > fields.Datetime.now()
        )

    def _reflect_answer(self):
        """Give the projection's attendees the same answers."""
        # sudo: the projection is the office's, whoever answers
        Attendee = self.env["calendar.attendee"].sudo()
        found = Attendee.search(
            [
                ("event_id.ozel_kalem_engagement_id", "in", self.engagement_id.ids),
                ("partner_id", "in", self.partner_id.ids),
            ]
        ).with_context(ozel_kalem_reflecting=True)
        states = {
            (row.engagement_id, row.partner_id): ANSWERS[row.state]
            for row in self.sudo()
        }
        for state in ANSWERS.values():
            found.filtered(
                lambda a: (
                    a.state != state
                    and states.get((a.event_id.ozel_kalem_engagement_id, a.partner_id))
                    == state
                )
            ).write({"state": state})


class CalendarAttendee(models.Model):
    _inherit = "calendar.attendee"

    def write(self, vals):
        result = super().write(vals)
        if "state" in vals and not self.env.context.get("ozel_kalem_reflecting"):
            self._ozel_kalem_reflect_answer()
        return result

    def _ozel_kalem_reflect_answer(self):
        """An answer given in Odoo's calendar is an answer to the office."""
        # sudo: attendees see neither the engagement nor the list of guests
        answers = {core: ours for ours, core in ANSWERS.items()}
        for attendee in self.sudo():
            engagement = attendee.event_id.ozel_kalem_engagement_id
            row = engagement.invitation_ids.filtered(
                lambda row: row.partner_id == attendee.partner_id
            )
            state = answers.get(attendee.state)
            if row and row.state != state:
                row.state = state
