from datetime import datetime, time, timedelta

from freezegun import freeze_time
from lxml import etree

from odoo import fields
from odoo.tests import tagged

from odoo.addons.ozel_kalem.tests.common import OzelKalemCase

from ...tools.local_time import local_today

FEW, MANY = 8, 80
DAY_QUERIES = 15
HISTORY = {"ozel_kalem_history": True}


@tagged("post_install", "-at_install")
class TestProgrammeScale(OzelKalemCase):
    """The four screens that stay open all day cost the same, however full they are."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nine = datetime.combine(local_today(), time(6))
        # before the day's first appointment: what has passed isn't on the screen
        cls.startClassPatcher(freeze_time(cls.nine - timedelta(hours=1)))
        # of a unit, so that what is referred to it is looked for
        cls.env["hr.employee"].create(
            {
                "name": cls.public_relations.name,
                "user_id": cls.public_relations.id,
                "department_id": cls.unit.id,
            }
        )
        cls.unit.ozel_kalem_liaison_ids = cls.public_relations
        cls.env["ozel_kalem.delegation"].create(
            {
                "principal_id": cls.principal.id,
                "employee_id": cls.deputy_employee.id,
                "date_start": local_today(),
                "date_end": local_today(),
            }
        ).action_activate()
        cls.readers = (
            cls.secretary,
            cls.public_relations,
            cls.protocol,
            cls.registrar,
            cls.director,
            cls.principal_user,
            cls.deputy,
        )

    # ---------------------------------------------------------------- filling

    def fill(self, number):
        for index in range(number):
            start = self.nine + timedelta(minutes=5 * index)
            # every fourth one is for few eyes
            level = {"confidentiality": "normal" if index % 4 else "private"}
            partner = self.env["res.partner"].create({"name": f"Kişi {index}"})
            self._fill_programme(partner, start, level)
            self._fill_door(partner, start, level)
            self._fill_desk(level)
        self.flush()

    def _fill_programme(self, partner, start, level):
        self.make(
            "ozel_kalem.engagement",
            principal_id=self.principal.id,
            start=start,
            stop=start + timedelta(minutes=5),
            partner_ids=partner.ids,
            description="<p>Amaç</p>",
            **level,
        ).action_confirm()

    def _fill_door(self, partner, start, level):
        appointments = self.env["ozel_kalem.appointment"].with_context(**HISTORY)
        visits = self.env["ozel_kalem.visit"].with_context(**HISTORY)
        common = {"principal_id": self.principal.id, "partner_id": partner.id, **level}
        period = {"start": start, "stop": start + timedelta(minutes=5)}
        for state in ("requested", "approved", "scheduled", "done"):
            appointments.create(
                {**common, **period, "subject": "Yol", "state": state},
            )
        for state in ("waiting", "admitted", "left"):
            visits.create({**common, "visitor_name": "Ali", "state": state})

    def _fill_desk(self, level):
        self.make("ozel_kalem.note", principal_id=self.principal.id, **level)
        instruction = self.make(
            "ozel_kalem.instruction",
            principal_id=self.principal.id,
            deadline=local_today(),
            **level,
        )
        self.env["ozel_kalem.submission"].create(
            {
                "res_model": instruction._name,
                "res_id": instruction.id,
                "principal_id": self.principal.id,
                "summary": "Bir paragraf",
            }
        ).action_submit()

    # ---------------------------------------------------------------- screens

    def view_fields(self, model, view_type, user):
        arch = self.env[model].with_user(user).get_view(view_type=view_type)["arch"]
        nodes = etree.fromstring(arch).xpath(f"/{view_type}//field")
        return sorted({node.get("name") for node in nodes})

    def week(self, user):
        """What the calendar asks for a week, and how many it gets."""
        Model = self.env["ozel_kalem.engagement"].with_user(user)
        monday = self.nine - timedelta(days=local_today().weekday(), hours=9)
        names = self.view_fields(Model._name, "calendar", user)
        domain = [
            ("state", "!=", "cancelled"),
            ("start", "<=", fields.Datetime.to_string(monday + timedelta(days=7))),
            ("stop", ">=", fields.Datetime.to_string(monday)),
        ]
        # the calendar reads these besides the view's own
        names += ["display_name", "start", "stop", "all_day", "kind"]
        return len(Model.search_read(domain, sorted({*names})))

    def decisions(self, user):
        """What the kanban asks when it opens, and how many it gets."""
        Model = self.env["ozel_kalem.appointment"].with_user(user)
        names = self.view_fields(Model._name, "kanban", user)
        specification = {
            name: {"fields": {"display_name": {}}}
            if Model._fields[name].relational
            else {}
            for name in names
        }
        found = Model.web_read_group(
            [("closed_on", "=", False)],
            ["state"],
            [],
            auto_unfold=True,
            unfold_read_specification=specification,
            unfold_read_default_limit=MANY,
        )
        return sum(group["__count"] for group in found["groups"])

    def reception(self, user):
        """The reception board, and how many stand on it."""
        board = self.env["ozel_kalem.board"].with_user(user).get_reception()
        return len(board["waiting"]) + len(board["expected"])

    def day(self, user):
        """The day screen, and how many items the programme has."""
        board = self.env["ozel_kalem.board"].with_user(user).get_day()
        return len(board["timeline"])

    # ------------------------------------------------------------------ tests

    def cost(self, screen, user):
        """Queries of the second look, and what it shows."""
        screen(user)
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        shown = screen(user)
        return self.env.cr.sql_log_count - before, shown

    def costs(self):
        screens = {
            "week": self.week,
            "decisions": self.decisions,
            "reception": self.reception,
            "day": self.day,
        }
        return {
            (name, user.login): self.cost(screen, user)
            for name, screen in screens.items()
            for user in self.readers
        }

    def test_full_screens_cost_what_empty_ones_do(self):
        self.fill(FEW)
        # the first round fills what the server keeps: rules, views, access rights
        self.costs()
        few = self.costs()
        self.nine += timedelta(minutes=5 * FEW)
        self.fill(MANY - FEW)
        many = self.costs()
        for key, (queries, shown) in many.items():
            with self.subTest(key):
                self.assertEqual(queries, few[key][0])
                self.assertGreater(shown, few[key][1], "the screen isn't fuller")
        for (name, login), (queries, _shown) in many.items():
            if name == "day":
                self.assertLessEqual(queries, DAY_QUERIES, login)
