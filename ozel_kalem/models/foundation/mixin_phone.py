from odoo import api, fields, models
from odoo.fields import Domain

from ...tools.phone import normal_phone, readable_phone, searched_phone


class PhoneMixin(models.AbstractModel):
    """A record with a telephone number that is found by any spelling of it.

    ``phone`` is kept as one reads a number aloud, ``phone_number`` in the one form
    by which numbers are told apart.
    """

    _name = "ozel_kalem.mixin.phone"
    _description = "Telephone Number"

    phone = fields.Char("Telephone")
    phone_number = fields.Char(
        "Telephone number",
        compute="_compute_phone_number",
        store=True,
        index="btree_not_null",
        precompute=True,
    )
    phone_search = fields.Char(
        "Number in any spelling",
        compute="_compute_phone_search",
        search="_search_phone_search",
    )

    @api.depends("phone")
    def _compute_phone_number(self):
        for record in self:
            record.phone_number = normal_phone(record.phone)

    @api.depends("phone")
    def _compute_phone_search(self):
        for record in self:
            record.phone_search = record.phone

    def _search_phone_search(self, operator, value):
        if operator == "in":
            return Domain("phone_number", "in", [normal_phone(one) for one in value])
        if operator not in ("ilike", "like") or not isinstance(value, str):
            return NotImplemented
        part = searched_phone(value)
        if not part:
            return Domain.FALSE
        complete = part.startswith("+")
        return Domain("phone_number", "=" if complete else "like", part)

    @api.onchange("phone")
    def _onchange_phone(self):
        self.phone = readable_phone(self.phone)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._make_readable(vals)
        return super().create(vals_list)

    def write(self, vals):
        return super().write(self._make_readable(dict(vals)))

    def _make_readable(self, vals):
        if vals.get("phone"):
            vals["phone"] = readable_phone(vals["phone"])
        return vals
