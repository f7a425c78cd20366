"""The 36 requests of the demo office: deadlines, counts, states."""

from collections import Counter

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
