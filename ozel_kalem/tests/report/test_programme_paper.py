"""The programme's papers, read as text from the PDF."""

import shutil
from unittest import SkipTest

from odoo.tests import tagged

from .test_paper import MM, TURKISH, PaperCase, text

MINUTES = "ozel_kalem.report_minutes"
BADGE = "ozel_kalem.report_visitor_badge"
BADGES = "ozel_kalem.report_visitor_badge_sheet"
DAY = "ozel_kalem.report_programme_day"
CARD = "ozel_kalem.report_programme_card"
MONTH = "ozel_kalem.report_programme_month"


class ProgrammePaperCase(PaperCase):
    @classmethod
    def setUpClass(cls):
        if not shutil.which("wkhtmltopdf"):
            raise SkipTest("wkhtmltopdf isn't installed")
        super().setUpClass()
        cls.company.partner_id.lang = "en_US"

    @classmethod
    def engage(cls, start, stop, subject, **values):
        engagement = (
            cls.env["ozel_kalem.engagement"]
            .with_user(cls.secretary)
            .create(
                {
                    "principal_id": cls.principal.id,
                    "subject": subject,
                    "start": start,
                    "stop": stop,
                    **values,
                }
            )
        )
        engagement.action_confirm()
        return engagement


@tagged("post_install", "-at_install", "ozel_kalem", "ok_report")
class TestMinutesPaper(ProgrammePaperCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.meeting = cls.engage(
            "2026-10-05 07:00:00",
            "2026-10-05 08:00:00",
            f"Kış {TURKISH}",
            kind="meeting",
            location="Meclis salonu",
        )
        cls.headman = cls.env["res.partner"].create(
            {"name": "Davut Karabudak", "function": "Söğütlü Mahallesi Muhtarı"}
        )

    def minutes(self, **values):
        return (
            self.env["ozel_kalem.minutes"]
            .with_user(self.secretary)
            .create({"engagement_id": self.meeting.id, **values})
        )

    def test_what_minutes_say(self):
        minutes = self.minutes(
            agenda="<ol><li>Mazgal temizliği</li></ol>",
            body="<p>Muhtar söz aldı.</p>",
            participant_ids=[
                (0, 0, {"partner_id": self.headman.id}),
                (0, 0, {"partner_id": self.citizen.id, "presence": "excused"}),
                (0, 0, {"partner_id": self.liaison.partner_id.id}),
            ],
            decision_ids=[
                (
                    0,
                    0,
                    {
                        "text": "Mazgallar temizlenecek",
                        "department_id": self.unit.id,
                        "deadline": "2027-10-20",
                    },
                )
            ],
        )
        draft = text(self.pages(MINUTES, minutes)[0])
        self.assertIn("Draft: not approved yet", draft)
        self.assertNotIn("Distribution", draft)
        director = minutes.with_user(self.director)
        director.action_approve()
        director.action_distribute()
        minutes.with_user(self.liaison).action_confirm_reading()
        whole = " ".join(map(text, self.pages(MINUTES, minutes)))
        for part in (
            "MINUTES OF THE MEETING",
            minutes.name,
            f"Kış {TURKISH}",
            "Meeting",
            "05.10.2026 10:00–11:00",
            "Meclis salonu",
            "1. Mazgal temizliği",
            "Davut KARABUDAK Söğütlü Mahallesi Muhtarı Present",
            "Excused",
            "Muhtar söz aldı.",
            "Mazgallar temizlenecek Fen İşleri Müdürlüğü 20.10.2027",
            minutes.decision_ids.instruction_id.sudo().name,
            "Signatures of the participants",
            "Approved:",
            "Distribution Sent Read",
        ):
            self.assertIn(part, whole)
        self.assertNotIn("Draft", whole)

    def test_who_was_not_there_does_not_sign(self):
        minutes = self.minutes(
            participant_ids=[
                (0, 0, {"partner_id": self.headman.id}),
                (0, 0, {"partner_id": self.citizen.id, "presence": "absent"}),
            ],
        )
        page = text(self.pages(MINUTES, minutes)[0])
        _before, signatures = page.split("Signatures of the participants")
        self.assertIn("KARABUDAK", signatures)
        self.assertNotIn("Yılmaz".upper(), signatures.upper())

    def test_minutes_without_anything_print(self):
        page = text(self.pages(MINUTES, self.minutes())[0])
        self.assertIn("No decision was taken.", page)
        self.assertNotIn("Signatures", page)

    def test_no_heading_stands_alone_at_the_foot_of_a_page(self):
        minutes = self.minutes(body="<p>İLKSÖZ burada.</p>" + "<p>Devamı.</p>" * 9)
        for count in range(24, 32, 2):
            minutes.agenda = "<p>Madde</p>" * count
            minutes.participant_ids.unlink()
            minutes.participant_ids = [(0, 0, {"partner_id": self.headman.id})]
            with self.subTest(lines=count):
                pages = " ".join(map(text, self.pages(MINUTES, minutes)))
                self.assertIn("Talks İLKSÖZ", pages)

    def test_the_paper_of_private_minutes_is_stamped(self):
        minutes = self.minutes(confidentiality="private")
        self.assertIn("PRIVATE", text(self.pages(MINUTES, minutes)[0]))


@tagged("post_install", "-at_install", "ozel_kalem", "ok_report")
class TestBadgePaper(ProgrammePaperCase):
    def visit(self, **values):
        values.setdefault("visitor_name", f"Şükrü {TURKISH}")
        return (
            self.env["ozel_kalem.visit"]
            .with_user(self.secretary)
            .create({"principal_id": self.principal.id, **values})
        )

    def test_what_a_badge_says(self):
        visit = self.visit(institution="Esnaf Odası", badge="T12", party_size=3)
        (page,) = self.pages(BADGE, visit, self.secretary)
        for part in (
            "ÇINARLIDERE BELEDİYESİ",
            "T12",
            f"Şükrü {TURKISH}",
            "Esnaf Odası",
            self.principal.name,
            "3 persons",
            visit.name,
        ):
            self.assertIn(part, text(page))
        self.assertNotIn("1/1", text(page))
        size = float(page.mediabox.width), float(page.mediabox.height)
        for one, other in zip(size, (148 * MM, 105 * MM), strict=True):
            self.assertAlmostEqual(one, other, delta=2)

    def test_whom_the_visitor_goes_to(self):
        for values, host in (
            ({"seeks": "director"}, "Director of the Private Office"),
            ({"seeks": "other", "department_id": self.unit.id}, self.unit.name),
        ):
            with self.subTest(host=host):
                page = text(self.pages(BADGE, self.visit(**values))[0])
                self.assertIn(host, page)

    def test_without_badge_the_visit_s_number_stands_large(self):
        visit = self.visit()
        self.assertEqual(visit._paper_badge(), str(visit.register_number))

    def test_a_confidential_visitor_wears_a_number_only(self):
        visit = self.visit(confidentiality="private", badge="T7", institution="Gizli")
        page = text(self.pages(BADGE, visit, self.secretary)[0])
        self.assertIn("T7", page)
        for part in ("Şükrü", "Gizli", "PRIVATE"):
            self.assertNotIn(part, page)

    def test_ten_cards_on_a_sheet(self):
        visits = self.env["ozel_kalem.visit"]
        for number in range(11):
            visits |= self.visit(visitor_name=f"Kişi{number}.")
        pages = [text(page) for page in self.pages(BADGES, visits, self.secretary)]
        self.assertEqual(len(pages), 2)
        whole = " ".join(pages)
        for number in range(11):
            self.assertEqual(whole.count(f"Kişi{number}."), 1)


@tagged("post_install", "-at_install", "ozel_kalem", "ok_report")
class TestProgrammePaper(ProgrammePaperCase):
    def edition(self, kind, day):
        return (
            self.env["ozel_kalem.programme.edition"]
            .with_user(self.secretary)
            .create({"principal_id": self.principal.id, "kind": kind, "date_from": day})
        )

    def test_a_night_is_told_on_both_days(self):
        # Istanbul is three hours ahead
        self.engage("2026-12-09 20:00:00", "2026-12-09 23:30:00", "Gece denetimi")
        self.engage("2026-12-10 06:00:00", "2026-12-10 07:00:00", "Encümen")
        first, second = (
            text(self.pages(DAY, self.edition("day", day), self.secretary)[0])
            for day in ("2026-12-09", "2026-12-10")
        )
        self.assertIn("23:00–02:30 Gece denetimi", first)
        self.assertIn("…–02:30 Gece denetimi", second)
        self.assertLess(second.index("Gece"), second.index("09:00–10:00 Encümen"))

    def test_an_all_day_item_is_on_its_days_alone(self):
        self.engage(
            "2026-12-09 21:00:00", "2026-12-11 21:00:00", "Ankara", all_day=True
        )
        for day, there in (
            ("2026-12-09", False),
            ("2026-12-10", True),
            ("2026-12-11", True),
            ("2026-12-12", False),
        ):
            with self.subTest(day=day):
                edition = self.edition("day", day)
                for report in (DAY, CARD):
                    page = text(self.pages(report, edition, self.secretary)[0])
                    self.assertEqual("All day Ankara" in page, there)

    def test_days_between_are_taken_as_a_whole(self):
        self.engage("2026-12-09 06:00:00", "2026-12-11 15:00:00", "Ankara")
        for day, hours in (
            ("2026-12-09", "09:00–… Ankara"),
            ("2026-12-10", "All day Ankara"),
            ("2026-12-11", "…–18:00 Ankara"),
        ):
            with self.subTest(day=day):
                edition = self.edition("day", day)
                page = text(self.pages(DAY, edition, self.secretary)[0])
                self.assertIn(hours, page)

    def test_a_busy_month_stays_on_one_sheet(self):
        for day in range(1, 31, 3):
            for hour in range(5, 19):
                self.engage(
                    f"2026-12-{day:02d} {hour:02d}:00:00",
                    f"2026-12-{day:02d} {hour:02d}:30:00",
                    f"Görüşme {day}/{hour}",
                )
        (page,) = self.pages(MONTH, self.edition("month", "2026-12-01"))
        self.assertIn("08:00 Görüşme 1/5", text(page))
        self.assertRegex(text(page), r"\+\d+ more")

    def test_a_quiet_month_leaves_nothing_out(self):
        for hour in range(5, 15):
            self.engage(
                f"2026-12-09 {hour:02d}:00:00",
                f"2026-12-09 {hour:02d}:30:00",
                f"Görüşme {hour}.",
            )
        (page,) = self.pages(MONTH, self.edition("month", "2026-12-01"))
        for hour in range(5, 15):
            self.assertIn(f"Görüşme {hour}.", text(page))
        self.assertNotIn("more", text(page))
