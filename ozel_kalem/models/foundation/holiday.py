from datetime import date, timedelta

from odoo import api, fields, models, tools

from ...tools.local_time import local_today
from ...tools.working_days import WorkCalendar


class Holiday(models.Model):
    """A day on which the municipality doesn't work.

    Kept apart from ``resource.calendar.leaves``: those change the screens of
    every employee, these only the office's clocks.
    """

    _name = "ozel_kalem.holiday"
    _description = "Public Holiday"
    _order = "date desc, id desc"

    name = fields.Char(required=True)
    date = fields.Date(required=True, index=True)
    kind = fields.Selection(
        [
            ("public", "Public holiday"),
            ("half_day", "Half day"),
            ("administrative", "Administrative leave"),
        ],
        required=True,
        default="public",
    )
    company_id = fields.Many2one(
        "res.company", help="Empty: holds for every company.", index="btree_not_null"
    )
    active = fields.Boolean(default=True)

    _date_uniq = models.UniqueIndex(
        "(date, kind, COALESCE(company_id, 0)) WHERE active IS TRUE",
        "This day is already in the list of holidays.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        holidays = super().create(vals_list)
        self.env.registry.clear_cache()
        return holidays

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    @api.model
    @tools.ormcache("company_id")
    def _work_calendar(self, company_id):
        """The :class:`WorkCalendar` by which ``company_id`` counts its days.

        Bridging days (idari izin) stand still only where the office says so:
        no rule was found that suspends legal clocks on them.
        """
        office = self.env["ozel_kalem.office"]._for(company_id)
        by_kind = self._days_by_kind(company_id)
        leave = by_kind.get("administrative", ())
        return WorkCalendar.of(
            holidays=by_kind.get("public", ()),
            half_days=by_kind.get("half_day", ()),
            administrative_leave=leave if office.administrative_leave_suspends else (),
            half_days_count=not office.half_day_suspends,
        )

    @api.model
    @tools.ormcache("company_id")
    def _reception_calendar(self, company_id):
        """The :class:`WorkCalendar` of the days on which somebody is received.

        What the legal clocks count is the office's setting: nobody comes on a day
        of leave, whatever it is, and a half day has its morning.
        """
        by_kind = self._days_by_kind(company_id)
        return WorkCalendar.of(
            holidays=by_kind.get("public", ()),
            half_days=by_kind.get("half_day", ()),
            administrative_leave=by_kind.get("administrative", ()),
        )

    def _days_by_kind(self, company_id):
        # sudo: the same days for everybody
        days = self.sudo().search_fetch(
            [("company_id", "in", [False, company_id])], ["date", "kind"]
        )
        return {
            kind: kind_days.mapped("date")
            for kind, kind_days in days.grouped("kind").items()
        }

    @api.model
    def _cron_check_next_year(self):
        """From 1 December on, ask the director for next year's holidays."""
        today = local_today()
        if today < date(today.year, 12, 1):
            return
        first = date(today.year + 1, 1, 1)
        for office in self.env["ozel_kalem.office"].search([]):
            known = self.search_count(
                [
                    ("company_id", "in", [False, office.company_id.id]),
                    ("date", ">=", first),
                    ("date", "<", first.replace(year=first.year + 1)),
                    ("kind", "=", "public"),
                ],
                limit=1,
            )
            if not known:
                office._ask_for_holidays(first.year, today + timedelta(days=7))
