from odoo import models

from ...tools.local_time import local_date, local_today
from ...tools.turkish import short_date


class Request(models.Model):
    """What the principal must see himself, and what he decided (D13)."""

    _inherit = "ozel_kalem.request"

    def action_prepare_submission(self):
        """Open a submission whose summary says who asks what, and since when."""
        action = super().action_prepare_submission()
        principal_id = self.env["ozel_kalem.principal"]._default_id()
        action["context"] = {
            **action["context"],
            "default_principal_id": principal_id,
            "default_summary": self._cover_summary(),
        }
        return action

    def _cover_summary(self):
        """The matter on a few lines (konu özeti), for the office to shorten."""
        self.ensure_one()
        received = self.env._(
            "%(person)s, %(date)s, %(channel)s",
            person=self.partner_id.name,
            date=short_date(local_date(self.received_on)),
            channel=self._shown_value("channel"),
        )
        parts = (received, self.subject, self.text, self.units_text)
        return "\n".join(part for part in parts if part)

    def _shown_value(self, name):
        labels = dict(self._fields[name]._description_selection(self.env))
        return labels[self[name]]

    def _submission_decided(self, submission):
        """The decision stands in the chatter; who is responsible acts on it."""
        super()._submission_decided(submission)
        # sudo: whoever decides may only read the request
        request = self.sudo()
        text = self.env._(
            "%(number)s: %(decision)s. %(note)s",
            number=submission.name,
            decision=submission._state_label(submission.state),
            note=submission.decision_note or "",
        )
        request._message_log(body=text.strip())
        responsible = request.user_id or submission.sudo().user_id
        if request.closed_on or not responsible:
            return
        request.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=local_today(),
            summary=self.env._(
                "The principal has decided: %(decision)s",
                decision=submission._state_label(submission.state),
            ),
            note=submission.decision_note or False,
            user_id=responsible.id,
        )
