"""Appointments, meetings and the front desk of the demo office."""

from collections import Counter

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from ...tools.local_time import local_date
from .test_demo import DemoCase

APPOINTMENTS = 24
# The numbers of the sample in each state.
STATES = {
    "done": (1, 2, 3, 4, 5, 7, 10, 11),
    "redirected": (6, 12),
    "cancelled": (8,),
    "no_show": (9,),
    "arrived": (13,),
    "scheduled": (14, 15, 16, 17, 19, 21, 22),
    "requested": (18, 20, 24),
    "rejected": (23,),
}
COLUMNS = ("expected", "waiting", "inside", "left")
# UTC; Istanbul is three hours ahead.
MOMENTS = (
    "2026-10-07 05:50:00",  # the day of the sample, before its first item
    "2026-10-07 11:10:00",  # the same, in the middle of it
    "2026-10-29 09:00:00",  # a public holiday
    "2026-11-22 01:45:00",  # the night before a Sunday's dawn
    "2026-11-23 07:00:00",  # a Monday morning
    "2027-02-12 20:55:00",  # five minutes to midnight, next year
    "2027-02-12 21:05:00",  # and five past
)


@tagged("post_install", "-at_install", "ozel_kalem", "ok_demo")
class TestDemoAppointments(DemoCase):
    def appointments(self):
        """The appointments of the sample, by their number."""
        return {
            number: self.record(f"appointment_{number:02d}")
            for number in range(1, APPOINTMENTS + 1)
        }

    def test_states_and_numbers(self):
        for number, appointment in self.appointments().items():
            with self.subTest(number):
                self.assertEqual(appointment.register_number, number)
                self.assertIn(number, STATES[appointment.state])
                self.assertEqual(
                    appointment.principal_id, self.record("principal_baskan")
                )

    def test_what_was_booked_is_on_the_programme_once(self):
        for number, appointment in self.appointments().items():
            if appointment.state not in ("scheduled", "arrived", "done"):
                continue
            with self.subTest(number):
                engagement = appointment.engagement_id
                state = "done" if appointment.state == "done" else "confirmed"
                self.assertEqual(engagement.state, state)
                self.assertEqual(engagement.start, appointment.start)
                self.assertEqual(engagement.stop, appointment.stop)

    def test_those_of_the_day_are_the_items_of_its_programme(self):
        sample = self.appointments()
        for number, name in (
            (13, "spor_kulubu"),
            (14, "altunbilek"),
            (15, "kardes_belediye"),
        ):
            self.assertEqual(
                sample[number].engagement_id, self.record(f"engagement_{name}")
            )
        self.assertTrue(sample[15].needs_interpreter)

    def test_chains(self):
        sample = self.appointments()
        self.assertEqual(sample[21].origin, sample[8])
        for instruction, appointment in ((1, 1), (2, 3), (3, 5)):
            self.assertEqual(
                self.record(f"instruction_{instruction:02d}").origin,
                sample[appointment],
            )
        received = self.record("appointment_12_tepekoy")
        self.assertEqual(received.origin, sample[12])
        self.assertEqual(received.principal_id, self.record("principal_tepekoy"))
        self.assertEqual(sample[12].deputy_id, self.record("employee_tepekoy"))
        unit = self.record("department_insan_kaynaklari")
        self.assertEqual(sample[6].referral_ids.department_id, unit)

    def test_who_was_redirected_is_to_be_told_in_turkish(self):
        notice = self.env["ozel_kalem.notice"].search(
            [
                ("res_model", "=", "ozel_kalem.appointment"),
                ("res_id", "=", self.record("appointment_06").id),
            ]
        )
        self.assertEqual(notice.state, "pending")
        self.assertIn("Sayın Veysel Çubukçu", notice.body)

    def test_meetings(self):
        minutes = self.record("minutes_29_ekim")
        self.assertEqual(
            [str(decision.deadline) for decision in minutes.decision_ids],
            ["2026-10-20", "2026-10-22", "2026-10-24", "2026-10-14"],
        )
        self.assertTrue(all(minutes.decision_ids.mapped("department_id")))
        self.assertEqual(len(minutes.participant_ids), 4)
        for name, day in (
            ("29_ekim", "2026-10-05"),
            ("pazar_yeri", "2026-10-12"),
            ("encumen", "2026-10-21"),
        ):
            meeting = self.record(f"engagement_toplanti_{name}")
            self.assertEqual(str(local_date(meeting.start)), day)

    def test_the_front_desk_of_7_october(self):
        day = [("create_uid", "=", self.user("mudur").id)]
        visits = self.env["ozel_kalem.visit"].search(
            [
                *day,
                ("arrived_on", ">=", "2026-10-06 21:00:00"),
                ("arrived_on", "<", "2026-10-07 21:00:00"),
            ]
        )
        self.assertEqual(Counter(visits.mapped("state")), {"left": 3, "turned_away": 1})
        calls = self.env["ozel_kalem.call"].search(
            [
                *day,
                ("called_on", ">=", "2026-10-06 21:00:00"),
                ("called_on", "<", "2026-10-07 21:00:00"),
            ]
        )
        self.assertEqual(Counter(calls.mapped("state")), {"closed": 2, "call_back": 3})


@tagged("post_install", "-at_install", "ozel_kalem", "ok_demo")
class TestDemoDay(DemoCase):
    """Whatever the day and the hour, something goes on in the demo office."""

    def board(self, login):
        self.env.invalidate_all()
        return self.env["ozel_kalem.board"].with_user(self.user(login))

    def move(self):
        self.env["ozel_kalem.office"]._move_demo_day()
        self.env.flush_all()

    def count(self, model, *domain):
        return self.env[model].search_count(list(domain))

    def test_no_screen_is_empty_at_any_moment(self):
        for moment in MOMENTS:
            with self.subTest(moment), freeze_time(moment):
                self.move()
                reception = self.board("sekreter").get_reception()
                for column in COLUMNS:
                    self.assertTrue(reception[column], column)
                day = self.board("baskan").get_day()
                for part in ("timeline", "waiting", "visitors", "notes", "decisions"):
                    self.assertTrue(day[part], part)

    def test_times_fit_the_moment(self):
        for moment in MOMENTS:
            with self.subTest(moment), freeze_time(moment):
                self.move()
                now = fields.Datetime.now()
                for name in ("waiting_1", "waiting_2", "inside", "left_1", "left_2"):
                    arrived = self.record(f"today_visit_{name}").arrived_on
                    self.assertEqual(local_date(arrived), local_date(now))
                    self.assertLessEqual(arrived, now)
                for number in (1, 2):
                    expected = self.record(f"today_appointment_expected_{number}")
                    self.assertEqual(local_date(expected.start), local_date(now))
                    self.assertEqual(expected.engagement_id.state, "confirmed")
                    self.assertFalse(expected.postponed_count)

    def test_on_a_working_day_people_are_expected_in_working_hours(self):
        with freeze_time("2026-11-23 04:00:00"):  # Monday, seven o'clock
            self.move()
            first = self.record("today_appointment_expected_1").start
        self.assertGreaterEqual(str(first), "2026-11-23 05:00:00")

    def test_the_queues_are_filled(self):
        with freeze_time("2026-12-15 08:00:00"):
            self.move()
            today = ("called_on", ">=", "2026-12-14 21:00:00")
            self.assertEqual(
                self.count("ozel_kalem.call", today, ("state", "=", "call_back")), 3
            )
            self.assertTrue(self.count("ozel_kalem.note", ("is_overdue", "=", True)))
        self.assertTrue(
            self.count("ozel_kalem.appointment", ("state", "=", "requested"))
        )
        waiting = [("waits_for_slot", "=", True), ("closed_on", "=", False)]
        self.assertGreaterEqual(self.count("ozel_kalem.appointment", *waiting), 2)

    def test_nothing_moves_twice_a_day(self):
        def times():
            self.env.invalidate_all()
            return [
                record.read(["write_date"])
                for record in self.env["ozel_kalem.office"]._demo_day_records().values()
            ]

        with freeze_time("2026-12-15 08:00:00"):
            self.move()
        with freeze_time("2026-12-15 12:00:00"):
            before = times()
            self.move()
            self.assertEqual(times(), before)

    def test_what_people_have_done_stays(self):
        self.record("today_note_1").action_deliver()
        self.record("today_note_1").action_acknowledge()
        self.record("today_appointment_expected_1").action_cancel("Vazgeçti")
        received = self.record("today_note_1").received_on
        with freeze_time("2026-12-15 08:00:00"):
            self.move()
        self.assertEqual(self.record("today_note_1").received_on, received)
        cancelled = self.record("today_appointment_expected_1")
        self.assertEqual(cancelled.state, "cancelled")

    def test_without_the_demo_office_nothing_happens(self):
        self.record("demo_moment").unlink()
        before = self.record("today_visit_waiting_1").arrived_on
        with freeze_time("2026-12-15 08:00:00"):
            self.move()
        self.assertEqual(self.record("today_visit_waiting_1").arrived_on, before)
