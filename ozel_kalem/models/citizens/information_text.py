from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.local_time import local_today


class InformationText(models.Model):
    """What people are told about their data when they hand them over (KVKK m10).

    A version that somebody has been shown is never changed: a new text is a new
    version, and each request keeps the one that its applicant saw. Nobody is asked
    to consent: the office must receive petitions by law (m5/2).
    """

    _name = "ozel_kalem.information.text"
    _description = "Information Text"
    _order = "valid_from desc, id desc"
    _rec_name = "version"

    version = fields.Char(required=True)
    valid_from = fields.Date(required=True, default=lambda self: local_today())
    text = fields.Text(required=True)
    company_id = fields.Many2one(
        "res.company", default=lambda self: self.env.company, index="btree_not_null"
    )
    is_used = fields.Boolean("Shown to applicants", compute="_compute_is_used")

    _version_uniq = models.UniqueIndex(
        "(version, COALESCE(company_id, 0))", "There is already such a version."
    )

    def _compute_is_used(self):
        # sudo: whether a request exists, whoever may read it
        shown = self.env["ozel_kalem.request"].sudo().with_context(active_test=False)
        used = shown._read_group(
            [("information_text_id", "in", self.ids)], ["information_text_id"]
        )
        used_ids = {text.id for [text] in used}
        for text in self:
            text.is_used = text.id in used_ids

    def write(self, vals):
        if {"text", "version"} & vals.keys() and any(self.mapped("is_used")):
            raise UserError(
                self.env._(
                    "Applicants have been shown this version. Duplicate it, and "
                    "change the text as a new version."
                )
            )
        return super().write(vals)

    def copy_data(self, default=None):
        return [
            {**vals, "version": f"{vals['version']}+", "valid_from": local_today()}
            for vals in super().copy_data(default)
        ]

    @api.model
    def _current(self, company):
        """The version that a company shows today (sudo), empty when there is none."""
        # sudo: the text is what anybody is shown
        return self.sudo().search(
            [
                ("valid_from", "<=", local_today()),
                ("company_id", "in", [False, company.id]),
            ],
            order="company_id, valid_from desc, id desc",
            limit=1,
        )
