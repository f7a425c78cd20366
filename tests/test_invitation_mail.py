"""Invitations as a mail server meets them: sent by the server, over one connection."""

import re
import urllib.request

import pytest
import vobject

from support.mail import Sink

pytestmark = pytest.mark.timeout(900)

GUESTS = 99
SETUP = f"""
from odoo.fields import Command
office = env["ozel_kalem.office"].search([], limit=1)
office.email = "ozelkalem@cinarlidere.example"
env["mail.alias.domain"].create({{"name": "gelen.cinarlidere.example"}})
office.answer_alias_name = "davet"
principal = office.principal_id or env["ozel_kalem.principal"].search([], limit=1)
guests = env["res.partner"].create([
    {{"name": f"Davetli {{n}}", "email": f"davetli{{n}}@example.com"}}
    for n in range({GUESTS})
])
engagement = env["ozel_kalem.engagement"].create({{
    "principal_id": principal.id,
    "subject": "Kentsel dönüşüm",
    "kind": "meeting",
    "location": "Meclis salonu",
    "start": "2040-05-07 06:00:00",
    "stop": "2040-05-07 07:00:00",
    "partner_ids": [Command.set(guests.ids)],
}})
env.cr.commit()
print(engagement.id)
"""
SEND = """
env["ozel_kalem.engagement.attendee"]._cron_send()
env.cr.commit()
"""


REPLY = """\
From: {address}
To: {organizer}
Subject: Kabul edildi
Message-Id: <reply@example.com>
Content-Type: multipart/alternative; boundary=b

--b
Content-Type: text/plain

Katılamıyorum.
--b
Content-Type: text/calendar; charset=utf-8; method=REPLY

{file}
--b--
"""
RECEIVE = """
env["mail.thread"].message_process(False, {mail!r})
env.cr.commit()
row = env["ozel_kalem.engagement.attendee"].search([("email", "=", {address!r})])
print(row.state)
"""


class CountingSink(Sink):
    """Knows over which connection each message came."""

    def __init__(self):
        super().__init__()
        self.connections = set()

    def clear(self):
        """Forget what came so far."""
        super().clear()
        self.connections.clear()

    async def handle_DATA(self, server, session, envelope):
        """Keep a message and its connection (called by aiosmtpd)."""
        self.connections.add(session.peer)
        return await super().handle_DATA(server, session, envelope)


@pytest.fixture(scope="module")
def sink():
    """A mail server of this module's own."""
    sink = CountingSink()
    sink.start()
    yield sink
    sink.stop()


@pytest.fixture(scope="module")
def office(make_server, sink):
    """A server whose mails go to that sink, also from `shell`."""
    server = make_server("invitation", "--workers=0")
    sink.take_from(server)
    server.shell(
        f"""
env["ir.config_parameter"].set_param("web.base.url", "{server.url}")
env.cr.commit()
"""
    )
    return server


def calendar_of(mail):
    """The file attached to a mail, which is its calendar part, too."""
    parts = {part.get_content_type(): part for part in mail.walk()}
    file = parts["application/ics"].get_content()
    assert parts["text/calendar"].get_payload(decode=True) == file
    return file


def unaddressed(mail):
    """The file without its reader's address, which stands in it once, unfolded."""
    [address] = mail.envelope_to
    file = calendar_of(mail).replace(b"\r\n ", b"")
    assert file.count(address.encode()) == 1
    return file.replace(address.encode(), b"")


def test_invite_answer_move_and_cancel(office, sink):
    engagement = int(office.shell(SETUP).split()[-1])
    office.shell(SEND)  # what the demo office still has to send
    call = ("mudur", "ozel_kalem.engagement")
    files = []
    for act, arguments in (
        ("action_confirm", {}),
        (
            "write",
            {"vals": {"start": "2040-05-07 08:00:00", "stop": "2040-05-07 09:00:00"}},
        ),
        ("action_cancel", {"reason": "Başkan hasta"}),
    ):
        sink.clear()
        office.json2(*call, act, ids=[engagement], **arguments)
        assert not sink.messages, "no mail within the request"
        office.shell(SEND)
        mails = sink.wait(GUESTS)
        assert len(mails) == GUESTS
        assert len(sink.connections) == 1
        assert len({to for mail in mails for to in mail.envelope_to}) == GUESTS
        assert all(len(mail.envelope_to) == 1 for mail in mails)
        assert len({mail["Message-Id"] for mail in mails}) == GUESTS
        found = {unaddressed(mail) for mail in mails}
        assert len(found) == 1, "the same file for everyone, but for the address"
        files.append(found.pop())
        assert len(files[-1]) < 1500
        assert "Kentsel" not in mails[0].as_string()
        if act == "action_confirm":
            _answer(office, mails[0])
            _reply(office, mails[1])
    texts = [file.decode() for file in files]
    for text, hour in zip(texts, ("09", "11", "11"), strict=True):
        assert f"\r\nDTSTART;TZID=Europe/Istanbul:20400507T{hour}0000\r\n" in text
    parsed = [vobject.readOne(text) for text in texts]
    assert [one.method.value for one in parsed] == ["REQUEST", "REQUEST", "CANCEL"]
    assert [one.vevent.sequence.value for one in parsed] == ["0", "1", "2"]
    assert len({one.vevent.uid.value for one in parsed}) == 1
    sink.clear()
    office.shell(SEND)
    assert not sink.messages


def _answer(office, mail):
    """Follow the link of a mail and press the button."""
    body = mail.get_body(("html",)).get_content()
    link = re.search(r'href="([^"]+/accept)"', body)[1]
    with urllib.request.urlopen(link) as page:
        assert b'method="post"' in page.read()
    state = "row = env['ozel_kalem.engagement.attendee'].search("
    state += f"[('email', '=', '{mail.envelope_to[0]}')])\nprint(row.state)"
    assert office.shell(state).split()[-1] == "needs_action"
    with urllib.request.urlopen(link, data=b"x=1") as page:
        assert page.status == 200
    assert office.shell(state).split()[-1] == "accepted"


def _reply(office, mail):
    """Answer as a calendar programme does: the file it got, sent back."""
    entry = vobject.readOne(calendar_of(mail).decode())
    organizer = entry.vevent.organizer.value.removeprefix("mailto:")
    assert organizer == "davet@gelen.cinarlidere.example"
    assert organizer in mail["Reply-To"]
    [address] = mail.envelope_to
    assert entry.vevent.attendee.value == f"mailto:{address}"
    entry.method.value = "REPLY"
    entry.vevent.attendee.params["PARTSTAT"] = ["DECLINED"]
    file = entry.serialize()
    text = REPLY.format(address=address, organizer=organizer, file=file)
    said = office.shell(RECEIVE.format(mail=text, address=address))
    assert said.split()[-1] == "declined"
