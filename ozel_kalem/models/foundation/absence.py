from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

from ...tools.local_time import local_today, to_local, to_utc

# Who is away between these hours is away for the day.
CORE_HOURS = (time(10), time(15))
# How far ahead the director is asked who will act.
LOOK_AHEAD = 14
ACTIVITY = "ozel_kalem.activity_type_absence"


class Principal(models.Model):
    _inherit = "ozel_kalem.principal"

    absence_text = fields.Char("Absence", compute="_compute_absence_text")

    @api.depends_context("uid", "lang")
    def _compute_absence_text(self):
        for principal in self:
            period = principal._uncovered_absence()
            principal.absence_text = period and principal._absence_question(period)

    def _absence_question(self, period):
        return self.env._(
            "%(principal)s is on leave from %(first)s to %(last)s and nobody acts.",
            principal=self.name,
            first=format_date(self.env, period[0]),
            last=format_date(self.env, period[1]),
        )

    # ---------------------------------------------------------------- leaves

    def _leave_days(self, first, last):
        """Whole days from ``first`` to ``last`` on which the principal is on leave."""
        self.ensure_one()
        periods = self._requested_leaves(first, last)
        periods += [
            period
            for start, stop in self._leave_intervals(first, last)
            if (period := _whole_days(start, stop))
        ]
        return _days(periods, first, last)

    def _requested_leaves(self, first, last):
        """(first day, last day) of approved requests, where hr_holidays is there."""
        # sudo: that he is away may be known; why isn't read
        employee = self.sudo().employee_id
        if "hr.leave" not in self.env or not employee:
            return []
        leaves = (
            self.env["hr.leave"]
            .sudo()
            .search(
                [
                    ("employee_id", "=", employee.id),
                    ("state", "=", "validate"),
                    ("request_date_from", "<=", last),
                    ("request_date_to", ">=", first),
                    # hours and half days stand in the working calendar
                    ("request_unit_half", "=", False),
                    ("request_unit_hours", "=", False),
                ]
            )
        )
        return [(x.request_date_from, x.request_date_to) for x in leaves]

    def _leave_intervals(self, first, last):
        """Naive local (start, stop) of the leaves in the employee's calendar."""
        # sudo: as above
        resource = self.sudo().employee_id.resource_id
        if not resource:
            return []
        leaves = (
            self.env["resource.calendar.leaves"]
            .sudo()
            .search(
                [
                    ("resource_id", "=", resource.id),
                    ("time_type", "=", "leave"),
                    ("date_from", "<", _midnight(last + timedelta(days=1))),
                    ("date_to", ">", _midnight(first)),
                ]
            )
        )
        return [(to_local(x.date_from), to_local(x.date_to)) for x in leaves]

    def _delegated_days(self, first, last):
        """Days on which somebody else acts for the principal."""
        # sudo: whoever meets the principal may know who acts for him
        delegations = (
            self.env["ozel_kalem.delegation"]
            .sudo()
            .search(
                Domain("principal_id", "in", self.ids)
                & Domain("state", "=", "active")
                & Domain("kind", "=", "acting")
                & Domain("date_start", "<=", last)
                & Domain("date_end", ">=", first)
            )
        )
        periods = [(d.date_start, d.date_end) for d in delegations]
        return _days(periods, first, last)

    def _uncovered_absence(self):
        """First and last day of the next leave on which nobody acts, or False."""
        self.ensure_one()
        first = local_today()
        last = first + timedelta(days=LOOK_AHEAD)
        days = sorted(self._leave_days(first, last) - self._delegated_days(first, last))
        if not days:
            return False
        end = days[0]
        while end + timedelta(days=1) in days:
            end += timedelta(days=1)
        return days[0], end

    # ------------------------------------------------------------ delegation

    def action_prepare_delegation(self):
        """Open the delegation for the next leave, filled in as far as is known."""
        self.ensure_one()
        period = self._uncovered_absence() or (local_today(), local_today())
        Delegation = self.env["ozel_kalem.delegation"]
        mine = Domain("principal_id", "=", self.id)
        draft = Delegation.search(
            mine
            & Domain("state", "=", "draft")
            & Domain("date_start", "<=", period[1])
            & Domain("date_end", ">=", period[0]),
            limit=1,
        )
        last = Delegation.search(mine & Domain("kind", "=", "acting"), limit=1)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Delegation"),
            "res_model": Delegation._name,
            "res_id": draft.id,
            "view_mode": "form",
            "context": {
                "default_principal_id": self.id,
                "default_employee_id": last.employee_id.id,
                "default_date_start": fields.Date.to_string(period[0]),
                "default_date_end": fields.Date.to_string(period[1]),
            },
        }


class Office(models.Model):
    _inherit = "ozel_kalem.office"

    absence_text = fields.Text("Absences", compute="_compute_absence_text")

    @api.depends_context("uid", "lang")
    def _compute_absence_text(self):
        for office in self:
            texts = office._absent_principals().mapped("absence_text")
            office.absence_text = "\n".join(texts)

    def _absent_principals(self):
        """Principals on leave for whom nobody acts."""
        return (
            self.env["ozel_kalem.principal"]
            .search([("company_id", "in", self.company_id.ids)])
            .filtered(lambda principal: principal._uncovered_absence())
        )

    def action_prepare_delegation(self):
        """Open the delegation that is missing first.

        :raise UserError: when nobody is on leave without a deputy
        """
        self.ensure_one()
        absent = self._absent_principals()[:1]
        if not absent:
            raise UserError(self.env._("Nobody is on leave without a deputy."))
        return absent.action_prepare_delegation()

    def _follow_absences(self):
        """Ask each director for the deputy that is missing first, in one activity."""
        for office in self:
            absent = office._absent_principals()
            asked = office.activity_search([ACTIVITY])
            if not absent:
                asked.action_feedback()
            for user in office._directors() if absent else ():
                office._ask_for_deputy(user, absent[0], asked)

    def _ask_for_deputy(self, user, principal, asked):
        principal, today = principal.with_context(lang=user.lang), local_today()
        period = principal._uncovered_absence()
        day = max(period[0] - timedelta(days=1), today)
        summary = principal._absence_question(period)
        mine = asked.filtered(lambda activity: activity.user_id == user)[:1]
        if not mine:
            self.activity_schedule(
                ACTIVITY, date_deadline=day, summary=summary, user_id=user.id
            )
        elif mine.summary != summary:
            # a leave that has begun loses its first days, not its lateness
            late = period[0] <= today and mine.date_deadline
            mine.write({"summary": summary, "date_deadline": late or day})


class Delegation(models.Model):
    _inherit = "ozel_kalem.delegation"

    told_on = fields.Datetime("Deputy told on", readonly=True, copy=False)

    def _state_entered(self, state, before):
        super()._state_entered(state, before)
        if state == "active":
            self._tell_deputies()
        for delegation in self:
            office = self.env["ozel_kalem.office"]._for(delegation.company_id.id)
            office._follow_absences()

    def _tell_deputies(self):
        """Tell whoever acts from today on what waits for him, once."""
        today = local_today()
        # sudo: the deputy is told whoever activated
        for delegation in self.sudo().filtered_domain(
            self._in_force_domain(today) & Domain("told_on", "=", False)
        ):
            delegation.told_on = fields.Datetime.now()
            if delegation.user_id:
                delegation._tell_deputy(delegation.user_id)

    def _tell_deputy(self, user):
        delegation = self.with_context(lang=user.lang)
        principal = delegation.principal_id
        delegation.message_notify(
            partner_ids=user.partner_id.ids,
            subject=delegation.env._(
                "You act for %(principal)s", principal=principal.partner_id.name
            ),
            body=delegation.env._(
                "You act for %(principal)s until %(last)s. Waiting: %(waiting)s.",
                principal=principal.partner_id.name,
                last=format_date(delegation.env, delegation.date_end),
                waiting=delegation._waiting_text(),
            ),
            email_layout_xmlid="mail.mail_notification_light",
        )

    def _waiting_text(self):
        """“2 Submission, 3 Appointment”: what waits for the principal, in numbers."""
        counts = [
            (self.env[name].search_count(domain), name)
            for name, domain in self._waiting_domains().items()
        ]
        # the names of models are translated with ir.model
        names = self.env["ir.model"]._get
        parts = [f"{count} {names(name).name}" for count, name in counts if count]
        return ", ".join(parts) or self.env._("nothing")

    def _waiting_domains(self):
        """``{model: domain}`` of what waits for the principal's decision."""
        return {}

    @api.model
    def _cron_follow(self):
        """Tell deputies whose days begin; ask for those that are missing."""
        self.search(
            self._in_force_domain(local_today()) & Domain("told_on", "=", False)
        )._tell_deputies()
        self.env["ozel_kalem.office"].search([])._follow_absences()


def _midnight(day):
    return to_utc(datetime.combine(day, time.min))


def _days(periods, first, last):
    """The days of (start, stop) pairs that lie between ``first`` and ``last``."""
    clipped = [(max(start, first), min(stop, last)) for start, stop in periods]
    return {
        start + timedelta(days=n)
        for start, stop in clipped
        for n in range((stop - start).days + 1)
    }


def _whole_days(start, stop):
    """First and last day on which a leave takes the whole day, or None."""
    first = start.date() + timedelta(days=start.time() > CORE_HOURS[0])
    last = stop.date() - timedelta(days=stop.time() < CORE_HOURS[1])
    return (first, last) if first <= last else None
