"""The contract over /json/2: each method in the role that may use it, and abuse."""

import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from support.server import Refused

PREFIX = "ozel_kalem."
LONG = "çok uzun " * 100_000
HTML = "<script>alert('x')</script> & <b>kalın</b>"
UNKNOWN = 2_000_000_000
STATES_AND_TEXTS = """
SELECT 'instruction', id, state, result, cancel_reason FROM ozel_kalem_instruction
UNION ALL SELECT 'referral', id, state, answer, cancel_reason FROM ozel_kalem_referral
UNION ALL SELECT 'submission', id, state, decision_note, summary
    FROM ozel_kalem_submission
UNION ALL SELECT 'engagement', id, state, outcome, cancel_reason
    FROM ozel_kalem_engagement
UNION ALL SELECT 'delegation', id, state, decree, NULL FROM ozel_kalem_delegation
ORDER BY 1, 2
"""


class Office:
    """The office as its people reach it: call(who, model, method, …)."""

    def __init__(self, server):
        self.server = server
        self.principal = self.find(
            "baskan", "principal", [("name", "=", "Belediye Başkanı")]
        )
        self.unit = self.find(
            "mudur", "hr.department", [("name", "=", "Fen İşleri Müdürlüğü")]
        )
        self._moments = iter(range(1, 1000))

    def call(self, who, model, method, **arguments):
        """Call a method of one of our models, or of another with its full name."""
        name = model if "." in model and model != "service.standard" else PREFIX + model
        return self.server.json2(who, name, method, **arguments)

    def find(self, who, model, domain):
        """The id of the first record found."""
        return self.call(who, model, "search", domain=domain, limit=1)[0]

    def create(self, who, model, **values):
        """Create a record and return its id."""
        return self.call(who, model, "create", vals_list=[values])[0]

    def read(self, who, model, record, *names):
        """Values of a record, ids where they are records."""
        found = self.call(
            who, model, "read", ids=[record], fields=list(names), load=None
        )[0]
        return [found[name] for name in names] if names[1:] else found[names[0]]

    def instruction(self, subject="Su baskınlarına karşı ızgaralar temizlensin"):
        """The secretary takes one down."""
        return self.create(
            "sekreter", "instruction", subject=subject, principal_id=self.principal
        )

    def referral(self):
        """The secretary refers a new instruction to the unit of `birim`."""
        return self.call(
            "sekreter",
            "instruction",
            "action_refer",
            ids=[self.instruction()],
            department_ids=[self.unit],
            note="Üç gün içinde",
        )[0]

    def submission(self):
        """The director submits a new instruction."""
        submission = self.create(
            "mudur",
            "submission",
            res_model="ozel_kalem.instruction",
            res_id=self.instruction(),
            principal_id=self.principal,
            summary="Görüşünüze arz olunur.",
        )
        self.call("mudur", "submission", "action_submit", ids=[submission])
        return submission

    def engagement(self, start="09:00", stop="10:00", day=None):
        """The secretary puts something on the programme of a day of its own."""
        day = day or self.free_day()
        return self.create(
            "sekreter",
            "engagement",
            principal_id=self.principal,
            subject="Muhtarlar toplantısı",
            kind="meeting",
            start=f"{day} {start}:00",
            stop=f"{day} {stop}:00",
        )

    def free_day(self):
        """A day on which nobody has put anything."""
        month, day = divmod(next(self._moments), 28)
        return f"{2031 + month // 12}-{month % 12 + 1:02d}-{day + 1:02d}"


@pytest.fixture(scope="module")
def office(server):
    """The demo office."""
    return Office(server)


@pytest.fixture
def unchanged(odoo, server):
    """Whatever is tried, the records stay as they are."""

    def records():
        return odoo.server.sql(STATES_AND_TEXTS, server.db)

    def check(before):
        assert records() == before

    return records, check


def refused(call, *texts, status=(400, 403, 404, 409, 422)):
    """The call fails with a clear message, which has these texts."""
    with pytest.raises(Refused) as caught:
        call()
    assert caught.value.status in status, str(caught.value)[:500]
    assert caught.value.message.strip()
    assert "Traceback" not in caught.value.message
    for text in texts:
        assert text in caught.value.message
    return caught.value.message


# ------------------------------------------------------------------ the contract


def test_deadline_of_a_service(office):
    """Working days without the day of arrival, in Istanbul's days; then hours."""
    get = partial(office.call, "birim", "service.standard", "get_deadline")
    fifteen = office.create("mudur", "service.standard", name="15 iş günü", duration=15)
    assert get(ids=[fifteen], start="2026-10-07") == "2026-10-28"
    assert get(ids=[fifteen], start="2026-10-06 22:30:00") == "2026-10-28"
    four = office.create(
        "mudur", "service.standard", name="4 saat", duration=4, duration_unit="hour"
    )
    assert get(ids=[four], start="2026-10-07 20:30:00") == "2026-10-08"


def test_delegation_and_who_acts(office):
    """An active delegation says who acts on its days, nobody else's."""
    acting = partial(office.call, "birim", "principal", "get_acting_employee")
    deputy = office.call(
        "mudur", "hr.employee", "search", domain=[("user_id.login", "=", "vekil")]
    )
    mayor = acting(ids=[office.principal], date="2030-01-01")
    delegation = office.create(
        "mudur",
        "delegation",
        principal_id=office.principal,
        employee_id=deputy[0],
        date_start="2030-05-06",
        date_end="2030-05-10",
    )
    assert acting(ids=[office.principal], date="2030-05-06") == mayor
    office.call("mudur", "delegation", "action_activate", ids=[delegation])
    assert acting(ids=[office.principal], date="2030-05-06") == deputy
    assert acting(ids=[office.principal], date="2030-05-10") == deputy
    assert acting(ids=[office.principal], date="2030-05-11") == mayor


def test_instruction_to_its_report(office):
    """Referred by the secretary, concluded and reported by the director."""
    instruction = office.instruction()
    call = partial(office.call, model="instruction", ids=[instruction])
    referrals = call(
        "sekreter",
        method="action_refer",
        department_ids=[office.unit],
        note="Yarına kadar",
    )
    assert office.read("birim", "referral", referrals[0], "body") == "Yarına kadar"
    refused(lambda: call("sekreter", method="action_conclude", result="Bitti"))
    refused(lambda: call("mudur", method="action_report"))
    call("mudur", method="action_conclude", result="Bitti")
    call("mudur", method="action_report")
    assert office.read("baskan", "instruction", instruction, "state", "result") == [
        "reported",
        "Bitti",
    ]
    assert office.read("mudur", "referral", referrals[0], "state") == "cancelled"
    cancelled = office.instruction()
    office.call(
        "mudur", "instruction", "action_cancel", ids=[cancelled], reason="Mükerrer"
    )
    assert office.read("mudur", "instruction", cancelled, "state") == "cancelled"


def test_referral_between_office_and_unit(office):
    """Received, answered, sent back, answered again, accepted."""
    referral = office.referral()
    call = partial(office.call, model="referral", ids=[referral])
    call("birim", method="action_receive")
    call("birim", method="action_answer", text=HTML)
    assert office.read("mudur", "referral", referral, "answer") == HTML
    refused(lambda: call("birim", method="action_accept"))
    call("mudur", method="action_send_back", reason="Fotoğraf yok")
    call("birim", method="action_answer", text="Fotoğraf eklendi")
    call("mudur", method="action_accept")
    assert office.read("mudur", "referral", referral, "state") == "accepted"


@pytest.mark.parametrize(
    "who, method, state",
    [("birim", "action_return", "returned"), ("mudur", "action_cancel", "cancelled")],
)
def test_referral_given_or_taken_back(office, who, method, state):
    """Not ours, says the unit; never mind, says the office: both say why."""
    referral = office.referral()
    call = partial(office.call, who, "referral", method, ids=[referral])
    refused(lambda: call(reason=" "))
    call(reason="ASAT'ın işi")
    assert office.read("mudur", "referral", referral, "state") == state


def test_submission_is_decided_by_the_principal(office):
    """Approved, or rejected and returned with a note; by nobody else."""
    call = partial(office.call, model="submission")
    approved, rejected, returned = (office.submission() for _ in range(3))
    refused(lambda: call("mudur", method="action_approve", ids=[approved]))
    call("baskan", method="action_approve", ids=[approved], note="Uygundur")
    refused(lambda: call("baskan", method="action_reject", ids=[rejected], note=""))
    call("baskan", method="action_reject", ids=[rejected], note="Bütçe yok")
    call("baskan", method="action_return", ids=[returned], note="Eksik")
    call("mudur", method="action_submit", ids=[returned])
    states = [
        office.read("mudur", "submission", submission, "state")
        for submission in (approved, rejected, returned)
    ]
    assert states == ["approved", "rejected", "submitted"]


def test_engagements_dont_overlap(office):
    """The second one at the same time is refused in words; a freed time is free."""
    day = office.free_day()
    first = office.engagement("09:00", "10:00", day)
    second = office.engagement("09:30", "10:30", day)
    after = office.engagement("10:30", "11:00", day)
    call = partial(office.call, "sekreter", "engagement")
    call("action_confirm", ids=[first])
    refused(lambda: call("action_confirm", ids=[second]), "booked already")
    call("action_confirm", ids=[after])
    refused(lambda: call("action_cancel", ids=[first], reason=""))
    call("action_cancel", ids=[first], reason="Ertelendi")
    call("action_confirm", ids=[second])
    call("action_done", ids=[second], outcome="Karar alındı")
    assert office.read("baskan", "engagement", second, "state", "outcome") == [
        "done",
        "Karar alındı",
    ]


def test_of_simultaneous_confirmations_one_wins(office):
    """Eight people confirm eight overlapping engagements at the same moment."""
    clients = 8
    for _ in range(3):
        day = office.free_day()
        engagements = [office.engagement(day=day) for _ in range(clients)]
        together = threading.Barrier(clients)
        with ThreadPoolExecutor(clients) as pool:
            results = list(pool.map(partial(_confirm, office, together), engagements))
        assert results.count(None) == 1, results
        for refusal in filter(None, results):
            assert refusal.status == 422, refusal
            assert "booked already" in refusal.message
        states = [
            office.read("sekreter", "engagement", engagement, "state")
            for engagement in engagements
        ]
        assert sorted(states) == ["confirmed"] + ["tentative"] * (clients - 1)


def _confirm(office, together, engagement):
    together.wait()
    try:
        office.call("sekreter", "engagement", "action_confirm", ids=[engagement])
    except Refused as refusal:
        return refusal


def decided_twice(office):
    """What was done once, and who tries to do it again with other words."""
    submission, rejected = office.submission(), office.submission()
    office.call("baskan", "submission", "action_approve", ids=[submission], note="Evet")
    office.call("baskan", "submission", "action_reject", ids=[rejected], note="Hayır")
    yield "mudur", "submission", "action_approve", submission, {"note": "Başkası"}
    yield "baskan", "submission", "action_approve", submission, {"note": "Başkası"}
    yield "mudur", "submission", "action_reject", rejected, {"note": "Başkası"}
    yield "mudur", "submission", "write", submission, {"vals": {"decision_note": "x"}}
    concluded, cancelled = office.instruction(), office.instruction()
    conclude = {"result": "Bitti"}
    office.call("mudur", "instruction", "action_conclude", ids=[concluded], **conclude)
    office.call("mudur", "instruction", "action_cancel", ids=[cancelled], reason="Yok")
    again = {"result": "Başka"}, {"reason": "Başka"}
    yield "mudur", "instruction", "action_conclude", concluded, again[0]
    yield "mudur", "instruction", "action_cancel", cancelled, again[1]
    answered, taken_back = office.referral(), office.referral()
    office.call("birim", "referral", "action_answer", ids=[answered], text="Yapıldı")
    office.call("mudur", "referral", "action_cancel", ids=[taken_back], reason="Yok")
    yield "birim", "referral", "action_answer", answered, {"text": "Başka"}
    yield "birim", "referral", "write", answered, {"vals": {"answer": "Başka"}}
    yield "mudur", "referral", "action_cancel", taken_back, again[1]
    held, called_off = office.engagement(), office.engagement()
    office.call("sekreter", "engagement", "action_confirm", ids=[held])
    office.call("sekreter", "engagement", "action_done", ids=[held], outcome="Oldu")
    office.call("sekreter", "engagement", "action_cancel", ids=[called_off], reason="Y")
    yield "sekreter", "engagement", "action_done", held, {"outcome": "Başka"}
    yield "sekreter", "engagement", "action_cancel", called_off, again[1]


def test_what_was_done_is_not_done_again(office, unchanged):
    """A decision, an answer, a result or a reason isn't overwritten by a second call."""
    tries = list(decided_twice(office))
    records, check = unchanged
    before = records()
    taken = [
        f"{who}: {model}.{method}"
        for who, model, method, record, values in tries
        if not _is_refused(office, who, model, method, record, values)
    ]
    assert not taken
    check(before)


def _is_refused(office, who, model, method, record, arguments):
    try:
        office.call(who, model, method, ids=[record], **arguments)
    except Refused as refusal:
        return refusal.status < 500
    return False


# --------------------------------------------------------------------- the abuse

NO_TEXTS = ["", "   ", None, 5, ["a"], {"a": 1}, True, "\x00"]
NO_DATES = ["", "yarın", "2026-02-30", "2026-13-01", 5, [1], {"a": 1}, "9999-12-31"]
NO_UNITS = [[], None, "abc", [UNKNOWN], [-1], [0], 3.5, {"a": 1}, [["1"]], ["x"], True]


@pytest.mark.parametrize(
    "who, model, method, name",
    [
        ("mudur", "instruction", "action_conclude", "result"),
        ("mudur", "instruction", "action_cancel", "reason"),
        ("birim", "referral", "action_answer", "text"),
        ("birim", "referral", "action_return", "reason"),
        ("mudur", "referral", "action_cancel", "reason"),
        ("baskan", "submission", "action_reject", "note"),
        ("baskan", "submission", "action_return", "note"),
        ("sekreter", "engagement", "action_cancel", "reason"),
    ],
)
def test_a_text_that_is_asked_must_be_one(office, unchanged, who, model, method, name):
    """No text, or something else than text, changes nothing."""
    record = getattr(office, model)()
    records, check = unchanged
    before = records()
    call = partial(office.call, who, model, method, ids=[record])
    for text in NO_TEXTS:
        refused(lambda text=text: call(**{name: text}))
    refused(lambda: call())
    refused(lambda: call(**{name: "Gerekçe", "unheard_of": 1}))
    check(before)


def test_units_must_exist(office, unchanged):
    """An instruction is referred to units that exist, or to none."""
    instruction = office.instruction()
    records, check = unchanged
    before = records()
    refer = partial(
        office.call, "sekreter", "instruction", "action_refer", ids=[instruction]
    )
    for units in NO_UNITS:
        refused(lambda units=units: refer(department_ids=units))
    refused(lambda: refer(department_ids=[office.unit, UNKNOWN]))
    refused(lambda: refer(department_ids=[office.unit], purpose="nonsense"))
    check(before)


@pytest.mark.parametrize("date", NO_DATES, ids=str)
def test_dates_must_be_dates(office, date):
    """What is no date is named, with how one is written."""
    standard = office.find("birim", "service.standard", [])
    get_deadline = partial(
        office.call, "birim", "service.standard", "get_deadline", ids=[standard]
    )
    refused(lambda: get_deadline(start=date))
    if date not in ("", "9999-12-31"):
        refused(
            lambda: office.call(
                "birim",
                "principal",
                "get_acting_employee",
                ids=[office.principal],
                date=date,
            )
        )


@pytest.mark.parametrize("record", [UNKNOWN, -1])
@pytest.mark.parametrize(
    "model, method, arguments",
    [
        ("instruction", "action_report", {}),
        ("instruction", "action_conclude", {"result": "Bitti"}),
        ("referral", "action_accept", {}),
        ("referral", "action_cancel", {"reason": "Yanlış"}),
        ("submission", "action_submit", {}),
        ("engagement", "action_cancel", {"reason": "Yanlış"}),
        ("delegation", "action_activate", {}),
        ("principal", "get_acting_employee", {"date": "2026-10-07"}),
        ("service.standard", "get_deadline", {"start": "2026-10-07"}),
    ],
)
def test_records_must_exist(office, unchanged, model, method, arguments, record):
    """An id that nothing has is refused, whatever is asked of it."""
    records, check = unchanged
    before = records()
    call = partial(office.call, "mudur", model, method, **arguments)
    refused(lambda: call(ids=[record]))
    check(before)


def test_text_may_be_long_and_wild(office):
    """Long text and HTML are text, kept to the letter."""
    for text in (LONG.strip(), HTML, "=1+1", "\u202eters"):
        referral = office.referral()
        office.call("birim", "referral", "action_answer", ids=[referral], text=text)
        assert office.read("mudur", "referral", referral, "answer") == text


def test_several_records_are_done_together_or_not_at_all(office, unchanged):
    """One that can't be done leaves the others as they were."""
    ready, closed = office.instruction(), office.instruction()
    office.call("mudur", "instruction", "action_cancel", ids=[closed], reason="Yok")
    records, check = unchanged
    before = records()
    call = partial(office.call, "mudur", "instruction", ids=[ready, closed])
    refused(lambda: call("action_conclude", result="Bitti"))
    refused(lambda: call("action_refer", department_ids=[office.unit]))
    check(before)


@pytest.fixture(scope="module")
def foreign(server):
    """An instruction of another company, of which the director knows nothing."""
    found = server.shell(FOREIGN)
    return int(found.split("foreign:")[1])


FOREIGN = """
company = env["res.company"].create({"name": "Komşu Belediye"})
env.user.company_ids |= company
here = env["ozel_kalem.principal"].with_company(company)
principal = here.create(
    {
        "name": "Komşu Başkan",
        "partner_id": env["res.partner"].create({"name": "Komşu"}).id,
        "company_id": company.id,
    }
)
instruction = env["ozel_kalem.instruction"].with_company(company).create(
    {"subject": "Komşunun işi", "principal_id": principal.id, "company_id": company.id}
)
env.cr.commit()
print(f"foreign:{instruction.id}")
"""


def test_the_other_company_is_closed(office, foreign, unchanged):
    """Nothing of another company can be read, referred, submitted or done."""
    records, check = unchanged
    before = records()
    call = partial(office.call, "mudur", "instruction")
    for method, arguments in (
        ("read", {"fields": ["subject"]}),
        ("action_conclude", {"result": "Bitti"}),
        ("action_cancel", {"reason": "Yok"}),
        ("action_refer", {"department_ids": [office.unit]}),
    ):
        message = refused(partial(call, method, ids=[foreign], **arguments))
        assert "Komşunun işi" not in message
    values = {"res_model": "ozel_kalem.instruction", "res_id": foreign}
    refused(
        lambda: office.create(
            "mudur",
            "submission",
            principal_id=office.principal,
            summary="Özet",
            **values,
        )
    )
    refused(
        lambda: office.create(
            "mudur",
            "referral",
            department_id=office.unit,
            purpose="action",
            **values,
        )
    )
    check(before)
