from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import CitizensCase

INTAKE = {"ozel_kalem_intake": True}


@tagged("post_install", "-at_install", "ozel_kalem", "ok_citizens")
class TestRequestIntake(CitizensCase):
    """Somebody tells something: found, typed, proposed, in one screen."""

    def people(self, user=None):
        Partner = self.env["res.partner"].with_user(user or self.secretary)
        return Partner.with_context(**INTAKE)

    def form(self, user=None):
        Request = self.env["ozel_kalem.request"].with_user(
            user or self.public_relations
        )
        return Form(Request)

    # --------------------------------------------------------------- persons

    def test_a_typed_line_becomes_name_and_telephone(self):
        partner_id, shown = self.people().name_create("Şule Işık 0532 123 45 67")
        person = self.env["res.partner"].browse(partner_id)
        self.assertEqual((person.name, shown), ("Şule Işık", "Şule Işık"))
        self.assertEqual(person.phone, "0532 123 45 67")
        self.assertEqual(person.ozel_kalem_phone, "+905321234567")

    def test_who_is_known_by_name_and_number_isn_t_made_again(self):
        again, _shown = self.people().name_create("AYŞE YILMAZ (212) 5550001")
        self.assertEqual(again, self.citizen.id)

    def test_the_family_s_telephone_may_be_another_person_s(self):
        other, _shown = self.people().name_create("Veli Yılmaz 0212 555 00 01")
        self.assertNotEqual(other, self.citizen.id)
        self.assertEqual(self.env["res.partner"].browse(other).name, "Veli Yılmaz")

    def test_a_number_alone_finds_its_person_or_stands_for_one(self):
        known, _shown = self.people().name_create("02125550001")
        self.assertEqual(known, self.citizen.id)
        new, _shown = self.people().name_create("05339998877")
        person = self.env["res.partner"].browse(new)
        self.assertEqual((person.name, person.phone), ("0533 999 88 77",) * 2)

    def test_elsewhere_a_number_stays_part_of_a_name(self):
        partner_id, _shown = self.env["res.partner"].name_create("Depo 0532 123 45 67")
        self.assertEqual(
            self.env["res.partner"].browse(partner_id).name, "Depo 0532 123 45 67"
        )

    def test_an_address_still_becomes_name_and_e_mail(self):
        partner_id, _shown = self.people().name_create("Ali Kaya <ali@example.com>")
        person = self.env["res.partner"].browse(partner_id)
        self.assertEqual((person.name, person.email), ("Ali Kaya", "ali@example.com"))

    def test_namesakes_are_told_apart_by_telephone_while_typing(self):
        people = self.people().with_context(formatted_display_name=True)
        found = dict(people.name_search("Ayşe Yılmaz"))
        self.assertIn("0212 555 00 01", found[self.citizen.id])
        self.assertEqual(self.citizen.display_name, "Ayşe Yılmaz")

    def test_a_typed_line_of_somebody_known_finds_him(self):
        found = dict(self.people().name_search("Ayşe Yılmaz 0212 555 00 01"))
        self.assertIn(self.citizen.id, found)

    # -------------------------------------------------------------- proposals

    def test_the_topic_proposes_kind_unit_and_clock(self):
        self.topic.request_type = "complaint"
        with self.form() as form:
            form.partner_id = self.citizen
            form.subject = "Kaldırım"
            form.channel = "phone"
            form.topic_id = self.topic
            self.assertEqual(form.request_type, "complaint")
            self.assertEqual(form.lead_department_id, self.unit)
            self.assertTrue(form.deadline)

    def test_another_institution_s_topic_says_whose_business_it_is(self):
        water = self.env["ozel_kalem.topic"].create(
            {"name": "Su kesintisi", "institution_id": self.institution.id}
        )
        with self.form() as form:
            form.partner_id = self.citizen
            form.subject = "Su yok"
            form.topic_id = water
            self.assertEqual(form.topic_institution_id, self.institution)

    def test_what_came_before_is_seen_while_typing(self):
        form = self.form()
        self.assertFalse(form.earlier_ids[:])
        form.partner_id = self.citizen
        self.assertEqual(form.earlier_ids[:].ids, self.request.ids)

    # -------------------------------------------------------------- unsigned

    def test_an_unsigned_petition_is_the_unknown_person_s(self):
        unknown = self.env.ref("ozel_kalem.partner_unknown")
        with self.form() as form:
            form.subject = "İmzasız dilekçe"
            form.is_anonymous = True
            self.assertEqual(form.partner_id, unknown)
        form = self.form()
        form.is_anonymous = True
        form.is_anonymous = False
        self.assertFalse(form.partner_id)

    def test_an_import_needs_no_person_for_an_unsigned_petition(self):
        request = self.env["ozel_kalem.request"].create(
            {"subject": "İmzasız", "channel": "letter", "is_anonymous": True}
        )
        self.assertEqual(request.partner_id, self.env.ref("ozel_kalem.partner_unknown"))

    def test_who_turns_out_unsigned_isn_t_named_any_more(self):
        unknown = self.env.ref("ozel_kalem.partner_unknown")
        with Form(self.request.with_user(self.public_relations)) as form:
            form.is_anonymous = True
        self.assertEqual(self.request.partner_id, unknown)
        other = self.new_request()
        other.write({"is_anonymous": True, "partner_id": self.institution.id})
        self.assertEqual(other.partner_id, self.institution)

    # -------------------------------------------------------------- unit late

    def late(self):
        return self.env["ozel_kalem.request"].search([("is_unit_late", "=", True)])

    def test_a_unit_is_late_by_its_own_day(self):
        referral = self.refer()
        self.assertNotIn(self.request, self.late())
        yesterday = fields.Date.subtract(fields.Date.today(), days=2)
        referral.deadline = yesterday
        self.assertIn(self.request, self.late())
        self.assertTrue(self.request.is_unit_late)
        self.assertFalse(self.request.is_overdue)
        referral.action_answer("Yapıldı")
        self.env.invalidate_all()
        self.assertNotIn(self.request, self.late())
        self.assertFalse(self.request.is_unit_late)

    def test_a_request_that_is_overdue_isn_t_the_unit_s_delay(self):
        self.refer()
        self.request.deadline = fields.Date.subtract(fields.Date.today(), days=2)
        self.assertTrue(self.request.is_overdue)
        self.assertNotIn(self.request, self.late())

    def test_who_was_informed_only_owes_nothing(self):
        ids = self.request.action_refer(self.unit.ids, "Bilgi", "information")
        self.env["ozel_kalem.referral"].browse(ids).deadline = "2026-01-01"
        self.assertNotIn(self.request, self.late())

    # ------------------------------------------------------------------- many

    def test_twenty_at_once_are_referred_and_told(self):
        requests = self.env["ozel_kalem.request"].with_user(self.public_relations)
        for number in range(20):
            person = self.env["res.partner"].create(
                {"name": f"Person {number}", "email": f"p{number}@example.com"}
            )
            requests |= self.new_request(
                partner_id=person.id, subject=f"Matter {number}"
            )
        action = requests.action_open_refer()
        dialog = (
            self.env["ozel_kalem.refer"]
            .with_user(self.public_relations)
            .with_context(**action["context"])
            .create({"department_ids": [Command.set(self.unit.ids)], "note": "Bakınız"})
        )
        dialog.action_confirm()
        self.assertEqual(set(requests.mapped("state")), {"referred"})
        self.assertEqual(len(requests.referral_ids), 20)
        for referral in requests.referral_ids:
            referral.with_user(self.liaison).action_answer(f"Yapıldı {referral.id}")
        requests.action_answer("positive", "Yapıldı.")
        tell = requests.action_open_tell_many()
        many = (
            self.env["ozel_kalem.request.tell.many"]
            .with_user(self.public_relations)
            .with_context(**tell["context"])
            .create({})
        )
        self.assertEqual((many.mail_count, many.call_count), (20, 0))
        many.action_confirm()
        self.assertEqual(len(requests.notice_ids), 20)

    # ---------------------------------------------------------------- the cog

    def run_from_cog(self, name, user):
        act = self.env.ref(f"ozel_kalem.{name}").with_user(user)
        act = act.with_context(
            active_model=self.request._name,
            active_id=self.request.id,
            active_ids=self.request.ids,
        )
        return act.run()

    def test_rare_acts_open_their_dialogs(self):
        # the law that knows more time
        self.request.request_type = "information"
        dialogs = {
            "request_more_redirect": "ozel_kalem.request.redirect",
            "request_more_reject": "ozel_kalem.request.reject",
            "request_more_pause": "ozel_kalem.reason",
            "request_more_time": "ozel_kalem.reason",
            "request_more_cancel": "ozel_kalem.reason",
            "request_more_submit": "ozel_kalem.submission",
        }
        for name, model in dialogs.items():
            with self.subTest(name):
                action = self.run_from_cog(name, self.public_relations)
                self.assertEqual(action["res_model"], model)

    def test_rare_acts_are_for_those_who_may(self):
        action = self.run_from_cog("request_more_submit", self.registrar)
        self.assertEqual(action["res_model"], "ozel_kalem.submission")
        self.request.action_answer("informed", "Bilgi")
        for channel in ("phone", "letter"):
            self.tell(channel=channel).action_fail("Ulaşılamadı")
        self.run_from_cog("request_more_untold", self.director)
        for name, user in (
            ("request_more_cancel", self.registrar),
            ("request_more_reject", self.secretary),
            ("request_more_untold", self.public_relations),
        ):
            with self.subTest(name), self.assertRaises(AccessError):
                self.run_from_cog(name, user)
