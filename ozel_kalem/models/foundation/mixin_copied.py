from odoo import models


class CopiedMixin(models.AbstractModel):
    """A record whose name or code is its own: a copy gets another one.

    * ``_copied_as``: the field that no two records share.
    """

    _name = "ozel_kalem.mixin.copied"
    _description = "Copied under Another Name"

    _copied_as = "name"

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        if self._copied_as in (default or {}):
            return vals_list
        return [
            {
                **vals,
                self._copied_as: self.env._("%s (copy)", vals[self._copied_as]),
            }
            for vals in vals_list
        ]
