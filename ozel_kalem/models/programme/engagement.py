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
