from itertools import product

from odoo.fields import Command
from odoo.tests import tagged

from ...models.foundation.rollup_source import RollupSource
from .common import CitizensCase

GROUPS = (
    (),
    ("state",),
    ("lead_department_id",),
    ("received_on:month",),
    ("received_on:year", "state"),
    ("topic_id", "request_type"),
    ("neighbourhood_id",),
    ("channel", "legal_ground"),
    ("user_id", "confidentiality"),
)
DOMAINS = (
    [],
    [("closed_on", "=", False)],
    [("request_type", "=", "complaint")],
    [("request_type", "!=", "aid"), ("state", "in", ("new", "cancelled"))],
    ["|", ("state", "=", "new"), ("closed_on", "!=", False)],
    ["!", ("confidentiality", "=", "normal")],
    [("active", "=", False)],
    [("active", "in", (True, False))],
    [("is_overdue", "=", True)],
    [("is_overdue", "=", False), ("state", "=", "new")],
)
READERS = (
    "secretary",
    "public_relations",
    "registrar",
    "aid_officer",
    "director",
    "principal_user",
)
ORDINARY = {
    "subject": "s",
    "request_type": "complaint",
    "channel": "letter",
}


@tagged("post_install", "-at_install", "ozel_kalem", "ok_citizens")
class TestRequestCounts(CitizensCase):
    """The roll-up counts what the table holds, for everybody his own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Request = cls.env["ozel_kalem.request"]
        cls.topic_2 = cls.env["ozel_kalem.topic"].create(
            {"name": "Aydınlatma", "department_id": cls.other_unit.id}
        )
        kinds = product(
            ("normal", "private", "sealed"),
            ("complaint", "aid", "request"),
            (cls.public_relations, cls.secretary, cls.aid_officer),
        )
        for number, (level, kind, user) in enumerate(kinds):
            cls.requests_of(user, level, kind, number)
        cls.Request.search([("request_type", "=", "request")], limit=2).active = False
        open_ones = cls.Request.search([("closed_on", "=", False)])
        open_ones[:3].action_pause_deadline("belge")

    @classmethod
    def requests_of(cls, user, level, kind, number):
        """Two requests for which ``user`` answers, the second closed."""
        named = cls.registrar if number % 2 else cls.public_relations
        both = cls.Request.create(
            [
                {
                    **ORDINARY,
                    "partner_id": cls.citizen.id,
                    "request_type": kind,
                    "confidentiality": level,
                    "user_id": user.id,
                    "authorised_user_ids": [Command.set(named.ids)],
                    "topic_id": (cls.topic, cls.topic_2)[number % 2].id,
                    "neighbourhood_id": number % 3 and cls.neighbourhood.id,
                    "received_on": f"20{20 + number % 5}-0{1 + number % 9}-28 2{number % 4}:30:00",
                }
                for _ in range(2)
            ]
        )
        both[1].action_cancel("test")

    def as_reader(self, name):
        user = getattr(self, name)
        return self.Request.with_user(user).with_context(tz="Europe/Istanbul")

    def assertCountedAsListed(self, model, domain, groupby, order=None):
        """Groups and counts are what the records themselves say."""
        asked = (groupby, ["__count"])
        rolled = model._read_group(domain, *asked, order=order)
        # an id condition is no dimension: the ORM counts by itself
        everything = [("id", ">", 0), *domain]
        self.assertEqual(rolled, model._read_group(everything, *asked, order=order))

    def assertExact(self):
        self.assertEqual(self.Request._rollup_differences(), [])

    def fold(self):
        with self.enter_registry_test_mode():
            self.env["ozel_kalem.mixin.rollup"]._cron_fold_rollups()

    # --------------------------------------------------------------- answers

    def test_everybody_counts_what_he_may_list(self):
        for name, domain, groupby in product(READERS, DOMAINS, GROUPS):
            with self.subTest(reader=name, domain=domain, groupby=groupby):
                order = ",".join(groupby) or None
                self.assertCountedAsListed(self.as_reader(name), domain, groupby, order)

    def test_it_is_the_roll_up_that_answers(self):
        office = self.as_reader("public_relations")
        for groupby in GROUPS:
            found = office._rollup_source([("closed_on", "=", False)], groupby)
            self.assertIsInstance(found, RollupSource, groupby)
        late = [("is_overdue", "=", True)]
        every = self.Request.sudo().with_context(active_test=False)
        figures = every._rollup_source(late, ("legal_ground",))
        self.assertIsInstance(figures, RollupSource)
        for domain in ([("subject", "ilike", "a")], [("partner_id", "=", 1)]):
            self.assertIsNone(office._rollup_source(domain, ("state",)))
        self.assertIsNone(self.as_reader("secretary")._rollup_source([], ("state",)))

    def test_counts_of_the_web_client(self):
        office = self.as_reader("public_relations")
        for groupby in ("state", "lead_department_id", "received_on:month"):
            with self.subTest(groupby):
                rolled = office.web_read_group([], [groupby], ["__count"])
                listed = office.web_read_group([("id", ">", 0)], [groupby], ["__count"])
                self.assertEqual(rolled, listed)
        sets = [["lead_department_id", "state"], ["state"], []]
        asked = {"grouping_sets": sets, "aggregates": ["__count"]}
        self.assertEqual(
            office.formatted_read_grouping_sets([], **asked),
            office.formatted_read_grouping_sets([("id", ">", 0)], **asked),
        )

    def test_pages_of_groups(self):
        office = self.as_reader("public_relations")
        asked = (("topic_id", "request_type"), ["__count"])
        paged = {
            "offset": 1,
            "limit": 2,
            "order": "__count desc, topic_id, request_type",
        }
        listed = office._read_group([("id", ">", 0)], *asked, **paged)
        self.assertEqual(office._read_group([], *asked, **paged), listed)
        many = {"having": [("__count", ">", 3)]}
        listed = office._read_group([("id", ">", 0)], *asked, **many)
        self.assertCountEqual(office._read_group([], *asked, **many), listed)

    def test_counting_for_the_pager(self):
        office = self.as_reader("public_relations")
        found = len(office.search([]))
        self.assertGreater(found, 2)
        self.assertEqual(office.search_count([]), found)
        self.assertIs(type(office.search_count([])), int)
        self.assertEqual(office.search_count([], limit=2), 2)
        self.assertEqual(office.search_count([("state", "=", "notified")]), 0)

    def test_months_are_turkish(self):
        office = self.as_reader("public_relations")
        self.new_request(received_on="2019-05-31 21:30:00")
        year = [("received_on", ">=", "2018-12-31 21:00:00")]
        domain = [*year, ("received_on", "<=", "2019-12-31 20:59:59")]
        self.assertIsNotNone(office._rollup_source(domain, ("received_on:month",)))
        found = office._read_group(domain, ["received_on:month"], ["__count"])
        self.assertEqual([(month.month, count) for month, count in found], [(6, 1)])
        self.assertIsNone(
            office.with_context(tz="UTC")._rollup_source([], ("received_on:month",))
        )
        half = [("received_on", ">=", "2019-05-31 21:10:00")]
        self.assertIsNone(office._rollup_source(half, ()))
        self.assertCountedAsListed(office, half, ("state",), "state")

    def test_no_rights_no_counts(self):
        liaison = self.as_reader("liaison")
        with self.assertRaisesRegex(Exception, "ozel_kalem.request|Request"):
            liaison._read_group([], ["state"], ["__count"])

    def test_another_company_isnt_counted(self):
        company = self.env["res.company"].create({"name": "Komşu Belediye"})
        before = self.as_reader("director").search_count([])
        self.Request.sudo().create(
            {**ORDINARY, "partner_id": self.citizen.id, "company_id": company.id}
        )
        self.assertEqual(self.as_reader("director").search_count([]), before)

    def test_an_opened_seal_counts_until_it_ends(self):
        sealed = self.Request.search(
            [("confidentiality", "=", "sealed"), ("request_type", "=", "complaint")]
        ).filtered(lambda r: not r.with_user(self.registrar).is_accessible)[0]
        office = self.as_reader("registrar")
        before = office.search_count([])
        sealed.with_user(self.registrar)._open_seal("Needed for the court's letter")
        self.assertEqual(office.search_count([]), before + 1)
        self.assertCountedAsListed(office, [], ("state",), "state")

    # ------------------------------------------------------------- exactness

    def test_it_follows_every_kind_of_write(self):
        self.assertExact()
        request = self.new_request()
        request.action_assess()
        request.write({"topic_id": self.topic_2.id, "neighbourhood_id": False})
        self.assertExact()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE ozel_kalem_request SET channel = 'cimer',"
            " received_on = received_on - interval '2 months'"
        )
        self.env.invalidate_all()
        self.assertExact()
        self.assertCountedAsListed(
            self.as_reader("director"), [], ("received_on:month",), "received_on:month"
        )

    def test_a_rollback_leaves_no_trace(self):
        before = self.Request._read_group([], ["state"], ["__count"])
        try:
            with self.env.cr.savepoint():
                self.new_request()
                self.env.flush_all()
                raise ZeroDivisionError
        except ZeroDivisionError:
            self.env.invalidate_all()
        self.assertEqual(self.Request._read_group([], ["state"], ["__count"]), before)
        self.assertExact()

    def test_folding_changes_no_count(self):
        before = self.Request._read_group([], ["state"], ["__count"], order="state")
        self.fold()
        self.env.cr.execute("SELECT count(*) FROM ozel_kalem_request_change")
        self.assertEqual(self.env.cr.fetchone(), (0,))
        self.new_request()
        self.Request.search([("state", "=", "cancelled")])[0].action_reopen("again")
        self.env.flush_all()
        self.fold()
        self.assertExact()
        after = self.Request._read_group([], ["state"], ["__count"], order="state")
        self.assertNotEqual(before, after)
        self.assertEqual(
            sum(count for _state, count in after), len(self.Request.search([]))
        )

    def test_an_update_by_sql_counts_where_it_moves_a_row_and_costs_nothing_else(self):
        self.fold()
        rows = len(self.Request.search([("active", "in", (True, False))]))
        for assigned, changes in (
            ("location = 'x'", 0),
            ("channel = 'field'", 2 * rows),
        ):
            with self.subTest(assigned):
                self.env.cr.execute(f"UPDATE ozel_kalem_request SET {assigned}")
                self.env.cr.execute("SELECT count(*) FROM ozel_kalem_request_change")
                self.assertEqual(self.env.cr.fetchone(), (changes,))
        self.assertExact()

    def test_a_group_that_emptied_is_gone(self):
        office = self.as_reader("public_relations")
        only = self.new_request(received_on="2001-05-05 10:00:00")
        only.received_on = "2002-05-05 10:00:00"
        years = office._read_group([], ["received_on:year"], ["__count"])
        self.assertNotIn(2001, [year.year for year, _count in years])
        rows = office._read_grouping_sets([], [("received_on:year",)], ["__count"])[0]
        self.assertNotIn(2001, [year.year for year, _count in rows])

    def test_it_is_built_from_what_is_there(self):
        self.env.flush_all()
        self.env.cr.execute("DELETE FROM ozel_kalem_request_rollup")
        self.env.cr.execute("DELETE FROM ozel_kalem_request_change")
        self.assertTrue(self.Request._rollup_differences())
        self.env.cr.execute("COMMENT ON TABLE ozel_kalem_request_rollup IS 'older'")
        self.Request.init()
        self.assertExact()
