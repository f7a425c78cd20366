from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.local_time import day_start, local_date, local_today
from ...tools.turkish import number, sort_key
from ...tools.workbook import Column, open_book
from ..foundation.mixin_record import CHANNELS
from .request_types import LEGAL_GROUNDS, REQUEST_TYPES

# Requests that were dealt with; a cancelled one (a duplicate) waited for nothing.
DEALT_WITH = ("notified", "rejected")


class Request(models.Model):
    _inherit = "ozel_kalem.request"

    waiting_days = fields.Integer(
        "Waited (days)",
        compute="_compute_waiting_days",
        store=True,
        precompute=True,
        aggregator="avg",
        help="From the day it came to the day it was closed, as its clock counts.",
    )

    @api.depends("closed_on", "received_on", "applied_unit")
    def _compute_waiting_days(self):
        for request in self:
            request.waiting_days = request._days_waited() if request.closed_on else 0

    def _days_waited(self):
        came, closed = local_date(self.received_on), local_date(self.closed_on)
        if self.applied_unit == "working_day":
            return max(0, self._work_calendar().working_days_between(came, closed))
        return max(0, (closed - came).days)


class RequestWaiting(models.Model):
    """How long citizens waited: no names, for comparing alone (D18)."""

    _name = "ozel_kalem.request.waiting"
    _description = "Waiting Time of a Request"
    _auto = False
    _order = "closed_on desc, id desc"
    _rec_name = "request_id"
    _depends = {
        "ozel_kalem.request": [
            "request_type",
            "channel",
            "legal_ground",
            "neighbourhood_id",
            "lead_department_id",
            "received_on",
            "closed_on",
            "deadline",
            "waiting_days",
            "priority",
            "priority_reason",
            "confidentiality",
            "company_id",
            "state",
        ]
    }

    request_id = fields.Many2one("ozel_kalem.request", readonly=True)
    request_type = fields.Selection(REQUEST_TYPES, "Kind", readonly=True)
    channel = fields.Selection(CHANNELS, readonly=True)
    legal_ground = fields.Selection(LEGAL_GROUNDS, readonly=True)
    neighbourhood_id = fields.Many2one("ozel_kalem.neighbourhood", readonly=True)
    lead_department_id = fields.Many2one("hr.department", "Lead unit", readonly=True)
    received_on = fields.Datetime("Received on", readonly=True)
    closed_on = fields.Datetime("Closed on", readonly=True)
    deadline = fields.Date(readonly=True)
    waiting_days = fields.Integer("Waited (days)", readonly=True, aggregator="avg")
    in_time = fields.Float("Inside the deadline (%)", readonly=True, aggregator="avg")
    is_exception = fields.Boolean("Before others", readonly=True)
    priority_reason = fields.Char("Why before others", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT id, id AS request_id, request_type, channel, legal_ground,
                   neighbourhood_id, lead_department_id, received_on, closed_on,
                   deadline, waiting_days, company_id,
                   CASE WHEN deadline IS NULL THEN NULL
                        WHEN (closed_on AT TIME ZONE 'UTC'
                              AT TIME ZONE 'Europe/Istanbul')::date <= deadline
                        THEN 100.0 ELSE 0.0 END AS in_time,
                   COALESCE(priority, '0') != '0' AS is_exception,
                   CASE WHEN confidentiality = 'normal'
                        THEN priority_reason END AS priority_reason
              FROM ozel_kalem_request
             WHERE closed_on IS NOT NULL AND state IN %s
            """,
            DEALT_WITH,
        )


class RequestWaitingSheet(models.TransientModel):
    """The report that shows whether everybody waits the same (D18)."""

    _name = "ozel_kalem.request.waiting.sheet"
    _inherit = ["ozel_kalem.mixin.sheet"]
    _description = "Equality Report"

    date_from = fields.Date(
        "Closed from", default=lambda self: local_today().replace(month=1, day=1)
    )
    date_to = fields.Date("Closed until", default=lambda self: local_today())
    legal_ground = fields.Selection(
        LEGAL_GROUNDS, "Law", help="Empty: all. Laws have clocks of different lengths."
    )

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for sheet in self:
            if sheet.date_from and sheet.date_to and sheet.date_from > sheet.date_to:
                raise ValidationError(
                    self.env._("“Closed until” can't be before “Closed from”.")
                )

    def _domain(self):
        domain = Domain("company_id", "in", self.env.companies.ids)
        if self.date_from:
            domain &= Domain("closed_on", ">=", day_start(self.date_from))
        if self.date_to:
            next_day = fields.Date.add(self.date_to, days=1)
            domain &= Domain("closed_on", "<", day_start(next_day))
        if self.legal_ground:
            domain &= Domain("legal_ground", "=", self.legal_ground)
        return domain

    # --------------------------------------------------------------- figures

    def get_lines(self, by=None):
        """Waiting times of the period, in the reader's own rights.

        :param by: ``channel`` or ``neighbourhood_id``; one line of all when left out
        :return: list of ``{"label", "count", "median", "mean", "in_time",
            "exceptions", "difference"}``; difference is the median's from all
        """
        self.ensure_one()
        whole = self._figures(None)[0]
        lines = []
        for line in self._figures(by) if by else [whole]:
            line["label"] = self._group_name(by, line.pop("key"))
            line["difference"] = (line["median"] or 0) - (whole["median"] or 0)
            lines.append(line)
        return self._sorted(by, lines)

    def _figures(self, by):
        Waiting = self.env["ozel_kalem.request.waiting"]
        query = Waiting._search(self._domain())
        column = {
            name: Waiting._field_to_sql(query.table, name, query)
            for name in ("waiting_days", "in_time", "is_exception")
        }
        key = Waiting._field_to_sql(query.table, by, query) if by else SQL("NULL")
        rows = self.env.execute_query(
            SQL(
                """
                SELECT %(key)s, count(*),
                       percentile_cont(0.5) WITHIN GROUP (ORDER BY %(days)s),
                       avg(%(days)s), avg(%(in_time)s),
                       count(*) FILTER (WHERE %(exception)s)
                  FROM %(table)s WHERE %(where)s %(group)s
                """,
                key=key,
                days=column["waiting_days"],
                in_time=column["in_time"],
                exception=column["is_exception"],
                table=query.from_clause,
                where=query.where_clause or SQL("TRUE"),
                group=SQL("GROUP BY 1") if by else SQL(),
            )
        )
        names = ("key", "count", "median", "mean", "in_time", "exceptions")
        return [dict(zip(names, map(_plain, row), strict=True)) for row in rows]

    def _group_name(self, by, key):
        if not by:
            return self.env._("All")
        if key is None:
            return self.env._("Not stated")
        if by == "channel":
            field = self.env["ozel_kalem.request.waiting"]._fields[by]
            return dict(field._description_selection(self.env))[key]
        # sudo: the names of neighbourhoods are no secret
        return self.env["ozel_kalem.neighbourhood"].sudo().browse(key).name

    def _sorted(self, by, lines):
        """By name; those of which nothing is known come last."""
        unknown = self.env._("Not stated")
        return sorted(
            lines, key=lambda line: (line["label"] == unknown, sort_key(line["label"]))
        )

    def _exceptions(self):
        """What was dealt with before others, and why."""
        return self.env["ozel_kalem.request.waiting"].search(
            self._domain() & Domain("is_exception", "=", True), order="request_id"
        )

    # --------------------------------------------------------------- actions

    def action_open(self):
        """Open the requests that are counted."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "ozel_kalem.request_waiting_action"
        )
        return {**action, "domain": list(self._domain()), "context": {}}

    def action_print(self):
        """Print the report."""
        return self.env.ref("ozel_kalem.report_request_waiting").report_action(self)

    # ------------------------------------------------------- paper, workbook

    def _shown(self, value, percent=False):
        """A figure as it is printed; empty where there is none."""
        if value is None:
            return ""
        return f"%{number(value, 0)}" if percent else number(value, 1)

    def _sheet_title(self):
        return self.env._("Equality report")

    def _write_xlsx(self, stream):
        titles = {
            None: self.env._("All"),
            "channel": self.env._("By channel"),
            "neighbourhood_id": self.env._("By neighbourhood"),
        }
        with open_book(stream, title=self._sheet_title()) as book:
            for by, title in titles.items():
                book.add_table(title, title, self._columns(title), self._rows(by))
            self._write_exceptions(book)

    def _columns(self, title):
        return [
            Column("label", title, "text", 30),
            Column("count", self.env._("Requests"), "integer", 10),
            Column("median", self.env._("Median (days)"), "number", 12),
            Column("mean", self.env._("Mean (days)"), "number", 12),
            Column("difference", self.env._("Median from all"), "number", 14),
            Column("in_time", self.env._("Inside the deadline"), "percent", 14),
            Column("exceptions", self.env._("Before others"), "integer", 12),
        ]

    def _rows(self, by):
        for line in self.get_lines(by):
            share = line["in_time"]
            yield {**line, "in_time": share if share is None else share / 100}

    def _write_exceptions(self, book):
        title = self.env._("Before others")
        columns = [
            Column("number", self.env._("Number"), "text", 14),
            Column("channel", self.env._("Channel"), "text", 16),
            Column("neighbourhood", self.env._("Neighbourhood"), "text", 20),
            Column("days", self.env._("Waited (days)"), "integer", 12),
            Column("reason", self.env._("Why before others"), "text", 50),
        ]
        book.add_table(
            title, title, columns, map(self._exception_row, self._exceptions())
        )

    def _exception_row(self, waiting):
        return {
            "number": waiting.request_id.name,
            "channel": self._group_name("channel", waiting.channel),
            "neighbourhood": self._group_name(
                "neighbourhood_id", waiting.neighbourhood_id.id or None
            ),
            "days": waiting.waiting_days,
            "reason": waiting.priority_reason or "",
        }


def _plain(value):
    """PostgreSQL's exact means as plain numbers."""
    return float(value) if hasattr(value, "as_tuple") else value
