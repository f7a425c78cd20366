"""Text messages, when Odoo's own SMS application is there: notices and codes."""

import json
import urllib.request

import pytest

pytestmark = pytest.mark.timeout(900)

INSTALL = """
env["ir.module.module"].search([("name", "=", "sms")]).button_immediate_install()
"""
SEND = """
import json
user = env["res.users"].search([("login", "=", "halkla")])
env = env(user=user)
person = env["res.partner"].create({"name": "Hatice Öztürk", "phone": "+905321234567"})
request = env["ozel_kalem.request"].create({
    "partner_id": person.id, "subject": "Sokak lambası", "request_type": "request",
    "channel": "phone",
})
request.action_answer("positive", "Lamba yandı.")
uuids, notices = [], request._create_notice("sms", "Lambanız yandı.")
notices |= request._create_notice("sms", "İkinci deneme")
notices.action_send()
texts = env["sms.sms"].sudo().search([("mail_message_id", "in", notices.mail_message_id.ids)])
for notice in notices:
    text = texts.filtered(lambda text: text.mail_message_id == notice.mail_message_id)
    uuids.append((notice.id, text.uuid, text.body, text.number, text.state))
texts._update_sms_state_and_trackers("pending")
codes = env["ozel_kalem.request.code"].sudo()
code = codes._ask(request.name, request.company_id)
code._send()
last = env["sms.sms"].sudo().search([("mail_message_id", "=", False)], limit=1)
env.cr.commit()
print(json.dumps({
    "request": request.id, "sent": uuids, "code": [last.number, last.body],
    "states": notices.mapped("state"),
}))
"""
WITHOUT = """
person = env["res.partner"].create({"name": "Ali", "phone": "+905321234567"})
notice = env["ozel_kalem.notice"].create({
    "res_model": "ozel_kalem.request", "partner_id": person.id, "channel": "sms",
    "res_id": env["ozel_kalem.request"].create({
        "partner_id": person.id, "subject": "s", "request_type": "request",
        "channel": "phone"}).id,
})
try:
    notice.action_send()
except Exception as refusal:
    print(type(refusal).__name__)
"""


@pytest.fixture(scope="module")
def office(make_server):
    """A server of its own, which gets the SMS application."""
    return make_server("sms", "--workers=0")


def report(office, uuid, status):
    """What a provider tells Odoo about a text."""
    body = {
        "jsonrpc": "2.0",
        "params": {"message_statuses": [{"sms_status": status, "uuids": [uuid]}]},
    }
    call = urllib.request.Request(
        f"{office.url}/sms/status",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json", "X-Odoo-Database": office.db},
    )
    with urllib.request.urlopen(call, timeout=60) as answer:
        assert json.load(answer)["result"] == "OK"


def test_a_text_is_delivered_or_fails_as_the_provider_says(office):
    assert "UserError" in office.shell(WITHOUT), "without the application it is told"
    office.shell(INSTALL)
    found = json.loads(office.shell(SEND).splitlines()[-1])
    (good, good_uuid, body, number, state), (bad, bad_uuid, *_rest) = found["sent"]
    assert (body, number, state) == ("Lambanız yandı.", "+905321234567", "outgoing")
    assert found["states"] == ["pending", "pending"], "handed over is not arrived"
    assert found["code"][0] == "+905321234567"
    assert any(word.strip(".").isdecimal() for word in found["code"][1].split())
    report(office, bad_uuid, "invalid_destination")
    report(office, good_uuid, "delivered")
    first, second = office.json2(
        "halkla",
        "ozel_kalem.notice",
        "read",
        ids=[good, bad],
        fields=["state", "proof", "failure_reason"],
    )
    assert (first["state"], second["state"]) == ("delivered", "failed")
    assert "+90" in first["proof"]
    assert second["failure_reason"]
    [request] = office.json2(
        "halkla",
        "ozel_kalem.request",
        "read",
        ids=[found["request"]],
        fields=["state"],
    )
    assert request["state"] == "notified"
