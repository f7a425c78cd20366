from odoo import fields, models
from odoo.exceptions import UserError

from ...tools.local_time import local_today
from .referral import WAITING_STATES


class Referral(models.Model):
    """A unit asks for more time, the office grants it or not."""

    _inherit = "ozel_kalem.referral"

    def _state_entered(self, state, before):
        """Who has answered, or has nothing to do any more, asks for no more time."""
        if state not in WAITING_STATES:
            # sudo: the unit that has answered writes nothing on it any more
            for referral in self.sudo().filtered("asked_deadline"):
                referral.asked_deadline = False
                referral._done_asking()
        super()._state_entered(state, before)

    def _check_open(self):
        if any(referral.state not in WAITING_STATES for referral in self):
            raise UserError(self.env._("Only an open referral can get more time."))

    def _check_more_time(self):
        self._check_open()
        if not all(referral.asked_deadline for referral in self):
            raise UserError(self.env._("The unit has asked for no more time."))

    def action_ask_more_time(self, date, reason):
        """The unit asks for a later deadline; the office grants it or not.

        :param date: ISO date, after the present deadline
        :param reason: why
        """
        reason = self._required_text(reason, self.env._("Reason"))
        try:
            asked = fields.Date.to_date(date)
        except ValueError:
            asked = False
        self._check_open()
        for referral in self:
            if not asked or asked <= (referral.deadline or local_today()):
                raise UserError(
                    self.env._("“Asked for until” must be after the present deadline.")
                )
            referral.write({"asked_deadline": asked, "asked_deadline_reason": reason})
            referral._ask_office(
                self.env._(
                    "%(unit)s asks for more time", unit=referral._receiver_name()
                )
            )

    def action_grant_more_time(self):
        """The office moves the deadline to the date that the unit asked for.

        :raise UserError: when none was asked for, or the referral isn't open
        """
        self._check_more_time()
        for referral in self:
            referral._move_deadline(referral.asked_deadline)

    def _move_deadline(self, day):
        """The unit has until ``day``, and is reminded of it anew."""
        self.ensure_one()
        vals = {"deadline": day, "reminder_level": "0"}
        if self.asked_deadline and self.asked_deadline <= day:
            vals["asked_deadline"] = False
            self._done_asking()
        self.write(vals)
        self._notify_unit(self.env._("%(number)s has a new deadline", number=self.name))

    def action_refuse_more_time(self):
        """The office keeps the deadline.

        :raise UserError: when none was asked for, or the referral isn't open
        """
        self._check_more_time()
        self.write({"asked_deadline": False})
        for referral in self:
            referral._done_asking()
            referral._notify_unit(
                self.env._("%(number)s keeps its deadline", number=referral.name)
            )

    def action_open_more_time(self):
        """Open the dialog in which the unit asks for more time."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ask for more time"),
            "res_model": "ozel_kalem.referral.more_time",
            "view_mode": "form",
            "target": "new",
            "context": {"default_referral_id": self.id},
        }


class ReferralMoreTime(models.TransientModel):
    """Asks the unit until when, and why."""

    _name = "ozel_kalem.referral.more_time"
    _description = "More Time"

    referral_id = fields.Many2one("ozel_kalem.referral", required=True)
    date = fields.Date("Until", required=True)
    reason = fields.Text(required=True)

    def action_confirm(self):
        """Ask the office for the later deadline."""
        self.ensure_one()
        self.referral_id.action_ask_more_time(self.date, self.reason)
        return {"type": "ir.actions.act_window_close"}
