"""A citizen with a telephone: he writes to the office and reads what became of it."""

import http.client
import http.cookiejar
import os
import re
import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest

pytestmark = pytest.mark.timeout(900)

PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "has_touch": True,
    "is_mobile": True,
}
DESK = {"viewport": {"width": 1366, "height": 900}}
SHOTS = os.environ.get("OZEL_KALEM_SHOTS")
ADDRESS = "hatice@vatandas.example"
SETUP = """
env["ir.config_parameter"].set_param("web.base.url", "{url}")
office = env["ozel_kalem.office"]._for(env.ref("base.main_company").id)
office.write({{"email": "ozelkalem@cinarlidere.example", "web_form_seconds": 0}})
env["ozel_kalem.neighbourhood"].create({{"name": "Çınarlı Test"}})
env["ozel_kalem.topic"].create({{"name": "Sokak aydınlatması (deneme)"}})
env.cr.commit()
"""
SEND = """
env["mail.mail"].process_email_queue()
env["ozel_kalem.request.code"]._cron_send()
env.cr.commit()
"""
# What a screen reader needs: every field named, hints that exist, one heading.
NAMELESS = """
() => [...document.querySelectorAll('input:not([type=hidden]), select, textarea')]
    .filter(field => !field.labels.length || !field.labels[0].innerText.trim())
    .map(field => field.name)
"""
DANGLING = """
() => [...document.querySelectorAll('[aria-describedby], [aria-labelledby]')]
    .flatMap(node => (node.getAttribute('aria-describedby') + ' ' +
                      (node.getAttribute('aria-labelledby') || '')).split(/\\s+/))
    .filter(id => id && id !== 'null' && !document.getElementById(id))
"""
# Contrast of each text with what lies behind it, where that is below 4.5:1.
FAINT = """
() => {
    const light = colour => {
        const parts = colour.match(/[\\d.]+/g).slice(0, 3).map(part => {
            const share = part / 255;
            return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
    };
    const behind = node => {
        for (; node; node = node.parentElement) {
            const colour = getComputedStyle(node).backgroundColor;
            if (!/rgba\\(.*, 0\\)|transparent/.test(colour)) return colour;
        }
        return 'rgb(255, 255, 255)';
    };
    return [...document.querySelectorAll('body *')]
        .filter(node => [...node.childNodes].some(
            child => child.nodeType === 3 && child.data.trim()))
        .filter(node => {
            const pair = [light(getComputedStyle(node).color), light(behind(node))].sort();
            return (pair[1] + 0.05) / (pair[0] + 0.05) < 4.5;
        })
        .map(node => node.innerText);
}
"""
WIDE = (
    "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"
)
SMALL = """
() => [...document.querySelectorAll('button, select, input:not([type=hidden])')]
    .filter(node => node.getBoundingClientRect().right > 0)
    .filter(node => node.type !== 'radio' && node.getBoundingClientRect().height < 44)
    .map(node => node.name || node.innerText)
"""


@pytest.fixture(scope="module")
def office(server, smtp_sink):
    """The demo office, whose mails go to the sink."""
    smtp_sink.take_from(server)
    server.shell(SETUP.format(url=server.url))
    return server


def shot(page, name):
    """Keep what the page looks like, for those who want to see it."""
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS, f"{name}.png")), full_page=True)


def check(page):
    """Anybody can read and use the page as it stands."""
    assert page.evaluate(NAMELESS) == []
    assert page.evaluate(DANGLING) == []
    assert page.evaluate(FAINT) == []
    assert page.evaluate(SMALL) == []
    assert not page.evaluate(WIDE), "wider than the screen"
    assert page.locator("h1").count() == 1
    assert page.locator("script").count() == 0


def told(office, sink):
    """The mails that are sent now, as text."""
    sink.clear()
    office.shell(SEND)
    return [mail.get_body(("plain", "html")).get_content() for mail in sink.messages]


@pytest.mark.parametrize("screen", [PHONE, DESK], ids=["phone", "desk"])
def test_from_the_form_to_the_rating(office, smtp_sink, page_as, tmp_path, screen):
    kind = "phone" if screen is PHONE else "desk"
    page = page_as(java_script_enabled=True, **screen)
    page.goto("/talep")
    check(page)
    shot(page, f"{kind}-1-form")

    # he presses at once: what is missing is named, the first of it has the focus
    page.get_by_role("button", name="Gönder").click()
    check(page)
    shot(page, f"{kind}-2-mistakes")
    assert page.evaluate("document.activeElement.name") == "name"
    assert page.get_by_role("alert").get_by_role("link").count() == 4

    page.get_by_label("Adınız ve soyadınız").fill("Hatice Öztürk")
    page.get_by_label("E-posta").fill(ADDRESS)
    page.get_by_label("Konu, birkaç kelimeyle").fill("Sokak lambası yanmıyor")
    page.get_by_label("Ne istiyorsunuz?").fill("Üç gecedir karanlık.\nLütfen bakın.")
    page.get_by_label("Mahalle").select_option("Çınarlı Test")
    paper = tmp_path / "lamba.pdf"
    paper.write_bytes(b"%PDF-1.7\n")
    page.get_by_label("Fotoğraf ya da belge").set_input_files(str(paper))
    page.get_by_role("button", name="Gönder").click()
    page.wait_for_url("**/talep/alindi")
    check(page)
    shot(page, f"{kind}-3-receipt")
    number = page.locator(".number strong").inner_text()
    assert re.fullmatch(r"\d{4}/\d{5}", number)
    [receipt] = told(office, smtp_sink)
    assert number in receipt

    # where is it?
    page.get_by_role("link", name="Başvurum ne aşamada?").first.click()
    shot(page, f"{kind}-4-number")
    check(page)
    page.get_by_label("Başvuru numaranız").fill(number.replace("/", "-"))
    page.get_by_role("button", name="Devam et").click()
    page.wait_for_url("**/durum/kod")
    shot(page, f"{kind}-5-code")
    check(page)
    [mail] = told(office, smtp_sink)
    code = re.search(r"Kodunuz: (\d{6})", mail)[1]
    page.get_by_label("Altı haneli kod").fill("x")
    page.get_by_role("button", name="Başvurumu göster").click()
    check(page)
    page.get_by_label("Altı haneli kod").fill(f"{code[:3]} {code[3:]}")
    page.get_by_role("button", name="Başvurumu göster").click()
    page.wait_for_url("**/durum/sayfa")
    check(page)
    shot(page, f"{kind}-6-stage")
    assert "Başvurunuz kaydedildi." in page.content()

    # the office answers; he reads it and says what he thinks
    [request] = office.json2(
        "halkla", "ozel_kalem.request", "search", domain=[["name", "=", number]]
    )
    answer = "Sayın Öztürk, lamba değiştirildi."
    office.json2(
        "halkla",
        "ozel_kalem.request",
        "action_answer",
        ids=[request],
        result="positive",
        text=answer,
    )
    [notice] = office.json2(
        "halkla",
        "ozel_kalem.notice",
        "create",
        vals_list=[
            {
                "res_model": "ozel_kalem.request",
                "res_id": request,
                "partner_id": office.json2(
                    "halkla",
                    "ozel_kalem.request",
                    "read",
                    ids=[request],
                    fields=["partner_id"],
                )[0]["partner_id"][0],
                "channel": "email",
                "body": answer,
            }
        ],
    )
    office.json2("halkla", "ozel_kalem.notice", "action_send", ids=[notice])
    assert any(answer in mail for mail in told(office, smtp_sink))
    page.reload()
    check(page)
    shot(page, f"{kind}-7-answer")
    assert answer in page.locator(".answer").inner_text()
    page.get_by_label("Memnun değilim", exact=True).check()
    page.get_by_role("button", name="Değerlendirmemi gönder").click()
    page.wait_for_url("**/durum/sayfa")
    check(page)
    shot(page, f"{kind}-8-rated")
    page.get_by_label("Neden itiraz ediyorsunuz?").fill("Yine söndü")
    page.get_by_role("button", name="Yeniden inceleyin").click()
    page.wait_for_url("**/durum/sayfa")
    shot(page, f"{kind}-9-objected")
    [seen] = office.json2(
        "halkla", "ozel_kalem.request", "read", ids=[request], fields=["state"]
    )
    assert seen["state"] == "assessed"


def test_it_works_without_javascript_and_by_keyboard(office, page_as):
    page = page_as(java_script_enabled=False, **PHONE)
    page.goto("/talep")
    order = []
    for _key in range(40):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        order.append(focused.get_attribute("name") or focused.inner_text())
        if order[-1] == "Gönder":
            break
    named = [
        name for name in order if name in ("name", "phone", "email", "subject", "text")
    ]
    assert named == ["name", "phone", "email", "subject", "text"]
    assert order[0] == "İçeriğe geç"
    assert "website" not in order, "the trap is out of reach"


class Visitor:
    """A browser's session without a browser; `post` may be called in parallel."""

    def __init__(self, url):
        self.url = url
        self.cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(self.cookies)
        )

    def hidden(self, path):
        """The hidden fields of the first form at `path`."""
        with self.opener.open(self.url + path, timeout=60) as answer:
            page = answer.read().decode()
        return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))

    def post(self, path, **fields):
        """Send a form; where the answer leads, or its status."""
        try:
            with self.opener.open(
                self.url + path, urllib.parse.urlencode(fields).encode(), timeout=60
            ) as answer:
                return urlsplit(answer.url).path
        except urllib.error.HTTPError as error:
            return error.code


def test_parallel_guesses_have_five_tries_together(office):
    visitor = Visitor(office.url)
    form = visitor.hidden("/talep/durum")
    assert (
        visitor.post("/talep/durum", **form, number="2026/00001") == "/talep/durum/kod"
    )
    form = visitor.hidden("/talep/durum/kod")
    with ThreadPoolExecutor(12) as pool:
        found = list(
            pool.map(
                lambda n: visitor.post("/talep/durum/kod", **form, code=f"{n:06d}"),
                range(12),
            )
        )
    assert "/talep/durum/sayfa" not in found
    tries = "print(env['ozel_kalem.request.code'].search([], limit=1).tries)"
    assert int(office.shell(tries).split()[-1]) <= 5


def test_an_impatient_thumb_files_one_request(office):
    visitor = Visitor(office.url)
    form = visitor.hidden("/talep")
    values = {
        "name": "Sabırsız Başparmak",
        "phone": "05329876543",
        "subject": "Bir kez",
        "text": "Bir kez",
        "request_type": "request",
        "topic_id": "",
        "neighbourhood_id": "",
        "location": "",
    }
    with ThreadPoolExecutor(6) as pool:
        found = list(
            pool.map(lambda _: visitor.post("/talep", **form, **values), range(6))
        )
    count = (
        "print(env['ozel_kalem.request'].search_count([('subject', '=', 'Bir kez')]))"
    )
    assert int(office.shell(count).split()[-1]) == 1
    assert set(found) == {"/talep/alindi"}


HUGE = 200 * 1024 * 1024
FORMS = (
    "durum",
    "durum/kod",
    "durum/puan",
    "durum/itiraz",
    "durum/belge",
    "durum/cikis",
)
FILE = (
    b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.pdf"\r\n'
    b"Content-Type: application/pdf\r\n\r\n"
)


def upload(office, path, **headers):
    """Begin to send a form with a file; the connection."""
    address = urlsplit(office.url)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=30)
    connection.putrequest("POST", path)
    connection.putheader("Content-Type", "multipart/form-data; boundary=x")
    for name, value in headers.items():
        connection.putheader(name.replace("_", "-"), value)
    connection.endheaders()
    return connection


@pytest.mark.parametrize("form", ["", *FORMS])
def test_a_body_of_200_megabytes_is_refused_unread(office, form):
    """The answer comes before the body was sent, by its announced length alone."""
    path = f"/talep/{form}".rstrip("/")
    connection = upload(office, path, Content_Length=str(HUGE))
    connection.send(FILE)
    answer = connection.getresponse()
    assert answer.status == 413
    if form in ("", "durum/belge"):
        assert "Dosyalar çok büyük" in answer.read().decode()
    connection.close()


@pytest.mark.parametrize("form", ["/talep", "/talep/durum"])
def test_a_body_that_hides_its_length_is_refused(office, form):
    """Sent in pieces, without a length: the limit counts what comes."""
    connection = upload(office, form, Transfer_Encoding="chunked")
    megabyte = b"x" * 1024 * 1024
    try:
        for piece in (
            FILE,
            *[megabyte] * (HUGE // len(megabyte)),
            b"\r\n--x--\r\n",
            b"",
        ):
            connection.send(b"%x\r\n%b\r\n" % (len(piece), piece))
    except OSError:
        pass  # it may close before we have sent everything
    assert connection.getresponse().status == 413
    connection.close()
