from odoo import fields, models


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
