from odoo import api, models


class IrUiMenu(models.Model):
    _inherit = "ir.ui.menu"

    @api.model
    def load_menus(self, debug):
        """Show the decisions to the office, and to a deputy for his days.

        What ``super()`` returns is cached for the user; whether he acts for a
        principal changes with the day, so that is asked each time.
        """
        menus = super().load_menus(debug)
        if (
            self.env.user.has_group("ozel_kalem.group_office")
            or self.env["ozel_kalem.principal"]._acting_ids()
        ):
            return menus
        root = self.env.ref("ozel_kalem.menu_root").id
        hidden = {self.env.ref("ozel_kalem.menu_decisions").id}
        if root in menus and hidden.issuperset(menus[root]["children"]):
            hidden.add(root)
        return {
            menu_id: {
                **menu,
                "children": [
                    child for child in menu["children"] if child not in hidden
                ],
            }
            for menu_id, menu in menus.items()
            if menu_id not in hidden
        }
