from odoo import api, fields, models
from odoo.modules.db import FunctionStatus

from ...tools.phone import normal_phone


def _name_index(registry):
    """Parts of a name are looked for among all citizens, accents aside."""
    if not registry.has_trigram:
        return ""
    is_folded = registry.has_unaccent == FunctionStatus.INDEXABLE
    name = registry.unaccent("complete_name") if is_folded else "complete_name"
    return f"USING gin ({name} gin_trgm_ops)"


class ResPartner(models.Model):
    _inherit = "res.partner"

    ozel_kalem_phone = fields.Char(
        "Telephone number",
        compute="_compute_ozel_kalem_phone",
        store=True,
        index="btree_not_null",
        groups="ozel_kalem.group_office",
        help="By which a caller is found, however the number is written.",
    )

    _ozel_kalem_name_idx = models.Index(_name_index)

    @api.depends("phone")
    def _compute_ozel_kalem_phone(self):
        for partner in self:
            partner.ozel_kalem_phone = normal_phone(partner.phone)

    def _get_busy_calendar_events(self, start_datetime, end_datetime):
        """Count a principal's hidden engagements as busy time as well."""
        # sudo: callers use the intervals only, to say that a person is taken
        partners = self.sudo()
        return super(ResPartner, partners)._get_busy_calendar_events(
            start_datetime, end_datetime
        )
