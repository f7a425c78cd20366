from odoo import api, models

from ...tools.local_time import local_date, local_today

DONE = ("concluded", "reported")


class InstructionTable(models.AbstractModel):
    """Rows and totals of the follow-up sheet, for a sheet and for a selection."""

    _name = "ozel_kalem.report.instruction_table"
    _description = "Table of Instructions"

    @api.model
    def _table_values(self, instructions):
        """Values of ``ozel_kalem.paper_instruction_table``."""
        mode = dict(instructions._fields["mode"]._description_selection(self.env))
        state = dict(instructions._fields["state"]._description_selection(self.env))
        return {
            "printed": instructions,
            "rows": [self._row(item, mode, state) for item in instructions],
            "totals": self._totals(instructions),
        }

    @api.model
    def _row(self, instruction, mode, state):
        # sudo: the names of the units, which the whole office knows
        lead = instruction.sudo().lead_department_id
        helpers = instruction.sudo().department_ids - lead
        return {
            "number": instruction.name,
            "given": instruction.received_on,
            "subject": instruction.subject,
            "mode": mode[instruction.mode],
            "lead": lead.name,
            "helpers": ", ".join(helpers.mapped("name")),
            "deadline": instruction.deadline,
            "state": state[instruction.state],
            "is_overdue": instruction.is_overdue,
            "days_late": self._days_late(instruction),
            "reminders": instruction.reminder_count,
            "result": instruction.result
            or instruction.cancel_reason
            or instruction.referral_progress,
        }

    @api.model
    def _days_late(self, instruction):
        """Days past the deadline, of a closed one those when it was closed."""
        if not instruction.deadline or instruction.state == "cancelled":
            return 0
        closed_on = instruction.closed_on
        last = local_date(closed_on) if closed_on else local_today()
        return max(0, (last - instruction.deadline).days)

    @api.model
    def _totals(self, instructions):
        """Counts; given = done + ongoing + cancelled, overdue ones are ongoing."""
        states = instructions.mapped("state")
        done = sum(state in DONE for state in states)
        cancelled = states.count("cancelled")
        return {
            "given": len(states),
            "done": done,
            "ongoing": len(states) - done - cancelled,
            "overdue": len(instructions.filtered("is_overdue")),
            "cancelled": cancelled,
        }


class InstructionSheetPaper(models.AbstractModel):
    """The sheet that the wizard prepared."""

    _name = "report.ozel_kalem.paper_instruction_sheet"
    _inherit = ["ozel_kalem.report.instruction_table"]
    _description = "Follow-up Sheet of Instructions, printed"

    @api.model
    def _get_report_values(self, docids, data=None):
        sheet = self.env["ozel_kalem.instruction.sheet"].browse(docids)[:1]
        scopes = dict(sheet._fields["scope"]._description_selection(self.env))
        return {
            "doc_ids": docids,
            "doc_model": sheet._name,
            "docs": sheet,
            "scope": scopes.get(sheet.scope),
            # sudo: the names of the chosen units
            "units": ", ".join(sheet.sudo().department_ids.mapped("name")),
            **self._table_values(sheet.instruction_ids),
        }


class InstructionListPaper(models.AbstractModel):
    """The instructions that were selected in the list, in their order."""

    _name = "report.ozel_kalem.paper_instruction_list"
    _inherit = ["ozel_kalem.report.instruction_table"]
    _description = "Selected Instructions, printed"

    @api.model
    def _get_report_values(self, docids, data=None):
        instructions = self.env["ozel_kalem.instruction"].browse(docids)
        return {
            "doc_ids": docids,
            "doc_model": instructions._name,
            "docs": instructions,
            **self._table_values(instructions),
        }
