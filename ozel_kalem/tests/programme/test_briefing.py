from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...tools.local_time import local_today
from ..common import OzelKalemCase


@tagged("post_install", "-at_install", "ozel_kalem", "ok_programme")
class TestBriefing(OzelKalemCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.engagement = cls.engage(timedelta(days=2))
        cls.briefing = (
            cls.env["ozel_kalem.briefing"]
            .with_user(cls.secretary)
            .create({"engagement_id": cls.engagement.id})
        )

    @classmethod
    def engage(cls, in_time, **values):
        start = fields.Datetime.now() + in_time
        return (
            cls.env["ozel_kalem.engagement"]
            .with_user(cls.secretary)
            .create(
                {
                    "principal_id": cls.principal.id,
                    "subject": "Muhtar ziyareti",
                    "kind": "visit",
                    "start": start,
                    "stop": start + timedelta(minutes=30),
                    "partner_ids": [Command.link(cls.citizen.id)],
                    **values,
                }
            )
        )

    def finish(self, *lines, user=None, outcome="Yol onarılacak"):
        return (
            self.env["ozel_kalem.briefing.finish"]
            .with_user(user or self.secretary)
            .create(
                {
                    "briefing_id": self.briefing.id,
                    "outcome": outcome,
                    "line_ids": [Command.create(line) for line in lines],
                }
            )
        )

    def test_it_knows_who_comes(self):
        self.citizen.function = "Muhtar"
        other = self.engage(timedelta(days=3))
        briefing = self.make("ozel_kalem.briefing", engagement_id=other.id)
        self.assertEqual(briefing.who, "Ayşe Yılmaz, Muhtar")

    @mute_logger("odoo.sql_db")
    def test_one_for_each_engagement(self):
        with self.assertRaises(Exception) as caught, self.env.cr.savepoint():
            self.make("ozel_kalem.briefing", engagement_id=self.engagement.id)
        self.assertIn("briefing", str(caught.exception))
        action = self.engagement.action_open_briefing()
        self.assertEqual(action["res_id"], self.briefing.id)

    def test_creating_leaves_the_engagement_as_it_was(self):
        hidden = self.engage(timedelta(days=4), confidentiality="private")
        briefing = (
            self.env["ozel_kalem.briefing"]
            .with_user(self.secretary)
            .create({"engagement_id": hidden.id})
        )
        self.assertEqual(hidden.confidentiality, "private")
        self.assertEqual(briefing.confidentiality, "private")
        self.assertEqual(briefing.user_id, hidden.user_id)
        self.assertHidden(briefing, self.protocol)
        self.assertVisible(briefing, self.director)

    def test_it_follows_the_level_of_its_engagement(self):
        self.assertVisible(self.briefing, self.protocol)
        self.engagement.confidentiality = "sealed"
        self.assertHidden(self.briefing, self.protocol)

    def test_locked_twelve_hours_before_but_for_the_director(self):
        self.briefing.write({"why": "Mazgal"})
        self.assertFalse(self.briefing.is_locked)
        start = fields.Datetime.now() + timedelta(hours=11)
        self.env.cr.execute(
            "UPDATE ozel_kalem_briefing SET create_date = now() - INTERVAL '1 day'"
        )
        self.engagement.write({"start": start, "stop": start + timedelta(hours=1)})
        self.env.invalidate_all()
        self.assertTrue(self.briefing.is_locked)
        with self.assertRaisesRegex(UserError, "locked"):
            self.briefing.write({"why": "Başka"})
        self.briefing.with_user(self.director).write({"why": "Başka"})

    def test_a_late_one_is_open_until_it_begins(self):
        soon = self.engage(timedelta(hours=2))
        briefing = (
            self.env["ozel_kalem.briefing"]
            .with_user(self.secretary)
            .create({"engagement_id": soon.id})
        )
        briefing.write({"why": "Acele"})
        self.assertFalse(briefing.is_locked)

    def test_last_meetings_promises_and_instructions(self):
        self.finish(
            {
                "kind": "promise",
                "text": "Mazgal temizlenecek",
                "deadline": local_today() + timedelta(days=3),
            }
        ).action_confirm()
        later = self.engage(timedelta(days=5))
        briefing = (
            self.env["ozel_kalem.briefing"]
            .with_user(self.secretary)
            .create({"engagement_id": later.id})
        )
        self.assertEqual(briefing.earlier_ids, self.engagement)
        self.assertEqual(briefing.earlier_ids.outcome, "Yol onarılacak")
        self.assertEqual(briefing.open_promise_ids.text, "Mazgal temizlenecek")
        self.assertEqual(briefing.instruction_ids.subject, "Mazgal temizlenecek")
        briefing.instruction_ids.with_user(self.director).action_conclude("Temizlendi")
        self.env.invalidate_all()
        self.assertFalse(briefing.open_promise_ids)

    def test_the_dialog_does_all_in_one_step(self):
        due = local_today() + timedelta(days=3)
        self.finish(
            {"kind": "promise", "text": "Yol", "deadline": due},
            {"kind": "instruction", "text": "Keşif", "department_id": self.unit.id},
            {"kind": "note", "text": "Aranacak", "deadline": due},
        ).action_confirm()
        self.assertEqual(self.engagement.state, "done")
        self.assertEqual(self.engagement.outcome, "Yol onarılacak")
        promise = self.briefing.promise_ids
        self.assertEqual(promise.instruction_id.deadline, due)
        born = self.env["ozel_kalem.instruction"].search(
            [("origin", "=", f"ozel_kalem.engagement,{self.engagement.id}")]
        )
        self.assertEqual(set(born.mapped("subject")), {"Yol", "Keşif"})
        survey = born.filtered(lambda one: one.subject == "Keşif")
        self.assertEqual(survey.department_ids, self.unit)
        note = self.env["ozel_kalem.note"].search([("subject", "=", "Aranacak")])
        self.assertEqual(note.principal_id, self.principal)

    def test_lines_that_say_too_little_leave_everything_as_it_was(self):
        yesterday = local_today() - timedelta(days=1)
        for line, error in (
            ({"kind": "promise", "text": "Yol"}, UserError),
            ({"text": "Yol", "deadline": yesterday}, ValidationError),
        ):
            with self.assertRaises(error), self.env.cr.savepoint():
                self.finish(line).action_confirm()
            self.assertEqual(self.engagement.state, "tentative")

    def test_who_may_write(self):
        for user in (self.protocol, self.principal_user):
            with self.assertRaises(AccessError):
                self.briefing.with_user(user).write({"why": "x"})
            with self.assertRaises(AccessError):
                self.finish(user=user)
        self.assertHidden(self.briefing, self.employee)

    def test_it_prints_on_one_page(self):
        self.briefing.write(
            {"why": "Mazgal", "talking_points": "<ul><li>ĞÜŞİÖÇ</li></ul>"}
        )
        html, _kind = (
            self.env["ir.actions.report"]
            .with_user(self.secretary)
            ._render_qweb_html("ozel_kalem.report_briefing", self.briefing.ids)
        )
        text = html.decode()
        self.assertIn("ĞÜŞİÖÇ", text)
        self.assertIn("Ayşe Yılmaz", text)

    def test_it_shows_what_they_still_wait_for(self):
        values = {"partner_id": self.citizen.id, "user_id": self.director.id}
        waits = self.make("ozel_kalem.request", **values)
        aid = self.make(
            "ozel_kalem.request",
            request_type="aid",
            subject="Gıda desteği",
            **values,
        )
        closed = self.make("ozel_kalem.request", **values)
        closed.action_cancel("Vazgeçti")
        self.env.invalidate_all()
        briefing = self.briefing.with_user(self.director)
        self.assertEqual(briefing.request_ids, waits | aid)
        self.assertNotIn("Gıda", " ".join(briefing.request_ids.mapped("display_name")))
        protocol = self.briefing.with_user(self.protocol)
        self.assertFalse(protocol._requests_on_paper())
        with self.assertRaises(AccessError):
            protocol.read(["request_ids"])

    def test_a_request_born_in_the_meeting(self):
        self.finish({"kind": "request", "text": "Durağa gölgelik"}).action_confirm()
        request = self.env["ozel_kalem.request"].search(
            [("subject", "=", "Durağa gölgelik")]
        )
        self.assertEqual(request.partner_id, self.citizen)
        self.assertEqual(request.origin, self.engagement)
        self.assertVisible(request, self.secretary)

    def test_a_request_needs_somebody_who_asks(self):
        self.engagement.sudo().partner_ids = False
        finish = self.finish({"kind": "request", "text": "Durağa gölgelik"})
        with self.assertRaisesRegex(UserError, "Applicant"):
            finish.action_confirm()
        self.assertNotEqual(self.engagement.state, "done")
