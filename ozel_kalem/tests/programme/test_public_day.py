from odoo.exceptions import UserError
from odoo.tests import tagged

from ..common import OzelKalemCase


@tagged("post_install", "-at_install", "ozel_kalem", "ok_programme")
class TestPublicDay(OzelKalemCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.day = (
            cls.env["ozel_kalem.public.day"]
            .with_user(cls.secretary)
            .create(
                {
                    "principal_id": cls.principal.id,
                    "start": "2026-11-26 11:00:00",
                    "stop": "2026-11-26 13:00:00",
                }
            )
        )

    def come(self, name):
        return self.day.visit_ids.create(
            {
                "public_day_id": self.day.id,
                "principal_id": self.principal.id,
                "visitor_name": name,
            }
        )

    def test_queue_numbers_follow_the_order_of_coming(self):
        self.day.action_open()
        visits = [self.come(name) for name in ("Ali", "Veli", "Ayşe")]
        self.assertEqual([visit.queue_number for visit in visits], [1, 2, 3])

    def test_nobody_queues_before_the_doors_open(self):
        with self.assertRaisesRegex(UserError, "not open"):
            self.come("Ali")

    def test_next_please(self):
        self.day.action_open()
        first, second = self.come("Ali"), self.come("Veli")
        self.day.action_next()
        self.assertEqual((first.state, second.state), ("admitted", "waiting"))
        self.day.action_next()
        self.assertEqual((first.state, second.state), ("left", "admitted"))
        with self.assertRaisesRegex(UserError, "Nobody waits"):
            self.day.action_next()
            self.day.action_next()

    def test_the_session_takes_the_principals_time_and_gives_it_back(self):
        self.day.action_plan()
        engagement = self.day.engagement_id
        self.assertEqual(engagement.state, "confirmed")
        self.day.action_cancel()
        self.assertEqual(engagement.state, "cancelled")

    def test_session_and_programme_are_moved_together(self):
        self.day.action_plan()
        item = self.day.engagement_id
        self.day.write({"start": "2026-11-27 11:00:00", "stop": "2026-11-27 13:00:00"})
        self.assertEqual((item.start, item.stop), (self.day.start, self.day.stop))
        item.write({"start": "2026-11-28 11:00:00", "stop": "2026-11-28 12:00:00"})
        self.assertEqual((item.start, item.stop), (self.day.start, self.day.stop))

    def test_a_session_taken_off_the_programme_is_put_on_it_again(self):
        self.day.action_plan()
        first = self.day.engagement_id
        self.assertTrue(self.day.is_on_programme)
        first.action_cancel("Bakan geliyor")
        self.assertEqual(self.day.state, "planned")
        self.assertFalse(self.day.is_on_programme)
        self.day.write({"start": "2026-11-27 11:00:00", "stop": "2026-11-27 13:00:00"})
        planned = self.day.start
        first.write({"start": "2026-11-30 11:00:00", "stop": "2026-11-30 12:00:00"})
        self.assertEqual(self.day.start, planned)
        self.day.action_plan()
        self.assertTrue(self.day.is_on_programme)
        self.assertEqual(self.day.engagement_id.start, self.day.start)
        self.assertEqual(first.state, "cancelled")


@tagged("post_install", "-at_install", "ozel_kalem", "ok_programme")
class TestCouncilItem(OzelKalemCase):
    def item(self, **values):
        return (
            self.env["ozel_kalem.council.item"]
            .with_user(self.secretary)
            .create({"principal_id": self.principal.id, "subject": "Otopark", **values})
        )

    def test_the_councils_legal_days(self):
        item = self.item(session_date="2026-12-01")
        self.assertEqual(str(item.agenda_deadline), "2026-11-28")
        item.action_put_on_agenda()
        item.action_decide("2026/118")
        self.assertEqual(str(item.decision_date), "2026-12-01")
        self.assertEqual(str(item.governor_deadline), "2026-12-08")
        item.action_send()
        item.action_apply()
        self.assertTrue(item.closed_on)

    def test_the_encumen_decides_within_a_week_of_the_referral(self):
        item = self.item(body="committee", referred_on="2026-12-01")
        self.assertEqual(str(item.committee_deadline), "2026-12-08")

    def test_the_encumen_discusses_only_what_was_referred(self):
        item = self.item(body="committee", session_date="2026-12-03")
        with self.assertRaisesRegex(UserError, "5393 m35"):
            item.action_put_on_agenda()

    def test_a_decision_has_a_number(self):
        item = self.item(session_date="2026-12-01")
        item.action_put_on_agenda()
        with self.assertRaises(UserError):
            item.action_decide(" ")
