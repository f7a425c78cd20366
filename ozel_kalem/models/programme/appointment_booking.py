from datetime import datetime, timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_datetime

from ...tools.local_time import ISTANBUL, local_today
from .engagement import BOOKED

# So late a time that has begun may still be booked: for who stands at the door.
LATENESS = timedelta(minutes=15)
SAID_FIELDS = ("subject", "location")


class Appointment(models.Model):
    """An appointment's time on the principal's programme: found, booked, given back."""

    _inherit = "ozel_kalem.appointment"

    def write(self, vals):
        """Whatever path moves a scheduled appointment, its time is booked anew."""
        before = {appointment: appointment._booked_values() for appointment in self}
        said = {appointment: appointment._said_values(vals) for appointment in self}
        result = super().write(vals)
        for appointment in self:
            appointment._correct_programme(said[appointment])
        if self.env.su and self.env.context.get(BOOKED):
            return result
        for appointment in self.filtered(lambda one: one.state == "scheduled"):
            if appointment._booked_values() != before[appointment]:
                appointment._check_state_requirements("scheduled")
                appointment._check_time_is_ahead()
                appointment._book()
        return result

    def _booked_values(self):
        """What is booked on the programme, as long as they are expected."""
        # an arrival that is undone leaves the booking as it was
        return self.state in ("scheduled", "arrived") and (
            self.start,
            self.stop,
            self.principal_id,
            self.parallel_reason,
        )

    def _said_values(self, names):
        """What the programme says in the appointment's words, of the ``names``."""
        return {name: self[name] for name in SAID_FIELDS if name in names}

    def _correct_programme(self, before):
        """What is corrected here is corrected there; what was written there stays."""
        # sudo: the programme item follows the appointment, whoever changed it
        engagement = self.engagement_id.sudo()
        now = self._said_values(before)
        corrected = {name: now[name] for name in now if now[name] != before[name]}
        if corrected and engagement.state in ("tentative", "confirmed"):
            engagement.write(corrected)

    def _programme_cancelled(self):
        """The item was taken off the programme: nobody is expected any more."""
        if self.state == "in_meeting":
            return
        self.action_cancel(self.engagement_id.cancel_reason)
        self._offer_freed_time()

    def _programme_done(self):
        """The programme says that it was held, whatever the door had noted."""
        if self.state == "arrived":
            self.action_admit()
        outcome = self.engagement_id.outcome
        self._take_step("done", {"outcome": outcome} if outcome else None)

    def _repetitions(self):
        """The programme and the door say the same."""
        appointment = self.with_context(active_test=False)
        return [
            *super()._repetitions(),
            appointment.engagement_id,
            appointment.visit_ids,
        ]

    def _check_time_is_ahead(self):
        """Nobody is invited for a time that has passed."""
        if self.start >= fields.Datetime.now() - LATENESS or self._may_import_history():
            return
        raise UserError(
            self.env._(
                "“%(field)s” has passed: %(start)s. Choose a time from now on. %(free)s",
                field=self._fields["start"]._description_string(self.env),
                start=format_datetime(
                    self.env, self.start, tz=ISTANBUL.key, dt_format="short"
                ),
                free=self.principal_id._free_times_text(
                    self.start, timedelta(minutes=self.duration), self.engagement_id
                ),
            ).strip()
        )

    # --------------------------------------------------------------- free times

    def suggest_slots(self, limit=5):
        """The earliest free times of the principal that fit this appointment.

        Inside his working hours, minus holidays, days on which he is away,
        and what is confirmed on his programme.

        :param limit: how many, 1 to 50
        :return: list of ``{"start": …, "stop": …}``, UTC, ISO 8601
        :raise UserError: when ``limit`` is no such number, or the principal is
            archived
        """
        self.ensure_one()
        if not isinstance(limit, int) or not 1 <= limit <= 50:
            raise UserError(self.env._("“Limit” must be from 1 to 50."))
        self.principal_id._check_in_office()
        slots = self.principal_id._free_times(
            timedelta(minutes=self.duration),
            limit,
            after=self.wished_from
            and datetime.combine(self.wished_from, datetime.min.time()),
            ignored=self.engagement_id,
        )
        return [
            {
                "start": fields.Datetime.to_string(start),
                "stop": fields.Datetime.to_string(stop),
            }
            for start, stop in slots
        ]

    def action_open_slots(self):
        """Open the dialog with the earliest free times."""
        self.ensure_one()
        # saved before it is shown: buttons of unsaved lines do nothing
        dialog = self.env["ozel_kalem.appointment.schedule"].create(
            {"appointment_id": self.id}
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Schedule"),
            "res_model": dialog._name,
            "res_id": dialog.id,
            "view_mode": "form",
            "target": "new",
        }

    # ------------------------------------------------------------------ booking

    def action_schedule(self, start, stop=None, parallel_reason=None):
        """Book the time on the principal's programme.

        :param start: datetime or ISO string, UTC
        :param stop: the same; ``start`` plus the appointment's minutes when
            left out
        :param parallel_reason: why it may take place beside what is booked
            already; the director's word
        :raise UserError: when the principal is booked already, naming free
            times, or when the time has passed
        """
        self.principal_id._check_in_office()
        for appointment in self:
            begin = appointment._checked_moment(start, self.env._("Start"))
            end = (
                appointment._checked_moment(stop, self.env._("Stop"))
                if stop
                else begin + timedelta(minutes=appointment.duration)
            )
            if end <= begin:
                raise UserError(self.env._("“Stop” must be after “Start”."))
            postponed = appointment.state == "scheduled" and appointment.start != begin
            appointment.write(
                {
                    "start": begin,
                    "stop": end,
                    "parallel_reason": parallel_reason or False,
                    "waits_for_slot": False,
                    "postponed_count": appointment.postponed_count + postponed,
                    "state": "scheduled",
                }
            )

    def _checked_moment(self, value, label):
        try:
            moment = fields.Datetime.to_datetime(value)
        except (ValueError, TypeError):
            moment = None
        if not moment:
            raise UserError(
                self.env._(
                    "“%(field)s” is not a date and time. "
                    "Write it as 2026-10-07 14:00:00.",
                    field=label,
                )
            )
        return moment

    def _book(self):
        """Confirm the programme item; the database refuses an overlap."""
        self.ensure_one()
        vals = self._prepare_booking()
        engagement = self.engagement_id
        guests = self._guests()
        if engagement and engagement.state in ("tentative", "confirmed"):
            links = [
                Command.link(guest.id) for guest in guests - engagement.partner_ids
            ]
            engagement.write({**vals, **({"partner_ids": links} if links else {})})
        else:
            engagement = self.env["ozel_kalem.engagement"].create(
                {**self._prepare_engagement(), **vals}
            )
            self.update({"engagement_id": engagement})
        if self.deputy_id and not engagement.represented_id:
            self.update({"deputy_id": False})
        if engagement.state == "tentative":
            engagement.action_confirm()

    def _prepare_booking(self):
        vals = {"start": self.start, "stop": self.stop, "location": self.location}
        # who goes in the principal's place still does at another hour
        if self.engagement_id.represented_id != self.principal_id:
            vals |= {"principal_id": self.principal_id.id, "represented_id": False}
        if (self.parallel_reason or False) != self.engagement_id.parallel_reason:
            vals["is_parallel"] = bool(self.parallel_reason)
            vals["parallel_reason"] = self.parallel_reason
        return vals

    def _prepare_engagement(self):
        self.ensure_one()
        values = {
            "principal_id": self.principal_id.id,
            "subject": self.subject,
            "kind": "appointment",
            "partner_ids": self._guests().ids,
            "user_id": self.user_id.id,
        }
        return self.env["ozel_kalem.engagement"]._guard_values(self, values)

    # -------------------------------------------------------------- giving back

    def _free_time(self):
        engagement = self.engagement_id
        if engagement.state in ("tentative", "confirmed"):
            # sudo: the time is given back whoever took the step
            engagement.sudo().action_cancel(
                self.cancel_reason
                or self.refusal_reason
                or self._state_label(self.state)
            )
            self._offer_freed_time()

    def _offer_freed_time(self):
        """Tell the office who waits for an earlier time, if it is still to come."""
        if self.engagement_id.start <= fields.Datetime.now():
            return
        waiting = self.search(
            [
                ("waits_for_slot", "=", True),
                ("principal_id", "=", self.principal_id.id),
                ("state", "in", ("approved", "scheduled")),
                ("id", "!=", self.id),
            ],
            order="priority desc, received_on, id",
            limit=1,
        )
        for appointment in waiting:
            appointment.activity_schedule(
                "mail.mail_activity_data_call",
                date_deadline=local_today(),
                summary=self.env._("A time became free: offer it"),
                user_id=(appointment.user_id or self.env.user).id,
            )
