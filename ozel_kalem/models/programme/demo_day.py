from datetime import datetime, time, timedelta

from odoo import api, fields, models

from ...tools.local_time import (
    day_start,
    local_date,
    local_today,
    to_local,
    to_utc,
)
from ...tools.slots import free_slots

MOMENT = "ozel_kalem.demo_moment"
# XML ids of what goes on today in the demo office.
PREFIX = "today\\_%"
EXPECTED = "today_appointment_expected"
# What has happened lies within the day; what is to come may lie behind it.
PAST = {
    "ozel_kalem.visit": ("arrived_on", "admitted_on", "left_on", "closed_on"),
    "ozel_kalem.call": ("called_on", "last_attempt_on"),
    "ozel_kalem.note": ("received_on",),
    "ozel_kalem.appointment": ("start", "stop"),
}
COMING = {"ozel_kalem.call": ("call_back_on",), "ozel_kalem.note": ("latest_on",)}
LATE = timedelta(hours=2)


class Office(models.Model):
    _inherit = "ozel_kalem.office"

    @api.model
    def _move_demo_day(self):
        """Let what goes on in the demo office go on today, whatever the day.

        The demo says how long ago somebody came and until when he is to be called
        back; a day later all of it moves along. Nothing happens twice a day, and
        nothing at all where the demo office isn't loaded.
        """
        Parameter = self.env["ir.config_parameter"].sudo()
        moment = fields.Datetime.to_datetime(Parameter.get_param(MOMENT))
        now = fields.Datetime.now()
        records = self._demo_day_records()
        if not moment or not records:
            return
        new_day = local_date(moment) != local_today()
        for name, record in records.items():
            if name.startswith(EXPECTED):
                self._expect_today(record)
            else:
                self._move_to_today(record, now - moment if new_day else timedelta())
        if new_day:
            Parameter.set_param(MOMENT, fields.Datetime.to_string(now))

    @api.model
    def _demo_day_records(self):
        """``{XML id: record}`` of what goes on today."""
        # sudo: the demo plays every role
        found = (
            self.env["ir.model.data"]
            .sudo()
            .search([("module", "=", "ozel_kalem"), ("name", "=like", PREFIX)])
        )
        return {
            data.name: self.env[data.model].sudo().browse(data.res_id)
            for data in found.sorted("name")
        }

    def _move_to_today(self, record, shift):
        """Move the record's times; what people have closed since stays."""
        if record.closed_on and record._name != "ozel_kalem.visit":
            return
        begin = day_start(local_today())
        vals = {
            name: max(record[name] + shift, begin)
            for name in PAST.get(record._name, ())
            if record[name]
        }
        vals |= {
            name: record[name] + shift
            for name in COMING.get(record._name, ())
            if record[name]
        }
        if "start" in vals:
            vals["stop"] = vals["start"] + timedelta(minutes=record.duration)
        if any(record[name] != value for name, value in vals.items()):
            record.write(vals)

    def _expect_today(self, appointment):
        """Book a free time of today: in working hours if one of them is left."""
        if appointment.state not in ("approved", "scheduled"):
            return
        if appointment.start and local_date(appointment.start) == local_today():
            return
        slot = self._free_time_of_today(appointment)
        if slot:
            # shortly before midnight only times that have passed are left
            past = appointment.with_context(ozel_kalem_history=True)
            past.action_schedule(*map(to_utc, slot))
            appointment.postponed_count = 0

    def _free_time_of_today(self, appointment):
        principal = appointment.principal_id
        now = to_local(fields.Datetime.now())
        begin = datetime.combine(now.date(), time.min)
        day = (begin, begin + timedelta(days=1))
        busy = principal._busy_intervals(*day, appointment.engagement_id)
        for hours, not_before in (
            (principal._work_intervals(*day), now),
            ([day], now),
            ([day], max(begin, now - LATE)),
        ):
            length = timedelta(minutes=appointment.duration)
            slots = free_slots(hours, busy, length, 1, not_before=not_before)
            if slots:
                return slots[0]
        return None
