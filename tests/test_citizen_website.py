"""The citizen's pages beside Odoo's website: still ours, and in Turkish."""

import pytest

from support.browsing import Browsers
from test_citizen_page import PHONE, WIDE, check, shot

pytestmark = pytest.mark.timeout(900)

CITIZEN = """
env["ozel_kalem.office"].search([]).write({"web_form_seconds": 0})
person = env["res.partner"].create(
    {"name": "Iğdır Şahin", "email": "sahin@vatandas.example"}
)
env["res.users"].with_context(no_reset_password=True).create({
    "name": person.name, "login": "vatandas", "password": "vatandas", "lang": "tr_TR",
    "partner_id": person.id, "group_ids": [(6, 0, env.ref("base.group_portal").ids)],
})
env["ozel_kalem.request"].create({
    "partner_id": person.id, "subject": "Iğdır Sokak lambası", "channel": "phone",
})
env.cr.commit()
"""
# Head, foot and main part of the page: the website's own, each once.
PARTS = (
    "() => ['header', 'main', 'footer'].map(p => document.querySelectorAll(p).length)"
)


@pytest.fixture(scope="module")
def site(make_server, require_tool):
    """The demo office, into which the website comes as its administrator has it."""
    require_tool("chromium")
    server = make_server("website", "--workers=0")
    [website] = server.json2(
        *("admin", "ir.module.module", "search"), domain=[["name", "=", "website"]]
    )
    server.stop()
    server.start("--max-cron-threads=0", "--workers=0", "-i", "website")
    [module] = server.json2(
        *("admin", "ir.module.module", "read"), ids=[website], fields=["state"]
    )
    assert module["state"] == "installed"
    server.shell(CITIZEN)
    browsers = Browsers(server)
    yield browsers
    browsers.close()


def test_a_stranger_writes_and_asks(site):
    """No menu, no script and no style of the website's; the form takes a request."""
    page = site.context(**PHONE).new_page()
    for address, heading in (
        ("/talep/durum", "Başvurum ne aşamada?"),
        ("/tr/talep", "Bize yazın"),
        ("/talep", "Bize yazın"),
    ):
        assert page.goto(address).status == 200
        check(page)
        assert page.locator("h1").inner_text() == heading
        assert page.locator("html").get_attribute("lang") == "tr"
        assert page.evaluate(PARTS) == [1, 1, 1]
        assert page.locator("link[rel=stylesheet]").count() == 1
    shot(page, "website-1-form")
    page.get_by_label("Adınız ve soyadınız").fill("Hatice Öztürk")
    page.get_by_label("E-posta").fill("hatice@vatandas.example")
    page.get_by_label("Konu, birkaç kelimeyle").fill("Sokak lambası yanmıyor")
    page.get_by_label("Ne istiyorsunuz?").fill("Lütfen bakın.")
    page.get_by_role("button", name="Gönder").click()
    page.wait_for_url("**/talep/alindi")
    assert page.locator(".number strong").inner_text()


@pytest.mark.parametrize("screen", [PHONE, {}], ids=["phone", "desk"])
def test_an_account_sees_its_requests_within_the_website(site, screen):
    """Our part stands in the website's page, and says its name in Turkish."""
    page = site.context("vatandas", **screen).new_page()
    page.goto("/my")
    page.locator("a[href='/my/requests']").first.click()
    page.wait_for_url("**/my/requests")
    for content in ("Iğdır Sokak lambası", "Başvurunuz kaydedildi."):
        assert page.title().startswith("Başvurularım")
        assert page.evaluate(PARTS) == [1, 1, 1]
        assert page.locator(".citizen-content h1").count() == 1
        assert not page.evaluate(WIDE), "wider than the screen"
        shot(page, f"website-2-{'phone' if screen else 'desk'}")
        assert content in page.locator(".citizen-content").inner_text()
        link = page.locator(".requests a")
        if link.count():
            link.click()
            page.wait_for_url("**/my/requests/*")
