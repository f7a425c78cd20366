from odoo import api, models


class IrUiMenu(models.Model):
    _inherit = "ir.ui.menu"

    @api.model
    def load_menus(self, debug):
        """Leave out what isn't for this user, and the application with its last.

        What ``super()`` returns is cached for the user; whether he acts for a
        principal changes with the day, so that is asked each time.
        """
        menus = super().load_menus(debug)
        hidden = self._ozel_kalem_hidden_ids()
        root = self.env.ref("ozel_kalem.menu_root").id
        if root in menus and hidden.issuperset(menus[root]["children"]):
            hidden.add(root)
        if hidden.isdisjoint(menus):
            return menus
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

    @api.model
    def _ozel_kalem_hidden_ids(self):
        """Ids of the menus that no group can decide upon: a deputy has none."""
        office = self.env.user.has_group("ozel_kalem.group_office")
        acting = not office and self.env["ozel_kalem.principal"]._acting_ids()
        hidden = set()
        if not acting:
            hidden.add(self.env.ref("ozel_kalem.menu_deputy_instruction").id)
        if not acting and not office:
            hidden.add(self.env.ref("ozel_kalem.menu_decisions").id)
        return hidden
