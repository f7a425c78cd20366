from odoo import api, fields, models
from odoo.fields import Domain


class ForPrincipalMixin(models.AbstractModel):
    """Something that is put before one principal: whoever acts for him may take his
    steps.

    Rules ask the delegation table through ``is_acting_mine`` at every query,
    so a delegation begins and ends on its days without anybody's doing.
    """

    _name = "ozel_kalem.mixin.for.principal"
    _description = "Put before a Principal"

    principal_id = fields.Many2one("ozel_kalem.principal")
    is_acting_mine = fields.Boolean(
        compute="_compute_is_acting_mine", search="_search_is_acting_mine"
    )

    @api.depends("principal_id")
    @api.depends_context("uid")
    def _compute_is_acting_mine(self):
        acting = set(self.env["ozel_kalem.principal"]._acting_ids())
        for record in self:
            record.is_acting_mine = record.sudo().principal_id.id in acting

    def _search_is_acting_mine(self, operator, value):
        if operator != "in":
            return NotImplemented
        acting = self.env["ozel_kalem.principal"]._acting_ids()
        return Domain("principal_id", "in", acting)


class ActingMixin(models.AbstractModel):
    """A record of one principal: whoever acts for him may do what he may."""

    _name = "ozel_kalem.mixin.acting"
    _inherit = ["ozel_kalem.mixin.for.principal", "ozel_kalem.mixin.confidentiality"]
    _description = "Record of a Principal"

    _check_company_auto = True

    principal_id = fields.Many2one(
        "ozel_kalem.principal",
        required=True,
        index=True,
        check_company=True,
        default=lambda self: self.env["ozel_kalem.principal"]._default_id(),
    )

    @api.model
    def _named_domain(self, acting=None):
        """Also what is of a principal for whom the current user acts.

        :param acting: ids of these principals, from whoever has asked already
        """
        domain = super()._named_domain()
        if domain.is_true():
            return domain
        if acting is None:
            acting = self.env["ozel_kalem.principal"]._acting_ids()
        return domain | Domain("principal_id", "in", acting) if acting else domain
