"""A whole day at the office, as secretary, director and mayor see it.

The key budgets are measured on the way: how an interaction is counted stands in
support/person.py.
"""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from support.person import PHONE, moment

APPOINTMENT = "ozel_kalem.appointment"
ISTANBUL = ZoneInfo("Europe/Istanbul")
PICTURES = "day"
# What reaches another screen does so by the bus, long before its own timer.
LIVE = 10_000


@pytest.fixture(scope="module")
def principal(server):
    """The mayor."""
    return server.json2("baskan", "ozel_kalem.board", "get_day")["principal_id"]


@pytest.fixture
def invitations(server, smtp_sink):
    """The invitations that leave when their queue is worked off."""
    cron = server.json2(
        "admin",
        "ir.model.data",
        "search_read",
        domain=[("module", "=", "ozel_kalem"), ("name", "=", "ir_cron_invitation")],
        fields=["res_id"],
    )[0]["res_id"]

    def work_off():
        server.json2("admin", "ir.cron", "method_direct_trigger", ids=[cron])
        messages = list(smtp_sink.messages)
        smtp_sink.clear()
        return messages

    work_off()
    return work_off


def citizen(server, name, phone=False, email=False):
    """Somebody whom the office knows."""
    vals = {"name": name, "phone": phone, "email": email}
    return server.json2("admin", "res.partner", "create", vals_list=[vals])[0]


def asks(server, principal, name, subject):
    """Somebody asks for an appointment; return its id."""
    vals = {
        "principal_id": principal,
        "partner_id": citizen(server, name),
        "subject": subject,
    }
    return server.json2("sekreter", APPOINTMENT, "create", vals_list=[vals])[0]


def read(server, model, record, *names):
    """Values of a record, as the director reads them."""
    found = server.json2("mudur", model, "read", ids=[record], fields=names, load=None)
    return [found[0][name] for name in names]


def newest(server, model, subject):
    """The id of the record that was made about this."""
    domain = [("subject", "=", subject)]
    return server.json2("mudur", model, "search", domain=domain, limit=1)[0]


def comes_now(server, appointment):
    """The day of the appointment has come: it begins at this moment.

    The server's clock is the machine's; so the appointment comes to today, and what
    the demo office has on at this hour is called off.
    """
    begin = datetime.now(UTC) + timedelta(seconds=5)
    start, stop = moment(begin), moment(begin + timedelta(hours=1))
    engagement = ("mudur", "ozel_kalem.engagement")
    in_the_way = server.json2(
        *engagement,
        "search",
        domain=[
            ("start", "<", stop),
            ("stop", ">", start),
            ("state", "=", "confirmed"),
        ],
    )
    if in_the_way:
        server.json2(*engagement, "action_cancel", ids=in_the_way, reason="Yer açıldı")
    server.json2(
        "mudur", APPOINTMENT, "action_schedule", ids=[appointment], start=start
    )


def test_from_the_call_to_the_outcome(sit_down, server, principal, invitations):
    """Call, appointment, decision, time, invitation, arrival, meeting, outcome."""
    name, subject = "Nermin Aksakal", "Okul yolu geçidi"
    citizen(server, name, "+90 (532) 000-44 11", "nermin@aksakal.example")

    secretary = sit_down("sekreter")
    secretary.open("ok-calls")
    secretary.click(secretary.page.locator(".o_list_button_add").first)
    secretary.fill("phone", "5320004411")
    secretary.fill("subject", subject)
    expect(secretary.value("caller_name")).to_have_value(name)
    expect(secretary.value("phone")).to_have_value("0532 000 44 11")
    secretary.fill("text", "Çocuklar karşıya geçemiyor, müsait bir gün rica ediyor.")
    secretary.picture("arama")
    secretary.click("action_make_appointment")
    expect(secretary.field("partner_id").locator("input")).to_have_value(name)
    secretary.expect_state("requested")
    assert secretary.count <= 8, "a call with what became of it"
    appointment = newest(server, APPOINTMENT, subject)
    secretary.picture("randevu-istegi")

    director = sit_down("mudur")
    director.open("ok-appointments")
    director.click(director.card(subject).locator("button[name=action_approve]"))
    planning = director.card(subject).locator("button[name=action_approve]")
    expect(planning).to_have_count(0)
    director.picture("karar-panosu")
    director.count = 0
    director.click(director.card(subject).locator("button[name=action_open_slots]"))
    slots = director.page.locator(".modal button[name=action_choose]")
    expect(slots).to_have_count(6)
    director.picture("bos-saatler")
    director.click(slots.first)
    expect(director.page.locator(".modal")).to_have_count(0)
    expect(director.card(subject).locator("button[name=action_arrive]")).to_be_visible()
    assert director.count <= 3, "an appointment on a suggested slot"
    director.picture("saat-verildi")

    mails = [
        mail for mail in invitations() if "nermin@aksakal.example" in mail.envelope_to
    ]
    assert len(mails) == 1
    texts = "".join(
        part.get_content()
        for part in mails[0].walk()
        if part.get_content_type() in ("text/plain", "text/html")
    )
    assert subject not in texts, "an invitation says when and where, not what about"
    calendar = [p for p in mails[0].walk() if p.get_content_type() == "text/calendar"]
    assert "METHOD:REQUEST" in calendar[0].get_content()

    comes_now(server, appointment)
    mayor = sit_down("baskan", PHONE).open("ok-day")
    secretary.open("ok-reception")
    expected = secretary.at_door("expected", name)
    expect(expected).to_be_visible()
    secretary.click(expected.locator("button[name=action_arrive]"))
    expect(secretary.at_door("waiting", name)).to_be_visible()
    assert secretary.count == 1, "an arrival"
    secretary.picture("geldi")

    waiting = mayor.part("waiting").locator(".list-group-item", has_text=name)
    expect(waiting).to_be_visible(timeout=LIVE)
    mayor.picture("bekleyen")
    mayor.click(waiting.locator("button[name=action_admit]"))
    expect(waiting).to_have_count(0)
    assert mayor.count == 1, "to let somebody in"

    inside = secretary.at_door("inside", name)
    expect(inside).to_be_visible(timeout=LIVE)
    secretary.count = 0
    secretary.click(inside.locator("button[name=action_done]"))
    secretary.answer("Geçit için Fen İşleri keşif yapacak.")
    expect(secretary.at_door("left", name)).to_be_visible()
    assert secretary.count <= 3, "to leave with the outcome"
    secretary.picture("gitti")
    state, outcome = read(server, APPOINTMENT, appointment, "state", "outcome")
    assert (state, outcome) == ("done", "Geçit için Fen İşleri keşif yapacak.")


def test_a_call_a_note_and_a_call_back(sit_down, server):
    """A stranger calls: a note for the mayor, called back until he is reached."""
    name, subject = "Halit Sarıbaş", "Köy konağı açılışı"
    secretary = sit_down("sekreter")
    secretary.open("ok-calls")
    secretary.click(secretary.page.locator(".o_list_button_add").first)
    secretary.fill("phone", "(0 532) 000 55 12")
    secretary.fill("caller_name", name)
    secretary.fill("subject", subject)
    secretary.fill("text", "Açılış için uygun günü soruyor.")
    secretary.click(secretary.page.locator(".o_form_button_save").first)
    call = secretary.record_id()
    assert secretary.count <= 8, "to log a call"

    secretary.click("action_make_note")
    expect(secretary.field("recipient")).to_be_visible()
    note = newest(server, "ozel_kalem.note", subject)
    assert read(server, "ozel_kalem.note", note, "state") == ["waiting"]
    secretary.picture("not")

    secretary.open(f"ok-calls/{call}")
    secretary.expect_state("noted")
    secretary.click("action_call_back")
    secretary.expect_state("call_back")
    secretary.open("ok-call-backs")
    queued = secretary.card(name)
    secretary.click(queued.locator("button[name=action_attempt]"))
    expect(queued).to_contain_text("1 deneme")
    secretary.picture("geri-aranacaklar")
    secretary.click(queued.locator("button[name=action_connect]"))
    expect(queued).to_have_count(0)
    secretary.open(f"ok-calls/{call}")
    secretary.expect_state("connected")
    secretary.click("action_close")
    secretary.expect_state("closed")

    line = f"[data-id='{note}']"
    secretary.open("ok-day")
    secretary.click(secretary.part("notes").locator(f"{line} button[name=note_step]"))
    mayor = sit_down("baskan", PHONE).open("ok-day")
    told = mayor.part("notes").locator(line)
    expect(told).to_contain_text(subject)
    mayor.click(told.locator("button[name=note_step]"))
    expect(told).to_have_count(0)
    expect(secretary.part("notes").locator(line)).to_have_count(0, timeout=LIVE)
    assert mayor.count == 1, "to acknowledge a note"
    state, attempts = read(server, "ozel_kalem.call", call, "state", "attempt_count")
    assert (state, attempts) == ("closed", 1)


def test_a_walk_in(sit_down):
    """Nobody expected him: name, from where, about what, Enter."""
    secretary = sit_down("sekreter").open("ok-reception")
    for field, text in (
        ("visitor_name", "Durmuş Bey"),
        ("institution", "Söğütlü Muhtarlığı"),
        ("subject", "Su kesintisi"),
    ):
        secretary.page.locator(f"input[name={field}]").fill(text)
        secretary.count += 1
    secretary.press("Enter")
    expect(secretary.at_door("waiting", "Durmuş Bey")).to_be_visible()
    assert secretary.count <= 6


def test_the_directors_decisions(sit_down, server, principal):
    """Approve and schedule, postpone, redirect, reject with a kind text."""
    later, elsewhere, refused = (
        asks(server, principal, *words)
        for words in (
            ("Erteleme Bekir", "Spor kulübü ziyareti"),
            ("Yönlenen Yonca", "Yol çukuru"),
            ("Kibar Kıymet", "Kartvizit tanışması"),
        )
    )
    director = sit_down("mudur").open("ok-appointments")
    card = director.card("Erteleme Bekir")
    director.click(card.locator("button[name=action_open_slots]"))
    director.click(director.page.locator(".modal button[name=action_choose]").first)
    postpone = card.locator("button", has_text="Ertele")
    director.click(postpone)
    director.answer("Başkan o gün Ankara'da.")
    expect(postpone).to_have_count(0)
    assert read(server, APPOINTMENT, later, "state", "postponed_count", "start") == [
        "approved",
        1,
        False,
    ]

    card = director.card("Yönlenen Yonca")
    director.click(card.locator("button[name=action_open_redirect]"))
    director.click(director.field("receiver").locator("input[data-value=unit]"))
    director.choose("department_id", "Fen İşleri")
    director.picture("yonlendir")
    director.click("action_confirm")
    expect(director.page.locator(".modal")).to_have_count(0)
    expect(card.locator("button[name=action_open_redirect]")).to_have_count(0)
    state, referrals = read(server, APPOINTMENT, elsewhere, "state", "referral_ids")
    assert (state, len(referrals)) == ("redirected", 1)

    card = director.card("Kibar Kıymet")
    director.click(card.locator("button", has_text="Reddet"))
    expect(director.value("text")).to_have_value(re.compile("Sayın Kibar Kıymet"))
    director.picture("nazik-ret")
    director.click("action_confirm")
    expect(director.page.locator(".modal")).to_have_count(0)
    expect(card.locator("button", has_text="Reddet")).to_have_count(0)
    state, reason = read(server, APPOINTMENT, refused, "state", "refusal_reason")
    assert state == "rejected"
    assert "Kibar Kıymet" in reason


def test_the_edition_is_approved_and_published(sit_down, server, principal):
    """The programme of a day: drawn up, approved, put before the mayor, published."""
    day = datetime.now(ISTANBUL).date() + timedelta(days=400)
    noon = datetime.combine(day, datetime.min.time(), ISTANBUL) + timedelta(hours=12)
    vals = {
        "principal_id": principal,
        "subject": "Muhtarlar toplantısı",
        "kind": "meeting",
        "start": moment(noon),
        "stop": moment(noon + timedelta(hours=1)),
    }
    item = server.json2("sekreter", "ozel_kalem.engagement", "create", vals_list=[vals])
    server.json2("sekreter", "ozel_kalem.engagement", "action_confirm", ids=item)
    edition = server.json2(
        "sekreter",
        "ozel_kalem.programme.edition",
        "create",
        vals_list=[{"principal_id": principal, "date_from": str(day), "kind": "day"}],
    )[0]
    director = sit_down("mudur").open(f"ok-editions/{edition}")
    director.click("action_approve")
    director.expect_state("approved")
    expect(director.field("line_ids")).to_contain_text("Muhtarlar toplantısı")
    director.click("action_submit")
    director.expect_state("submitted")
    director.click("action_publish")
    director.expect_state("published")
    assert director.count == 3
    director.picture("yayimlandi")


def test_the_mayor_decides_on_his_phone(sit_down, server, principal):
    """What was put before him is approved by one tap."""
    instruction = server.json2(
        "mudur",
        "ozel_kalem.instruction",
        "create",
        vals_list=[{"principal_id": principal, "subject": "Gezici kütüphane"}],
    )[0]
    vals = {
        "res_model": "ozel_kalem.instruction",
        "res_id": instruction,
        "principal_id": principal,
        "summary": "Gezici kütüphane için araç tahsisi olurlarınıza arz olunur.",
    }
    submission = server.json2(
        "mudur", "ozel_kalem.submission", "create", vals_list=[vals]
    )
    server.json2("mudur", "ozel_kalem.submission", "action_submit", ids=submission)
    mayor = sit_down("baskan", PHONE).open("ok-day")
    waiting = mayor.part("decisions").locator(f"[data-id='{submission[0]}']")
    expect(waiting).to_contain_text("araç tahsisi")
    mayor.click(waiting.locator("button[name=action_approve]"))
    expect(waiting).to_have_count(0)
    assert mayor.count == 1
    mayor.picture("onayladi")
    assert read(server, "ozel_kalem.submission", submission[0], "state") == ["approved"]
