from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, MissingError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import OzelKalemCase


@tagged("post_install", "-at_install", "ozel_kalem", "ok_programme")
class TestVisit(OzelKalemCase):
    def visit(self, **values):
        return (
            self.env["ozel_kalem.visit"]
            .with_user(self.secretary)
            .create({"principal_id": self.principal.id, **values})
        )

    def test_a_name_is_enough(self):
        visit = self.visit(visitor_name="Ali Rıza Pekmezci")
        self.assertEqual(visit.state, "waiting")
        self.assertIn("Ali Rıza", visit.display_name)

    def test_a_person_gives_the_name(self):
        self.assertEqual(
            self.visit(partner_id=self.citizen.id).visitor_name, self.citizen.name
        )

    def test_nobody_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "Visitor"):
            self.visit()

    def test_waiting_is_measured(self):
        with freeze_time("2026-11-20 08:00:00"):
            visit = self.visit(visitor_name="Ali")
        with freeze_time("2026-11-20 08:17:30"):
            visit.action_admit()
        self.assertEqual(visit.wait_minutes, 17)

    def test_turning_away_wants_a_reason(self):
        visit = self.visit(visitor_name="Ali")
        with self.assertRaises(UserError):
            visit.action_turn_away("")
        visit.action_turn_away("Başkan il dışında")
        self.assertEqual(visit.state, "turned_away")

    def test_a_visitor_may_leave_without_having_been_inside(self):
        visit = self.visit(visitor_name="Ali")
        visit.action_leave()
        self.assertEqual(visit.state, "left")
        self.assertTrue(visit.left_on)

    def test_a_badge_hangs_on_one_visitor_at_a_time(self):
        visit = self.visit(visitor_name="Ali", badge="T12")
        self.assertTrue(visit.is_badge_out)
        with self.assertRaises(ValidationError) as refusal:
            self.visit(visitor_name="Veli", badge="T12")
        self.assertIn(visit.name, str(refusal.exception))
        visit.action_leave()
        self.assertFalse(visit.is_badge_out)
        self.assertTrue(self.visit(visitor_name="Veli", badge="T12").is_badge_out)

    def test_a_badge_that_was_carried_off_stays_out(self):
        visit = self.visit(visitor_name="Ali", badge="T12")
        with self.assertRaisesRegex(UserError, "who has left"):
            visit.action_miss_badge()
        visit.action_leave()
        visit.action_miss_badge()
        out = self.env["ozel_kalem.visit"].search([("is_badge_out", "=", True)])
        self.assertIn(visit, out)
        with self.assertRaises(ValidationError):
            self.visit(visitor_name="Veli", badge="T12")
        visit.action_return_badge()
        self.assertFalse(visit.is_badge_out)
        self.visit(visitor_name="Veli", badge="T12")

    def test_a_visitor_without_badge_misses_none(self):
        visit = self.visit(visitor_name="Ali")
        visit.action_leave()
        with self.assertRaises(UserError):
            visit.action_miss_badge()

    def test_the_principal_calls_in_whom_he_wants(self):
        visit = self.visit(visitor_name="Ali")
        other = self.new_user("other_mayor", "ozel_kalem.group_principal")
        with self.assertRaises(AccessError):
            visit.with_user(other).action_admit()
        visit.with_user(self.principal_user).action_admit()
        self.assertEqual(visit.state, "admitted")
        with self.assertRaises(AccessError):
            visit.with_user(self.principal_user).action_leave()

    def test_only_the_front_desk_writes(self):
        visit = self.visit(visitor_name="Ali")
        for user in (self.public_relations, self.protocol, self.registrar):
            with self.assertRaises(AccessError):
                visit.with_user(user).action_admit()


@tagged("post_install", "-at_install", "ozel_kalem", "ok_programme")
class TestCall(OzelKalemCase):
    def call(self, **values):
        values.setdefault("caller_name", "Nermin Aksakal")
        return (
            self.env["ozel_kalem.call"]
            .with_user(self.secretary)
            .create({"direction": "in", "principal_id": self.principal.id, **values})
        )

    def test_the_caller_is_found_by_any_spelling_of_the_number(self):
        self.citizen.phone = "0532 111 22 33"
        for phone in ("05321112233", "+90 532 111 22 33", "(532) 111-22-33"):
            self.assertEqual(self.call(phone=phone).partner_id, self.citizen, phone)

    def test_an_unknown_number_finds_nobody(self):
        self.assertFalse(self.call(phone="0999 000 00 00").partner_id)

    def test_the_caller_must_be_named(self):
        with self.assertRaisesRegex(ValidationError, "Caller"):
            self.call(caller_name=" ")

    def test_a_note_is_born_from_the_call(self):
        call = self.call(subject="Yol", text="Arasın", seeks="director")
        note = self.env["ozel_kalem.note"].browse(call.action_make_note()["res_id"])
        self.assertEqual(note.origin, call)
        self.assertEqual((note.recipient, note.text), ("director", "Arasın"))
        self.assertEqual(call.state, "noted")

    def test_an_appointment_is_born_from_the_call(self):
        call = self.call(phone="0999 000 00 01", subject="Ruhsat")
        action = call.action_make_appointment()
        appointment = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(appointment.origin, call)
        self.assertEqual(appointment.partner_id.name, "Nermin Aksakal")
        self.assertEqual(appointment.channel, "phone")
        self.assertEqual(call.state, "closed")

    def test_attempts_are_counted(self):
        call = self.call()
        call.action_call_back()
        call.action_attempt()
        call.action_attempt()
        self.assertEqual((call.state, call.attempt_count), ("call_back", 2))
        call.action_connect()
        call.action_close()
        self.assertEqual(call.state, "closed")


@tagged("post_install", "-at_install", "ozel_kalem", "ok_programme")
class TestNote(OzelKalemCase):
    def note(self, **values):
        return (
            self.env["ozel_kalem.note"]
            .with_user(self.secretary)
            .create({"principal_id": self.principal.id, "subject": "Arandı", **values})
        )

    def test_delivered_then_acknowledged(self):
        note = self.note()
        note.action_deliver()
        note.with_user(self.principal_user).action_acknowledge()
        self.assertEqual(note.state, "acknowledged")
        self.assertTrue(note.delivered_on and note.acknowledged_on)

    def test_it_cannot_be_acknowledged_before_it_was_delivered(self):
        with self.assertRaises(UserError):
            self.note().action_acknowledge()

    def test_late_ones_are_told(self):
        note = self.note(latest_on="2026-11-20 08:00:00")
        with freeze_time("2026-11-20 09:00:00"):
            note.invalidate_recordset()
            self.assertTrue(note.is_overdue)
            self.assertIn(note, note.search([("is_overdue", "=", True)]))
            note.action_deliver()
        self.assertTrue(note.was_late)
        self.assertFalse(note.is_overdue)


@tagged("post_install", "-at_install", "ozel_kalem", "ok_programme")
class TestMinutes(OzelKalemCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.meeting = cls.env["ozel_kalem.engagement"].create(
            {
                "principal_id": cls.principal.id,
                "subject": "29 Ekim hazırlık",
                "kind": "meeting",
                "start": "2026-10-05 07:00:00",
                "stop": "2026-10-05 08:00:00",
                "partner_ids": [(4, cls.liaison.partner_id.id)],
            }
        )
        cls.minutes = (
            cls.env["ozel_kalem.minutes"]
            .with_user(cls.secretary)
            .create({"engagement_id": cls.meeting.id})
        )

    def decide(self, text, **values):
        self.minutes.decision_ids = [(0, 0, {"text": text, **values})]
        return self.minutes.decision_ids[-1]

    def test_subject_and_participants_come_from_the_meeting(self):
        self.assertEqual(self.minutes.subject, self.meeting.subject)
        self.assertEqual(
            self.minutes.participant_ids.partner_id, self.meeting.partner_ids
        )

    def test_a_decision_with_a_unit_becomes_an_instruction(self):
        decision = self.decide(
            "Çelenk siparişi", department_id=self.unit.id, deadline="2027-10-20"
        )
        self.decide("Bilgi edinildi")
        self.minutes.with_user(self.director).action_approve()
        instruction = decision.instruction_id.sudo()
        self.assertEqual(instruction.origin, self.minutes)
        self.assertEqual(instruction.state, "in_progress")
        self.assertEqual(instruction.referral_ids.department_id, self.unit)
        self.assertEqual(len(self.minutes.decision_ids.filtered("instruction_id")), 1)

    def test_approved_minutes_stand(self):
        self.minutes.with_user(self.director).action_approve()
        with self.assertRaises(UserError):
            self.minutes.write({"body": "değişti"})

    def test_what_is_decided_anew_is_followed_up_alone(self):
        kept = self.decide("Çadır", department_id=self.unit.id)
        changed = self.decide("Çelenk", department_id=self.unit.id)
        dropped = self.decide("Bayrak", department_id=self.unit.id)
        director = self.minutes.with_user(self.director)
        director.action_approve()
        first = self.minutes.decision_ids.instruction_id.sudo()
        director.action_take_back()
        self.assertEqual(set(first.mapped("state")), {"cancelled"})
        self.assertFalse(first.referral_ids.filtered(lambda one: not one.closed_on))
        self.assertFalse(self.minutes.decision_ids.instruction_id)
        changed.text = "Bando"
        dropped.unlink()
        director.action_approve()
        instructions = self.minutes.decision_ids.instruction_id.sudo()
        self.assertEqual(instructions.mapped("subject"), ["Çadır", "Bando"])
        self.assertEqual(set(instructions.mapped("state")), {"in_progress"})
        self.assertEqual((kept | changed).instruction_id.sudo(), instructions)

    def test_what_was_carried_out_is_not_ordered_again(self):
        same = self.decide("Çadır", department_id=self.unit.id)
        other = self.decide("Çelenk", department_id=self.unit.id)
        director = self.minutes.with_user(self.director)
        director.action_approve()
        first = self.minutes.decision_ids.instruction_id.sudo()
        first.action_conclude("Yapıldı")
        director.action_take_back()
        self.assertEqual(set(first.mapped("state")), {"concluded"})
        same.write({"text": "Çadır", "deadline": "2027-10-20"})
        other.text = "Bando"
        director.action_approve()
        self.assertIn(same.instruction_id.sudo(), first)
        self.assertEqual(other.instruction_id.sudo().subject, "Bando")
        self.assertNotIn(other.instruction_id.sudo(), first)

    def test_approved_decisions_stand_whatever_way_they_are_reached(self):
        decision = self.decide("Çelenk")
        draft = self.minutes.copy({"decision_ids": False})
        self.minutes.with_user(self.director).action_approve()
        line = decision.with_user(self.secretary)
        approved = {"minutes_id": self.minutes.id, "text": "Bando"}
        for change in (
            lambda: line.write({"text": "Bando"}),
            lambda: line.write({"minutes_id": draft.id}),
            lambda: line.create(approved),
            lambda: line.create({**approved, "minutes_id": draft.id}).write(approved),
            line.unlink,
        ):
            with self.assertRaises(UserError) as refusal:
                change()
            self.assertIn("Approved minutes", str(refusal.exception))
        self.assertEqual(self.minutes.decision_ids, decision)

    def test_the_minutes_of_closed_years_come_with_their_decisions(self):
        history = self.minutes.with_user(self.director).with_context(
            ozel_kalem_history=True
        )
        old = history.create(
            {
                "engagement_id": self.meeting.id,
                "state": "distributed",
                "decision_ids": [(0, 0, {"text": "Çelenk"})],
            }
        )
        self.assertEqual(old.decision_ids.text, "Çelenk")

    def test_the_secretary_does_not_approve(self):
        with self.assertRaises(AccessError):
            self.minutes.action_approve()

    def test_participants_read_and_confirm_once_distributed(self):
        reader = self.minutes.with_user(self.liaison)
        with self.assertRaises(AccessError):
            reader.read(["subject"])
        director = self.minutes.with_user(self.director)
        director.action_approve()
        director.action_distribute()
        self.assertEqual(reader.subject, self.meeting.subject)
        reader.action_confirm_reading()
        self.assertTrue(self.minutes.participant_ids.seen_on)

    def test_nobody_to_tell_is_refused(self):
        self.minutes.participant_ids.unlink()
        director = self.minutes.with_user(self.director)
        director.action_approve()
        with self.assertRaisesRegex(UserError, "Participants"):
            director.action_distribute()


@tagged("post_install", "-at_install", "ozel_kalem", "ok_programme")
class TestTwoCompanies(OzelKalemCase):
    """Who works in two companies serves the principal of the other one as well."""

    def setUp(self):
        super().setUp()
        self.other = self.env["res.company"].create({"name": "Su İdaresi"})
        self.secretary.company_ids += self.other
        self.env = self.secretary.with_context(
            allowed_company_ids=(self.company | self.other).ids
        ).env(user=self.secretary)
        self.manager_of_other = (
            self.env["ozel_kalem.principal"]
            .sudo()
            .create(
                {
                    "name": "General manager",
                    "partner_id": self.employee.partner_id.id,
                    "company_id": self.other.id,
                }
            )
        )

    def assertStandsThere(self, record):
        self.assertEqual(record.company_id, self.other)
        self.assertEqual(record.register_id.sudo().company_id, self.other)
        self.assertTrue(record.name)

    def visit(self, **values):
        return self.env["ozel_kalem.visit"].create(
            {"principal_id": self.manager_of_other.id, **values}
        )

    def test_a_walk_in_is_received(self):
        self.assertStandsThere(self.visit(visitor_name="Ali"))

    def test_a_principal_that_isn_t_one_is_refused(self):
        for wrong, error in ((False, IntegrityError), (999999, MissingError)):
            with (
                self.subTest(wrong),
                self.assertRaises(error),
                mute_logger("odoo.sql_db"),
            ):
                self.visit(visitor_name="Ali", principal_id=wrong).flush_recordset()

    def test_a_note_is_taken_from_a_call(self):
        call = self.env["ozel_kalem.call"].create(
            {"principal_id": self.manager_of_other.id, "caller_name": "Ali"}
        )
        self.assertStandsThere(call)
        action = call.action_make_note()
        self.assertStandsThere(self.env["ozel_kalem.note"].browse(action["res_id"]))

    @freeze_time("2026-11-02 08:00:00")
    def test_a_guest_without_an_address_is_scheduled_and_arrives(self):
        appointment = self.env["ozel_kalem.appointment"].create(
            {
                "principal_id": self.manager_of_other.id,
                "partner_id": self.citizen.id,
                "subject": "Abonelik",
            }
        )
        self.assertStandsThere(appointment)
        appointment.action_schedule("2026-11-03 08:00:00")
        call = self.env["ozel_kalem.call"].search(
            [("partner_id", "=", self.citizen.id)]
        )
        self.assertStandsThere(call)
        appointment.action_arrive()
        self.assertStandsThere(appointment.visit_ids)

    def test_a_given_company_is_kept(self):
        with self.assertRaisesRegex(UserError, "company"):
            self.visit(visitor_name="Ali", company_id=self.company.id)
