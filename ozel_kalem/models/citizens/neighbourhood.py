from odoo import api, fields, models

from ...tools.turkish import sort_key


class Neighbourhood(models.Model):
    """A neighbourhood of the municipality (mahalle)."""

    _name = "ozel_kalem.neighbourhood"
    _description = "Neighbourhood"
    _order = "sort_name, id"

    name = fields.Char(required=True, index="trigram")
    sort_name = fields.Char(
        "Place in the alphabet", compute="_compute_sort_name", store=True
    )
    headman_id = fields.Many2one(
        "res.partner", index="btree_not_null", ondelete="set null"
    )
    company_id = fields.Many2one(
        "res.company", default=lambda self: self.env.company, index="btree_not_null"
    )
    active = fields.Boolean(default=True)

    _name_uniq = models.UniqueIndex(
        "(name, COALESCE(company_id, 0))", "There is already a neighbourhood so named."
    )

    @api.depends("name")
    def _compute_sort_name(self):
        for neighbourhood in self:
            neighbourhood.sort_name = sort_key(neighbourhood.name or "")
