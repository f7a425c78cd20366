import json
from dataclasses import replace

from odoo import api, fields, models
from odoo.fields import Domain

from ...tools.workbook import write_table
from ..foundation.row_stream import RowStream

# The register's columns, and how wide they are.
WIDTHS = {
    "name": 12,
    "received_on": 12,
    "partner_id": 28,
    "subject": 50,
    "request_type": 14,
    "channel": 14,
    "lead_department_id": 28,
    "deadline": 12,
    "state": 18,
    "closed_on": 12,
}
DATES = ("received_on", "closed_on")


class RequestSheet(models.TransientModel):
    """The register of requests as a workbook: the rows of a list, all of them."""

    _name = "ozel_kalem.request.sheet"
    _inherit = ["ozel_kalem.mixin.sheet"]
    _description = "Register of Requests"

    domain = fields.Char(required=True, default="[]", readonly=True)

    def _sheet_title(self):
        return self.env._("Register of requests")

    def _write_xlsx(self, stream):
        title, rows = self._sheet_title(), self._rows()
        columns = [self._column(column) for column in rows.columns()]
        write_table(stream, title, title, columns, rows)

    def _rows(self):
        """The rows in the reader's rights, one page of them in memory."""
        Request = self.env["ozel_kalem.request"]
        domain = json.loads(self.domain)
        # of a confidential request too: who may read it has the register's line
        return RowStream(Request, WIDTHS, domain, dates=DATES, contents=())

    def _column(self, column):
        headers = {
            "name": self.env._("Number"),
            "partner_id": self.env._("Applicant"),
            "request_type": self.env._("Kind"),
        }
        header = headers.get(column.key, column.header)
        return replace(column, header=header, width=WIDTHS[column.key])


class Request(models.Model):
    """The list's button."""

    _inherit = "ozel_kalem.request"

    @api.model
    def _sheet_domain(self, ids, domain):
        """The rows that are ticked in the list, or else all that it shows."""
        return [["id", "in", ids]] if ids else list(Domain(domain))

    def action_register_sheet(self):
        """Give the register of what the list shows, or of what is ticked in it."""
        domain = self._sheet_domain(
            self.ids, self.env.context.get("active_domain") or []
        )
        self.check_access("read")
        sheet = self.env["ozel_kalem.request.sheet"].create(
            {"domain": json.dumps(domain)}
        )
        return sheet.action_xlsx()
