from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain


class AboutMixin(models.AbstractModel):
    """A record about another one, and never less guarded than that.

    Whoever creates it must be able to read the record behind it: asked here,
    with his own rights, because Odoo runs ``@api.constrains`` as superuser.
    """

    _name = "ozel_kalem.mixin.about"
    _inherit = ["ozel_kalem.mixin.confidentiality"]
    _description = "About a Record"

    # The field that a model has when records of this kind can be about it.
    _source_field = "company_id"

    res_model = fields.Char("Kind of record", required=True)
    res_id = fields.Many2oneReference("Record", model_field="res_model", required=True)
    is_source_readable = fields.Boolean(compute="_compute_is_source_readable")

    _record_idx = models.Index("(res_model, res_id)")

    @api.depends("res_model", "res_id")
    @api.depends_context("uid")
    def _compute_is_source_readable(self):
        """Whether the user may open the record behind this one."""
        for record in self:
            source = record._source()
            record.is_source_readable = bool(source) and source.has_access("read")

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            for name in ("res_model", "res_id"):
                vals.setdefault(name, self.env.context.get(f"default_{name}"))
            source = self._checked_source(vals.get("res_model"), vals.get("res_id"))
            self._complete_from_source(vals, source)
        return super().create(vals_list)

    def write(self, vals):
        if "res_model" in vals or "res_id" in vals:
            for record in self:
                source = record._checked_source(
                    vals.get("res_model", record.res_model),
                    vals.get("res_id", record.res_id),
                )
                record._guard_like(source)
        return super().write(vals)

    def action_open_source(self):
        """Open the record behind this one, for those who may see it."""
        self.ensure_one()
        source = self._source()
        if not source:
            raise UserError(self.env._("The record behind it is gone."))
        source.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": source._name,
            "res_id": source.id,
            "view_mode": "form",
        }

    def _source(self):
        """The record behind this one, empty when it is gone."""
        self.ensure_one()
        Model = self.env.get(self.res_model) if self.res_model else None
        return Model.browse(self.res_id or ()).exists() if Model is not None else None

    @api.model
    def _checked_source(self, res_model, res_id):
        """The record to be written about, read with the user's own rights."""
        Model = self.env.get(res_model) if res_model else None
        if Model is None or self._source_field not in Model._fields:
            raise ValidationError(
                self.env._(
                    "“Kind of record”: there is no “%(kind)s” about %(model)s.",
                    kind=self._description,
                    model=res_model,
                )
            )
        source = Model.browse(res_id or ()).exists()
        if not source:
            raise ValidationError(
                self.env._(
                    "“Record”: there is no record %(id)s of this kind.", id=res_id
                )
            )
        source.check_access("read")
        return source

    @api.model
    def _complete_from_source(self, vals, source):
        """Fill what is taken over from the record behind it."""
        vals.setdefault("company_id", source.company_id.id)
        vals.update(self._guard_values(source, vals))


class ConfidentialityMixin(models.AbstractModel):
    _inherit = "ozel_kalem.mixin.confidentiality"

    def _repetitions(self):
        """Others' referrals, submissions and notices about it as well."""
        repeating = super()._repetitions()
        for name in self.env.registry.descendants(
            ["ozel_kalem.mixin.about"], "_inherit"
        ):
            if self.env[name]._abstract:
                continue
            # sudo: whatever was written about a record is hidden along with it
            about = self.env[name].sudo().with_context(active_test=False)
            repeating.append(
                about.search(
                    Domain("res_model", "=", self._name)
                    & Domain("res_id", "=", self.id)
                )
            )
        return repeating
