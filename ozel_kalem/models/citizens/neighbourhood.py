from odoo import fields, models


class Neighbourhood(models.Model):
    """A neighbourhood of the municipality (mahalle)."""

    _name = "ozel_kalem.neighbourhood"
    _description = "Neighbourhood"
    _order = "name, id"

    name = fields.Char(required=True, index="trigram")
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
