from lxml import etree

from odoo.tests import tagged

from .common import FollowUpCase

ROWS = (8, 80)


@tagged("post_install", "-at_install", "ozel_kalem", "ok_follow_up")
class TestQueryCounts(FollowUpCase):
    """Counts that were measured; more of them is a step back.

    The environment is loud, as a user's is: tracking and messages included.
    """

    quiet = False

    def specification(self, model, view_type):
        """What the web client asks of the shipped view."""
        view = self.env[model].get_view(view_type=view_type)
        nodes = etree.fromstring(view["arch"]).xpath(f"/{view_type}//field")
        names = {node.get("name") for node in nodes}
        specification = {}
        for name in names:
            field = self.env[model]._fields[name]
            fields = {"display_name": {}}
            specification[name] = {"fields": fields} if field.relational else {}
        return specification

    def queries(self, function):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        function()
        self.env.flush_all()
        self.env.cr.precommit.run()
        return self.env.cr.sql_log_count - before

    def warm(self, function):
        """The cost of ``function`` once every cache of the registry is warm."""
        self.queries(function)
        return self.queries(function)

    def list_cost(self, model, user, rows, view_type):
        Model = self.env[model].with_user(user)
        specification = self.specification(model, view_type)
        return self.warm(lambda: Model.web_search_read([], specification, limit=rows))

    def assertFlat(self, model, user, most, view_type="list"):
        few, many = (self.list_cost(model, user, rows, view_type) for rows in ROWS)
        self.assertEqual(few, many, "the list costs more with more rows")
        self.assertLessEqual(few, most)

    def instructions(self):
        records = self.env["ozel_kalem.instruction"].create(
            [
                {
                    "subject": f"s{number}",
                    "principal_id": self.principal.id,
                    "user_id": self.secretary.id,
                }
                for number in range(ROWS[1])
            ]
        )
        self.env["ozel_kalem.referral"].create(
            [
                {
                    "res_model": record._name,
                    "res_id": record.id,
                    "department_id": self.unit.id,
                    "purpose": "action",
                }
                for record in records
            ]
        )
        return records

    def test_lists_are_flat(self):
        self.instructions()
        for model, user, most in (
            ("ozel_kalem.instruction", self.director, 12),
            ("ozel_kalem.instruction", self.secretary, 21),
            ("ozel_kalem.referral", self.director, 8),
            ("ozel_kalem.referral", self.liaison, 17),
            ("ozel_kalem.register.entry", self.secretary, 12),
        ):
            with self.subTest(model=model, user=user.name):
                self.assertFlat(model, user, most)

    def test_the_decision_list_is_flat_for_principal_and_deputy(self):
        records = self.instructions()
        self.env["ozel_kalem.submission"].create(
            [
                {
                    "res_model": record._name,
                    "res_id": record.id,
                    "principal_id": self.principal.id,
                    "summary": "s",
                }
                for record in records
            ]
        ).action_submit()
        self.make(
            "ozel_kalem.delegation",
            principal_id=self.principal.id,
            date_start="2020-01-01",
            date_end="2060-01-01",
        ).action_activate()
        for user, most in ((self.principal_user, 5), (self.deputy, 15)):
            with self.subTest(user.name):
                self.assertFlat("ozel_kalem.submission", user, most, "kanban")

    def test_creating_an_instruction(self):
        Model = self.env["ozel_kalem.instruction"].with_user(self.secretary)
        cost = self.warm(
            lambda: Model.create({"subject": "s", "principal_id": self.principal.id})
        )
        self.assertLessEqual(cost, 17)

    def test_changing_its_state(self):
        first, second = self.instruction, self.new_instruction()
        for record in (first, second):
            record.with_user(self.director).result = "done"
        self.flush()
        self.queries(
            lambda: first.with_user(self.director).write({"state": "in_progress"})
        )
        cost = self.queries(
            lambda: second.with_user(self.director).write({"state": "in_progress"})
        )
        self.assertLessEqual(cost, 10)

    def test_referring_it(self):
        first, second = self.instruction, self.new_instruction()
        self.flush()
        self.queries(
            lambda: first.with_user(self.secretary).action_refer(self.unit.ids)
        )
        cost = self.queries(
            lambda: second.with_user(self.secretary).action_refer(self.unit.ids)
        )
        self.assertLessEqual(cost, 56)

    def test_answering_it(self):
        first, second = self.refer(), self.refer(instruction=self.new_instruction())
        self.flush()
        self.queries(lambda: first.with_user(self.liaison).action_answer("done"))
        cost = self.queries(
            lambda: second.with_user(self.liaison).action_answer("done")
        )
        self.assertLessEqual(cost, 67)
