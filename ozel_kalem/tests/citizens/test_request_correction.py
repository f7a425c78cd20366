from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .common import CitizensCase


@tagged("post_install", "-at_install", "ozel_kalem", "ok_citizens")
class TestCorrection(CitizensCase):
    """A secretary corrects what she took down, until somebody has taken it on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mine = (
            cls.env["ozel_kalem.request"]
            .with_user(cls.secretary)
            .create(
                {
                    "partner_id": cls.citizen.id,
                    "subject": "Kaldrım çöktü",
                    "channel": "phone",
                }
            )
        )

    def refused(self, **vals):
        with self.assertRaises(AccessError) as caught, self.env.cr.savepoint():
            self.mine.write(vals)
        return str(caught.exception)

    def test_a_slip_is_corrected_and_clock_and_unit_follow(self):
        before = self.mine.deadline
        with Form(self.mine) as form:
            form.subject = "Kaldırım çöktü"
            form.text = "Okulun önünde"
            form.channel = "letter"
            form.topic_id = self.topic
            form.neighbourhood_id = self.neighbourhood
        self.flush()
        self.assertEqual(self.mine.subject, "Kaldırım çöktü")
        self.assertEqual(self.mine.lead_department_id, self.unit)
        self.assertEqual(self.mine.legal_ground, "3071")
        self.assertNotEqual(self.mine.deadline, before)

    def test_the_wrong_person_is_put_right(self):
        other = self.env["res.partner"].create({"name": "Ayşe Yılmazer"})
        self.mine.partner_id = other
        self.assertEqual(self.mine.partner_id, other)

    def test_no_step_no_number_no_clock_no_answer(self):
        cases = {
            "state": "assessed",
            "name": "2026/99999",
            "register_number": 1,
            "company_id": self.company.id,
            "deadline": "2030-01-01",
            "service_standard_id": False,
            "user_id": self.secretary.id,
            "authorised_user_ids": [],
            "active": False,
            "answer": "Yapıldı",
            "result": "positive",
            "duplicate_of_id": self.request.id,
            "closed_on": False,
            "paused_on": "2026-01-01 10:00:00",
            "priority": "1",
        }
        for name, value in cases.items():
            with self.subTest(name):
                label = self.mine._fields[name]._description_string(self.mine.env)
                self.assertIn(label, self.refused(**{name: value}))

    def test_no_action_takes_the_step_for_her(self):
        for method, args in (
            ("action_assess", ()),
            ("action_cancel", ("Vazgeçti",)),
            ("action_reject", ("İncelenemez",)),
            ("action_pause_deadline", ("Belge eksik",)),
            ("action_answer", ("positive", "Yapıldı")),
        ):
            with (
                self.subTest(method),
                self.assertRaises(AccessError),
                self.env.cr.savepoint(),
            ):
                getattr(self.mine, method)(*args)

    def test_it_may_be_hidden_and_not_opened_again(self):
        self.mine.confidentiality = "private"
        self.assertVisible(self.mine, self.secretary)
        self.assertHidden(self.mine, self.public_relations)
        self.refused(confidentiality="normal")
        self.mine.confidentiality = "sealed"
        self.refused(confidentiality="private")
        self.refused(confidentiality=False)

    def test_what_was_taken_on_is_somebody_else_s(self):
        self.mine.with_user(self.public_relations).action_assess()
        self.assertIn(self.mine.name, self.refused(subject="Kaldırım çöktü"))

    def test_a_colleague_s_isn_t_hers(self):
        colleague = self.new_user("colleague", "ozel_kalem.group_secretary")
        theirs = self.mine.with_user(colleague)
        with self.assertRaises(AccessError):
            theirs.subject = "Başka"
        given = self.new_request(user_id=self.secretary.id).with_user(self.secretary)
        self.assertVisible(given, self.secretary)
        with self.assertRaises(AccessError):
            given.subject = "Başka"

    def test_one_of_several_that_isn_t_hers_keeps_all_as_they_were(self):
        given = self.new_request(user_id=self.secretary.id).with_user(self.secretary)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            (self.mine | given).write({"subject": "Başka"})
        self.env.invalidate_all()
        self.assertEqual(self.mine.subject, "Kaldrım çöktü")

    def test_the_form_offers_what_may_be_corrected(self):
        rights = []
        for record in (self.mine, self.request.with_user(self.public_relations)):
            rights.append(record.writing_right)
        self.mine.with_user(self.public_relations).action_assess()
        self.env.invalidate_all()
        rights.append(self.mine.with_user(self.secretary).writing_right)
        self.assertEqual(rights, ["correct", "all", "nothing"])
        Request = self.env["ozel_kalem.request"].with_user(self.secretary)
        self.assertEqual(Request.new({"subject": "Yeni"}).writing_right, "all")
        arch = etree.fromstring(Request.get_view(view_type="form")["arch"])
        readonly = {
            name: arch.xpath(f"//field[@name='{name}']")[0].get("readonly")
            for name in ("subject", "deadline", "lead_department_id")
        }
        self.assertEqual(readonly["subject"], "writing_right == 'nothing'")
        self.assertIn("'correct'", readonly["deadline"])
        self.assertIn("state not in", readonly["lead_department_id"])

    def test_what_nobody_writes_stays_so_on_the_form(self):
        Request = self.env["ozel_kalem.request"].with_user(self.public_relations)
        arch = etree.fromstring(Request.get_view(view_type="form")["arch"])
        for node in arch.xpath("//field[not(ancestor::field)]"):
            if Request._fields[node.get("name")].readonly:
                said = node.get("readonly", "1").strip("(")
                self.assertTrue(said.startswith(("1", "True")), node.get("name"))

    def test_the_telephone_is_corrected_on_the_person(self):
        self.mine.partner_id.phone = "0212 555 00 02"
        self.assertEqual(self.mine.partner_phone, "0212 555 00 02")
