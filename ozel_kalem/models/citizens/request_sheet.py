import json

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.workbook import Column, write_table

PAGE = 5_000
DATES = ("received_on", "closed_on")


class RequestSheet(models.TransientModel):
    """The register of requests as a workbook: the rows of a list, all of them."""

    _name = "ozel_kalem.request.sheet"
    _inherit = ["ozel_kalem.mixin.sheet"]
    _description = "Register of Requests"

    domain = fields.Char(required=True, default="[]", readonly=True)

    def _sheet_title(self):
        return self.env._("Register of requests")

    def _columns(self):
        return [
            Column("name", self.env._("Number"), "text", 12),
            Column("received_on", self.env._("Received on"), "date", 12),
            Column("partner", self.env._("Applicant"), "text", 28),
            Column("subject", self.env._("Subject"), "text", 50),
            Column("request_type", self.env._("Kind"), "text", 14),
            Column("channel", self.env._("Channel"), "text", 14),
            Column("lead_department_id", self.env._("Lead unit"), "text", 28),
            Column("deadline", self.env._("Deadline"), "date", 12),
            Column("state", self.env._("State"), "text", 18),
            Column("closed_on", self.env._("Closed on"), "date", 12),
        ]

    def _write_xlsx(self, stream):
        title = self._sheet_title()
        write_table(stream, title, title, self._columns(), self._rows())

    def _rows(self):
        """The rows, page after page, so that no more than one is in memory.

        Plain columns in one statement for each page, by the reader's own rules;
        a million records would be too many for the ORM's cache.
        """
        labels = self._labels()
        last = None
        while page := self._page(last):
            last = page[-1][0]
            self._log_confidential(page)
            for _id, _level, number, received, *row in page:
                partner, subject, kind, channel, unit, deadline, state, closed = row
                yield (
                    number,
                    received,
                    partner,
                    subject,
                    labels["request_type"][kind],
                    labels["channel"][channel],
                    labels["lead_department_id"].get(unit),
                    deadline,
                    labels["state"][state],
                    closed,
                )

    def _labels(self):
        """What selections and units are called, by their value."""
        Request = self.env["ozel_kalem.request"]
        # sudo: the names of units stand in the list as well
        units = self.env["hr.department"].sudo().with_context(active_test=False)
        return {
            "lead_department_id": {
                unit.id: unit.display_name for unit in units.search([])
            },
            **{
                name: dict(Request._fields[name]._description_selection(self.env))
                for name in ("request_type", "channel", "state")
            },
        }

    def _page(self, last):
        """The rows that follow id ``last``, newest first."""
        domain = Domain(json.loads(self.domain))
        if last:
            domain &= Domain("id", "<", last)
        Request = self.env["ozel_kalem.request"]
        query = Request._search(domain, order="id DESC", limit=PAGE)
        if query.is_empty():
            return []
        partner = query.left_join(
            Request._table, "partner_id", "res_partner", "id", "partner_id"
        )

        def column(name):
            found = Request._field_to_sql(Request._table, name, query)
            if name not in DATES:
                return found
            local = "(%s AT TIME ZONE 'UTC' AT TIME ZONE 'Europe/Istanbul')::date"
            return SQL(local, found)

        names = ["id", "confidentiality", "name", "received_on", "subject"]
        names += ["request_type", "channel", "lead_department_id"]
        names += ["deadline", "state", "closed_on"]
        columns = [column(name) for name in names]
        columns.insert(4, SQL.identifier(partner, "complete_name"))
        return self.env.execute_query(query.select(*columns))

    def _log_confidential(self, page):
        """Whoever takes a confidential record with him leaves a line, as a reader."""
        ids = [row[0] for row in page if row[1] != "normal"]
        if ids and not self.env.su:
            hidden = self.env["ozel_kalem.request"].browse(ids)
            self.env["ozel_kalem.access.log"]._log(hidden, "list")


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
