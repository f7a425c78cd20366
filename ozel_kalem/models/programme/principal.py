from datetime import UTC, datetime, timedelta

from odoo import models
from odoo.tools import SQL, format_datetime

from ...tools.local_time import ISTANBUL, to_local, to_utc
from ...tools.slots import free_slots
from ...tools.working_days import HALF_DAY_END

# How far ahead free times are looked for, and at which minutes they begin.
HORIZON = timedelta(days=60)
STEP = timedelta(minutes=15)
# How many a refusal names.
NAMED_TIMES = 3


class Principal(models.Model):
    _inherit = "ozel_kalem.principal"

    def _may_call_in(self, acting_ids=None):
        """Whether the current user is this principal, or acts for him today.

        :param acting_ids: of the principals for whom he acts, where that is known
        """
        self.ensure_one()
        # sudo: only compared with the current user
        if self.sudo().user_id == self.env.user:
            return True
        return self.id in (self._acting_ids() if acting_ids is None else acting_ids)

    def _free_times(self, duration, limit, after=None, ignored=None, taken=()):
        """The earliest free times from now on, as naive UTC (start, stop) pairs.

        :param duration: timedelta
        :param after: naive local datetime before which none is looked for
        :param ignored: engagement whose time counts as free
        :param taken: naive local (start, stop) pairs that are booked as well
        """
        self.ensure_one()
        now = to_local(datetime.now(UTC))
        begin = max(after or now, now)
        end = begin + HORIZON
        slots = free_slots(
            self._work_intervals(begin, end),
            [*self._busy_intervals(begin, end, ignored), *taken],
            duration,
            limit,
            step=STEP,
            not_before=begin,
        )
        return [(to_utc(start), to_utc(stop)) for start, stop in slots]

    def _free_times_text(self, start, duration, ignored=None):
        """“Free: …”, the next times that could be booked instead; or nothing.

        :param start: what was wished, naive UTC
        :param duration: timedelta
        """
        if not self or duration <= timedelta():
            return ""
        times = self._free_times(
            duration,
            NAMED_TIMES,
            after=to_local(start),
            ignored=ignored,
            taken=self._just_booked(ignored),
        )
        if not times:
            return ""
        names = [
            format_datetime(self.env, begin, tz=ISTANBUL.key, dt_format="short")
            for begin, _end in times
        ]
        return self.env._("Free: %(times)s.", times=", ".join(names))

    def _just_booked(self, ignored=None):
        """What others have booked since this transaction began."""
        query = SQL(
            "SELECT start, stop FROM ozel_kalem_engagement WHERE principal_id = %s"
            " AND active IS TRUE AND state IN ('confirmed', 'done')"
            " AND stop > %s AND id != ALL(%s)",
            self.id,
            datetime.now(UTC).replace(tzinfo=None),
            ignored.ids if ignored else [],
        )
        # only a fresh transaction sees what has been committed meanwhile
        with self.env.registry.cursor() as fresh:
            fresh.execute(query)
            return [(to_local(begin), to_local(end)) for begin, end in fresh.fetchall()]

    def _work_intervals(self, begin, end):
        """Naive local (start, stop) pairs in which the principal can receive.

        :param begin: naive local datetime
        :param end: the same
        """
        self.ensure_one()
        # sudo: working hours are read for whoever looks for a free time
        calendar = (
            self.sudo().resource_calendar_id or self.company_id.resource_calendar_id
        )
        intervals = calendar._work_intervals_batch(
            begin.replace(tzinfo=ISTANBUL), end.replace(tzinfo=ISTANBUL)
        )[False]
        closed = self._closed_days(begin.date(), end.date())
        days = self.env["ozel_kalem.holiday"]._reception_calendar(self.company_id.id)
        open_hours = []
        for start, stop, _attendance in intervals:
            start, stop = start.replace(tzinfo=None), stop.replace(tzinfo=None)
            day = start.date()
            if day in days.half_days:
                stop = min(stop, datetime.combine(day, HALF_DAY_END))
            if start < stop and day not in closed and days.is_working(day):
                open_hours.append((start, stop))
        return open_hours

    def _closed_days(self, first, last):
        """Days on which somebody else acts, or on which the principal is on leave."""
        return self._delegated_days(first, last) | self._leave_days(first, last)

    def _busy_intervals(self, begin, end, ignored=None):
        """Naive local (start, stop) pairs that are booked."""
        self.ensure_one()
        # sudo: confidential engagements take the time as well
        booked = (
            self.env["ozel_kalem.engagement"]
            .sudo()
            .search_fetch(
                [
                    ("principal_id", "=", self.id),
                    ("state", "in", ("confirmed", "done")),
                    ("stop", ">", to_utc(begin)),
                    ("start", "<", to_utc(end)),
                    ("id", "not in", ignored.ids if ignored else []),
                ],
                ["start", "stop"],
            )
        )
        return [
            *((to_local(e.start), to_local(e.stop)) for e in booked),
            # half a day of leave takes its hours alone
            *self._leave_intervals(begin.date(), end.date()),
        ]
