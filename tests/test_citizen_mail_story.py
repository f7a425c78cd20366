"""A petition by e-mail, from the citizen's mail program to his answer, as bytes."""

import re
from email.message import EmailMessage

import pytest

from support.mail import SEND
from support.petition import DOOR, open_door, pipe

pytestmark = pytest.mark.timeout(900)

CITIZEN = "ayse@vatandas.example"
TEXT = "Sayın Başkanım,\n\nIğdır Sokak'ta çöken kaldırımın onarılmasını arz ederim.\n\nAyşe Şimşek"
PICTURE = bytes.fromhex("ffd8ffe000104a464946") + bytes(range(256))
ANSWER = "Kaldırımınız onarıldı, korkuluk takıldı. İyi günler dileriz."


@pytest.fixture(scope="module")
def office(make_server, sink):
    """The demo office with a petition address."""
    server = make_server("citizenmail", "--workers=0")
    open_door(server, sink)
    return server


def petition():
    """A petition with a photograph, in UTF-8."""
    mail = EmailMessage()
    mail["From"] = f"Ayşe Şimşek <{CITIZEN}>"
    mail["To"] = f"Özel Kalem <{DOOR}>"
    mail["Subject"] = "Iğdır Sokak'ta çöken kaldırım"
    mail["Message-Id"] = "<dilekce-1@vatandas.example>"
    mail.set_content(TEXT)
    mail.add_attachment(
        PICTURE, maintype="image", subtype="jpeg", filename="çöken kaldırım.jpg"
    )
    return mail


def old_petition():
    """The same words from an old mail program: ISO-8859-9, eight bits, no MIME words."""
    head = (
        "From: İbrahim Öğüt <ibrahim@vatandas.example>\r\n"
        f"To: {DOOR}\r\n"
        "Subject: Şikâyet: ığdır ağaçları\r\n"
        "Message-Id: <dilekce-2@vatandas.example>\r\n"
        "MIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=iso-8859-9\r\n"
        "Content-Transfer-Encoding: 8bit\r\n\r\n"
    )
    return (head + TEXT).encode("iso-8859-9")


def read(office, user, ids, *fields):
    """One record's fields."""
    found = office.json2(user, "ozel_kalem.request", "read", ids=ids, fields=[*fields])
    return found[0]


def test_from_the_petition_to_the_answer(office, sink):
    request = pipe(office, petition().as_bytes())
    ids = [request]
    names = ("name", "partner_id", "subject", "text", "channel", "state", "user_id")
    found = read(office, "halkla", ids, *names, "legal_ground")
    assert found["text"] == TEXT
    assert found["subject"] == "Iğdır Sokak'ta çöken kaldırım"
    assert found["partner_id"][1] == "Ayşe Şimşek"
    assert (found["channel"], found["legal_ground"]) == ("email", "3071")
    files = office.json2(
        *("halkla", "ir.attachment", "search_read"),
        domain=[["res_model", "=", "ozel_kalem.request"], ["res_id", "in", ids]],
        fields=["name", "file_size"],
    )
    assert [(f["name"], f["file_size"]) for f in files] == [
        ("çöken kaldırım.jpg", len(PICTURE))
    ]
    assert pipe(office, petition().as_bytes()) is False, "the second delivery"

    receipt = next_mail(office, sink)
    text = readable(receipt)
    assert "Başvurunuzu aldık" in text
    assert found["name"] in text and found["subject"] in text
    assert "Şimşek" not in text and "arz ederim" not in text
    assert receipt["Auto-Submitted"] == "auto-replied"
    assert DOOR in receipt["Reply-To"]

    answer_as_unit(office, ids)
    assert read(office, "halkla", ids, "state")["state"] == "answered"
    office.json2(
        *("halkla", "ozel_kalem.request", "action_answer"),
        ids=ids,
        result="positive",
        text=ANSWER,
    )
    tell = office.json2(
        *("halkla", "ozel_kalem.request.tell", "create"),
        vals_list=[{"request_id": request, "channel": "email", "body": ANSWER}],
    )
    office.json2("halkla", "ozel_kalem.request.tell", "action_confirm", ids=tell)
    assert read(office, "halkla", ids, "state")["state"] == "answered"
    answer = next_mail(office, sink)
    assert ANSWER in readable(answer)
    told = read(office, "halkla", ids, "state", "told_proof")
    assert told["state"] == "notified"
    assert CITIZEN in told["told_proof"]

    reply = EmailMessage()
    reply["From"] = CITIZEN
    reply["To"] = answer["Reply-To"]
    reply["Subject"] = f"Ynt: {answer['Subject']}"
    reply["Message-Id"] = "<tesekkur@vatandas.example>"
    reply["In-Reply-To"] = answer["Message-Id"]
    reply["References"] = answer["Message-Id"]
    reply.set_content("Teşekkür ederim, ellerinize sağlık.")
    assert pipe(office, reply.as_bytes()) == request
    messages = office.json2(
        *("halkla", "mail.message", "search_read"),
        domain=[["model", "=", "ozel_kalem.request"], ["res_id", "in", ids]],
        fields=["body", "author_id"],
        limit=1,
    )
    assert "ellerinize sağlık" in messages[0]["body"]
    assert messages[0]["author_id"][1] == "Ayşe Şimşek"
    listed = office.json2(
        *("halkla", "mail.activity", "search_count"),
        domain=[["res_model", "=", "ozel_kalem.request"], ["res_id", "in", ids]],
    )
    assert listed == 1, "a letter to a closed request is on the officer's list"


def test_an_old_mail_program_writes_turkish_as_well(office, sink):
    request = pipe(office, old_petition())
    found = read(office, "halkla", [request], "subject", "text", "partner_id")
    assert found["subject"] == "Şikâyet: ığdır ağaçları"
    assert found["text"] == TEXT
    assert found["partner_id"][1] == "İbrahim Öğüt"
    assert "ığdır ağaçları" in readable(next_mail(office, sink))


def answer_as_unit(office, ids):
    """Refer to the unit of the user birim, and answer as him."""
    unit = int(
        office.shell(
            "user = env['res.users'].search([('login', '=', 'birim')])\n"
            "print(user._ozel_kalem_unit_ids()[0])"
        ).split()[-1]
    )
    referrals = office.json2(
        *("halkla", "ozel_kalem.request", "action_refer"),
        ids=ids,
        department_ids=[unit],
        note="Gereği için",
    )
    office.json2("birim", "ozel_kalem.referral", "action_receive", ids=referrals)
    office.json2(
        *("birim", "ozel_kalem.referral", "action_answer"),
        ids=referrals,
        text="Kaldırım onarıldı.",
    )


def next_mail(office, sink):
    """What the citizen gets when the queue is sent; others' mails don't count."""
    sink.clear()
    office.shell(SEND)
    mails = [
        mail
        for mail in sink.wait()
        if any(to.endswith("@vatandas.example") for to in mail.envelope_to)
    ]
    assert len(mails) == 1
    assert len(mails[0].envelope_to) == 1
    return mails[0]


def readable(mail):
    """Subject and text as the citizen reads them."""
    page = mail.get_body(("html", "plain")).get_content()
    text = re.sub(r"<[^>]+>", " ", re.sub(r"<style.*?</style>", "", page, flags=re.S))
    text = text.replace("&#39;", "'").replace("&nbsp;", " ")
    return f"{mail['Subject']}\n{' '.join(text.split())}"
