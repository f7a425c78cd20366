from odoo import api, models


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        # sudo: a company gets its office whoever founds it
        self.env["ozel_kalem.office"].sudo()._open_for(companies)
        return companies

    def _ozel_kalem_lang(self):
        """The office writes Turkish unless its company speaks something else."""
        # sudo: the languages that are there, and which the company speaks
        installed = dict(self.env["res.lang"].sudo().get_installed())
        chosen = self.sudo().partner_id.lang
        if "tr_TR" in installed and chosen in (False, "en_US"):
            return "tr_TR"
        return chosen or self.env.lang
