from odoo import fields, models


class Tag(models.Model):
    _name = "ozel_kalem.tag"
    _description = "Topic Tag"
    _order = "name, id"

    name = fields.Char(required=True, translate=True)
    color = fields.Integer()
    active = fields.Boolean(default=True)

    _name_uniq = models.Constraint("UNIQUE (name)", "There is already a tag so named.")
