"""What of the programme goes to whoever acts for the principal."""

from odoo import api, models

DEPUTY_MENUS = ("deputy_appointment", "deputy_note", "deputy_edition")


class Delegation(models.Model):
    _inherit = "ozel_kalem.delegation"

    def _waiting_domains(self):
        mine = ("principal_id", "=", self.principal_id.id)
        return {
            **super()._waiting_domains(),
            "ozel_kalem.appointment": [mine, ("state", "=", "requested")],
            "ozel_kalem.programme.edition": [mine, ("state", "=", "submitted")],
            "ozel_kalem.note": [
                mine,
                ("recipient", "=", "principal"),
                ("state", "!=", "acknowledged"),
            ],
        }


class IrUiMenu(models.Model):
    _inherit = "ir.ui.menu"

    @api.model
    def _ozel_kalem_hidden_ids(self):
        """A deputy finds what waits for the principal, for his days alone."""
        hidden = super()._ozel_kalem_hidden_ids()
        if self.env.ref("ozel_kalem.menu_deputy_instruction").id in hidden:
            hidden.update(
                self.env.ref(f"ozel_kalem.menu_{name}").id for name in DEPUTY_MENUS
            )
        return hidden
