"""The 36 requests of the demo office: deadlines, counts, states."""

from collections import Counter
from datetime import date

from odoo.tests import tagged

from ...tools.local_time import local_date
from .test_demo import DemoCase

# Received on, last day, in the order of their numbers.
DAYS = (
    ("2026-09-14", "2026-10-14"),
    ("2026-09-14", "2026-10-05"),
    ("2026-09-15", "2026-10-06"),
    ("2026-09-15", "2026-10-15"),
    ("2026-09-16", "2026-10-16"),
    ("2026-09-16", "2026-10-07"),
    ("2026-09-17", "2026-10-08"),
    ("2026-09-17", "2026-10-08"),
    ("2026-09-18", "2026-10-09"),
    ("2026-09-18", "2026-10-18"),
    ("2026-09-21", "2026-10-21"),
    ("2026-09-21", "2026-10-12"),
    ("2026-09-22", "2026-10-13"),
    ("2026-09-22", "2026-10-13"),
    ("2026-09-23", "2026-10-23"),
    ("2026-09-23", "2026-10-14"),
    ("2026-09-24", "2026-10-24"),
    ("2026-09-24", "2026-10-24"),
    ("2026-09-25", "2026-10-16"),
    ("2026-09-25", "2026-10-16"),
    ("2026-09-28", "2026-10-19"),
    ("2026-09-28", "2026-10-28"),
    ("2026-09-29", "2026-10-29"),
    ("2026-09-29", "2026-10-20"),
    ("2026-09-30", "2026-10-30"),
    ("2026-09-30", "2026-10-21"),
    ("2026-10-01", "2026-10-22"),
    ("2026-10-01", "2026-10-22"),
    ("2026-10-02", "2026-11-01"),
    ("2026-10-02", "2026-10-23"),
    ("2026-10-05", "2026-10-26"),
    ("2026-10-05", "2026-11-04"),
    ("2026-10-06", "2026-11-05"),
    ("2026-10-06", "2026-11-05"),
    ("2026-10-07", "2026-10-28"),
    ("2026-10-07", "2026-11-06"),
)
WORKING_DAYS = {
    10: "2026-10-16",
    17: "2026-10-23",
    18: "2026-10-23",
    23: "2026-10-28",
    29: "2026-10-30",
}
STATES = {
    "new": 1,
    "assessed": 5,
    "referred": 12,
    "answered": 3,
    "notified": 12,
    "redirected": 1,
    "rejected": 1,
    "cancelled": 1,
}


@tagged("post_install", "-at_install", "ozel_kalem", "ok_demo")
class TestRequestDemo(DemoCase):
    """What the demo says of citizens."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.requests = cls.env["ozel_kalem.request"].search(
            [
                (
                    "id",
                    "in",
                    [
                        cls.env.ref(f"ozel_kalem.request_{n:02d}").id
                        for n in range(1, 37)
                    ],
                )
            ],
            order="id",
        )

    def counts(self, name):
        return dict(Counter(self.requests.mapped(name)))

    def test_every_deadline_is_the_law_s(self):
        for number, (request, days) in enumerate(
            zip(self.requests, DAYS, strict=True), 1
        ):
            received, deadline = days
            with self.subTest(number):
                self.assertEqual(str(local_date(request.received_on)), received)
                self.assertEqual(str(request.deadline), deadline)

    def test_a_legal_day_on_a_holiday_has_a_working_day_before(self):
        for number, request in enumerate(self.requests, 1):
            with self.subTest(number):
                expected = WORKING_DAYS.get(number, str(request.deadline))
                self.assertEqual(str(request.operational_deadline), expected)

    def test_the_counts_are_the_table_s(self):
        kinds = self.counts("request_type")
        kvkk = sum(request.legal_ground == "6698" for request in self.requests)
        self.assertEqual(kvkk, 1)
        self.assertEqual(
            kinds,
            {
                "complaint": 14,
                "request": 12 + kvkk,
                "aid": 4,
                "suggestion": 2,
                "information": 2,
                "thanks": 1,
            },
        )
        self.assertEqual(
            self.counts("channel"),
            {
                "letter": 10,
                "phone": 9,
                "in_person": 6,
                "email": 4,
                "cimer": 4,
                "web": 2,
                "social": 1,
            },
        )
        self.assertEqual(
            self.counts("legal_ground"),
            {"verbal": 17, "3071": 15, "4982": 3, "6698": 1},
        )

    def test_where_they_stand(self):
        self.assertEqual(self.counts("state"), STATES)
        first, again = self.requests[11], self.requests[34]
        self.assertEqual(again.duplicate_of_id, first)

    def test_they_were_told_on_the_office_s_days(self):
        """Not all at the minute in which the demo was loaded."""
        calendar = self.requests._work_calendar()
        closed = self.requests.filtered("closed_on")
        self.assertEqual(len(closed), 14)
        for request in closed:
            with self.subTest(request.name):
                came, told = map(local_date, (request.received_on, request.closed_on))
                self.assertTrue(came <= told <= date(2026, 10, 7))
                self.assertTrue(calendar.is_working(told))
                notices = request.notice_ids.filtered("closes_source")
                self.assertEqual(
                    notices.mapped("closed_on"), [request.closed_on] * len(notices)
                )
                if request.state == "notified":
                    self.assertEqual(request.notified_on, request.closed_on)
                answers = request.referral_ids.filtered("answered_on")
                for answer in answers:
                    self.assertLess(answer.answered_on, request.closed_on)
        same_day = self.requests[14]
        self.assertEqual(
            local_date(same_day.closed_on), local_date(same_day.received_on)
        )

    def test_the_equality_report_looks_like_an_office(self):
        """One of thirteen late, a week to wait; no channel all or nothing by chance."""
        sheet = (
            self.env["ozel_kalem.request.waiting.sheet"]
            .with_user(self.env.ref("ozel_kalem.user_mudur"))
            .create({"date_from": "2026-09-01", "date_to": "2026-10-07"})
        )
        [whole] = sheet.get_lines()
        self.assertEqual(whole["count"], 13)
        self.assertAlmostEqual(whole["in_time"], 100 * 12 / 13, 1)
        self.assertTrue(3 <= whole["median"] <= 12, whole)
        late = self.requests.filtered(
            lambda r: r.closed_on and local_date(r.closed_on) > r.deadline
        )
        self.assertEqual(late, self.requests[1])

    def test_public_relations_find_two_mails_and_a_campaign(self):
        officer = self.env.ref("ozel_kalem.user_halkla")
        mails = self.env["ozel_kalem.unmatched.mail"].with_user(officer)
        self.assertEqual(mails.search_count([("state", "=", "waiting")]), 2)
        campaign = self.env.ref("ozel_kalem.campaign_park").with_user(officer)
        self.assertEqual((campaign.request_count, campaign.open_count), (2, 2))
