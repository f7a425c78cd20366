from lxml import etree

from odoo.tests import tagged

from odoo.addons.mail.tools.discuss import Store

from .common import CitizensCase

ROWS = (8, 80)


@tagged("post_install", "-at_install", "ozel_kalem", "ok_citizens")
class TestRequestQueries(CitizensCase):
    """Counts of queries; what they are for is said where the bench measures them.

    The environment is loud, as a user's is: tracking and messages included.
    """

    quiet = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.units = cls.env["hr.department"].create(
            [{"name": f"Müdürlük {number}"} for number in range(5)]
        )
        citizens = cls.env["res.partner"].create(
            [{"name": f"Vatandaş {number}"} for number in range(20)]
        )
        cls.Office = cls.env["ozel_kalem.request"].with_user(cls.public_relations)
        cls.requests = cls.Office.create(
            [
                {
                    "partner_id": citizens[number % 20].id,
                    "subject": f"s{number}",
                    "request_type": "complaint",
                    "channel": "letter",
                    "topic_id": cls.topic.id,
                    "neighbourhood_id": cls.neighbourhood.id,
                    "lead_department_id": cls.units[number % 5].id,
                }
                for number in range(ROWS[1])
            ]
        )

    def specification(self, view_type, model="ozel_kalem.request", arch=None):
        """What the web client asks of the shipped view."""
        Model = self.env[model].with_user(self.public_relations)
        root = arch if arch is not None else self.view(Model, view_type)
        nodes = [
            node
            for node in root.iter("field")
            if not any(parent.tag == "field" for parent in node.iterancestors())
        ]
        return {
            node.get("name"): self.asked(Model._fields[node.get("name")], node)
            for node in nodes
        }

    def view(self, Model, view_type):
        return etree.fromstring(Model.get_view(view_type=view_type)["arch"])

    def asked(self, field, node):
        if field.type in ("many2one", "reference"):
            return {"fields": {"display_name": {}}}
        lines = next((child for child in node if child.tag in ("list", "kanban")), None)
        if lines is not None:
            lines = etree.fromstring(etree.tostring(lines))
            nested = self.specification("list", field.comodel_name, lines)
            return {"fields": nested, "limit": 40}
        if node.get("widget") == "many2many_tags":
            return {"fields": {"display_name": {}}}
        return {}

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

    def test_lists_are_flat(self):
        specification = self.specification("list")
        for domain in ([], [("closed_on", "=", False)], [("is_overdue", "=", False)]):
            with self.subTest(domain):
                few, many = (
                    self.warm(
                        lambda rows=rows, domain=domain: self.Office.web_search_read(
                            domain, specification, limit=rows, count_limit=10001
                        )
                    )
                    for rows in ROWS
                )
                self.assertEqual(few, many, "the list costs more with more rows")
                self.assertLessEqual(few, 7)

    def test_grouping(self):
        for groupby in ("state", "lead_department_id", "received_on:month"):
            with self.subTest(groupby):
                office = self.Office.with_context(tz="Europe/Istanbul")
                cost = self.warm(
                    lambda office=office, groupby=groupby: office.web_read_group(
                        [], [groupby], ["__count"]
                    )
                )
                self.assertLessEqual(cost, 4)

    def test_kanban(self):
        specification = self.specification("kanban")
        cost = self.warm(
            lambda: self.Office.web_read_group(
                [("closed_on", "=", False)],
                ["state"],
                auto_unfold=True,
                unfold_read_specification=specification,
            )
        )
        self.assertLessEqual(cost, 7)

    def test_form(self):
        specification = self.specification("form")
        request = self.requests[5]
        cost = self.warm(lambda: request.web_read(specification))
        self.assertLessEqual(cost, 13)

    def test_chatter(self):
        request = self.requests[5]
        parts = [
            "activities",
            "attachments",
            "contact_fields",
            "followers",
            "scheduledMessages",
            "suggestedRecipients",
        ]

        def thread():
            found = self.Office._get_thread_with_access(request.id)
            Store().add(found, request_list=parts, as_thread=True).get_result()

        def messages():
            found = self.Office._get_thread_with_access(request.id)
            fetched = self.Office.env["mail.message"]._message_fetch(None, thread=found)
            fetched["messages"].set_message_done()
            Store().add(fetched["messages"]).get_result()

        self.assertLessEqual(self.warm(thread), 7)
        self.assertLessEqual(self.warm(messages), 10)

    def test_creating_a_request(self):
        values = {
            "partner_id": self.citizen.id,
            "subject": "s",
            "request_type": "complaint",
            "channel": "letter",
            "topic_id": self.topic.id,
        }
        cost = self.warm(lambda: self.Office.create(values))
        self.assertLessEqual(cost, 14)

    def test_changing_its_state(self):
        first, second = self.requests[1], self.requests[2]
        self.queries(lambda: first.write({"state": "assessed"}))
        cost = self.queries(lambda: second.write({"state": "assessed"}))
        self.assertLessEqual(cost, 9)

    def test_seals_and_delegations_are_asked_once(self):
        """And what changes them within a transaction counts at once."""
        user = self.public_relations.with_user(self.public_relations)
        Grant = self.env["ozel_kalem.access.grant"].with_user(user)
        self.assertEqual(Grant._opened_ids("ozel_kalem.request"), [])
        with self.assertQueryCount(0):
            Grant._opened_ids("ozel_kalem.instruction")
        self.requests[0].sudo().write({"confidentiality": "sealed", "user_id": False})
        self.requests[0]._open_seal("Needed for the court's letter")
        self.assertEqual(Grant._opened_ids("ozel_kalem.request"), self.requests[0].ids)
