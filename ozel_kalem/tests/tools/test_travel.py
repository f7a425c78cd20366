from datetime import UTC, datetime, time, timedelta

from odoo.tests import BaseCase, tagged

from ...tools.travel import Finding, Item, Meal, day_warnings

DAY = datetime(2026, 10, 7)
WAYS = {
    frozenset("MS"): 25,
    frozenset("MK"): 40,
    frozenset("SK"): 10,
}
LUNCH = Meal(time(12), time(14), 45)

# items | options | kind, first, second, minutes
TABLE = {
    "an empty day": ("", {}, ""),
    "one item": ("a 09-10 M", {"buffer": 15, "rest": 15}, ""),
    "adjacent in one place": ("a 09-10 M; b 10-11 M", {}, ""),
    "overlap": ("a 09-10:30 M; b 10-11 M", {}, "overlap a b 30"),
    "nested": ("a 09-12 M; b 10-10:20 M", {}, "overlap a b 20"),
    "all three at once": (
        "a 09-11; b 10-12; c 10:30-11",
        {},
        "overlap a b 60; overlap a c 30; overlap b c 30",
    ),
    "a long item and two short ones": (
        "a 09-12; b 09:30-10; c 11-11:30",
        {},
        "overlap a b 30; overlap a c 30",
    ),
    "a moment overlaps nothing": ("a 09-10; b 09:30-09:30", {}, ""),
    "in any order": ("b 10-11; a 09-10:30", {}, "overlap a b 30"),
    "no time for the way": ("a 09-10 M; b 10:05-11 S", {}, "travel a b 20"),
    "the way just fits": ("a 09-10 M; b 10:25-11 S", {}, ""),
    "the way back as well": ("a 09-10 S; b 10-11 M", {}, "travel a b 25"),
    "an overlap says it all": ("a 09-10:30 M; b 10-11 S", {}, "overlap a b 30"),
    "an unknown way": ("a 09-10 M; b 10-11 X", {}, ""),
    "no place stays where one was": (
        "a 09-10 M; b 10-11; c 11:05-12 S",
        {},
        "travel b c 20",
    ),
    "from the one that ended last": (
        "a 09-12 M; b 09:30-10 M; c 12:10-13 K",
        {},
        "overlap a b 30; travel a c 30",
    ),
    "buffer in one place": ("a 09-10 M; b 10:05-11 M", {"buffer": 15}, "buffer a b 10"),
    "buffer after the way": (
        "a 09-10 M; b 10:30-11 S",
        {"buffer": 15},
        "buffer a b 10",
    ),
    "buffer kept": ("a 09-10 M; b 10:40-11 S", {"buffer": 15}, ""),
    "time to eat": ("a 09-12:30; b 13:30-15", {"meal": LUNCH}, ""),
    "nothing at noon": ("a 09-10; b 15-16", {"meal": LUNCH}, ""),
    "no time to eat": ("a 11-13; b 13:15-15", {"meal": LUNCH}, "meal a b 30"),
    "the window's start is the longest": (
        "a 12:20-13:50",
        {"meal": LUNCH},
        "meal - a 25",
    ),
    "the window's end is the longest": ("a 11-13:30", {"meal": LUNCH}, "meal a - 15"),
    "one item over the whole window": ("a 11-15", {"meal": LUNCH}, "meal - a 45"),
    "the way eats the meal": (
        "a 11-12:30 M; b 13:30-15 S",
        {"meal": LUNCH},
        "meal a b 10",
    ),
    "a working lunch feeds": ("a 11-12 M; b 12-14 M *", {"meal": LUNCH}, ""),
    "each day eats": (
        "a 11-13:30; b +11-+13:45",
        {"meal": LUNCH},
        "meal a b 15; meal b - 30",
    ),
    "a break in time": ("a 09-11; b 11:20-13", {"rest": 15, "stretch": 180}, ""),
    "no break": (
        "a 09-11; b 11:05-13",
        {"rest": 15, "stretch": 180},
        "rest a b 10",
    ),
    "a way is no break": (
        "a 09-11 M; b 11:30-13 S",
        {"rest": 15, "stretch": 180},
        "rest a b 10",
    ),
    "a long item is nobody's fault": ("a 09-15", {"rest": 15, "stretch": 180}, ""),
    "count anew after a warning": (
        "a 09-10; b 10-11; c 11-12:30; d 12:30-13",
        {"rest": 15, "stretch": 180},
        "rest a c 15",
    ),
}


def moment(text):
    hour, _colon, minute = text.lstrip("+").partition(":")
    days = 1 if text.startswith("+") else 0
    return DAY + timedelta(days=days, hours=int(hour), minutes=int(minute or 0))


def item(text):
    key, period, *rest = text.split()
    start, stop = map(moment, period.split("-"))
    place = next((word for word in rest if word != "*"), None)
    return Item(start, stop, place, "*" in rest, key)


def way(one, other):
    return WAYS.get(frozenset((one, other)))


@tagged("ozel_kalem", "ok_tools")
class TestTravel(BaseCase):
    def test_table(self):
        for name, (text, options, expected) in TABLE.items():
            with self.subTest(name):
                items = [item(part) for part in text.split(";") if part]
                found = day_warnings(items, way, **options)
                told = "; ".join(
                    f"{f.kind} {f.first.key if f.first else '-'}"
                    f" {f.second.key if f.second else '-'} {f.minutes}"
                    for f in found
                )
                self.assertEqual(told, expected)

    def test_the_programme_of_the_fixture(self):
        day = """a 09-09:45 M; b 10-10:20 M; c 11-11:15 M; d 12:30-13:30 M *;
            e 14-15:30 M; f 16-16:30 M; g 17-18 S; h 19:30-21 K"""
        items = [item(part) for part in day.split(";")]
        found = day_warnings(items, way, buffer=5, meal=LUNCH, rest=10)
        self.assertEqual(found, [])

    def test_findings_name_the_items(self):
        one, other = item("a 09-10 M"), item("b 09:50-11 S")
        self.assertEqual(
            day_warnings([other, one], way), [Finding("overlap", one, other, 10)]
        )

    def test_without_ways(self):
        self.assertEqual(day_warnings([item("a 09-10 M"), item("b 10-11 S")]), [])

    def test_a_minute_that_has_begun_counts(self):
        one = Item(DAY, DAY + timedelta(minutes=10, seconds=1))
        other = Item(DAY + timedelta(minutes=10), DAY + timedelta(minutes=20))
        self.assertEqual(day_warnings([one, other])[0].minutes, 1)

    def test_bad_input(self):
        good = [item("a 09-10 M"), item("b 10-11 S")]
        for items, options in (
            ([Item(moment("10"), moment("09"))], {}),
            ([Item(DAY.replace(tzinfo=UTC), DAY.replace(tzinfo=UTC))], {}),
            ([Item(DAY.date(), DAY.date())], {}),
            (good, {"buffer": -1}),
            (good, {"rest": -1}),
            (good, {"stretch": -1}),
            (good, {"meal": Meal(time(14), time(12), 30)}),
            (good, {"meal": Meal(time(12), time(13), 90)}),
            (good, {"meal": Meal(time(12), time(13), 0)}),
            (good, {"minutes_between": lambda _one, _other: -5}),
        ):
            with (
                self.subTest(items=items, options=options),
                self.assertRaises(ValueError),
            ):
                day_warnings(items, **{"minutes_between": way, **options})
