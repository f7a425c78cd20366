"""An instruction from the mayor's mouth to its report, as seen in the browser."""

import html
import re
import shutil

import pytest
from playwright.sync_api import expect

from kit import paths
from support.person import PATIENCE

SUBJECT = "Kavaklı Caddesi'ndeki çöken kaldırım onarılsın"
WORDS = "Yağmurdan önce bitsin, vatandaş düşüp yaralanmasın"
ANSWER = "Kaldırımın 40 metresi yenilendi, korkuluk takıldı."
RESULT = "Kaldırım onarıldı, yerinde görüldü."
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "is_mobile": True,
    "has_touch": True,
}
PICTURES = paths.STATE / "screens" / "story"


class Screen:
    """One person in front of the office's pages."""

    def __init__(self, page, login):
        self.page = page
        self._login = login

    def open(self, path):
        """Go to a page of the office and wait for its view."""
        self.page.goto(f"/odoo/{path}")
        self.page.locator(".o_view_controller").first.wait_for()

    def field(self, name):
        """A field of the form or dialog in front."""
        forms = self.page.locator(".modal .o_form_view, .o_form_view")
        return forms.last.locator(f".o_field_widget[name={name}]").first

    def write(self, name, text):
        """Fill a field."""
        self.field(name).locator("input, textarea").first.fill(text)

    def choose(self, name, text):
        """Choose a record in a field, by the beginning of its name."""
        self.field(name).locator("input").first.fill(text)
        self.page.locator(".o-autocomplete--dropdown-item", has_text=text).first.click()

    def press(self, action):
        """Press the button of an action."""
        self.page.locator(f"button[name={action}]:visible").first.click()

    def press_with_text(self, method, text):
        """Press the button of an action that asks for a text, and give it."""
        buttons = self.page.locator("button[name=action_ask_reason]:visible")
        labels = {
            "action_conclude": "Sonuçlandır",
            "action_reject": "Reddet",
        }
        buttons.filter(has_text=labels[method]).first.click()
        self.write("text", text)
        self.press("action_confirm")
        expect(self.page.locator(".modal")).to_have_count(0)

    def save(self):
        """Save the new record in front by the button that says so."""
        save = self.page.locator(".o_form_button_save, button[special=save]")
        save.locator("visible=true").first.click()
        self.page.wait_for_url(re.compile(r"/\d+$"))

    def expect_state(self, state):
        """The record in front is in this state."""
        current = self.page.locator(".o_statusbar_status .o_arrow_button_current").first
        expect(current).to_have_attribute("data-value", state)

    def card(self, text):
        """The kanban card that says this."""
        return self.page.locator(".o_kanban_record:visible", has_text=text)

    def picture(self, name):
        """Keep what is seen."""
        number = len(list(PICTURES.glob("*.png"))) + 1
        PICTURES.mkdir(parents=True, exist_ok=True)
        path = PICTURES / f"{number:02d}-{self._login}-{name}.png"
        self.page.screenshot(path=path, animations="disabled")


@pytest.fixture
def screen_of(page_as):
    """Sit down as somebody: screen_of("mudur"), on a phone with **PHONE."""
    broken = []

    def sit_down(login, **options):
        page = page_as(login, **options)
        page.on("pageerror", lambda error: broken.append(f"{login}: {error}"))
        return Screen(page, login)

    yield sit_down
    assert not broken


@pytest.fixture(scope="module", autouse=True)
def fresh_pictures():
    """The pictures are of this run."""
    shutil.rmtree(PICTURES, ignore_errors=True)


@pytest.fixture
def post(server, smtp_sink):
    """The mails that leave when the queue is worked off."""
    queue = server.json2(
        "admin",
        "ir.model.data",
        "search_read",
        domain=[
            ("module", "=", "mail"),
            ("name", "=", "ir_cron_mail_scheduler_action"),
        ],
        fields=["res_id"],
    )[0]["res_id"]

    def work_off():
        server.json2("admin", "ir.cron", "method_direct_trigger", ids=[queue])
        messages = list(smtp_sink.messages)
        smtp_sink.clear()
        return messages

    work_off()
    return work_off


def whole_text(message):
    """All that a mail says, headers included, in readable letters."""
    texts = [str(value) for value in message.values()]
    for part in message.walk():
        if part.get_content_maintype() == "text":
            texts.append(part.get_content())
    return "\n".join(texts)


def mails_to(messages, address):
    """The mails of these that go to an address."""
    return [message for message in messages if address in message.envelope_to]


def mail_address(server, login):
    """Where a user gets mail."""
    found = server.json2(
        "admin",
        "res.users",
        "search_read",
        domain=[("login", "=", login)],
        fields=["email"],
    )
    return found[0]["email"]


def test_from_the_word_to_the_report(screen_of, server, post, tmp_path):
    """Given, referred, answered, checked, reported; the mails say nothing."""
    mayor = screen_of("baskan")
    mayor.open("ok-instructions/new")
    mayor.write("subject", SUBJECT)
    mayor.write("words", WORDS)
    mayor.picture("verirken")
    mayor.save()
    mayor.expect_state("open")
    number = mayor.field("name").inner_text()
    assert re.fullmatch(r"\d{4}/\d{5}", number)
    mayor.picture("verdi")

    director = screen_of("mudur")
    director.open("ok-instructions")
    director.page.get_by_role("cell", name=number, exact=True).click()
    director.choose("lead_department_id", "Fen İşleri")
    director.picture("birim-secti")
    director.press("action_refer_chosen")
    director.expect_state("in_progress")
    director.page.get_by_role("tab", name="Birimler").click()
    referral = director.field("referral_ids").locator("td[name=name]").inner_text()
    director.picture("havale-etti")

    letters = mails_to(post(), mail_address(server, "birim"))
    link = link_of_neutral_mail(letters, referral, (SUBJECT, WORDS))

    unit = screen_of("birim")
    unit.open("ok-inbox")
    expect(unit.card(SUBJECT)).to_have_count(1)
    unit.picture("gelen-havaleler")
    unit.page.goto(link)
    expect(unit.field("subject")).to_contain_text(SUBJECT)
    unit.expect_state("sent")
    unit.picture("havale")
    unit.press("action_receive")
    unit.expect_state("received")
    unit.write("answer", ANSWER)
    evidence = tmp_path / "kaldirim.txt"
    evidence.write_text("Yerinde çekilen fotoğrafların listesi")
    unit.field("evidence_ids").locator("input[type=file]").set_input_files(evidence)
    expect(unit.field("evidence_ids")).to_contain_text("kaldirim.txt")
    unit.picture("cevaplarken")
    unit.press("action_give_answer")
    unit.expect_state("answered")
    unit.picture("cevapladi")

    director.page.reload()
    director.page.get_by_role("tab", name="Birimler").click()
    expect(director.field("referral_ids")).to_contain_text(ANSWER)
    expect(director.field("evidence_ids")).to_contain_text("kaldirim.txt")
    director.picture("cevabi-gordu")
    director.press_with_text("action_conclude", RESULT)
    director.expect_state("concluded")
    director.picture("sonuclandirdi")
    director.press("action_report")
    director.expect_state("reported")
    director.picture("arz-etti")

    mayor.page.reload()
    mayor.expect_state("reported")
    mayor.page.get_by_role("tab", name="Sonuç").click()
    expect(mayor.field("result")).to_contain_text(RESULT)
    mayor.picture("sonucu-gordu")
    mayor.page.goto("/odoo/action-mail.action_discuss?active_id=mail.box_inbox")
    news = mayor.page.locator(".o-mail-Message", has_text=number)
    expect(news.first).to_be_visible(timeout=PATIENCE)
    mayor.picture("bildirim")


def link_of_neutral_mail(messages, number, secrets):
    """Where the one mail about a record leads; it has its number and no content."""
    texts = [whole_text(message) for message in messages]
    about = [text for text in texts if number in text]
    assert len(about) == 1, f"{len(about)} mails about {number}"
    for secret in secrets:
        assert secret not in about[0]
        assert secret.split()[0] not in about[0]
    link = re.search(r'href="https?://[^/"]+(/mail/view[^"]+)"', about[0])[1]
    return html.unescape(link)


def test_read_back_with_one_tap(screen_of, server):
    """The mayor confirms on his phone what was taken down."""
    subject = "Yeni park için muhtarlarla görüşülsün"
    give(server, subject, words="Muhtarlara önce siz sorun.")
    mayor = screen_of("baskan", **PHONE)
    mayor.open("ok-read-back")
    card = mayor.card(subject)
    expect(card).to_contain_text("Muhtarlara önce siz sorun.")
    mayor.picture("teyit-listesi")
    card.locator("button[name=action_read_back]").tap()
    expect(mayor.card(subject)).to_have_count(0)
    mayor.picture("teyit-etti")


def test_decisions_on_a_phone(screen_of, server):
    """Approve with one tap; to reject, a reason is asked."""
    good, bad = (
        "Hafta sonu pazarı için ek otobüs seferi konulsun mu?",
        "Makam aracı yenilensin mi?",
    )
    for subject in (good, bad):
        submit(server, give(server, subject), f"{subject} Görüşünüze arz olunur.")
    mayor = screen_of("baskan", **PHONE)
    mayor.open("ok-decisions")
    expect(mayor.card(good)).to_have_count(1)
    mayor.picture("kararlar")
    assert mayor.page.evaluate("document.documentElement.scrollWidth") <= 390
    mayor.card(good).locator("button[name=action_approve]").tap()
    expect(mayor.card(good).locator("button[name=action_approve]")).to_have_count(0)
    mayor.picture("onayladi")

    reject = mayor.card(bad).locator("button", has_text="Reddet")
    reject.tap()
    mayor.page.locator(".modal").wait_for()
    mayor.picture("gerekce-sorulur")
    mayor.press("action_confirm")
    expect(mayor.field("text")).to_have_class(re.compile("o_field_invalid"))
    mayor.write("text", "Bu yıl bütçede yeri yok.")
    mayor.press("action_confirm")
    expect(mayor.card(bad).locator("button", has_text="Reddet")).to_have_count(0)
    mayor.picture("reddetti")
    assert decision(server, good) == ("approved", False)
    assert decision(server, bad) == ("rejected", "Bu yıl bütçede yeri yok.")


def give(server, subject, **values):
    """The secretary takes an instruction down; return its id."""
    principal = server.json2(
        "baskan", "ozel_kalem.principal", "search", domain=[("user_id", "!=", False)]
    )[0]
    return server.json2(
        "sekreter",
        "ozel_kalem.instruction",
        "create",
        vals_list=[{"subject": subject, "principal_id": principal, **values}],
    )[0]


def submit(server, instruction, summary):
    """The director puts an instruction before the mayor."""
    principal = server.json2(
        "mudur",
        "ozel_kalem.instruction",
        "read",
        ids=[instruction],
        fields=["principal_id"],
        load=None,
    )[0]["principal_id"]
    submission = server.json2(
        "mudur",
        "ozel_kalem.submission",
        "create",
        vals_list=[
            {
                "res_model": "ozel_kalem.instruction",
                "res_id": instruction,
                "principal_id": principal,
                "summary": summary,
            }
        ],
    )
    server.json2("mudur", "ozel_kalem.submission", "action_submit", ids=submission)


def decision(server, subject):
    """State and note of a submission."""
    found = server.json2(
        "mudur",
        "ozel_kalem.submission",
        "search_read",
        domain=[("subject", "=", subject)],
        fields=["state", "decision_note"],
    )
    return found[0]["state"], found[0]["decision_note"]
