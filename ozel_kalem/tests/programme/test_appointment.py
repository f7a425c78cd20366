import runpy
from datetime import datetime, timedelta
from pathlib import Path

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.modules import get_module_path
from odoo.tests import tagged
from odoo.tools import SQL

from ..common import OzelKalemCase

MONDAY = "2026-11-23 05:00:00"  # 08:00 in Istanbul


@tagged("post_install", "-at_install", "ozel_kalem", "ok_programme")
@freeze_time("2026-11-20 08:00:00")
class TestAppointment(OzelKalemCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Appointment = cls.env["ozel_kalem.appointment"].with_user(cls.secretary)
        cls.appointment = cls.request("Kaldırım")

    @classmethod
    def request(cls, subject, **values):
        return cls.Appointment.create(
            {
                "principal_id": cls.principal.id,
                "partner_id": cls.citizen.id,
                "subject": subject,
                **values,
            }
        )

    def test_the_three_required_fields_are_enough(self):
        self.assertEqual(self.appointment.state, "requested")
        self.assertTrue(self.appointment.name)

    def test_approve_schedule_arrive_admit_done(self):
        appointment = self.appointment
        appointment.with_user(self.director).action_approve()
        appointment.action_schedule(MONDAY, "2026-11-23 05:20:00")
        self.assertEqual(appointment.state, "scheduled")
        self.assertEqual(appointment.engagement_id.state, "confirmed")
        appointment.action_arrive()
        visit = appointment.visit_ids
        self.assertEqual(visit.state, "waiting")
        appointment.action_admit()
        self.assertEqual(visit.state, "admitted")
        appointment.action_done("Yol onarılacak")
        self.assertEqual(visit.state, "left")
        self.assertEqual(appointment.engagement_id.state, "done")
        self.assertEqual(appointment.engagement_id.outcome, "Yol onarılacak")

    def test_the_appointment_follows_its_visit(self):
        self.appointment.action_schedule(MONDAY)
        self.appointment.action_arrive()
        self.appointment.visit_ids.action_admit()
        self.assertEqual(self.appointment.state, "in_meeting")
        self.appointment.visit_ids.action_leave()
        self.assertEqual(self.appointment.state, "done")

    def arrived(self):
        self.appointment.action_schedule(MONDAY)
        self.appointment.action_arrive()
        return self.appointment.visit_ids

    def test_the_principal_writes_the_outcome_himself(self):
        visit = self.arrived()
        mine = self.appointment.with_user(self.principal_user)
        mine.action_admit()
        mine.action_done("Yol onarılacak")
        self.assertEqual(visit.state, "left")
        self.assertEqual(self.appointment.state, "done")

    def test_who_acts_for_him_writes_the_outcome(self):
        self.env["ozel_kalem.delegation"].create(
            {
                "principal_id": self.principal.id,
                "employee_id": self.deputy_employee.id,
                "date_start": "2026-11-20",
                "date_end": "2026-11-20",
            }
        ).action_activate()
        visit = self.arrived()
        mine = self.appointment.with_user(self.deputy)
        mine.action_admit()
        mine.action_done("Yol onarılacak")
        self.assertEqual(visit.state, "left")

    def test_nobody_waits_for_a_cancelled_appointment(self):
        visit = self.arrived()
        self.appointment.with_user(self.principal_user).action_cancel("İl dışında")
        self.assertEqual(visit.state, "turned_away")
        self.assertEqual(visit.turned_away_reason, "İl dışında")

    def test_an_applicant_who_cancels_at_the_door_has_left(self):
        visit = self.arrived()
        self.appointment.action_cancel("Vazgeçti", "applicant")
        self.assertEqual(visit.state, "left")

    def test_nobody_waits_who_did_not_come_after_all(self):
        visit = self.arrived()
        with freeze_time("2026-11-23 06:00:00"):
            self.appointment.action_no_show()
        self.assertEqual(visit.state, "left")

    def test_who_is_turned_away_has_no_appointment_any_more(self):
        self.arrived().action_turn_away("Başkan il dışında")
        self.assertEqual(self.appointment.state, "cancelled")
        self.assertEqual(self.appointment.cancel_reason, "Başkan il dışında")
        self.assertEqual(self.appointment.cancelled_by, "office")
        self.assertEqual(self.appointment.engagement_id.state, "cancelled")

    def test_who_leaves_before_being_received_gives_the_time_back(self):
        self.arrived().action_leave()
        self.assertEqual(self.appointment.state, "cancelled")
        self.assertEqual(self.appointment.cancelled_by, "applicant")
        self.assertEqual(self.appointment.engagement_id.state, "cancelled")

    def test_an_arrival_that_was_pressed_by_mistake_is_undone(self):
        visit = self.arrived()
        engagement = self.appointment.engagement_id
        told = (engagement.ics_sequence, engagement.invitation_ids.mapped("method"))
        with freeze_time("2026-11-23 06:00:00"):
            self.appointment.with_user(self.principal_user).action_undo_arrival()
        self.assertEqual(self.appointment.state, "scheduled")
        self.assertEqual(visit.state, "turned_away")
        self.assertEqual(engagement.state, "confirmed")
        self.assertEqual(
            (engagement.ics_sequence, engagement.invitation_ids.mapped("method")), told
        )
        self.appointment.action_arrive()
        self.assertEqual(len(self.appointment.visit_ids), 2)

    def test_only_an_arrival_is_undone(self):
        with self.assertRaises(UserError):
            self.appointment.action_undo_arrival()
        self.appointment.action_schedule(MONDAY)
        with self.assertRaises(UserError):
            self.appointment.action_undo_arrival()

    def test_the_length_stands_in_for_a_missing_end(self):
        self.appointment.duration = 45
        self.appointment.action_schedule(MONDAY)
        length = self.appointment.stop - self.appointment.start
        self.assertEqual(length, timedelta(minutes=45))

    def test_a_taken_time_is_refused_and_nothing_moves(self):
        self.appointment.action_schedule(MONDAY)
        other = self.request("Park")
        with self.assertRaisesRegex(UserError, "booked already"):
            other.action_schedule(MONDAY)
        self.env.invalidate_all()
        self.assertEqual(self.appointment.engagement_id.state, "confirmed")

    def test_adjacent_times_both_fit(self):
        self.appointment.action_schedule(MONDAY, "2026-11-23 05:20:00")
        other = self.request("Park")
        other.action_schedule("2026-11-23 05:20:00")
        self.assertEqual(other.state, "scheduled")

    def test_postponing_frees_the_time_and_is_counted(self):
        self.appointment.action_schedule(MONDAY)
        engagement = self.appointment.engagement_id
        self.appointment.action_postpone("Başkan il dışında")
        self.assertEqual(self.appointment.state, "approved")
        self.assertEqual(engagement.state, "cancelled")
        self.assertEqual(self.appointment.postponed_count, 1)
        other = self.request("Park")
        other.action_schedule(MONDAY)
        self.assertEqual(other.state, "scheduled")

    def test_what_is_corrected_is_corrected_on_the_programme(self):
        self.appointment.action_schedule(MONDAY)
        engagement = self.appointment.engagement_id
        self.appointment.write({"subject": "Yağmur suyu", "location": "Salon 2"})
        self.assertEqual(engagement.subject, "Yağmur suyu")
        self.assertEqual(engagement.location, "Salon 2")
        # what the programme's own clerk wrote stays, until it is corrected again
        engagement.subject = "Mahalle heyeti"
        self.appointment.priority_reason = "Çarşamba"
        self.appointment.subject = "Yağmur suyu"
        self.assertEqual(engagement.subject, "Mahalle heyeti")

    def move_item(self, **values):
        self.appointment.action_schedule(MONDAY)
        item = self.appointment.engagement_id
        item.with_user(self.secretary).write(values)
        return item

    def test_what_is_moved_on_the_programme_is_expected_then(self):
        item = self.move_item(
            start="2026-11-23 07:00:00", stop="2026-11-23 07:30:00", location="Salon"
        )
        appointment = self.appointment
        self.assertEqual(appointment.start, datetime(2026, 11, 23, 7, 0))
        self.assertEqual(appointment.stop, datetime(2026, 11, 23, 7, 30))
        self.assertEqual(appointment.state, "scheduled")
        # what the programme's own clerk wrote stays
        self.assertEqual(item.location, "Salon")
        appointment.action_schedule(MONDAY)
        self.assertEqual(item.start, fields.Datetime.to_datetime(MONDAY))

    def test_an_item_may_be_moved_to_when_it_took_place(self):
        self.move_item(start="2026-11-19 07:00:00", stop="2026-11-19 07:30:00")
        self.assertEqual(self.appointment.start, datetime(2026, 11, 19, 7, 0))

    def test_what_is_declared_parallel_stays_so_where_it_is_moved(self):
        self.appointment.action_schedule(MONDAY)
        item = self.appointment.engagement_id.with_user(self.director)
        item.write({"is_parallel": True, "parallel_reason": "Kısa"})
        item.write({"start": "2026-11-23 05:10:00", "stop": "2026-11-23 05:30:00"})
        self.assertTrue(item.is_parallel)
        self.assertEqual(self.appointment.start, item.start)

    def test_what_is_cancelled_on_the_programme_is_not_expected(self):
        waiting = self.request("Bekleyen", waits_for_slot=True)
        waiting.with_user(self.director).action_approve()
        self.appointment.action_schedule(MONDAY)
        item = self.appointment.engagement_id.with_user(self.secretary)
        item.action_cancel("Bakan geliyor")
        self.assertEqual(self.appointment.state, "cancelled")
        self.assertEqual(self.appointment.cancel_reason, "Bakan geliyor")
        self.assertEqual(self.appointment.cancelled_by, "office")
        self.assertEqual(len(waiting.activity_ids), 1)

    def test_nobody_waits_for_what_is_cancelled_on_the_programme(self):
        visit = self.arrived()
        self.appointment.engagement_id.action_cancel("Bakan geliyor")
        self.assertEqual(self.appointment.state, "cancelled")
        self.assertEqual(visit.state, "turned_away")

    def test_what_was_held_on_the_programme_is_met(self):
        self.appointment.action_schedule(MONDAY)
        item = self.appointment.engagement_id.with_user(self.secretary)
        item.action_done("Yol onarılacak")
        self.assertEqual(self.appointment.state, "done")
        self.assertEqual(self.appointment.outcome, "Yol onarılacak")
        self.assertFalse(self.appointment.visit_ids)

    def test_who_waited_for_what_was_held_was_inside(self):
        visit = self.arrived()
        self.appointment.engagement_id.action_done("Yol onarılacak")
        self.assertEqual(self.appointment.state, "done")
        self.assertEqual(visit.state, "left")
        self.assertTrue(visit.admitted_on)

    def test_what_becomes_confidential_is_so_on_the_programme(self):
        self.appointment.action_schedule(MONDAY)
        engagement = self.appointment.engagement_id
        self.assertVisible(engagement, self.protocol)
        mine = self.appointment.with_user(self.director)
        mine.write(
            {
                "confidentiality": "private",
                "authorised_user_ids": [Command.link(self.registrar.id)],
            }
        )
        self.assertHidden(engagement, self.protocol)
        self.assertVisible(engagement, self.registrar)
        mine.authorised_user_ids = [Command.unlink(self.registrar.id)]
        self.assertHidden(engagement, self.registrar)
        mine.confidentiality = "normal"
        self.assertVisible(engagement, self.protocol)

    def test_the_door_and_the_minutes_are_hidden_along(self):
        self.appointment.action_schedule(MONDAY)
        self.appointment.action_arrive()
        visit = self.appointment.visit_ids
        minutes = self.env["ozel_kalem.minutes"].create(
            {"engagement_id": self.appointment.engagement_id.id}
        )
        told = (visit, minutes)
        for repeating in told:
            self.assertVisible(repeating, self.protocol)
        self.appointment.with_user(self.director).confidentiality = "private"
        for repeating in told:
            self.assertHidden(repeating, self.protocol)
            self.assertVisible(repeating, self.secretary)

    def test_who_is_named_on_an_appointment_meets_its_visitor(self):
        self.appointment.with_user(self.director).write(
            {
                "confidentiality": "private",
                "authorised_user_ids": [Command.link(self.protocol.id)],
            }
        )
        self.appointment.action_schedule(MONDAY)
        self.appointment.action_arrive()
        self.assertVisible(self.appointment.visit_ids, self.protocol)
        self.assertHidden(self.appointment.visit_ids, self.public_relations)

    def test_what_is_guarded_more_by_itself_stays_so(self):
        self.appointment.action_schedule(MONDAY)
        engagement = self.appointment.engagement_id
        engagement.confidentiality = "sealed"
        mine = self.appointment.with_user(self.director)
        for level in ("private", "normal"):
            mine.confidentiality = level
            self.assertEqual(engagement.confidentiality, "sealed")

    def test_an_upgrade_hides_what_stood_open(self):
        self.appointment.action_schedule(MONDAY)
        self.appointment.action_arrive()
        told = (self.appointment.engagement_id, self.appointment.visit_ids)
        self.appointment.with_user(self.director).confidentiality = "private"
        self.env.flush_all()
        for record in told:
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET confidentiality = 'normal' WHERE id = %s",
                    SQL.identifier(record._table),
                    record.id,
                )
            )
        for record in told:
            self.assertVisible(record, self.protocol)
        folder = Path(get_module_path("ozel_kalem")) / "migrations/19.0.1.5.0"
        script = runpy.run_path(str(folder / "post-hidden.py"))
        script["migrate"](self.env.cr, "19.0.1.4.0")
        for record in told:
            self.assertHidden(record, self.protocol)

    def test_what_is_over_can_still_be_hidden(self):
        self.appointment.action_schedule(MONDAY)
        engagement = self.appointment.engagement_id
        self.appointment.action_cancel("Gelemiyor", "applicant")
        self.appointment.with_user(self.director).confidentiality = "private"
        self.assertHidden(engagement, self.protocol)

    def test_a_freed_time_is_offered_to_who_waits(self):
        waiting = self.request("Bekleyen", waits_for_slot=True)
        waiting.with_user(self.director).action_approve()
        self.appointment.action_schedule(MONDAY)
        self.appointment.action_cancel("Vazgeçti", "applicant")
        self.assertTrue(waiting.activity_ids)
        self.assertEqual(self.appointment.cancelled_by, "applicant")

    def test_cancelling_wants_a_reason_and_by_whom(self):
        with self.assertRaises(UserError):
            self.appointment.action_cancel("  ")
        with self.assertRaisesRegex(UserError, "office"):
            self.appointment.action_cancel("Neden", "somebody")

    def test_rejecting_is_the_directors(self):
        with self.assertRaises(AccessError):
            self.appointment.action_reject("Uygun değil")
        self.appointment.with_user(self.director).action_reject("Birim ilgilenecek")
        self.assertEqual(self.appointment.state, "rejected")

    def test_redirecting_refers_to_the_unit(self):
        appointment = self.appointment.with_user(self.director)
        appointment.action_redirect(self.unit.id)
        self.assertEqual(appointment.state, "redirected")
        self.assertEqual(appointment.referral_ids.department_id, self.unit)

    def test_no_show_frees_nothing_that_was_not_booked(self):
        self.appointment.action_schedule(MONDAY)
        with freeze_time("2026-11-23 06:00:00"):
            self.appointment.action_no_show()
        self.assertEqual(self.appointment.engagement_id.state, "cancelled")

    def test_nobody_is_missed_before_his_hour(self):
        self.appointment.action_schedule(MONDAY)
        self.assertFalse(self.appointment.has_begun)
        with self.assertRaisesRegex(UserError, "Didn't come"):
            self.appointment.action_no_show()
        with self.assertRaises(UserError):
            self.appointment.state = "no_show"
        with freeze_time(MONDAY):
            self.env.invalidate_all()
            self.assertTrue(self.appointment.has_begun)
            self.appointment.action_no_show()
        self.assertEqual(self.appointment.state, "no_show")

    def test_a_time_that_has_passed_is_offered_to_nobody(self):
        waiting = self.request("Bekleyen", waits_for_slot=True)
        waiting.with_user(self.director).action_approve()
        self.appointment.action_schedule(MONDAY)
        with freeze_time("2026-11-23 06:00:00"):
            self.appointment.action_no_show()
        self.assertFalse(waiting.activity_ids)

    def test_a_time_given_back_by_postponing_is_offered(self):
        waiting = self.request("Bekleyen", waits_for_slot=True)
        waiting.with_user(self.director).action_approve()
        self.appointment.action_schedule(MONDAY)
        self.appointment.action_postpone("Başkan il dışında")
        self.assertTrue(waiting.activity_ids)

    def test_urgency_needs_a_reason(self):
        with self.assertRaises(ValidationError):
            self.appointment.write({"priority": "2"})
        self.appointment.write({"priority": "2", "priority_reason": "Cenaze"})

    def test_bad_moments_are_named(self):
        for start, stop in (
            ("dün", None),
            (MONDAY, "2026-11-23 04:00:00"),
            (None, None),
        ):
            with self.assertRaises(UserError):
                self.appointment.action_schedule(start, stop)

    def test_earlier_contacts_are_counted(self):
        self.request("Bir")
        self.request("İki")
        self.env.invalidate_all()
        self.assertEqual(self.appointment.earlier_count, 2)

    def contact(self, model, **values):
        return self.make(model, principal_id=self.principal.id, **values)

    def test_visits_and_calls_are_earlier_contacts_too(self):
        other = self.env["res.partner"].create({"name": "Başkası"})
        self.contact("ozel_kalem.visit", partner_id=self.citizen.id)
        self.contact("ozel_kalem.call", partner_id=self.citizen.id)
        self.contact("ozel_kalem.call", partner_id=other.id)
        self.request("Park")
        self.env.invalidate_all()
        self.assertEqual(self.appointment.earlier_count, 3)
        action = self.appointment.action_view_earlier()
        entries = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(
            sorted(entries.mapped("res_model")),
            ["ozel_kalem.appointment", "ozel_kalem.call", "ozel_kalem.visit"],
        )

    def test_one_meeting_is_one_contact(self):
        earlier = self.request("Park")
        earlier.action_schedule(MONDAY)
        earlier.action_arrive()
        self.env.invalidate_all()
        self.assertEqual(self.appointment.earlier_count, 1)
        self.assertEqual(earlier.earlier_count, 1)

    def test_contacts_that_the_reader_may_not_see_are_not_counted(self):
        self.contact(
            "ozel_kalem.visit", partner_id=self.citizen.id, confidentiality="private"
        )
        self.env.invalidate_all()
        self.assertEqual(self.appointment.earlier_count, 0)
        self.assertEqual(self.appointment.with_user(self.director).earlier_count, 1)

    def test_counting_contacts_takes_the_same_queries_for_any_number(self):
        appointments = self.appointment
        for number in range(9):
            person = self.env["res.partner"].create({"name": f"Kişi {number}"})
            appointments |= self.request("Yol", partner_id=person.id)

        def queries(records):
            self.env.invalidate_all()
            records.mapped("partner_id")
            start = self.env.cr.sql_log_count
            records.mapped("earlier_count")
            return self.env.cr.sql_log_count - start

        queries(self.appointment)
        self.assertEqual(queries(appointments), queries(self.appointment))

    def test_an_archived_principal_receives_nobody(self):
        self.principal.action_archive()
        engagement = self.env["ozel_kalem.engagement"]
        values = {
            "principal_id": self.principal.id,
            "subject": "Toplantı",
            "start": MONDAY,
            "stop": "2026-11-23 06:00:00",
        }
        for act in (
            lambda: self.appointment.suggest_slots(),
            lambda: self.appointment.action_schedule(MONDAY),
            lambda: self.request("Park"),
            lambda: engagement.with_user(self.secretary).create(values),
        ):
            with self.assertRaisesRegex(UserError, "archived.*Choose another"):
                act()
        self.principal.action_unarchive()
        self.appointment.action_schedule(MONDAY)
        self.assertEqual(self.appointment.state, "scheduled")

    def test_what_was_planned_before_the_archive_is_not_confirmed_after(self):
        engagement = self.make(
            "ozel_kalem.engagement",
            principal_id=self.principal.id,
            start=MONDAY,
            stop="2026-11-23 06:00:00",
        )
        self.principal.action_archive()
        with self.assertRaisesRegex(UserError, "archived"):
            engagement.action_confirm()
        engagement.action_cancel("Görevden ayrıldı")

    def test_the_years_of_a_predecessor_can_be_brought_in(self):
        self.principal.action_archive()
        history = self.env["ozel_kalem.appointment"].with_context(
            ozel_kalem_history=True
        )
        appointment = history.create(
            {
                "principal_id": self.principal.id,
                "partner_id": self.citizen.id,
                "subject": "2019",
                "state": "done",
            }
        )
        self.assertEqual(appointment.state, "done")

    def test_public_relations_may_ask_but_not_move(self):
        asked = self.env["ozel_kalem.appointment"].with_user(self.public_relations)
        appointment = asked.create(
            {
                "principal_id": self.principal.id,
                "partner_id": self.citizen.id,
                "subject": "STK",
            }
        )
        with self.assertRaises(AccessError):
            appointment.action_approve()


@tagged("post_install", "-at_install", "ozel_kalem", "ok_programme")
@freeze_time("2026-11-20 15:30:00")  # Friday, 18:30 in Istanbul
class TestSlots(OzelKalemCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.principal.resource_calendar_id = cls.env["resource.calendar"].create(
            {"name": "Makam", "tz": "Europe/Istanbul"}
        )
        cls.appointment = cls.env["ozel_kalem.appointment"].create(
            {
                "principal_id": cls.principal.id,
                "partner_id": cls.citizen.id,
                "subject": "Görüşme",
            }
        )

    def starts(self, limit=3):
        slots = self.appointment.suggest_slots(limit)
        return [fields.Datetime.to_datetime(slot["start"]) for slot in slots]

    def book(self, start, stop):
        engagement = self.env["ozel_kalem.engagement"].create(
            {
                "principal_id": self.principal.id,
                "subject": "Toplantı",
                "kind": "meeting",
                "start": start,
                "stop": stop,
            }
        )
        engagement.action_confirm()

    def test_the_weekend_is_skipped(self):
        self.assertEqual(self.starts(1), [datetime(2026, 11, 23, 5, 0)])

    def test_what_is_booked_is_skipped(self):
        self.book("2026-11-23 05:00:00", "2026-11-23 06:00:00")
        self.assertGreaterEqual(self.starts(1)[0], datetime(2026, 11, 23, 6, 0))

    def test_holidays_are_skipped(self):
        self.env["ozel_kalem.holiday"].create(
            {"name": "İdari tatil", "date": "2026-11-23", "kind": "public"}
        )
        self.assertEqual(self.starts(1)[0].date().isoformat(), "2026-11-24")

    def rest(self, kind, day="2026-11-23"):
        self.env["ozel_kalem.holiday"].create({"name": kind, "date": day, "kind": kind})

    def test_nobody_is_received_in_the_afternoon_of_a_half_day(self):
        self.rest("half_day")
        slots = self.appointment.suggest_slots(50)
        stops = [fields.Datetime.to_datetime(slot["stop"]) for slot in slots]
        monday = [stop for stop in stops if stop.date().isoformat() == "2026-11-23"]
        # 13.00 in Istanbul
        self.assertTrue(monday)
        self.assertLessEqual(max(monday), datetime(2026, 11, 23, 10, 0))
        self.assertGreater(max(stops), max(monday))

    def test_the_morning_of_a_half_day_is_offered_whatever_the_clock_counts(self):
        self.rest("half_day")
        self.office.half_day_suspends = True
        self.assertEqual(self.starts(1), [datetime(2026, 11, 23, 5, 0)])

    def test_days_of_administrative_leave_are_skipped(self):
        self.rest("administrative")
        self.assertEqual(self.starts(1)[0].date().isoformat(), "2026-11-24")

    def test_the_leave_of_another_company_is_offered_here(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.rest("administrative")
        self.env["ozel_kalem.holiday"].search([("date", "=", "2026-11-23")]).write(
            {"company_id": other.id}
        )
        self.assertEqual(self.starts(1)[0].date().isoformat(), "2026-11-23")

    def test_days_of_a_delegation_are_skipped(self):
        self.env["ozel_kalem.delegation"].create(
            {
                "principal_id": self.principal.id,
                "employee_id": self.deputy_employee.id,
                "date_start": "2026-11-23",
                "date_end": "2026-11-24",
            }
        ).action_activate()
        self.assertEqual(self.starts(1)[0].date().isoformat(), "2026-11-25")

    def test_the_wished_day_is_kept(self):
        self.appointment.wished_from = "2026-12-01"
        self.assertEqual(self.starts(1)[0].date().isoformat(), "2026-12-01")

    def test_what_is_suggested_can_be_booked(self):
        for slot in self.appointment.suggest_slots(5):
            appointment = self.appointment.copy()
            appointment.action_schedule(slot["start"], slot["stop"])
            self.assertEqual(appointment.state, "scheduled")

    def test_the_dialog_books_with_one_click(self):
        action = self.appointment.action_open_slots()
        dialog = self.env[action["res_model"]].browse(action["res_id"])
        # in the browser the button of an unsaved line books nothing
        self.assertEqual(len(dialog.slot_ids.ids), 6)
        dialog.slot_ids[0].action_choose()
        self.assertEqual(self.appointment.state, "scheduled")

    def test_a_senseless_limit_is_refused(self):
        for limit in (0, -1, 51, "3"):
            with self.assertRaises(UserError):
                self.appointment.suggest_slots(limit)
