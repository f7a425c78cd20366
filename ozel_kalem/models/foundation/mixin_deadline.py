from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...tools import working_days
from ...tools.local_time import local_date, local_today, to_local
from .service_standard import DURATION_UNITS

# What a deadline is reckoned from.
RULE_FIELDS = (
    "received_on",
    "applied_duration",
    "applied_unit",
    "extended_by",
    "paused_days",
)


class DeadlineMixin(models.AbstractModel):
    """A record on a clock.

    The rule that applied is kept on the record (length, unit, basis), so that
    a later change of the service standard doesn't rewrite history. The clock
    may be extended once, with a reason, and stands still while the applicant
    has to complete the papers.
    """

    _name = "ozel_kalem.mixin.deadline"
    _description = "Deadline"

    received_on = fields.Datetime(
        "Received on", default=fields.Datetime.now, required=True, copy=False
    )
    service_standard_id = fields.Many2one(
        "ozel_kalem.service.standard", index="btree_not_null"
    )
    applied_duration = fields.Integer(
        compute="_compute_applied_rule", store=True, precompute=True, aggregator=None
    )
    applied_unit = fields.Selection(
        DURATION_UNITS, compute="_compute_applied_rule", store=True, precompute=True
    )
    legal_basis = fields.Char(
        compute="_compute_applied_rule", store=True, precompute=True
    )
    deadline = fields.Date(
        compute="_compute_deadline",
        store=True,
        precompute=True,
        readonly=False,
        copy=False,
        tracking=True,
    )
    operational_deadline = fields.Date(
        "Working deadline",
        compute="_compute_operational_deadline",
        help="The last working day on or before the legal deadline.",
    )
    extended_by = fields.Integer(readonly=True, copy=False, aggregator=None)
    extension_reason = fields.Text(readonly=True, copy=False)
    paused_on = fields.Datetime("Clock stopped", readonly=True, copy=False)
    pause_reason = fields.Char(readonly=True, copy=False)
    paused_days = fields.Integer(
        "Days stood still",
        readonly=True,
        copy=False,
        aggregator=None,
        help="In the unit of the rule: working days or calendar days.",
    )
    running_deadline = fields.Date(
        compute="_compute_running_deadline",
        store=True,
        precompute=True,
        index="btree_not_null",
        help="The deadline while the clock runs: none once closed or stopped.",
    )
    is_overdue = fields.Boolean(
        "Overdue", compute="_compute_is_overdue", search="_search_is_overdue"
    )
    days_left = fields.Integer(compute="_compute_is_overdue", aggregator=None)
    closed_late = fields.Boolean(
        "Closed late", compute="_compute_closed_late", store=True, precompute=True
    )

    # -------------------------------------------------------------- computes

    @api.depends("service_standard_id")
    def _compute_applied_rule(self):
        for record in self:
            standard = record.service_standard_id
            record.applied_duration = standard.duration
            record.applied_unit = standard.duration_unit
            record.legal_basis = standard.legal_basis

    @api.depends(*RULE_FIELDS)
    def _compute_deadline(self):
        for record in self:
            if record.applied_duration and record.received_on:
                record.deadline = record._ruled_deadline()
            else:
                record.deadline = record.deadline

    def _ruled_deadline(self):
        """The last day as the rule gives it, with extension and pauses."""
        calendar = self._work_calendar()
        deadline = working_days.due_date(
            to_local(self.received_on),
            self.applied_duration,
            self.applied_unit,
            calendar,
            extension=self.extended_by,
        )
        return self._after_pause(deadline, calendar)

    @api.depends("deadline")
    def _compute_operational_deadline(self):
        for record in self:
            record.operational_deadline = record.deadline and (
                working_days.operational_day(record.deadline, record._work_calendar())
            )

    @api.depends("deadline", "closed_on", "paused_on")
    def _compute_running_deadline(self):
        for record in self:
            runs = not (record.closed_on or record.paused_on)
            record.running_deadline = runs and record.deadline

    @api.depends("deadline", "closed_on", "paused_on")
    def _compute_is_overdue(self):
        today = local_today()
        for record in self:
            deadline = record.deadline
            running = bool(deadline) and not record.closed_on
            days_left = (deadline - today).days if running else 0
            record.days_left = days_left
            record.is_overdue = days_left < 0 and not record.paused_on

    @api.depends("deadline", "closed_on")
    def _compute_closed_late(self):
        for record in self:
            record.closed_late = bool(
                record.deadline
                and record.closed_on
                and local_date(record.closed_on) > record.deadline
            )

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("running_deadline", "<", local_today())

    def _work_calendar(self):
        company = self.company_id or self.env.company
        return self.env["ozel_kalem.holiday"]._work_calendar(company.id)

    # --------------------------------------------------------------- actions

    def action_extend_deadline(self, reason, duration=None):
        """Extend the deadline, once, for a reason that is kept and shown.

        :param reason: why, as it is told to the applicant
        :param duration: by how much, in the unit of the rule; the service
            standard's extension when left out (4982 m11: 15 more working days)
        :raise UserError: without a reason, a second time, on a closed record,
            or when no rule allows it
        """
        reason = self._required_text(reason, self.env._("Reason"))
        for record in self:
            extension = record._check_extension(duration)
            record.write({"extended_by": extension, "extension_reason": reason})

    def _check_extension(self, duration=None):
        """By how much the deadline may be extended; refuse where it may not."""
        self.ensure_one()
        self._check_clock_runs()
        if self.extended_by:
            raise UserError(
                self.env._(
                    "%(record)s was extended once; it can't be extended again.",
                    record=self.display_name,
                )
            )
        extension = duration or self.service_standard_id.extension_duration
        if not extension or extension < 0 or not self.applied_duration:
            raise UserError(
                self.env._(
                    "The rule of %(record)s allows no extension. Answer by the "
                    "deadline; if it has the wrong rule, correct “Service Standard”.",
                    record=self.display_name,
                )
            )
        return extension

    def action_pause_deadline(self, reason):
        """Stop the clock while the applicant completes the papers.

        :raise UserError: without a reason, on a closed record, or when the
            clock stands still already
        """
        reason = self._required_text(reason, self.env._("Reason"))
        for record in self:
            record._check_clock_runs()
            record.write({"paused_on": fields.Datetime.now(), "pause_reason": reason})

    def action_resume_deadline(self):
        """Start the clock again; the deadline moves by the days it stood still.

        :raise UserError: when the clock is running
        """
        for record in self:
            if not record.paused_on:
                raise UserError(
                    self.env._(
                        "The clock of %(record)s is running.",
                        record=record.display_name,
                    )
                )
            record.write({"paused_on": False, **record._prepare_resuming()})

    def _prepare_resuming(self):
        """What the pause that ends today changes.

        A day that somebody set isn't computed anew: it moves by the pause.
        """
        paused_from, today = local_date(self.paused_on), local_today()
        calendar, vals = self._work_calendar(), {}
        if self.applied_duration:
            days = self._days_stood_still(paused_from, today, calendar)
            vals["paused_days"] = self.paused_days + days
        if not self.applied_duration or self.deadline != self._ruled_deadline():
            vals["deadline"] = self.deadline and working_days.shift_for_pause(
                self.deadline, paused_from, today, self.applied_unit or "day", calendar
            )
        return vals

    def _state_entered(self, state, before):
        """A clock that has ended stands still no more: reopened, it runs."""
        super()._state_entered(state, before)
        if state in self._closed_states:
            self.filtered("paused_on").action_resume_deadline()

    def _days_stood_still(self, paused_from, paused_to, calendar):
        """Days of a pause in the unit of the rule; none once the time was over."""
        if not self.deadline or paused_from > self.deadline:
            return 0
        if self.applied_unit == "working_day":
            return calendar.working_days_between(paused_from, paused_to)
        return (paused_to - paused_from).days

    def _after_pause(self, deadline, calendar):
        if not self.paused_days:
            return deadline
        if self.applied_unit == "working_day":
            return calendar.add_working_days(deadline, self.paused_days)
        return deadline + timedelta(days=self.paused_days)

    def _check_clock_runs(self):
        self.ensure_one()
        if self.closed_on or self.paused_on:
            raise UserError(
                self.env._(
                    "The clock of %(record)s is not running.", record=self.display_name
                )
            )
