from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class RegisterEntry(models.Model):
    """The register books, read as one: every number that was ever given.

    It carries the number, the date and the level of each record, never its
    content: so it can show a sealed record as a stub to those who may not
    know more. The subject is read from the record itself, with the reader's
    own rights.
    """

    _name = "ozel_kalem.register.entry"
    _description = "Register Entry"
    _auto = False
    _order = "register_year desc, register_number desc, id desc"

    name = fields.Char("Number", readonly=True)
    register_id = fields.Many2one("ozel_kalem.register", readonly=True)
    register_year = fields.Integer("Year", readonly=True, aggregator=None)
    register_number = fields.Integer("Running number", readonly=True, aggregator=None)
    company_id = fields.Many2one("res.company", readonly=True)
    registered_on = fields.Datetime("Registered on", readonly=True)
    confidentiality = fields.Selection(
        [("normal", "Normal"), ("private", "Private"), ("sealed", "Sealed")],
        readonly=True,
    )
    res_model = fields.Char("Kind", readonly=True)
    res_id = fields.Many2oneReference("Record", model_field="res_model", readonly=True)
    subject = fields.Char(compute="_compute_subject")
    can_open = fields.Boolean(compute="_compute_subject")

    @property
    def _table_query(self):
        """One SELECT for each numbered model; ids are unique across them."""
        return SQL(" UNION ALL ").join(
            SQL(
                "SELECT (%s::bigint << 32) + t.id AS id, t.name, t.register_id,"
                " t.register_year, t.register_number, t.company_id,"
                " t.create_date AS registered_on, %s AS confidentiality,"
                " %s AS res_model, t.id AS res_id FROM %s AS t"
                " WHERE t.register_number IS NOT NULL",
                self.env["ir.model"]._get_id(model._name),
                SQL("t.confidentiality")
                if "confidentiality" in model._fields
                else SQL("'normal'"),
                model._name,
                SQL.identifier(model._table),
            )
            for model in self._numbered_models()
        )

    @api.model
    def _numbered_models(self):
        return [
            self.env[name]
            for name in sorted(
                self.env.registry.descendants(["ozel_kalem.mixin.register"], "_inherit")
            )
            if not self.env[name]._abstract
        ]

    @api.depends("res_model", "res_id")
    @api.depends_context("uid")
    def _compute_subject(self):
        for model, entries in self.grouped("res_model").items():
            Model = self.env[model]
            records = Model.browse(entries.mapped("res_id"))
            readable = (
                records._filtered_access("read") if Model.has_access("read") else Model
            )
            for entry in entries:
                record = Model.browse(entry.res_id)
                entry.can_open = record in readable
                entry.subject = entry.can_open and (
                    record.subject
                    if "subject" in Model._fields
                    else record.display_name
                )

    def action_open(self):
        """Open the record, or ask for the reason that opens a seal."""
        self.ensure_one()
        if self.can_open:
            return {
                "type": "ir.actions.act_window",
                "res_model": self.res_model,
                "res_id": self.res_id,
                "view_mode": "form",
            }
        if self.confidentiality != "sealed":
            raise UserError(
                self.env._(
                    "%(number)s is not open to you. Ask the director.", number=self.name
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": self._reason_actions()["action_open_seal"],
            "res_model": "ozel_kalem.reason",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_res_model": self._name,
                "default_res_ids": str(self.id),
                "default_method": "action_open_seal",
            },
        }

    @api.model
    def _reason_actions(self):
        return {"action_open_seal": self.env._("Why must you open this sealed record?")}

    def action_open_seal(self, reason):
        """Open the seal for thirty minutes; the director is told.

        :param reason: at least twenty characters; it can't be erased
        """
        self.ensure_one()
        self.env[self.res_model].browse(self.res_id)._open_seal(reason)
        self.invalidate_recordset(["can_open", "subject"])
        return self.action_open()
