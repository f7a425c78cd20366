from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ...tools.local_time import day_start, local_date, local_today
from ...tools.workbook import Column, write_table


class InstructionSheet(models.TransientModel):
    """The follow-up sheet of instructions (talimat takip çizelgesi, D22)."""

    _name = "ozel_kalem.instruction.sheet"
    _inherit = ["ozel_kalem.mixin.sheet"]
    _description = "Follow-up Sheet of Instructions"

    principal_id = fields.Many2one(
        "ozel_kalem.principal",
        default=lambda self: self.env["ozel_kalem.principal"]._default_id(),
    )
    date_from = fields.Date("Given from")
    date_to = fields.Date("Given until", default=lambda self: local_today())
    scope = fields.Selection(
        [("open", "Open"), ("overdue", "Overdue"), ("all", "All")],
        required=True,
        default="open",
    )
    department_ids = fields.Many2many("hr.department", string="Units")
    instruction_ids = fields.Many2many(
        "ozel_kalem.instruction", compute="_compute_instruction_ids"
    )

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for sheet in self:
            if sheet.date_from and sheet.date_to and sheet.date_from > sheet.date_to:
                raise ValidationError(
                    self.env._("“Given until” can't be before “Given from”.")
                )

    @api.depends("principal_id", "date_from", "date_to", "scope", "department_ids")
    def _compute_instruction_ids(self):
        for sheet in self:
            sheet.instruction_ids = self.env["ozel_kalem.instruction"].search(
                sheet._domain(), order="deadline, id"
            )

    def _domain(self):
        domain = Domain("company_id", "in", self.env.companies.ids)
        if self.principal_id:
            domain &= Domain("principal_id", "=", self.principal_id.id)
        if self.date_from:
            domain &= Domain("received_on", ">=", day_start(self.date_from))
        if self.date_to:
            next_day = fields.Date.add(self.date_to, days=1)
            domain &= Domain("received_on", "<", day_start(next_day))
        if self.department_ids:
            domain &= Domain("department_ids", "in", self.department_ids.ids)
        if self.scope == "open":
            domain &= Domain("closed_on", "=", False)
        elif self.scope == "overdue":
            domain &= Domain("is_overdue", "=", True)
        return domain

    def action_print(self):
        """Print the sheet."""
        return self.env.ref("ozel_kalem.report_instruction_sheet").report_action(self)

    def _sheet_title(self):
        return self.env._("Follow-up sheet of instructions")

    def _write_xlsx(self, stream):
        self.instruction_ids._log_reading(["subject"])
        columns = [
            Column("number", self.env._("No"), "text", 12),
            Column("given", self.env._("Given on"), "date", 12),
            Column("subject", self.env._("Instruction"), "text", 50),
            Column("mode", self.env._("Kind"), "text", 10),
            Column("units", self.env._("Units"), "text", 30),
            Column("deadline", self.env._("Deadline"), "date", 12),
            Column("state", self.env._("State"), "text", 14),
            Column("progress", self.env._("Progress"), "text", 16),
            Column("days", self.env._("Days left"), "integer", 10),
            Column("reminders", self.env._("Reminders"), "integer", 10),
            Column("result", self.env._("Result"), "text", 40),
        ]
        write_table(
            stream,
            self._sheet_title(),
            self._sheet_title(),
            columns,
            (self._row(instruction) for instruction in self.instruction_ids),
        )

    def _row(self, instruction):
        mode = dict(instruction._fields["mode"]._description_selection(self.env))
        return {
            "number": instruction.name,
            "given": local_date(instruction.received_on),
            "subject": instruction.subject,
            "mode": mode[instruction.mode],
            "units": ", ".join(instruction.department_ids.sudo().mapped("name")),
            "deadline": instruction.deadline or None,
            "state": instruction._state_label(instruction.state),
            "progress": instruction.referral_progress or "",
            "days": instruction.days_left if instruction.deadline else None,
            "reminders": instruction.reminder_count,
            "result": instruction.result or "",
        }
