from odoo import api, models


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        # sudo: a company gets its office whoever founds it
        self.env["ozel_kalem.office"].sudo()._open_for(companies)
        return companies
