from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command

from ...tools.figures import text
from ...tools.local_time import local_today
from ...tools.periods import Period
from .statistics_report import COMPARE
from .statistics_report_queue import STATES

MOST_FIGURES = 8


class StatisticsSchedule(models.Model):
    """Last month's tables as a workbook in the mailbox, on the same day each month."""

    _name = "ozel_kalem.statistics.schedule"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Monthly Statistics Mail"
    _order = "next_date, id"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        required=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        index=True,
        help="The figures are counted in this user's rights.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    table_ids = fields.Many2many(
        "ozel_kalem.statistics.table",
        string="Tables",
        default=lambda self: self._default_tables(),
    )
    recipient_ids = fields.Many2many(
        "res.users", string="Recipients", domain="[('share', '=', False)]"
    )
    day_of_month = fields.Integer("Day of the month", required=True, default=3)
    compare = fields.Selection(COMPARE, "Compared with", default="previous")
    next_date = fields.Date(
        "Next on",
        compute="_compute_next_date",
        store=True,
        required=True,
        readonly=False,
        precompute=True,
        index=True,
    )
    report_ids = fields.One2many("ozel_kalem.statistics.report", "schedule_id")
    last_report_id = fields.Many2one(
        "ozel_kalem.statistics.report", compute="_compute_last_report"
    )
    last_state = fields.Selection(STATES, "Last one", compute="_compute_last_report")

    _day_in_range = models.Constraint(
        "CHECK (day_of_month BETWEEN 1 AND 28)",
        "“Day of the month” must be from 1 to 28.",
    )

    @api.model
    def _default_tables(self):
        """One's own, but for those that aren't for everybody's mailbox."""
        tables = self.env["ozel_kalem.statistics.report"]._default_tables()
        return tables.filtered(lambda table: not table.is_sensitive)

    @api.depends("day_of_month")
    def _compute_next_date(self):
        today = local_today()
        for schedule in self:
            day = min(max(schedule.day_of_month, 1), 28)
            due = today.replace(day=day)
            schedule.next_date = due if due >= today else _month_later(due, day)

    @api.depends("report_ids.state")
    def _compute_last_report(self):
        for schedule in self:
            # sudo: only how it went; the report stays with who is responsible
            last = schedule.sudo().report_ids[:1]
            schedule.last_report_id, schedule.last_state = last, last.state

    # ------------------------------------------------------------------ checks

    @api.constrains("table_ids", "recipient_ids", "user_id", "company_id")
    def _check_recipients(self):
        for schedule in self:
            if not schedule.table_ids:
                raise ValidationError(self.env._("Choose at least one table."))
            if not schedule.recipient_ids:
                raise ValidationError(self.env._("Choose at least one recipient."))
            for user in schedule.user_id | schedule.recipient_ids:
                if hindrance := schedule._hindrance(user):
                    raise ValidationError(hindrance)

    def _hindrance(self, user):
        """Why ``user`` may not have the tables, or None."""
        # sudo: the roles of a table
        tables = self.sudo().table_ids
        closed = tables.filtered(lambda t: not t.group_ids & user.sudo().all_group_ids)
        if not user.active or self.company_id not in user.sudo().company_ids:
            return self.env._("%s doesn't work in this office.", user.name)
        if closed:
            return self.env._(
                "%(user)s may not see the table “%(table)s”.",
                user=user.name,
                table=closed[:1].display_name,
            )
        if not user.email:
            return self.env._("%s has no e-mail address.", user.name)
        return None

    # ------------------------------------------------------------------- sending

    @api.model
    def _cron_schedule(self):
        """Ask for the reports that are due.

        Run twice or on several hosts, each month is asked for once: a schedule is
        taken by its lock, moved on in the same transaction, and can have one report
        of a month only.
        """
        self._find_lost_mails()
        due = self.search([("next_date", "<=", local_today())])
        commit = self.env["ir.cron"]._commit_progress
        commit(remaining=len(due))
        for schedule in due:
            schedule.try_lock_for_update()._ask()
            if not commit(1):
                break

    def _ask(self):
        """One report of the month before the latest day that is due."""
        self.invalidate_recordset(["next_date"])
        today = local_today()
        for schedule in self.filtered(lambda one: one.next_date <= today):
            due, day = schedule.next_date, schedule.day_of_month
            while (later := _month_later(due, day)) <= today:
                due = later
            schedule.next_date = _month_later(due, day)
            period = Period.around(due, "month").previous()
            schedule = schedule._in_its_language()
            try:
                with self.env.cr.savepoint():
                    schedule._create_report(period)
            except UserError as error:
                schedule._not_reached(schedule.recipient_ids, str(error))

    def _create_report(self, period):
        known = self.sudo().report_ids.filtered(
            lambda report: report.date_from == period.date_from
        )
        if known:
            return False
        report = (
            self.env["ozel_kalem.statistics.report"]
            .with_user(self.user_id)
            .with_context(allowed_company_ids=self.company_id.ids)
            .create(
                {
                    "preset": "range",
                    "date_from": period.date_from,
                    "date_to": period.date_to,
                    "compare": self.compare,
                    # sudo: the report checks itself what its author may see
                    "table_ids": [Command.set(self.sudo().table_ids.ids)],
                    "company_id": self.company_id.id,
                    "schedule_id": self.id,
                }
            )
        )
        return report.action_generate()

    def _in_its_language(self):
        return self.with_context(lang=self.user_id.lang)

    def _latest_due(self):
        """The month whose figures were due last."""
        return Period.around(self.next_date, "month").previous().previous()

    def action_open_reports(self):
        """The reports that were sent."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "ozel_kalem.statistics.report",
            "views": [(False, "list"), (False, "form")],
            "domain": [("schedule_id", "=", self.id)],
        }

    def action_send_now(self):
        """Send last month's report now, whatever day it is."""
        self.ensure_one()
        period = Period.preset("last_month", local_today())
        if not self._create_report(period):
            raise UserError(self.env._("This month's report was sent already."))
        return True


class StatisticsReport(models.Model):
    """What is due when a scheduled report is ready, or isn't."""

    _inherit = "ozel_kalem.statistics.report"

    schedule_id = fields.Many2one(
        "ozel_kalem.statistics.schedule",
        readonly=True,
        copy=False,
        ondelete="cascade",
        index="btree_not_null",
    )
    main_figures = fields.Json(compute="_compute_main_figures")

    _once_a_month = models.Constraint(
        "UNIQUE (schedule_id, date_from)", "This month's report was sent already."
    )

    def _compute_main_figures(self):
        """What the mail says in its body: ``[{"label", "value", "change"}]``."""
        for report in self:
            report.main_figures = report._as_asker()._main_figures()

    def _main_figures(self):
        # the summary of all areas says it best, where it is among the tables
        tables = self._asked_tables()
        summaries = tables.filtered(lambda table: table.layout == "indicator")
        if summaries:
            return self._figures_of_summary(self._counted(summaries[:1].code))
        tables = [self._counted(code) for code in self._table_codes()[:MOST_FIGURES]]
        return [self._figure_of_total(table) for table in tables if table["columns"]]

    def _figures_of_summary(self, table):
        columns = {column["key"]: column for column in table["columns"]}
        return [
            {
                "label": row["label"],
                "value": self._shown(row["values"]["value"], columns["value"]),
                "change": self._shown(row["values"].get("change"), columns["change"])
                if "change" in columns
                else "",
            }
            for row in table["rows"][:MOST_FIGURES]
        ]

    def _figure_of_total(self, table):
        column = table["columns"][0]
        value = table["total"]["values"].get(column["key"])
        return {
            "label": f"{table['title']}: {column['label']}",
            "value": text(value, column["kind"], column["rounding"], self._lang()),
            "change": "",
        }

    def _deliver(self, stream):
        attachment = super()._deliver(stream)
        if self.schedule_id:
            self.schedule_id._in_its_language()._send(self, attachment)
        return attachment

    def _fail(self, reason):
        super()._fail(reason)
        if self.schedule_id:
            schedule = self.schedule_id._in_its_language()
            schedule._not_reached(schedule.recipient_ids, reason)


def _month_later(date, day):
    """The ``day`` of the month after the one of ``date``."""
    return fields.Date.add(date.replace(day=1), months=1).replace(day=day)
