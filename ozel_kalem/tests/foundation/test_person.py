import io
from datetime import timedelta

import openpyxl

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ..citizens.common import CitizensCase

VALID_IDENTITY = "17291716060"


@tagged("post_install", "-at_install", "ozel_kalem", "ok_foundation", "ok_person")
class TestPerson(CitizensCase):
    """One page for all that passed between a person and the office."""

    def closed_request(self, **values):
        request = self.new_request(**values)
        request.action_answer("positive", "Ayşe Hanım, yapıldı.")
        self.tell(request).action_deliver("Ayşe Hanım'ın kendisi")
        return request

    def visit(self, **values):
        return self.make(
            "ozel_kalem.visit",
            partner_id=self.citizen.id,
            visitor_name="Ayşe Yılmaz",
            principal_id=self.principal.id,
            **values,
        )

    # -------------------------------------------------------------- identity

    def test_a_wrong_identity_number_is_refused(self):
        for number in ("12345678901", "1729171606", "0" * 11, "17291716061", "abc"):
            with self.subTest(number), self.assertRaises(ValidationError):
                self.citizen.ozel_kalem_identity = number
        self.citizen.ozel_kalem_identity = VALID_IDENTITY

    def test_the_number_is_shown_masked(self):
        self.citizen.ozel_kalem_identity = VALID_IDENTITY
        secretary = self.citizen.with_user(self.secretary)
        self.assertEqual(secretary.ozel_kalem_identity_masked, "17*******60")
        with self.assertRaises(AccessError):
            secretary.read(["ozel_kalem_identity"])
        with self.assertRaises(AccessError):
            self.citizen.with_user(self.employee).read(["ozel_kalem_deceased"])

    def test_a_person_is_found_by_the_telephone_in_any_spelling(self):
        self.citizen.phone = "0532 123 45 67"
        Partner = self.env["res.partner"].with_user(self.secretary)
        for typed in ("+90 532 123 45 67", "5321234567", "(0532) 123-4567"):
            with self.subTest(typed):
                found = [res_id for res_id, _name in Partner.name_search(typed)]
                self.assertIn(self.citizen.id, found)

    # ------------------------------------------------------------- time line

    def test_the_time_line_shows_what_the_reader_may_read(self):
        visit = self.visit()
        aid = self.make(
            "ozel_kalem.request",
            partner_id=self.citizen.id,
            request_type="aid",
            user_id=self.director.id,
        )

        def line(user):
            partner = self.citizen.with_user(user)
            action = partner.action_ozel_kalem_contacts()
            entries = self.env[action["res_model"]].with_user(user)
            return set(entries.search(action["domain"]).mapped("name"))

        self.assertEqual(line(self.director), {self.request.name, visit.name, aid.name})
        self.assertEqual(line(self.public_relations), {self.request.name, visit.name})
        self.assertEqual(line(self.protocol), {visit.name})
        self.assertEqual(
            self.citizen.with_user(self.director).ozel_kalem_contact_count, 3
        )

    # ---------------------------------------------------------------- flags

    def test_nothing_is_sent_to_the_dead(self):
        self.citizen.ozel_kalem_deceased = True
        for channel in ("email", "phone", "letter"):
            with self.subTest(channel), self.assertRaisesRegex(UserError, "deceased"):
                self.tell(channel=channel)

    def test_who_wants_no_contact_gets_what_the_law_owes_by_letter(self):
        self.citizen.ozel_kalem_do_not_contact = True
        with self.assertRaisesRegex(UserError, "by letter"):
            self.tell(channel="phone")
        self.assertTrue(self.tell(channel="letter"))

    # ------------------------------------------------------------- retention

    def test_what_is_older_and_closed_loses_its_contents(self):
        request = self.closed_request(text="Annem düştü")
        request.message_post(body="Ayşe Hanım aradı")
        line = self.env["ozel_kalem.retention"].create(
            {"model_name": "ozel_kalem.request", "months": 12}
        )
        self.assertFalse(line._due())
        self.env.flush_all()
        long_ago = fields.Datetime.now() - timedelta(days=400)
        self.env.cr.execute(
            "UPDATE ozel_kalem_request SET closed_on = %s WHERE id = %s",
            (long_ago, request.id),
        )
        self.env.invalidate_all()
        self.assertEqual(line._due(), request)
        number = request.name
        line.with_user(self.director).action_run()
        self.assertEqual(request.name, number)
        self.assertEqual(request.state, "notified")
        self.assertNotEqual(request.partner_id, self.citizen)
        self.assertFalse(request.text)
        kept = " ".join(
            str(value)
            for record in (request, *request.notice_ids)
            for value in record.read()[0].values()
        )
        self.assertNotIn("Ayşe", kept)
        self.assertFalse(request.message_ids)
        self.assertFalse(line._due())

    def close_long_ago(self, request):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE ozel_kalem_request SET closed_on = %s WHERE id = %s",
            (fields.Datetime.now() - timedelta(days=400), request.id),
        )
        self.env.invalidate_all()

    def decided_submission(self, request):
        submission = self.env["ozel_kalem.submission"].create(
            {
                "res_model": request._name,
                "res_id": request.id,
                "principal_id": self.principal.id,
                "summary": "Ayşe Hanım yardım istiyor",
            }
        )
        submission.action_submit()
        submission.with_user(self.principal_user).action_approve("Ayşe Hanım'a verin")
        return submission

    def test_what_the_principal_decided_upon_is_erased_too(self):
        submission = self.decided_submission(self.request)
        self.closed_request()
        self.request.action_cancel("Vazgeçti")
        self.citizen.with_user(self.director).action_ozel_kalem_erase()
        self.assertEqual(submission.state, "approved")
        self.assertNotIn("Ayşe", f"{submission.summary} {submission.decision_note}")
        self.assertEqual(submission.decided_by_id, self.principal_user)

    def failing_line(self, model, failing):
        """A period whose kind of record has one that can't be erased."""
        erase = self.env.registry[model]._anonymise

        def _anonymise(records):
            if failing in records:
                raise UserError("Bu kayıt silinemiyor")
            return erase(records)

        self.patch(self.env.registry[model], "_anonymise", _anonymise)
        return self.env["ozel_kalem.retention"].create(
            {"model_name": model, "months": 12, "runs": True}
        )

    def test_one_that_can_t_be_erased_keeps_nobody_else(self):
        stuck, free = self.closed_request(), self.closed_request()
        for request in (stuck, free):
            self.close_long_ago(request)
        line = self.failing_line("ozel_kalem.request", stuck)
        with self.assertLogs("odoo.addons.ozel_kalem", "ERROR") as logs:
            line.with_user(self.director).action_run()
        self.assertIn(stuck.name, logs.output[0])
        self.assertEqual(line._due(), stuck)
        self.assertEqual(line.last_run_count, 1)
        self.assertTrue(free.anonymised_on)

    def test_each_night_the_other_kinds_are_erased_all_the_same(self):
        stuck = self.closed_request()
        self.close_long_ago(stuck)
        line = self.failing_line("ozel_kalem.request", stuck)
        later = line.search([("model_name", "=", "ozel_kalem.visit")])
        later.write({"runs": True, "last_run_on": False})
        self.patch(
            self.env.registry["ir.cron"],
            "_commit_progress",
            lambda *a, **k: float("inf"),
        )
        with self.assertLogs("odoo.addons.ozel_kalem", "ERROR"):
            line._cron_erase()
        self.assertTrue(line.last_run_on and later.last_run_on)

    def met_appointment(self):
        """An appointment that took place, on a published programme."""
        appointment = (
            self.env["ozel_kalem.appointment"]
            .with_user(self.secretary)
            .create(
                {
                    "principal_id": self.principal.id,
                    "partner_id": self.citizen.id,
                    "participant_ids": self.institution.ids,
                    "subject": "Ayşe Hanım'ın kaldırımı",
                    "location": "Ayşe Hanım'ın evi",
                }
            )
        )
        tomorrow = fields.Date.today() + timedelta(days=1)
        appointment.action_schedule(f"{tomorrow} 09:00:00")
        appointment.engagement_id.public_title = "Ayşe Yılmaz ziyareti"
        edition = (
            self.env["ozel_kalem.programme.edition"]
            .with_user(self.director)
            .create({"principal_id": self.principal.id, "date_from": tomorrow})
        )
        appointment.engagement_id.message_post(body="Ayşe Hanım aradı")
        appointment.action_arrive()
        appointment.action_admit()
        appointment.action_done("Ayşe Hanım memnun")
        return appointment, edition

    def test_the_programme_forgets_whom_it_was_for(self):
        appointment, edition = self.met_appointment()
        engagement = appointment.engagement_id
        [line] = edition.line_ids
        line.sudo().write({"change": "Ayşe eklendi", "hidden_title": "Ayşe"})
        reader = self.env["ozel_kalem.programme.reader"].create(
            {
                "edition_id": edition.id,
                "user_id": self.registrar.id,
                "change": "Ayşe eklendi\nToplantı taşındı",
            }
        )
        self.assertTrue(engagement.invitation_ids and engagement.partner_ids)
        appointment.sudo()._anonymise()
        self.assertEqual(engagement.start, appointment.start)
        self.assertEqual(engagement.principal_id, self.principal)
        kept = " ".join(
            str(value)
            for record in (appointment, engagement, line)
            for value in record.sudo().read()[0].values()
        )
        self.assertNotIn("Ayşe", kept)
        self.assertEqual(reader.change, "Toplantı taşındı")
        self.assertFalse(appointment.participant_ids)
        self.assertFalse(engagement.partner_ids)
        self.assertFalse(engagement.invitation_ids)
        self.assertFalse(engagement.message_ids)
        self.assertNotIn(
            self.citizen, engagement.calendar_event_ids.attendee_ids.partner_id
        )

    def test_what_is_due_is_named_as_people_call_it(self):
        line = self.env["ozel_kalem.retention"].create(
            {"model_name": "ozel_kalem.request", "months": 12}
        )
        shown = line.with_user(self.director).action_preview()["name"]
        self.assertNotIn("ozel_kalem", shown)
        self.assertIn(self.env["ir.model"]._get("ozel_kalem.request").name, shown)

    def test_only_the_director_erases(self):
        line = self.env["ozel_kalem.retention"].create(
            {"model_name": "ozel_kalem.request", "months": 12}
        )
        with self.assertRaises(UserError):
            line.with_user(self.manager).action_run()
        with self.assertRaises(AccessError):
            self.citizen.with_user(self.public_relations).action_ozel_kalem_erase()

    def test_a_person_with_something_open_isn_t_erased(self):
        self.closed_request()
        with self.assertRaisesRegex(UserError, self.request.name):
            self.citizen.with_user(self.director).action_ozel_kalem_erase()
        self.assertEqual(self.citizen.name, "Ayşe Yılmaz")

    def test_a_person_is_erased_and_the_registers_stay(self):
        request = self.closed_request()
        visit = self.visit()
        visit.action_admit()
        visit.action_leave()
        self.request.action_cancel("Vazgeçti")
        self.citizen.with_user(self.director).action_ozel_kalem_erase()
        self.assertNotIn("Ayşe", self.citizen.name)
        self.assertFalse(self.citizen.active)
        self.assertFalse(visit.partner_id)
        self.assertNotIn("Ayşe", visit.visitor_name)
        self.assertTrue(request.register_number)

    def test_an_erased_card_says_nothing_of_the_person(self):
        self.request.action_cancel("Vazgeçti")
        self.citizen.write(
            {
                "city": "Çınarlı",
                "company_name": "Yılmaz Ticaret",
                "parent_id": self.institution.id,
                "vat": "1",
                "ref": "Ayşe-1",
                "website": "https://ayse.example.com",
                "ozel_kalem_deceased": True,
            }
        )
        self.citizen.activity_schedule(
            "mail.mail_activity_data_todo", summary="Ayşe", user_id=self.director.id
        )
        self.citizen.with_user(self.director).action_ozel_kalem_erase()
        for name in ("city", "company_name", "parent_id", "vat", "ref", "website"):
            with self.subTest(name):
                self.assertFalse(self.citizen[name])
        self.assertFalse(self.citizen.ozel_kalem_deceased)
        self.assertFalse(self.citizen.activity_ids)

    def test_a_user_isn_t_erased(self):
        with self.assertRaisesRegex(UserError, "uses this system"):
            self.secretary.partner_id.with_user(self.director).action_ozel_kalem_erase()

    def test_the_person_s_own_data_is_a_workbook(self):
        self.env["res.lang"]._activate_lang("tr_TR")
        self.closed_request(text="Annem düştü")
        export = (
            self.env["ozel_kalem.person.export"]
            .with_user(self.director)
            .with_context(lang="tr_TR")
            .create({"partner_id": self.citizen.id})
        )
        stream = io.BytesIO()
        export._write_xlsx(stream)
        book = openpyxl.load_workbook(stream)
        of_requests = self.env["ir.model"]._get("ozel_kalem.request")
        self.assertIn(of_requests.with_context(lang="tr_TR").name, book.sheetnames)
        cells = [
            str(cell.value)
            for sheet in book
            for row in sheet.iter_rows()
            for cell in row
            if cell.value
        ]
        self.assertIn("Annem düştü", cells)
        self.assertIn(self.request.name, cells)
        with self.assertRaises(AccessError):
            self.citizen.with_user(self.secretary).action_ozel_kalem_export()
