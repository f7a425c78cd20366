"""The two live screens, in the hands of secretary, director and mayor."""

import re
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from kit import paths

ISTANBUL = ZoneInfo("Europe/Istanbul")
DESK = {"viewport": {"width": 1440, "height": 900}}
TABLET = {"viewport": {"width": 1024, "height": 768}}
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "is_mobile": True,
    "has_touch": True,
}
PICTURES = paths.STATE / "screens" / "boards"
# Well below the boards' own timer of a minute: what comes sooner came by the bus.
LIVE = 10_000
NOISE = re.compile(r"Download the React|Third-party cookie")


class Hands:
    """One person at a board; counts every key press, click and filled field."""

    def __init__(self, page, login):
        self.page = page
        self.login = login
        self.count = 0
        self.errors = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._listen)

    def _listen(self, message):
        if message.type == "error" and not NOISE.search(message.text):
            self.errors.append(message.text)

    def open(self, path):
        """Open a board; from then on nothing may reload the page."""
        self.page.goto(f"/odoo/{path}")
        self.page.locator(".o_ok_board").wait_for()
        self.page.evaluate("window.notReloaded = true")
        self.count = 0
        return self

    def fill(self, locator, text):
        """Type into a field."""
        locator.fill(text)
        self.count += 1

    def click(self, locator):
        """Click, or tap."""
        locator.click()
        self.count += 1

    def press(self, key):
        """Press a key."""
        self.page.keyboard.press(key)
        self.count += 1

    def column(self, name):
        """A column of the reception board."""
        return self.page.locator(f"[data-column={name}]")

    def card(self, column, text):
        """Somebody's card in a column."""
        return self.column(column).locator("article", has_text=text)

    def part(self, name):
        """A card of the day screen."""
        return self.page.locator(f"[data-part={name}]")

    def picture(self, name):
        """Keep what the screen shows."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=PICTURES / f"{name}-{self.login}.png")

    def check(self):
        """The page is the one that was opened, and nothing went wrong on it."""
        assert self.page.evaluate("window.notReloaded")
        assert not self.errors


@pytest.fixture
def hands(page_as):
    """Open a board as somebody: hands("sekreter", TABLET)."""
    return lambda login, options=DESK: Hands(page_as(login, **options), login)


@pytest.fixture(scope="module")
def principal(server):
    """The mayor."""
    day = server.json2("baskan", "ozel_kalem.board", "get_day")
    return day["principal_id"]


def moment(value):
    """A moment as Odoo takes it."""
    return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def appoint(server, principal, subject):
    """Somebody is expected today at noon."""
    today = datetime.now(ISTANBUL).date()
    noon = datetime.combine(today, time(12), ISTANBUL)
    partner = server.json2(
        "admin", "res.partner", "create", vals_list=[{"name": f"Kişi {subject}"}]
    )
    return server.json2(
        "mudur",
        "ozel_kalem.appointment",
        "create",
        vals_list=[
            {
                "principal_id": principal,
                "partner_id": partner[0],
                "subject": subject,
                "start": moment(noon),
                "stop": moment(noon + timedelta(minutes=20)),
                "state": "scheduled",
            }
        ],
        context={"ozel_kalem_history": True},
    )[0]


def wait_at_door(server, name, minutes):
    """Somebody has been waiting for so many minutes."""
    arrived = moment(datetime.now(UTC) - timedelta(minutes=minutes))
    vals = {"visitor_name": name, "arrived_on": arrived}
    return server.json2("sekreter", "ozel_kalem.visit", "create", vals_list=[vals])[0]


def submit(server, principal, subject):
    """The director puts something before the mayor."""
    instruction = server.json2(
        "mudur",
        "ozel_kalem.instruction",
        "create",
        vals_list=[{"principal_id": principal, "subject": subject}],
    )[0]
    vals = {
        "res_model": "ozel_kalem.instruction",
        "res_id": instruction,
        "principal_id": principal,
        "summary": f"{subject}: olurlarınıza arz olunur.",
    }
    ids = server.json2("mudur", "ozel_kalem.submission", "create", vals_list=[vals])
    server.json2("mudur", "ozel_kalem.submission", "action_submit", ids=ids)
    return ids[0]


def state_of(server, model, record):
    """The state of a record, as the director reads it."""
    return server.json2("mudur", model, "read", ids=[record], fields=["state"])[0][
        "state"
    ]


def test_a_walk_in_takes_at_most_six_interactions(hands):
    desk = hands("sekreter", TABLET).open("ok-reception")
    expect(desk.page.locator("input[name=visitor_name]")).to_be_focused()
    for key, text in (
        (None, "Fatma Güler"),
        ("institution", "Yeşilova"),
        ("subject", "Yol"),
    ):
        field = f"input[name={key or 'visitor_name'}]"
        desk.fill(desk.page.locator(field), text)
    desk.press("Enter")
    card = desk.card("waiting", "Fatma Güler")
    expect(card).to_be_visible()
    expect(card).to_contain_text("Yeşilova")
    assert desk.count <= 6
    expect(desk.page.locator("input[name=visitor_name]")).to_have_value("")
    expect(desk.page.locator("input[name=visitor_name]")).to_be_focused()
    desk.check()


def test_a_visit_goes_across_both_boards_by_single_presses(hands, server, principal):
    appointment = appoint(server, principal, "Pazar yeri")
    desk = hands("sekreter", TABLET).open("ok-reception")
    other = hands("mudur").open("ok-reception")
    mayor = hands("baskan", PHONE).open("ok-day")
    who = "Kişi Pazar yeri"
    expect(other.card("expected", who)).to_be_visible()
    for column, button, following in (
        ("expected", "action_arrive", "waiting"),
        ("waiting", "action_admit", "inside"),
        ("inside", "action_leave", "left"),
    ):
        desk.count = 0
        desk.click(desk.card(column, who).locator(f"button[name={button}]"))
        expect(desk.card(following, who)).to_be_visible()
        assert desk.count == 1
        expect(other.card(following, who)).to_be_visible(timeout=LIVE)
        in_waiting_room = mayor.part("waiting").get_by_text(who)
        expected = 1 if following == "waiting" else 0
        expect(in_waiting_room).to_have_count(expected, timeout=LIVE)
        desk.picture(f"reception-{following}")
    assert state_of(server, "ozel_kalem.appointment", appointment) == "done"
    for person in (desk, other, mayor):
        person.check()


def test_waiting_turns_amber_and_red(hands, server):
    colours = {5: "text-bg-secondary", 15: "text-bg-warning", 25: "text-bg-danger"}
    for minutes in colours:
        wait_at_door(server, f"Bekleyen {minutes}", minutes)
    desk = hands("sekreter").open("ok-reception")
    for minutes, colour in colours.items():
        badge = desk.card("waiting", f"Bekleyen {minutes}").locator("[data-minutes]")
        expect(badge).to_have_class(re.compile(colour))
    desk.picture("reception-desk")
    desk.check()


def test_minutes_tick_without_the_server(hands, server):
    wait_at_door(server, "Sabırlı", 19)
    desk = hands("sekreter")
    desk.page.clock.install()
    desk.open("ok-reception")
    badge = desk.card("waiting", "Sabırlı").locator("[data-minutes]")
    expect(badge).to_have_attribute("data-minutes", "19")
    desk.page.route("**/get_reception*", lambda route: route.abort())
    desk.page.clock.run_for(2 * 60_000)
    expect(badge).to_have_attribute("data-minutes", "21")
    expect(badge).to_have_class(re.compile("text-bg-danger"))


def test_a_refusal_asks_why(hands, server):
    visit = wait_at_door(server, "Geri Dönecek", 3)
    desk = hands("sekreter", TABLET).open("ok-reception")
    desk.card("waiting", "Geri Dönecek").locator("button").last.click()
    desk.page.locator(".modal textarea").fill("Başkan şehir dışında")
    desk.page.locator(".modal button[name=action_confirm]").click()
    expect(desk.card("left", "Geri Dönecek")).to_be_visible()
    assert state_of(server, "ozel_kalem.visit", visit) == "turned_away"
    desk.check()


def test_a_card_opens_the_record(hands, server):
    wait_at_door(server, "Açılan Kart", 1)
    desk = hands("sekreter", TABLET).open("ok-reception")
    desk.card("waiting", "Açılan Kart").get_by_text("Açılan Kart").click()
    name = desk.page.locator(".o_form_view [name=visitor_name] input")
    expect(name).to_have_value("Açılan Kart")
    # the router writes the address a moment after the form is there
    expect(desk.page).not_to_have_url(re.compile("ok-reception/?$"))
    desk.page.go_back()
    expect(desk.card("waiting", "Açılan Kart")).to_be_visible()
    desk.check()


def test_who_only_reads_has_no_buttons(hands, server, principal):
    appoint(server, principal, "Yalnız okur")
    wait_at_door(server, "Bakılan", 2)
    desk = hands("protokol").open("ok-reception")
    expect(desk.card("waiting", "Bakılan")).to_be_visible()
    expect(desk.page.locator("article .btn-primary")).to_have_count(0)
    expect(desk.page.locator("input[name=visitor_name]")).to_have_count(0)
    desk.open("ok-day")
    expect(desk.part("timeline")).to_be_visible()
    expect(desk.page.locator("[data-part] .btn-lg")).to_have_count(0)
    desk.check()


def test_the_mayor_approves_by_one_tap(hands, server, principal):
    mayor = hands("baskan", PHONE).open("ok-day")
    submission = submit(server, principal, "Kırk tezgâh")
    waiting = mayor.part("decisions").locator(f"[data-id='{submission}']")
    expect(waiting).to_be_visible(timeout=LIVE)
    director = hands("mudur").open("ok-day")
    theirs = director.part("decisions").locator(f"[data-id='{submission}']")
    expect(theirs).to_be_visible()
    expect(theirs.locator("button[name=action_approve]")).to_have_count(0)
    waiting.scroll_into_view_if_needed()
    mayor.picture("day-phone")
    mayor.click(waiting.locator("button[name=action_approve]"))
    expect(waiting).to_have_count(0)
    assert mayor.count == 1
    assert state_of(server, "ozel_kalem.submission", submission) == "approved"
    expect(theirs).to_have_count(0, timeout=LIVE)
    mayor.check()
    director.check()


def test_the_mayor_returns_with_a_reason(hands, server, principal):
    submission = submit(server, principal, "Eksik dosya")
    mayor = hands("baskan", PHONE).open("ok-day")
    waiting = mayor.part("decisions").locator(f"[data-id='{submission}']")
    waiting.locator("button[name=action_return]").click()
    mayor.page.locator(".modal textarea").fill("Maliyeti eklensin")
    mayor.page.locator(".modal button[name=action_confirm]").click()
    expect(waiting).to_have_count(0)
    assert state_of(server, "ozel_kalem.submission", submission) == "returned"
    mayor.check()


def test_a_note_is_delivered_and_read_by_one_tap_each(hands, server, principal):
    vals = {"principal_id": principal, "subject": "Vali aradı"}
    note = server.json2("sekreter", "ozel_kalem.note", "create", vals_list=[vals])[0]
    desk = hands("sekreter").open("ok-day")
    mayor = hands("baskan", PHONE).open("ok-day")
    line = f"[data-id='{note}']"
    desk.click(desk.part("notes").locator(f"{line} button[name=note_step]"))
    expect(desk.part("notes").locator(f"{line} .text-bg-success")).to_be_visible()
    assert state_of(server, "ozel_kalem.note", note) == "delivered"
    theirs = mayor.part("notes").locator(line)
    expect(theirs.locator(".text-bg-success")).to_be_visible(timeout=LIVE)
    mayor.click(theirs.locator("button[name=note_step]"))
    expect(theirs).to_have_count(0)
    assert state_of(server, "ozel_kalem.note", note) == "acknowledged"
    assert (desk.count, mayor.count) == (1, 1)
    for person in (desk, mayor):
        person.check()


def test_the_day_can_be_turned(hands):
    mayor = hands("baskan").open("ok-day")
    title = mayor.page.locator("header h2")
    today = title.inner_text()
    expect(mayor.page.locator("[data-now]")).to_be_visible()
    mayor.picture("day-desk")
    mayor.click(mayor.page.locator("button[name=next]"))
    expect(title).not_to_have_text(today)
    expect(mayor.page.locator("[data-now]")).to_have_count(0)
    mayor.click(mayor.page.locator("button[name=today]"))
    expect(title).to_have_text(today)
    mayor.check()


@pytest.mark.parametrize("path", ["ok-day", "ok-reception"])
def test_a_phone_needs_no_sideways_scrolling(hands, path):
    phone = hands("sekreter", PHONE).open(path)
    for selector in (".o_ok_board", "body"):
        width = phone.page.locator(selector).evaluate("node => node.scrollWidth")
        assert width <= 390
    for box in phone.page.locator(".o_ok_board .btn-lg").all():
        assert box.bounding_box()["height"] >= 44
    phone.check()


def test_a_stranger_to_the_office_is_refused(hands):
    unit = hands("birim")
    unit.page.goto("/odoo/ok-day")
    expect(unit.page.locator(".modal")).to_be_visible()
    expect(unit.page.locator(".o_ok_board")).to_have_count(0)
