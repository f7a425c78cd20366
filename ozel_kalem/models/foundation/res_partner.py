from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _get_busy_calendar_events(self, start_datetime, end_datetime):
        """Count a principal's hidden engagements as busy time as well."""
        # sudo: callers use the intervals only, to say that a person is taken
        partners = self.sudo()
        return super(ResPartner, partners)._get_busy_calendar_events(
            start_datetime, end_datetime
        )
