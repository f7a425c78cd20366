"""The module comes into an Odoo that others already work with, and goes again."""

import contextlib
import json
import os
import re
from dataclasses import dataclass, field

import pytest

from kit import databases, paths, run
from support import footprint
from support.server import Refused, Server

pytestmark = pytest.mark.timeout(900)

OTHERS = (
    *databases.CORE,
    "hr_holidays",
    "project",
    "maintenance",
    "website",
    "crm",
)
EMPLOYEES = ("demo", "memur")
MODULE = paths.MODULE
COMPLAINT = re.compile(r"^\S+ \S+ \d+ (?:WARNING|ERROR|CRITICAL) .*", re.M)

STAFF = """
Users = env["res.users"].with_context(no_reset_password=True)
user, *_office = Users.create([
    {"name": login.title(), "login": login, "email": f"{login}@belediye.example",
     "group_ids": [(6, 0, env.ref("base.group_user").ids)]}
    for login in ("memur", "baskan", "mudur", "sekreter")
])
env["hr.employee"].create({"name": "Memur", "user_id": user.id})
env["calendar.event"].with_user(user).create({
    "name": "Toplantı", "start": "2026-05-04 09:00:00", "stop": "2026-05-04 10:00:00",
    "partner_ids": [(4, user.partner_id.id)],
})
env["res.company"].create({"name": "Komşu Belediye"})
env.cr.commit()
"""


# An office at work: every numbered model, both append-only logs, projections.
WORK = """
from odoo.fields import Command

def user(login, *groups):
    found = env["res.users"].search([("login", "=", login)])
    for group in groups:
        found.group_ids += env.ref(f"ozel_kalem.group_{group}")
    return found

baskan, mudur, sekreter = (
    user("baskan", "principal"), user("mudur", "director"), user("sekreter", "secretary")
)
unit, other = env["hr.department"].search([], limit=2)
unit.ozel_kalem_liaison_ids = user("memur", "unit_liaison")
principal = env["ozel_kalem.principal"].create(
    {"name": "Başkan", "partner_id": baskan.partner_id.id}
)
env["ozel_kalem.delegation"].create({
    "principal_id": principal.id, "date_start": "2026-01-01", "date_end": "2026-01-05",
    "employee_id": user("demo").employee_id.id,
})
for model in ("office", "register", "holiday"):
    env[f"ozel_kalem.{model}"].search([], limit=1).name = "Değiştirildi"

engagement = env["ozel_kalem.engagement"].with_user(sekreter).create({
    "principal_id": principal.id, "subject": "Açılış", "kind": "opening",
    "start": "2026-05-05 09:00:00", "stop": "2026-05-05 10:00:00",
    "partner_ids": [Command.link(user("memur").partner_id.id)],
})
engagement.action_confirm()
assert engagement.sudo().calendar_event_ids

Instruction = env["ozel_kalem.instruction"].with_user(sekreter)
plain, private = Instruction.create([
    {"principal_id": principal.id, "subject": "Park", "mode": "verbal"},
    {"principal_id": principal.id, "subject": "Gizli", "mode": "verbal",
     "confidentiality": "private"},
])
plain.tag_ids = env["ozel_kalem.tag"].create({"name": "Yaz"})
plain.action_refer([unit.id, other.id], "Bakınız")
plain.message_post(
    body="Ek", partner_ids=mudur.partner_id.ids, attachments=[("ek.txt", b"ek")]
)
plain.activity_schedule("mail.mail_activity_data_todo", user_id=mudur.id)
private.with_user(mudur).web_read({"subject": {}, "words": {}})
private.confidentiality = "sealed"
env["ozel_kalem.submission"].with_user(sekreter).create({
    "res_model": plain._name, "res_id": plain.id, "principal_id": principal.id,
    "summary": "Arz ederim",
}).action_submit()
env["ozel_kalem.notice"].with_user(sekreter).create({
    "res_model": plain._name, "res_id": plain.id, "partner_id": baskan.partner_id.id,
    "channel": "phone",
})
env["ir.filters"].with_user(mudur).create(
    {"name": "Benim", "model_id": plain._name, "user_ids": mudur.ids}
)
env["ir.default"].set(plain._name, "mode", "written", user_id=mudur.id)
env.cr.commit()
"""

# Of processor time: the clock on the wall depends on who else is working.
UPGRADE_SECONDS = 30

# What a municipality may have changed in data that is its own from then on.
CHANGED = """
env.ref("ozel_kalem.register_instruction").pattern = "T-{year}/{number:04d}"
env.ref("ozel_kalem.holiday_2026_01_01").name = "Yeni Yıl"
env.ref("ozel_kalem.ir_cron_remind").interval_number = 3
env.ref("ozel_kalem.rule_holiday_company").name = "Bizim kural"
env.cr.commit()
"""

KEPT = """
assert env.ref("ozel_kalem.register_instruction").pattern == "T-{year}/{number:04d}"
assert env.ref("ozel_kalem.holiday_2026_01_01").name == "Yeni Yıl"
assert env.ref("ozel_kalem.ir_cron_remind").interval_number == 3
assert env.ref("ozel_kalem.rule_holiday_company").name == "Bizim kural"
"""


@dataclass
class Story:
    """A database that gets, uses and loses the module."""

    odoo: object
    db: str
    folder: object
    schema: set = field(default_factory=set)
    rows: set = field(default_factory=set)
    modules: set = field(default_factory=set)
    sight: dict = field(default_factory=dict)
    logs: dict = field(default_factory=dict)

    def call(self, what, *arguments):
        """Run Odoo with auto-installed modules allowed; return its complaints."""
        log = f"{self.db}-{what}.log"
        self.odoo.call(
            *arguments,
            *("-c", auto_install_configuration(self.folder), "-d", self.db),
            what=what,
            log=log,
        )
        return COMPLAINT.findall((paths.LOGS / log).read_text())

    def load(self, what, *arguments):
        """Install or upgrade."""
        return self.call(what, *arguments, *databases.QUIET)

    def uninstall(self):
        """Take the module away."""
        return self.call("uninstall", "module", "uninstall", MODULE)

    def shell(self, code):
        """Run Python with Odoo's `env` on the database."""
        return Server(self.odoo, self.db, paths.LOGS / f"{self.db}.log").shell(code)

    def look(self):
        """What the employees see now."""
        target = self.folder / "sight.json"
        self.shell(footprint.SIGHT % {"logins": list(EMPLOYEES), "target": str(target)})
        return json.loads(target.read_text())


def auto_install_configuration(folder):
    """The project's configuration, with Odoo's auto-installed modules allowed."""
    text = paths.CONF.read_text()
    allowed = re.sub(
        r"^skip_auto_install = .*$", "skip_auto_install = False", text, flags=re.M
    )
    path = folder / "auto_install.conf"
    path.touch(mode=0o600)
    path.write_text(allowed)
    return path


def ensure_running(odoo, folder):
    """The cached template of a municipality's Odoo before ours came; its name."""
    name = "ok_running"
    inputs = run.digest(odoo.identity(), *OTHERS, STAFF)
    with run.locked(paths.STATE, name):
        if databases.note(odoo, name) != inputs:
            databases.drop(odoo, name)
            databases.clone(odoo, databases.ensure_base(odoo, demo=True), name)
            story = Story(odoo, name, folder)
            story.load("others", "-i", ",".join(OTHERS), "--with-demo")
            story.shell(STAFF)
            databases.remember(odoo, name, inputs)
    return name


@pytest.fixture(scope="module")
def monkeypatch_module():
    """A monkeypatch that lasts as long as the database."""
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.fixture(scope="module")
def running(odoo, tmp_path_factory, monkeypatch_module):
    """A clone of that Odoo, and what was in it."""
    folder = tmp_path_factory.mktemp("fits")
    monkeypatch_module.setenv("PYTHONHASHSEED", "0")  # Odoo orders some fields by hash
    story = Story(odoo, f"ok_fits_{os.getpid()}", folder)
    databases.clone(odoo, ensure_running(odoo, folder), story.db)
    story.modules = modules(story)
    story.sight = story.look()
    story.schema = footprint.schema(odoo, story.db)
    story.rows = footprint.rows(odoo, story.db)
    yield story
    databases.drop(odoo, story.db)


@pytest.fixture(scope="module")
def installed(running):
    """The same, with our module."""
    running.logs["install"] = running.load("install", "-i", MODULE)
    return running


@pytest.fixture(scope="module")
def used(installed):
    """The same, after some days of work."""
    installed.shell(WORK)
    installed.shell(CHANGED)
    return installed


@pytest.fixture(scope="module")
def removed(used):
    """The same, after the module went."""
    used.logs["uninstall"] = used.uninstall()
    return used


def modules(story):
    """Names of the installed modules."""
    found = story.odoo.server.sql(
        "SELECT name FROM ir_module_module WHERE state = 'installed'", story.db
    )
    return {name for (name,) in found}


def left(before, now):
    """What is there now and was not before, and what is missing."""
    return sorted(now - before), sorted(before - now)


def test_installing_says_nothing(installed):
    """No warning, no error, and no module that nobody asked for."""
    assert installed.logs["install"] == []
    assert modules(installed) - installed.modules == {MODULE}


def test_others_see_what_they_saw(installed):
    """Menus, views, fields, events, counts: all as before for who has no role."""
    seen = installed.look()
    for login in EMPLOYEES:
        for what, before in installed.sight[login].items():
            assert seen[login][what] == before, f"{login}: {what}"


def test_people_come_and_go(installed):
    """A user and a company without any record can be deleted as before."""
    installed.shell(
        """
user = env["res.users"].create({"name": "Yolcu", "login": "yolcu"})
user.unlink()
company = env["res.company"].create({"name": "Geçici"})
company.unlink()
assert not user.exists() and not company.exists()
"""
    )


def test_every_company_has_its_office(installed):
    """The companies that were there, and one founded later."""
    installed.shell(
        """
env["res.company"].create({"name": "Yeni Belediye"})
registers = env["ozel_kalem.register"].search([])
companies = env["res.company"].search([])
assert env["ozel_kalem.office"].search([]).company_id == companies
codes = registers.grouped("company_id")
assert {tuple(sorted(codes[c].mapped("code"))) for c in companies} == {
    tuple(sorted(set(registers.mapped("code"))))
}
"""
    )


def test_upgrading_changes_nothing(used):
    """A second -u writes no row anew, and what the municipality changed stays."""
    schema = footprint.schema(used.odoo, used.db)
    used.load("upgrade-first", "-u", MODULE)
    before = footprint.rows(used.odoo, used.db)
    started = os.times().children_user
    assert used.load("upgrade", "-u", MODULE) == []
    assert os.times().children_user - started < UPGRADE_SECONDS
    assert left(before, footprint.rows(used.odoo, used.db)) == ([], [])
    assert left(schema, footprint.schema(used.odoo, used.db)) == ([], [])
    used.shell(KEPT)


def test_uninstalling_leaves_nothing(removed):
    """Schema and rows are those from before it came, numbered records or not."""
    assert removed.logs["uninstall"] == []
    assert left(removed.schema, footprint.schema(removed.odoo, removed.db)) == ([], [])
    assert left(removed.rows, footprint.rows(removed.odoo, removed.db)) == ([], [])


def test_uninstalling_the_demo_office(odoo, tmp_path):
    """Whatever the demo office has recorded, no table keeps it."""
    story = Story(odoo, f"ok_fits_demo_{os.getpid()}", tmp_path)
    databases.clone(odoo, databases.ensure_demo_template(odoo), story.db)
    try:
        assert story.uninstall() == []
        base = footprint.schema(odoo, databases.ensure_base(odoo, demo=True))
        assert left(base, footprint.schema(odoo, story.db)) == ([], [])
    finally:
        databases.drop(odoo, story.db)


def test_it_comes_back(removed):
    """After the uninstall it can be installed anew."""
    assert removed.load("reinstall", "-i", MODULE) == []


# The mayor takes a leave in hr_holidays, in a week without any holiday.
LEAVE = """
from contextlib import contextmanager
from freezegun import freeze_time
from odoo.exceptions import AccessError

LEAVE = ("2027-02-08", "2027-02-10")
mudur, baskan, vekil, sekreter = (
    env["res.users"].search([("login", "=", login)])
    for login in ("mudur", "baskan", "vekil", "sekreter")
)
principal = env.ref("ozel_kalem.principal_baskan")
asked = env.ref("ozel_kalem.today_appointment_asks_1")
paper = env.ref("ozel_kalem.submission_tezgah")

@contextmanager
def on(day):
    with freeze_time(f"{day} 08:00:00"):
        env.invalidate_all()
        yield

def slots(first):
    asked.write({"wished_from": first, "wished_until": False})
    return {slot["start"] for slot in asked.with_user(sekreter).suggest_slots(50)}

def leave(unit, first, last, **values):
    kind = env["hr.leave.type"].create({
        "name": unit, "request_unit": unit, "requires_allocation": False,
        "leave_validation_type": "hr",
    })
    leave = env["hr.leave"].create({
        "employee_id": principal.employee_id.id, "holiday_status_id": kind.id,
        "request_date_from": first, "request_date_to": last, **values,
    })
    yield leave
    leave.action_approve()
    assert leave.state == "validate", leave.state

def questions():
    env.invalidate_all()
    office = env["ozel_kalem.office"]._for(principal.company_id.id)
    kind = ["ozel_kalem.activity_type_absence"]
    return office.activity_search(kind).filtered(lambda a: a.user_id == mudur)

def sees(user, record):
    env.invalidate_all()
    return bool(record.with_user(user).search([("id", "=", record.id)]))

with on("2027-02-01"):
    assert "2027-02-08" in {start[:10] for start in slots(LEAVE[0])}
    steps = leave("day", *LEAVE)
    next(steps)
    assert not principal.absence_text, "asked for, not granted"
    next(steps, None)
    assert min(slots(LEAVE[0]))[:10] == "2027-02-11"
    env["ozel_kalem.delegation"]._cron_follow()
    assert len(questions()) == 1
    action = principal.with_user(mudur).action_prepare_delegation()
    values = {
        name.removeprefix("default_"): value
        for name, value in action["context"].items()
    }
    assert (values["date_start"], values["date_end"]) == LEAVE, values
    values["employee_id"] = vekil.employee_id.id
    delegation = env["ozel_kalem.delegation"].with_user(mudur).create(values)
    delegation.action_activate()
    assert not questions()
    assert not sees(vekil, paper) and not sees(vekil, asked)

with on("2027-02-09"):
    assert sees(vekil, paper) and sees(vekil, asked)
    assert principal.get_acting_employee() == vekil.employee_id
    asked.with_user(vekil).action_approve()
    paper.with_user(vekil).action_approve("Uygundur.")
    for record in (asked, paper):
        assert vekil.name in record.acting_note, record
        assert baskan.name in record.acting_note, record

with on("2027-02-11"):
    other = env.ref("ozel_kalem.submission_29_ekim")
    assert not sees(vekil, other) and sees(baskan, other)
    try:
        other.with_user(vekil).action_approve()
    except AccessError:
        pass
    else:
        raise AssertionError("decided after the last day")
    other.with_user(baskan).action_approve()
    assert not other.acting_note

# half a day of leave closes half a day
with on("2027-02-11"):
    steps = leave("half_day", "2027-02-15", "2027-02-15",
        request_date_from_period="am", request_date_to_period="am")
    next(steps), next(steps, None)
    free = sorted(start for start in slots("2027-02-15") if start[:10] == "2027-02-15")
    assert free and free[0] >= "2027-02-15 09:00:00", free
    assert not principal.absence_text
env.cr.commit()
"""


@pytest.fixture
def with_leaves(odoo, tmp_path):
    """The demo office, into which hr_holidays comes later."""
    story = Story(odoo, f"ok_leaves_{os.getpid()}", tmp_path)
    databases.clone(odoo, databases.ensure_demo_template(odoo), story.db)
    story.load("leaves", "-i", "hr_holidays")
    yield story
    databases.drop(odoo, story.db)


def test_a_leave_closes_days_and_routes_decisions(with_leaves):
    """From the granted leave to the deputy's decisions, and back to the mayor."""
    assert {"hr_holidays", MODULE} <= modules(with_leaves)
    with_leaves.shell(LEAVE)


# Two municipalities in one database: the same people and unit on either side.
TWO_COMPANIES = """
import json, pathlib
from odoo.fields import Command

company = env["res.company"].create({"name": "Komşu Belediye"})
sides = {"here": env.ref("base.main_company"), "there": company}
found = {}
for side, company in sides.items():
    ours = env(context={"allowed_company_ids": company.ids})
    unit = ours["hr.department"].create({"name": side, "company_id": company.id})
    login = f"director_{side}"
    director, liaison = ours["res.users"].with_context(no_reset_password=True).create([
        {"name": name, "login": name, "company_id": company.id,
         "company_ids": [Command.set(company.ids)],
         "group_ids": [Command.set(ours.ref(f"ozel_kalem.group_{group}").ids)]}
        for name, group in ((login, "director"), (f"liaison_{side}", "unit_liaison"))
    ])
    unit.ozel_kalem_liaison_ids = liaison
    principal = ours["ozel_kalem.principal"].create(
        {"name": side, "partner_id": director.partner_id.id, "company_id": company.id}
    )
    found[side] = {"company": company.id, "unit": unit.id, "principal": principal.id,
        "register": ours["ozel_kalem.register"]._get("instruction", company).id}
env.cr.commit()
pathlib.Path(%(target)r).write_text(json.dumps([found, [
    name for name in sorted(env.registry)
    if name.startswith("ozel_kalem.") and "company_id" in env[name]._fields
    and not env[name]._abstract and not env[name]._transient
]]))
"""


@dataclass
class Side:
    """One of the two companies, seen by its director or its liaison."""

    server: Server
    name: str
    company: int
    unit: int
    principal: int
    register: int

    def call(self, model, method, role="director", **arguments):
        """Call a method as a user of this company."""
        return self.server.json2(f"{role}_{self.name}", model, method, **arguments)

    def give(self, **values):
        """Give an instruction; return its id."""
        given = {"principal_id": self.principal, "subject": self.name, "mode": "verbal"}
        return self.call(INSTRUCTION, "create", vals_list=[given | values])[0]


INSTRUCTION = "ozel_kalem.instruction"


@pytest.fixture(scope="module")
def sides(make_server, tmp_path_factory):
    """Both companies, and the models that belong to one of them."""
    server = make_server("companies", "--workers=0")
    target = tmp_path_factory.mktemp("companies") / "made.json"
    server.shell(TWO_COMPANIES % {"target": str(target)})
    server.make_keys()
    found, names = json.loads(target.read_text())
    here, there = (Side(server, name, **values) for name, values in found.items())
    return here, there, names


def test_companies_number_apart(sides):
    """Either company counts its own instructions from one, in its own register."""
    here, there, _names = sides
    here.give()
    ids = [there.give(), there.give()]
    records = there.call(
        INSTRUCTION,
        "read",
        ids=ids,
        fields=["register_id", "register_number", "company_id"],
        load="",
    )
    assert [record["register_number"] for record in records] == [1, 2]
    assert {record["register_id"] for record in records} == {there.register}
    assert {record["company_id"] for record in records} == {there.company}


def test_companies_do_not_see_each_other(sides):
    """No model shows a record of the other company, by search, id or referral."""
    here, there, names = sides
    record = here.give()
    here.call(INSTRUCTION, "action_refer", ids=[record], department_ids=[here.unit])
    assert here.call("ozel_kalem.referral", "search_count", role="liaison", domain=[])
    assert not there.call(
        "ozel_kalem.referral", "search_count", role="liaison", domain=[]
    )
    for name in names:
        foreign = [("company_id", "not in", [there.company, False])]
        with contextlib.suppress(Refused):
            assert not there.call(name, "search_count", domain=foreign), name
    for method, arguments in (
        ("read", {"fields": ["subject"]}),
        ("write", {"vals": {"subject": "theirs"}}),
        ("action_cancel", {"reason": "theirs"}),
    ):
        with pytest.raises(Refused) as refusal:
            there.call(INSTRUCTION, method, ids=[record], **arguments)
        assert refusal.value.status == 403


def test_a_register_of_the_other_company_is_not_used(sides):
    """Whatever register a client names, the record gets its own."""
    here, there, _names = sides
    record = there.give(register_id=here.register)
    values = there.call(
        INSTRUCTION, "read", ids=[record], fields=["register_id"], load=""
    )
    assert values[0]["register_id"] == there.register


@pytest.mark.parametrize("foreign", ["principal_id", "company_id"])
def test_a_record_takes_nothing_of_the_other_company(sides, foreign):
    """Neither its principal nor the company itself."""
    here, there, _names = sides
    value = getattr(here, foreign.removesuffix("_id"))
    with pytest.raises(Refused) as refusal:
        there.give(**{foreign: value})
    assert refusal.value.status in (403, 422)


def test_units_of_the_other_company_get_no_referral(sides):
    """A record is referred to units of its own company."""
    here, there, _names = sides
    record = there.give()
    with pytest.raises(Refused) as refusal:
        there.call(
            INSTRUCTION, "action_refer", ids=[record], department_ids=[here.unit]
        )
    assert refusal.value.status in (403, 422)


def test_reading_from_a_replica(make_server):
    """Lists and forms read from the replica; the access log is still written."""
    server = make_server("replica", "--workers=0", "--dev=replica")
    principal = server.json2("mudur", "ozel_kalem.principal", "search", domain=[])[0]
    values = {
        "principal_id": principal,
        "subject": "Gizli",
        "mode": "verbal",
        "confidentiality": "private",
    }
    ids = server.json2("mudur", INSTRUCTION, "create", vals_list=[values])
    shown = {"subject": {}, "state": {}, "referral_progress": {}}
    by_state = {"domain": [], "groupby": ["state"], "aggregates": ["__count"]}
    server.json2("mudur", INSTRUCTION, "formatted_read_group", **by_state)
    server.json2("mudur", "ozel_kalem.register.entry", "search_read", domain=[])
    server.json2(
        "mudur", INSTRUCTION, "web_search_read", domain=[], specification=shown
    )
    server.json2("mudur", INSTRUCTION, "web_read", ids=ids, specification=shown)
    assert "read-only transaction" not in server.log.read_text()
    lines = server.json2(
        "mudur",
        "ozel_kalem.access.log",
        "search_count",
        domain=[("res_id", "in", ids), ("res_model", "=", INSTRUCTION)],
    )
    assert lines == 2, "once listed, once opened"
