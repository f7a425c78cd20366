from odoo import models

from ...tools.local_time import ISTANBUL, to_local, to_utc


class Principal(models.Model):
    _inherit = "ozel_kalem.principal"

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
        work = self.env["ozel_kalem.holiday"]._work_calendar(self.company_id.id)
        return [
            (start.replace(tzinfo=None), stop.replace(tzinfo=None))
            for start, stop, _attendance in intervals
            if start.date() not in closed and work.is_working(start.date())
        ]

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
