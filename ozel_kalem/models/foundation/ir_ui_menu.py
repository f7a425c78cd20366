from odoo import models


class IrUiMenu(models.Model):
    _inherit = "ir.ui.menu"

    def _load_menus_blacklist(self):
        """Show the office's menus to its roles, and to a deputy for his days."""
        hidden = super()._load_menus_blacklist()
        user = self.env.user
        if user.has_group("ozel_kalem.group_office"):
            return hidden
        if self.env["ozel_kalem.principal"]._acting_ids():
            return hidden
        hidden.append(self.env.ref("ozel_kalem.menu_decisions").id)
        if not (
            user.has_group("ozel_kalem.group_unit_liaison")
            or user.has_group("ozel_kalem.group_manager")
        ):
            hidden.append(self.env.ref("ozel_kalem.menu_root").id)
        return hidden
