from odoo import api, models

# Who reads all that waits for the principal; others find theirs among the submissions.
FOLLOW_DECISIONS = "ozel_kalem.group_director,ozel_kalem.group_principal"


class IrUiMenu(models.Model):
    _inherit = "ir.ui.menu"

    @api.model
    def load_menus(self, debug):
        """Show the office its own work first, and nobody what isn't for him.

        What ``super()`` returns is cached for the user; whether he acts for a
        principal changes with the day, so that is asked each time.
        """
        menus = super().load_menus(debug)
        root = self.env.ref("ozel_kalem.menu_root").id
        if root not in menus:
            return menus
        hidden = self._ozel_kalem_hidden_ids()
        if hidden.issuperset(menus[root]["children"]):
            hidden.add(root)
        menus = {
            menu_id: {
                **menu,
                "children": [
                    child for child in menu["children"] if child not in hidden
                ],
            }
            for menu_id, menu in menus.items()
            if menu_id not in hidden
        }
        if self.env.user.has_group("ozel_kalem.group_office"):
            self._ozel_kalem_start(menus, root)
        return menus

    @api.model
    def _ozel_kalem_start(self, menus, root):
        """Let the office be the first application, opened where the role works."""
        menus["root"]["children"].sort(key=lambda app: app != root)
        for group, name in self._ozel_kalem_starts():
            start = menus.get(self.env.ref(name).id)
            if start and self.env.user.has_group(group):
                for part in ("action_id", "action_model", "action_path"):
                    menus[root][part] = start[part]
                return

    @api.model
    def _ozel_kalem_starts(self):
        """``(group, menu)`` with what each role begins, the first that fits.

        The areas say which of their menus it is.
        """
        return []

    @api.model
    def _ozel_kalem_hidden_ids(self):
        """Ids of the menus that no group can decide upon: a deputy has none."""
        user = self.env.user
        office = user.has_group("ozel_kalem.group_office")
        acting = not office and self.env["ozel_kalem.principal"]._acting_ids()
        hidden = set()
        if not acting:
            hidden.add(self.env.ref("ozel_kalem.menu_deputy_instruction").id)
        if not acting and not user.has_groups(FOLLOW_DECISIONS):
            hidden.add(self.env.ref("ozel_kalem.menu_decisions").id)
        return hidden
