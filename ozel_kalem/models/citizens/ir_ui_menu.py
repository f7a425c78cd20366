from odoo import api, models


class IrUiMenu(models.Model):
    _inherit = "ir.ui.menu"

    @api.model
    def _ozel_kalem_starts(self):
        """Who looks after citizens' requests begins with them."""
        return [
            *super()._ozel_kalem_starts(),
            ("ozel_kalem.group_public_relations", "ozel_kalem.menu_request"),
            ("ozel_kalem.group_registry", "ozel_kalem.menu_request"),
            ("ozel_kalem.group_aid", "ozel_kalem.menu_request_aid"),
        ]
