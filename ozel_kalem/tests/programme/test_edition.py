import re
import runpy
from datetime import date, timedelta
from pathlib import Path

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.modules import get_module_path
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ...report.programme.qr import qr_image
from ...tools.local_time import local_date
from ..common import OzelKalemCase

DAY = date(2026, 12, 9)


class EditionCase(OzelKalemCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # lines and differences are written in the language of the municipality
        cls.company.partner_id.lang = "en_US"
        cls.visit = cls.engage(
            "11:00",
            "Kardeş belediye",
            kind="visit",
            is_public=True,
            user_id=cls.secretary.id,
            location="Makam",
        )

    @classmethod
    def engage(cls, hour, subject, principal=None, **values):
        """A confirmed engagement of half an hour; hours are UTC."""
        minutes = int(hour[3:]) + 29
        stop = f"{hour[:2]}:{minutes:02d}" if minutes < 60 else f"{hour[:2]}:59"
        engagement = (
            cls.env["ozel_kalem.engagement"]
            .with_user(cls.secretary)
            .create(
                {
                    "principal_id": (principal or cls.principal).id,
                    "subject": subject,
                    "start": f"{DAY} {hour}:00",
                    "stop": f"{DAY} {stop}:00",
                    **values,
                }
            )
        )
        engagement.action_confirm()
        return engagement

    @classmethod
    def edition(cls, publish=True, **values):
        edition = (
            cls.env["ozel_kalem.programme.edition"]
            .with_user(cls.secretary)
            .create({"principal_id": cls.principal.id, "date_from": DAY, **values})
        )
        if publish:
            cls.publish(edition)
        return edition

    @classmethod
    def publish(cls, edition):
        edition.with_user(cls.director).action_approve()
        edition.with_user(cls.secretary).action_submit()
        edition.with_user(cls.secretary).action_publish()
        return edition

    def next_version(self, edition):
        action = edition.with_user(self.secretary).action_new_version()
        return edition.browse(action["res_id"]).with_user(self.secretary)

    def html(self, report, edition, user=None):
        content, _kind = (
            self.env["ir.actions.report"]
            .with_user(user or self.secretary)
            ._render_qweb_html(f"ozel_kalem.report_programme_{report}", edition.ids)
        )
        return re.sub(r"<style.*?</style>", "", content.decode(), flags=re.DOTALL)


@tagged("post_install", "-at_install", "ozel_kalem", "ok_programme")
class TestEdition(EditionCase):
    def test_versions_count_for_each_period(self):
        first = self.edition()
        second = self.next_version(first)
        week = self.edition(publish=False, kind="week")
        self.assertEqual((first.version, second.version, week.version), (1, 2, 1))
        self.assertTrue(first.name)

    def test_any_day_of_a_period_will_do(self):
        week = self.edition(publish=False, kind="week")
        self.assertEqual(
            (week.date_from, week.date_to), (date(2026, 12, 7), date(2026, 12, 13))
        )
        month = self.edition(publish=False, kind="month")
        self.assertEqual(
            (month.date_from, month.date_to), (date(2026, 12, 1), date(2026, 12, 31))
        )
        self.assertEqual(week.line_ids.title, "Kardeş belediye")
        self.assertEqual(month.line_ids.title, "Kardeş belediye")

    @mute_logger("odoo.sql_db")
    def test_one_is_prepared_at_a_time(self):
        self.edition(publish=False)
        with self.assertRaises(Exception) as caught, self.env.cr.savepoint():
            self.edition(publish=False)
        self.assertIn("open_uniq", str(caught.exception))

    def test_the_way_to_publication(self):
        edition = self.edition(publish=False)
        with self.assertRaises(AccessError):
            edition.with_user(self.secretary).action_approve()
        with self.assertRaises(UserError):
            edition.action_publish()
        self.publish(edition)
        self.assertEqual(edition.state, "published")
        self.assertTrue(edition.published_on)

    def test_only_what_is_confirmed_is_taken(self):
        self.engage("12:00", "İptal").action_cancel("olmadı")
        draft = self.env["ozel_kalem.engagement"].create(
            {
                "principal_id": self.principal.id,
                "subject": "Belirsiz",
                "start": f"{DAY} 13:00:00",
                "stop": f"{DAY} 13:30:00",
            }
        )
        self.assertEqual(draft.state, "tentative")
        self.assertEqual(self.edition(publish=False).line_ids.title, "Kardeş belediye")

    def test_published_lines_stay_as_they_are(self):
        edition = self.edition()
        self.visit.write({"subject": "Başka", "location": "Meclis salonu"})
        self.assertEqual(edition.line_ids.title, "Kardeş belediye")
        self.assertIn("Başka", edition.pending_difference)
        with self.assertRaises(AccessError):
            edition.line_ids.with_user(self.director).write({"title": "x"})
        with self.assertRaises(UserError):
            edition.with_user(self.director).write({"date_from": "2026-12-10"})
        with self.assertRaises(UserError):
            edition.action_refresh()

    def test_a_change_after_the_approval_is_not_published_unseen(self):
        edition = self.edition(publish=False)
        edition.with_user(self.director).action_approve()
        edition.action_submit()
        self.engage("12:00", "Sonradan")
        with self.assertRaisesRegex(UserError, "has changed"):
            edition.action_publish()
        edition.action_reset()
        self.publish(edition)
        self.assertEqual(len(edition.line_ids), 2)

    def test_the_next_version_says_what_has_changed(self):
        gone = self.engage("08:00", "Söğütlü")
        edition = self.edition()
        self.visit.write({"start": f"{DAY} 11:30:00", "stop": f"{DAY} 12:00:00"})
        gone.action_cancel("ertelendi")
        self.engage("13:00", "Basın")
        second = self.next_version(edition)
        self.assertEqual(
            set(second.difference.splitlines()),
            {
                "14:00 Kardeş belediye: moved to 14:30",
                "11:00 Söğütlü: taken off the programme",
                "16:00 Basın: added",
            },
        )
        self.publish(second)
        self.assertEqual(edition.state, "superseded")
        third = self.next_version(second)
        self.assertFalse(third.difference)
        self.assertNotIn("Söğütlü", third.line_ids.mapped("title"))

    def test_the_next_version_says_who_goes_instead(self):
        deputy = self.principal.copy({"short_name": "Bşk. Yrd. Tepeköy"})
        edition = self.edition()
        self.visit._delegate_to(deputy)
        told = "14:00 Kardeş belediye: Bşk. Yrd. Tepeköy goes instead"
        self.assertEqual(edition.pending_difference, told)
        second = self.publish(self.next_version(edition))
        self.assertEqual(second.difference, told)
        self.assertFalse(second.pending_difference)
        self.visit._delegate_to(self.principal)
        self.env.invalidate_all()
        self.assertEqual(
            second.pending_difference,
            f"14:00 Kardeş belediye: {self.principal_user.name} goes in person",
        )

    def test_the_next_version_says_what_takes_the_whole_day(self):
        edition = self.edition()
        self.visit.all_day = True
        self.assertEqual(
            edition.pending_difference, "14:00 Kardeş belediye: takes the whole day"
        )
        second = self.publish(self.next_version(edition))
        self.visit.all_day = False
        self.assertEqual(second.pending_difference, "Kardeş belediye: moved to 14:00")

    def test_hours_take_the_suffix_they_are_read_with(self):
        Edition = self.env["ozel_kalem.programme.edition"].with_context(lang="tr_TR")
        moment = self.visit.start.replace(hour=14, minute=30)
        self.assertEqual(Edition._hour(moment, "dative"), "14:30'a")
        self.assertEqual(Edition._hour(moment.replace(minute=0), "dative"), "14:00'e")

    def test_whole_days_have_no_hours_on_the_sheet(self):
        self.engage("13:00", "Çalıştay", all_day=True)
        line = self.edition().line_ids.filtered("all_day")
        self.assertEqual(line.title, "Çalıştay")
        day = local_date(line.start)
        hours = (line._paper_hours(day), line._paper_hour(day))
        self.assertEqual(hours, ("All day",) * 2)

    def test_an_item_of_a_deputy_in_his_place(self):
        deputy = self.principal.copy({"short_name": "Bşk. Yrd. Tepeköy"})
        self.engage(
            "11:00", "Açılış", principal=deputy, represented_id=self.principal.id
        )
        edition = self.edition()
        line = edition.line_ids.filtered("deputy")
        self.assertEqual(line._paper_title(), "Açılış – Bşk. Yrd. Tepeköy")

    def test_readers_are_carried_over_and_receipts_kept(self):
        edition = self.edition(
            publish=False,
            reader_ids=[Command.create({"user_id": self.protocol.id})],
        )
        self.assertFalse(edition.reader_ids.sent_on)
        self.publish(edition)
        reader = edition.reader_ids
        self.assertTrue(reader.sent_on)
        self.assertTrue(edition.with_user(self.protocol).waits_for_me)
        edition.with_user(self.protocol).action_confirm_reading()
        self.assertTrue(reader.seen_on)
        with self.assertRaises(AccessError):
            reader.with_user(self.secretary).write({"seen_on": False})
        with self.assertRaises(UserError):
            reader.with_user(self.secretary).unlink()
        self.assertEqual(self.next_version(edition).reader_ids.user_id, self.protocol)

    def test_nobody_sees_for_another(self):
        edition = self.edition(
            publish=False, reader_ids=[Command.create({"user_id": self.protocol.id})]
        )
        self.publish(edition)
        edition.reader_ids.with_user(self.secretary).action_see()
        self.assertFalse(edition.reader_ids.seen_on)

    def test_only_those_touched_are_told_and_only_of_their_item(self):
        touched, other = self.new_user("touched"), self.new_user("other")
        self.visit.partner_ids = touched.partner_id
        self.engage("13:00", "Basın", partner_ids=other.partner_id.ids)
        edition = self.edition()
        self.assertFalse(edition.reader_ids)
        self.visit.write({"start": f"{DAY} 11:30:00", "stop": f"{DAY} 12:00:00"})
        second = self.publish(self.next_version(edition))
        reader = second.reader_ids
        self.assertEqual(reader.user_id, touched)
        self.assertEqual(reader.change, "14:00 Kardeş belediye: moved to 14:30")
        self.assertVisible(reader, touched)
        self.assertHidden(second, touched)
        self.assertHidden(second.line_ids, touched)
        self.assertHidden(reader, other)
        reader.with_user(touched).action_see()
        self.assertTrue(reader.seen_on)

    def test_who_sees_an_edition(self):
        edition = self.edition(publish=False)
        for user in (self.secretary, self.director, self.principal_user):
            self.assertVisible(edition, user)
        for user in (self.protocol, self.registrar, self.employee, self.manager):
            self.assertHidden(edition, user)
        self.publish(edition)
        self.assertVisible(edition, self.protocol)
        self.assertVisible(edition.line_ids, self.protocol)
        for user in (self.employee, self.manager, self.liaison, self.deputy):
            self.assertHidden(edition, user)
            self.assertHidden(edition.line_ids, user)
        with self.assertRaises(AccessError):
            edition.with_user(self.principal_user).write({"state": "superseded"})

    def test_a_chosen_reader_outside_the_office_may_open_it(self):
        edition = self.edition(
            publish=False, reader_ids=[Command.create({"user_id": self.employee.id})]
        )
        self.assertHidden(edition, self.employee)
        self.publish(edition)
        self.assertVisible(edition, self.employee)

    def test_confidential_items_show_that_the_time_is_taken(self):
        hidden = self.engage("07:00", "Sağlık", confidentiality="private")
        edition = self.edition()
        line = edition.line_ids.filtered("is_confidential")
        self.assertEqual(line.title, "Private programme")
        self.assertFalse(line.place)
        self.assertNotIn("Sağlık", self.html("day", edition, self.protocol))
        self.assertIn("Sağlık", self.html("day", edition, self.director))
        with self.assertRaises(AccessError):
            line.with_user(self.director).read(["hidden_title"])
        log = self.env["ozel_kalem.access.log"].search(
            [("res_model", "=", hidden._name), ("res_id", "=", hidden.id)]
        )
        self.assertIn(self.director, log.user_id)
        self.assertNotIn(self.protocol, log.user_id)

    def test_a_title_that_was_hidden_is_told_to_nobody(self):
        edition = self.edition()
        self.visit.vehicle_note = "34 KB 001"
        second = self.publish(self.next_version(edition))
        self.visit.with_user(self.director).confidentiality = "sealed"
        for line in edition.line_ids + second.line_ids:
            self.assertEqual(line.title, "Private programme")
            for name in ("place", "kind", "vehicle_note", "is_public", "public_title"):
                self.assertFalse(line[name], name)
        self.assertNotIn("Kardeş", self.html("day", edition, self.protocol))
        self.assertIn("Kardeş", self.html("day", edition, self.director))
        self.assertFalse(second.pending_difference)
        third = self.next_version(second)
        third.reader_ids = [Command.create({"user_id": self.liaison.id})]
        self.publish(third)
        self.assertFalse(third.difference)
        self.assertFalse(third.reader_ids.with_user(self.liaison).change)

    def test_what_a_hidden_item_goes_through_names_it_neutrally(self):
        edition = self.edition()
        self.visit.with_user(self.director).confidentiality = "private"
        self.visit.write({"start": f"{DAY} 11:30:00", "stop": f"{DAY} 12:00:00"})
        second = self.publish(self.next_version(edition))
        self.assertEqual(second.difference, "14:00 Private programme: moved to 14:30")
        self.visit.sudo().action_cancel("ertelendi")
        third = self.next_version(second)
        self.assertEqual(
            third.difference, "14:30 Private programme: taken off the programme"
        )

    def test_a_change_that_was_told_is_hidden_along(self):
        edition = self.edition(
            publish=False, reader_ids=[Command.create({"user_id": self.liaison.id})]
        )
        self.publish(edition)
        self.visit.write({"subject": "Ziyaret", "location": "Salon"})
        self.engage("13:00", "Basın")
        second = self.publish(self.next_version(edition))
        self.assertIn("Ziyaret", second.reader_ids.change)
        self.visit.with_user(self.director).confidentiality = "private"
        self.assertEqual(second.difference, "16:00 Basın: added")
        self.assertEqual(second.reader_ids.change, "16:00 Basın: added")

    def test_what_is_shown_again_is_told_by_the_next_version(self):
        edition = self.edition()
        mine = self.visit.with_user(self.director)
        mine.confidentiality = "private"
        mine.confidentiality = "normal"
        self.assertEqual(edition.line_ids.title, "Private programme")
        self.assertEqual(
            edition.pending_difference,
            "14:00 Private programme: is now “Kardeş belediye”, place: Makam",
        )

    def test_an_upgrade_hides_what_editions_still_tell(self):
        edition = self.edition(
            publish=False, reader_ids=[Command.create({"user_id": self.liaison.id})]
        )
        self.publish(edition)
        self.visit.subject = "Ziyaret"
        second = self.publish(self.next_version(edition))
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE ozel_kalem_engagement SET confidentiality = 'private'"
            " WHERE id = %s",
            [self.visit.id],
        )
        self.env.invalidate_all()
        # so far the version after it named it, as a confidential item
        second.sudo().line_ids.is_confidential = True
        folder = Path(get_module_path("ozel_kalem")) / "migrations/19.0.1.6.0"
        script = runpy.run_path(str(folder / "post-editions.py"))
        script["migrate"](self.env.cr, "19.0.1.5.0")
        self.env.invalidate_all()
        self.assertEqual(edition.line_ids.title, "Private programme")
        self.assertFalse(second.difference)
        self.assertFalse(second.reader_ids.change)

    def test_the_press_reads_public_items_without_names(self):
        self.engage(
            "07:00",
            "Ayşe Yılmaz, burs",
            kind="appointment",
            is_public=True,
            partner_ids=self.citizen.ids,
        )
        self.engage(
            "08:00",
            "Burs görüşmesi",
            kind="appointment",
            is_public=True,
            public_title="Vatandaş görüşmesi",
        )
        self.engage(
            "09:00",
            "Yakınma",
            kind="appointment",
            is_public=True,
            public_title="AYŞE YILMAZ ile görüşme",
            partner_ids=self.citizen.ids,
        )
        self.engage(
            "12:00", "Doktor", kind="personal", is_public=True, public_title="D"
        )
        self.engage("13:00", "Sır", is_public=True, confidentiality="private")
        self.engage("14:00", "İmza", kind="other")
        edition = self.edition()
        public = edition.line_ids.filtered("is_public")
        self.assertEqual(
            public.mapped("public_title"),
            ["Vatandaş görüşmesi", "Appointment", "Kardeş belediye"],
        )
        page = self.html("press", edition, self.director)
        for word in ("Ayşe", "AYŞE", "burs", "Doktor", "Sır", "İmza", "Private"):
            self.assertNotIn(word, page)

    def test_every_paper_prints(self):
        for kind, report in (
            ("day", "day"),
            ("week", "day"),
            ("month", "month"),
            ("day", "card"),
            ("week", "press"),
        ):
            with self.subTest(report=report, kind=kind):
                edition = self.env["ozel_kalem.programme.edition"].search(
                    [("kind", "=", kind), ("principal_id", "=", self.principal.id)]
                ) or self.edition(kind=kind)
                page = self.html(report, edition)
                self.assertIn("Kardeş belediye", page)
                self.assertIn(edition.name, page)
                self.assertIn("data:image/svg+xml", page)

    def test_a_draft_has_no_qr(self):
        self.assertNotIn("svg", self.html("day", self.edition(publish=False)))

    def test_the_qr_is_a_square_of_modules(self):
        self.assertTrue(qr_image("https://x.example/a").startswith("data:image/svg"))

    @freeze_time("2026-12-01 08:00:00")
    def test_an_empty_day_prints(self):
        edition = self.edition(date_from=DAY + timedelta(days=1))
        self.assertIn("Programda kayıt yok", self.html("day", edition))


@tagged("post_install", "-at_install", "ozel_kalem", "ok_programme")
class TestEditionNotices(EditionCase):
    quiet = False

    def test_the_notice_says_nothing_of_the_programme(self):
        reader = self.new_user("reader", notification_type="email")
        edition = self.edition(
            publish=False, reader_ids=[Command.create({"user_id": reader.id})]
        )
        self.publish(edition)
        told = [("recipient_ids", "in", reader.partner_id.id)]
        mail = self.env["mail.mail"].sudo().search(told)
        self.assertEqual(len(mail), 1)
        self.assertEqual(mail.state, "outgoing")
        self.assertIn(edition.name, mail.subject)
        self.assertNotIn("Kardeş", mail.body_html)
        self.assertIn("/odoo/ok-programme-changes", mail.body_html)


@tagged("post_install", "-at_install", "ozel_kalem", "ok_programme")
class TestEditionPage(EditionCase, HttpCase):
    def get(self, token):
        return self.url_open(f"/ozel_kalem/programme/{token}")

    def test_the_page_answers_current_or_superseded_and_nothing_else(self):
        edition = self.edition()
        token = edition._token()
        self.env.flush_all()
        answer = self.get(token)
        self.assertEqual(answer.status_code, 200)
        self.assertIn("Current", answer.text)
        self.assertIn('<html lang="en-US">', answer.text)
        self.assertIn("09.12.2026", answer.text)
        for word in ("Kardeş", edition.name, self.principal.partner_id.name, "script"):
            self.assertNotIn(word, answer.text)
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        self.publish(self.next_version(edition))
        self.env.flush_all()
        self.assertIn("newer", self.get(token).text)

    def test_hostile_tokens_learn_nothing(self):
        edition, draft = self.edition(), self.edition(publish=False, kind="week")
        token = edition._token()
        signature = token.partition("-")[2]
        self.env.flush_all()
        pages = set()
        for hostile in (
            draft._token(),
            f"{draft.id}-{signature}",
            f"0{token}",
            f"{token}0",
            token[:-1],
            token.upper() + "X",
            f"{edition.id}",
            f"{edition.id}-",
            f"-{signature}",
            f"{2**63}-{signature}",
            f"٣-{signature}",
            "%00",
            "..%2f..%2fetc%2fpasswd",
            "<script>alert(1)</script>",
            "' OR 1=1 --",
            "ğüş-İ",
            "9" * 5000,
        ):
            with self.subTest(hostile):
                answer = self.get(hostile)
                self.assertEqual(answer.status_code, 404)
                self.assertNotIn("Güncel", answer.text)
                self.assertNotIn("<script>", answer.text)
                if "Böyle bir program yok" in answer.text:
                    pages.add(answer.text)
        self.assertEqual(len(pages), 1)

    def test_it_cannot_be_written_to(self):
        token = self.edition()._token()
        self.env.flush_all()
        answer = self.url_open(f"/ozel_kalem/programme/{token}", data={"a": "b"})
        self.assertEqual(answer.status_code, 405)
