from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..common import ROLES, OzelKalemCase, our_models

OPERATIONS = {"r": "read", "c": "create", "w": "write", "u": "unlink"}
LEVELS = ("private", "sealed")

# Models without a level: what each role may do with any of their records.
STAFF = ("secretary", "public_relations", "protocol", "registrar")
EVERYBODY = (*STAFF, "director", "principal_user", "liaison", "manager", "employee")
EVERYBODY += ("deputy",)
OFFICE = (*STAFF, "director", "principal_user")


def all_of(roles, operations, **others):
    return {**dict.fromkeys(roles, operations), **others}


SETTINGS = {
    "ozel_kalem.register": all_of(EVERYBODY, "r", director="rcw", manager="rcw"),
    "ozel_kalem.office": all_of(EVERYBODY, "r", director="rcw", manager="rcw"),
    "ozel_kalem.principal": all_of(EVERYBODY, "r", director="rcw", manager="rcw"),
    "ozel_kalem.service.standard": all_of(
        EVERYBODY, "r", director="rcwu", manager="rcwu"
    ),
    "ozel_kalem.holiday": all_of(EVERYBODY, "r", director="rcwu", manager="rcwu"),
    "ozel_kalem.tag": all_of(
        EVERYBODY,
        "r",
        **all_of(STAFF, "rcw"),
        principal_user="rcw",
        director="rcwu",
        manager="rcwu",
    ),
    "ozel_kalem.delegation": all_of(
        EVERYBODY, "r", director="rcwu", principal_user="rcw"
    ),
    "ozel_kalem.busy.time": all_of(EVERYBODY, "r"),
    "ozel_kalem.register.entry": all_of(OFFICE, "r"),
    "ozel_kalem.access.log": {"director": "r"},
    "ozel_kalem.access.grant": {"director": "r"},
    # dialogs
    "ozel_kalem.reason": all_of(EVERYBODY, "rcw"),
    "ozel_kalem.refer": all_of(OFFICE, "rcw"),
    "ozel_kalem.referral.more_time": {"liaison": "rcw"},
    "ozel_kalem.instruction.sheet": all_of(EVERYBODY, "rcw"),
    "ozel_kalem.appointment.redirect": all_of(EVERYBODY, "rcw"),
    "ozel_kalem.appointment.schedule": all_of(OFFICE, "rcwu"),
    "ozel_kalem.appointment.slot": all_of(OFFICE, "rcwu"),
    "ozel_kalem.engagement.delegate": {"secretary": "rcw", "director": "rcw"},
    "ozel_kalem.webcal.link": {"director": "rcw", "principal_user": "rcw"},
    "ozel_kalem.briefing.finish": {"secretary": "rcw", "director": "rcw"},
    "ozel_kalem.briefing.finish.line": {"secretary": "rcwu", "director": "rcwu"},
    "ozel_kalem.place": all_of(OFFICE, "r", secretary="rcw", director="rcwu"),
    "ozel_kalem.place.distance": all_of(OFFICE, "r", secretary="rcwu", director="rcwu"),
    "ozel_kalem.topic": all_of(
        OFFICE, "r", public_relations="rcw", director="rcwu", manager="rcwu"
    ),
    "ozel_kalem.neighbourhood": all_of(
        OFFICE, "r", public_relations="rcw", director="rcwu", manager="rcwu"
    ),
    "ozel_kalem.information.text": all_of(OFFICE, "r", director="rcw", manager="rcw"),
    "ozel_kalem.indicator": all_of(OFFICE, "r", director="rcwu", manager="rcwu"),
    "ozel_kalem.statistics.table": all_of(OFFICE, "r", director="rcwu", manager="rcwu"),
    "ozel_kalem.statistics.column": all_of(
        OFFICE, "r", director="rcwu", manager="rcwu"
    ),
    "ozel_kalem.statistics.closing": {"director": "rcu", "principal_user": "r"},
    "ozel_kalem.rate.limit": {},
    "ozel_kalem.request.code": {},
    "ozel_kalem.request.answer": all_of(OFFICE, "rcw"),
    "ozel_kalem.request.sheet": all_of(OFFICE, "rcw"),
    "ozel_kalem.request.tell": all_of(OFFICE, "rcw"),
    "ozel_kalem.request.reject": all_of(OFFICE, "rcw"),
    "ozel_kalem.request.redirect": all_of(OFFICE, "rcw"),
    "ozel_kalem.request.waiting": {"director": "r", "principal_user": "r"},
    "ozel_kalem.request.waiting.sheet": {"director": "rcw", "principal_user": "rcw"},
    "ozel_kalem.retention": {"director": "rcwu", "manager": "rcw"},
    "ozel_kalem.person.export": {"director": "rcw"},
    # who reads requests
    "ozel_kalem.campaign": {
        "secretary": "r",
        "public_relations": "rcw",
        "registrar": "r",
        "director": "rcwu",
        "principal_user": "r",
    },
    "ozel_kalem.request.tell.many": all_of(OFFICE, "rcw"),
    "ozel_kalem.letter": all_of(OFFICE, "r", director="rcwu", manager="rcwu"),
    "ozel_kalem.request.import": {"public_relations": "rcw", "director": "rcw"},
    "ozel_kalem.unmatched.mail": {"public_relations": "rw", "director": "rw"},
    "ozel_kalem.statistics.fact": all_of(OFFICE, "r"),
    "ozel_kalem.statistics.report": all_of(OFFICE, "rcwu"),
    "ozel_kalem.statistics.schedule": {"director": "rcwu", "principal_user": "r"},
    # as a submission: the rules ask who acts for the principal
    "ozel_kalem.activity.report": all_of(EVERYBODY, "rw", director="rcwu"),
    # parts of a record, whose rules follow it
    "ozel_kalem.activity.report.section": all_of(EVERYBODY, "r", director="rcwu"),
    "ozel_kalem.aid": {"director": "rcw"},
    "ozel_kalem.briefing.promise": all_of(
        EVERYBODY, "r", secretary="rcw", director="rcwu"
    ),
    "ozel_kalem.programme.line": all_of(EVERYBODY, "r"),
    "ozel_kalem.programme.reader": all_of(
        EVERYBODY, "r", secretary="rcwu", director="rcwu"
    ),
    "ozel_kalem.engagement.attendee": all_of(
        OFFICE, "r", secretary="rw", director="rw"
    ),
    "ozel_kalem.minutes.participant": all_of(
        EVERYBODY, "r", secretary="rcwu", director="rcwu"
    ),
    "ozel_kalem.minutes.decision": all_of(
        EVERYBODY, "r", secretary="rcwu", director="rcwu"
    ),
}

# Models with a level: what each role may do with a normal record of somebody
# else, with one it is responsible for, with a private or sealed one of somebody
# else, and with a sealed one on which it is named (DESIGN, "Who sees what").
SITUATIONS = ("other", "own", "closed", "named")
NOTHING = ("", "", "", "")
OWN_ONLY = ("", "rcw", "", "rw")
ALL = ("rw", "rcw", "rw", "rw")
READS_ALL = ("r", "r", "r", "r")
READS = ("r", "r", "", "r")
ASKS_FOR = ("r", "rc", "", "r")
KEEPS = ("rw", "rcw", "", "rw")
DECIDES = ("rw", "rw", "rw", "rw")
PROGRAMME = {
    "secretary": KEEPS,
    "public_relations": ASKS_FOR,
    "protocol": READS,
    "registrar": READS,
    "director": ALL,
    "principal_user": READS_ALL,
}
CONTENTS = {
    "ozel_kalem.instruction": {
        "secretary": OWN_ONLY,
        "public_relations": ("", "r", "", "r"),
        "protocol": ("", "r", "", "r"),
        "registrar": ("", "r", "", "r"),
        "director": ALL,
        "principal_user": ("r", "rc", "r", "r"),
    },
    "ozel_kalem.request": {
        "secretary": ("", "rc", "", "r"),
        "public_relations": KEEPS,
        "registrar": READS,
        "director": ALL,
        "principal_user": READS_ALL,
    },
    "ozel_kalem.referral": {
        **all_of(STAFF, OWN_ONLY),
        "director": ALL,
        "principal_user": ("r", "rcw", "r", "rw"),
        # the samples go to the liaison's own unit
        "liaison": ("rw", "rw", "", "rw"),
    },
    "ozel_kalem.submission": {
        **all_of(STAFF, OWN_ONLY),
        "director": ALL,
        "principal_user": ALL,
    },
    "ozel_kalem.notice": {
        **all_of(STAFF, OWN_ONLY),
        "director": ALL,
        "principal_user": ("r", "rcw", "r", "rw"),
    },
    "ozel_kalem.engagement": {
        "secretary": ("rwu", "rcwu", "", "rwu"),
        "public_relations": READS,
        "protocol": READS,
        "registrar": READS,
        "director": ("rwu", "rcwu", "rwu", "rwu"),
        "principal_user": READS_ALL,
    },
    "ozel_kalem.appointment": {**PROGRAMME, "principal_user": DECIDES},
    "ozel_kalem.visit": PROGRAMME,
    "ozel_kalem.call": PROGRAMME,
    "ozel_kalem.note": {**PROGRAMME, "principal_user": DECIDES},
    "ozel_kalem.minutes": {
        **PROGRAMME,
        "public_relations": READS,
        "principal_user": DECIDES,
    },
    # a draft, which is for those who write it
    "ozel_kalem.programme.edition": {
        "secretary": KEEPS,
        "director": ALL,
        "principal_user": READS_ALL,
    },
    "ozel_kalem.briefing": {
        **PROGRAMME,
        "public_relations": READS,
        "director": ("rwu", "rcwu", "rwu", "rwu"),
    },
    "ozel_kalem.public.day": {**PROGRAMME, "public_relations": READS},
    "ozel_kalem.council.item": {
        "secretary": KEEPS,
        "registrar": KEEPS,
        "director": ALL,
        "principal_user": READS_ALL,
    },
}


# What its own recorder may do with a record, by its state: the secretary corrects
# what she wrote down until somebody has taken it on.
RECORDED = {
    "ozel_kalem.request": {
        "secretary": {"new": "rcw", "assessed": "rc", "cancelled": "rc"},
        "public_relations": {"new": "rcw", "assessed": "rcw", "cancelled": "rcw"},
        "director": {"new": "rcw", "assessed": "rcw", "cancelled": "rcw"},
    },
}


@tagged("post_install", "-at_install", "ozel_kalem", "ok_foundation")
class TestSecurityMatrix(OzelKalemCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bystander = cls.new_user("bystander", ROLES["secretary"])

    def test_every_model_has_its_line(self):
        for name in our_models(self.registry):
            with self.subTest(name):
                self.assertIn(
                    name,
                    {**SETTINGS, **CONTENTS},
                    f"{name} has no line in the security matrix: add to SETTINGS or "
                    "CONTENTS what each role may do with it.",
                )
        for name in our_models(self.registry, "ozel_kalem.mixin.confidentiality"):
            self.assertIn(name, CONTENTS, f"{name} has a level: it is content.")

    def allowed(self, records, user):
        """The letters of what ``user`` may do with ``records``."""
        self.env.flush_all()
        self.env.invalidate_all()
        mine = records.with_user(user)
        return "".join(
            letter
            for letter, operation in OPERATIONS.items()
            if mine.has_access(operation)
        )

    def test_settings(self):
        for name, line in SETTINGS.items():
            if name not in self.registry:
                continue
            for role in ROLES:
                with self.subTest(model=name, role=role):
                    found = self.allowed(self.env[name], self[role])
                    self.assertEqual(found, line.get(role, ""))

    def __getitem__(self, role):
        return getattr(self, role)

    def sample(self, name, situation, user, level):
        values = {"user_id": self.bystander.id}
        if situation == "own":
            values["user_id"] = user.id
        elif situation in ("closed", "named"):
            values["confidentiality"] = level
        if situation == "named":
            values["authorised_user_ids"] = [Command.link(user.id)]
        if name == "ozel_kalem.referral":
            # its recipients are named by themselves; here only who should be
            values["department_id"] = self.unit.id
        return self.make(name, **values)

    def cells(self):
        for name, line in CONTENTS.items():
            for role in ROLES:
                expected = dict(zip(SITUATIONS, line.get(role, NOTHING), strict=True))
                for situation in SITUATIONS:
                    hidden = situation in ("closed", "named")
                    for level in LEVELS if hidden else ("normal",):
                        yield name, role, situation, level, expected[situation]

    def test_contents(self):
        for name, role, situation, level, expected in self.cells():
            with self.subTest(model=name, role=role, situation=situation, level=level):
                user = self[role]
                record = self.sample(name, situation, user, level)
                found = self.allowed(record, user).replace("c", "")
                self.assertEqual(found, expected.replace("c", ""))
                if "r" in expected:
                    self.assertVisible(record, user)
                else:
                    self.assertHidden(record, user)

    def test_creating(self):
        for name, line in CONTENTS.items():
            for role in ROLES:
                with self.subTest(model=name, role=role):
                    user = self[role]
                    expected = "c" in line.get(role, NOTHING)[1]
                    self.assertEqual(self.creates(name, user), expected)

    def test_recorded(self):
        for name, line in RECORDED.items():
            for role, states in line.items():
                user = self[role]
                record = self.make(
                    self.env[name].with_user(user), user_id=self.bystander.id
                ).sudo()
                for state, expected in states.items():
                    with self.subTest(model=name, role=role, state=state):
                        if state == "assessed":
                            record.action_assess()
                        elif state == "cancelled":
                            record.action_cancel("Yanlış kayıt")
                        found = self.allowed(record.sudo(False), user)
                        self.assertEqual(found, expected)

    def creates(self, name, user):
        source = self.make("ozel_kalem.instruction", user_id=user.id)
        values = {"user_id": user.id}
        if "res_id" in self.env[name]._fields:
            values.update(res_model=source._name, res_id=source.id)
        values = self.sample_values(self.env[name], **values)
        self.env.flush_all()
        self.env.invalidate_all()
        try:
            with self.env.cr.savepoint():
                record = self.env[name].with_user(user).create(values)
                record.flush_recordset()
        except AccessError:
            return False
        return True

    def test_creating_for_somebody_else_is_seen_by_the_recorder(self):
        record = (
            self.env["ozel_kalem.instruction"]
            .with_user(self.secretary)
            .create({"subject": "s", "user_id": self.director.id})
        )
        self.assertVisible(record, self.secretary)

    def test_public_relations_reads_what_its_unit_was_referred(self):
        self.env["hr.employee"].create(
            {
                "name": "PR",
                "user_id": self.public_relations.id,
                "department_id": self.other_unit.id,
            }
        )
        record = self.make("ozel_kalem.instruction", user_id=self.director.id)
        self.assertHidden(record, self.public_relations)
        record.action_refer(self.other_unit.ids)
        self.assertVisible(record, self.public_relations)
        record.confidentiality = "private"
        self.assertHidden(record, self.public_relations)

    def test_nobody_deletes_a_numbered_record(self):
        for name in our_models(self.registry, "ozel_kalem.mixin.register"):
            for role in ROLES:
                self.assertFalse(
                    self.env[name].with_user(self[role]).has_access("unlink")
                )

    def test_portal_sees_none_of_ours(self):
        for name in our_models(self.registry):
            with self.subTest(name):
                self.assertEqual(self.allowed(self.env[name], self.portal), "")


SHARED_UNLESS_OWN = (
    "ozel_kalem.holiday",
    "ozel_kalem.information.text",
    "ozel_kalem.service.standard",
    "ozel_kalem.topic",
    "ozel_kalem.letter",
)


@tagged("post_install", "-at_install", "ozel_kalem", "ok_foundation")
class TestCompaniesApart(OzelKalemCase):
    """A user of another company sees nothing of this one, whatever his role."""

    def test_no_record_crosses(self):
        other = self.env["res.company"].create({"name": "Other Municipality"})
        foreigners = [
            self.new_user(
                f"foreign_{role}",
                group,
                company_id=other.id,
                company_ids=[Command.set(other.ids)],
            )
            for role, group in ROLES.items()
            if role not in ("portal", "employee", "deputy")
        ]
        shared = {"ozel_kalem.tag"}
        for name in our_models(self.registry, transient=False):
            Model = self.env[name]
            if name in shared or not Model._auto or "company_id" not in Model._fields:
                continue
            values = {}
            if name == "ozel_kalem.office":
                record = self.office
            elif name == "ozel_kalem.retention":
                record = Model.search([("company_id", "=", self.company.id)], limit=1)
            elif name.startswith("ozel_kalem.access."):
                continue
            else:
                if name in SHARED_UNLESS_OWN:
                    values["company_id"] = self.company.id
                record = self.make(name, **values)
            self.assertEqual(record.company_id, self.company)
            for user in foreigners:
                with self.subTest(model=name, user=user.name):
                    self.assertHidden(record, user)

    def test_the_book_and_the_busy_times_do_not_cross(self):
        other = self.env["res.company"].create({"name": "Other Municipality"})
        foreigner = self.new_user(
            "foreigner",
            ROLES["director"],
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        self.make("ozel_kalem.instruction")
        self.make(
            "ozel_kalem.engagement", principal_id=self.principal.id
        ).action_confirm()
        for name in ("ozel_kalem.register.entry", "ozel_kalem.busy.time"):
            Model = self.env[name].with_user(foreigner)
            self.assertFalse(Model.search([("company_id", "=", self.company.id)]))
        events = self.env["calendar.event"].with_user(foreigner)
        self.assertFalse(events.search([("user_id", "=", self.principal_user.id)]))

    def test_records_of_another_company_s_principal_are_numbered_there(self):
        other = self.env["res.company"].create({"name": "Other Municipality"})
        director = self.new_user(
            "foreign_director",
            ROLES["director"],
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        principal = self.principal.copy({"company_id": other.id})
        record = (
            self.env["ozel_kalem.instruction"]
            .with_user(director)
            .create({"subject": "theirs", "principal_id": principal.id})
        )
        self.assertEqual(record.company_id, other)
        self.assertHidden(record, self.director)
        with self.assertRaises(UserError):
            self.env["ozel_kalem.instruction"].with_user(director).create(
                {"subject": "across", "principal_id": self.principal.id}
            )
