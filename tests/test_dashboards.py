"""The dashboards in the hands of their roles."""

import re
from datetime import datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from support.person import PATIENCE, PHONE

PICTURES = "dashboards"
KINDS = {
    "baskan": "mayor",
    "mudur": "director",
    "halkla": "public_relations",
    "sekreter": "secretary",
    "protokol": "secretary",
    "kalem": "public_relations",
}
TABLE = "ozel_kalem.statistics.table"
# Persons are summed, means and shares are no counts.
NO_COUNTS = {"visitor", "visitors", "request_in_time_share", "request_mean_days"}
NO_COUNTS |= {"mean_days"}
YEAR = datetime.now(ZoneInfo("Europe/Istanbul")).year


@pytest.fixture
def dashboard(sit_down):
    """Open somebody's dashboard of this year: dashboard("mudur", "&compare=none")."""

    def open_dashboard(login, query="", **options):
        person = sit_down(login, **options)
        person.open(f"ok-dashboard?period=this_year{query}", ".o_ok_tiles")
        return person

    return open_dashboard


def tile(person, name):
    """A figure by its table and column: "R02-asked"."""
    return person.page.locator(f"[data-figure={name}]")


def listed(page):
    """How many records the list in front has."""
    page.locator(".o_list_view").wait_for(timeout=PATIENCE)
    page.locator(".o_data_row, .o_view_nocontent").first.wait_for()
    total = page.locator(".o_pager_limit")
    if total.count():
        return int(total.inner_text().rstrip("+"))
    return page.locator(".o_data_row").count()


def restricted(page):
    """How many more there are, as the list's title says."""
    found = re.search(r"\((\d+) gizli", page.title())
    return int(found[1]) if found else 0


def of_year(server, login, kind):
    """The tiles as the server gives them."""
    return server.json2(
        login, "ozel_kalem.dashboard", "get_dashboard", kind=kind, preset="this_year"
    )["tiles"]


@pytest.mark.parametrize("login", KINDS)
def test_each_figure_opens_as_many_records(dashboard, server, login):
    person = dashboard(login)
    page = person.page
    address = page.url
    figures = of_year(server, login, KINDS[login])
    assert figures
    for figure in figures:
        name = f"{figure['table'] or 'today'}-{figure['column']}"
        tile(person, name).click()
        count = listed(page)
        if figure["column"] not in NO_COUNTS:
            assert figure["value"] == count + restricted(page), name
        page.go_back()
        expect(tile(person, name)).to_be_visible(timeout=PATIENCE)
        expect(page).to_have_url(address)


def test_breadcrumb_and_reload_keep_what_was_chosen(dashboard):
    person = dashboard("mudur", "&compare=none")
    page = person.page
    page.locator("select[name=period]").select_option("last_year")
    expect(page.locator(".o_ok_period")).to_contain_text(str(YEAR - 1))
    page.locator("select[name=compare]").select_option("last_year")
    expect(page.locator(".o_ok_period")).to_contain_text(str(YEAR - 2))
    page.locator("[data-kind=public_relations]").click()
    expect(tile(person, "R06-complaint")).to_be_visible()
    for part in ("kind=public_relations", "period=last_year", "compare=last_year"):
        expect(page).to_have_url(re.compile(part))

    def is_kept():
        expect(tile(person, "R06-complaint")).to_be_visible(timeout=PATIENCE)
        expect(page.locator("select[name=period]")).to_have_value("last_year")
        expect(page.locator("select[name=compare]")).to_have_value("last_year")

    page.reload()
    is_kept()
    tile(person, "R06-received").click()
    page.locator(".o_list_view").wait_for()
    page.locator(".o_breadcrumb .breadcrumb-item a, .o_back_button").first.click()
    is_kept()


def test_the_list_s_own_breadcrumb_leads_back_after_a_reload(dashboard):
    person = dashboard("sekreter", "&compare=last_year")
    page = person.page
    tile(person, "R02-asked").click()
    page.locator(".o_list_view").wait_for()
    page.reload()
    page.locator(".o_list_view").wait_for(timeout=PATIENCE)
    page.locator(".o_breadcrumb .breadcrumb-item a, .o_back_button").first.click()
    expect(tile(person, "R02-asked")).to_be_visible(timeout=PATIENCE)
    expect(page.locator("select[name=period]")).to_have_value("this_year")
    expect(page.locator("select[name=compare]")).to_have_value("last_year")


def test_a_free_range_stands_in_the_address(dashboard):
    person = dashboard("halkla")
    page = person.page
    page.locator("select[name=period]").select_option("range")
    page.locator("input[name=from]").fill(f"{YEAR}-02-10")
    page.locator("input[name=to]").fill(f"{YEAR}-03-05")
    page.locator(".o_ok_range button").click()
    expect(page.locator(".o_ok_period")).to_contain_text(f"10.02.{YEAR} – 05.03.{YEAR}")
    expect(page).to_have_url(re.compile(f"from={YEAR}-02-10&to={YEAR}-03-05"))
    page.reload()
    expect(page.locator("input[name=from]")).to_have_value(f"{YEAR}-02-10")


def test_what_can_t_be_shown_is_told_and_left(sit_down):
    person = sit_down("sekreter")
    alert = person.page.locator("[role=alert]")
    for query in ("kind=mayor", "from=2026-03-01&to=2026-01-01", "period=never"):
        person.open(f"ok-dashboard?{query}", "[role=alert]")
        expect(alert).to_be_visible()
        person.page.locator("button[name=start_anew]").click()
        expect(tile(person, "R02-asked")).to_be_visible()
        expect(alert).to_have_count(0)


def test_an_empty_period_says_where_to_look(dashboard):
    person = dashboard("sekreter")
    person.open("ok-dashboard?from=1950-01-01&to=1950-12-31", ".o_ok_empty")
    person.picture("empty")
    person.page.locator("button[name=this_year]").click()
    expect(person.page.locator(".o_ok_empty")).to_have_count(0)
    expect(person.page.locator("canvas").first).to_be_visible()


def test_a_cell_of_the_figures_opens_its_records_by_keyboard(dashboard, server):
    person = dashboard("sekreter")
    page = person.page
    card = page.locator("[data-table=R03], [data-table=R02]").first
    button = card.locator("button[name=figures]")
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-expanded", "true")
    cell = card.locator("tbody td[data-column=asked] button").first
    figure = int(cell.inner_text())
    cell.focus()
    page.keyboard.press("Enter")
    assert figure == listed(page) + restricted(page)


def test_a_bar_opens_its_records(dashboard):
    person = dashboard("mudur")
    page = person.page
    canvas = page.locator("[data-table=R09] canvas")
    canvas.scroll_into_view_if_needed()
    bar = canvas.evaluate(
        """node => {
            const chart = Chart.getChart(node);
            const {x, y, base} = chart.getDatasetMeta(0).data[0];
            return {x, y: (y + base) / 2, value: chart.data.datasets[0].data[0]};
        }"""
    )
    assert bar["value"]
    canvas.click(position={"x": bar["x"], "y": bar["y"]})
    assert listed(page) == bar["value"]


@pytest.mark.parametrize("login", KINDS)
def test_a_phone_needs_no_sideways_scrolling(dashboard, login):
    person = dashboard(login, options=PHONE)
    person.picture("phone")
    for selector in (".o_ok_board", "body"):
        width = person.page.locator(selector).evaluate("node => node.scrollWidth")
        assert width <= PHONE["viewport"]["width"]
    for box in person.page.locator(".o_ok_tile, .o_ok_board .form-select").all():
        assert box.bounding_box()["height"] >= 44


def test_a_figure_opens_as_cards_on_a_telephone(dashboard):
    for name in ("today-request_overdue", "R01-request_received"):
        person = dashboard("baskan", options=PHONE)
        tile(person, name).click()
        cards = person.page.locator(".o_kanban_record:not(.o_kanban_ghost)")
        expect(cards.first).to_be_visible(timeout=PATIENCE)
        expect(person.page.locator(".o_list_view")).to_have_count(0)


def test_the_mayor_s_seven_figures_are_read_aloud(dashboard):
    person = dashboard("baskan", options=PHONE)
    tiles = person.page.locator(".o_ok_tile")
    expect(tiles).to_have_count(7)
    for one in tiles.all():
        assert re.search(r": [%\d–]", one.get_attribute("aria-label"))


def test_mayor_and_director_come_here_from_their_day(sit_down):
    for login in ("baskan", "mudur"):
        person = sit_down(login).open("ok-day")
        person.click("dashboard")
        expect(person.page.locator(".o_ok_tiles")).to_be_visible()
    secretary = sit_down("sekreter").open("ok-day")
    expect(secretary.page.locator("button[name=dashboard]")).to_have_count(0)


def test_the_pivot_opens_with_the_year_s_sums(sit_down):
    person = sit_down("mudur").open("ok-pivot", ".o_pivot table")
    expect(person.page.locator(".o_pivot_cell_value").first).to_be_visible()
    person.picture("pivot")


def new_company(server, name):
    """Another company in the database; its id."""
    vals = {"name": f"{name} {uuid4().hex[:6]}"}
    return server.json2("admin", "res.company", "create", vals_list=[vals])[0]


@pytest.fixture
def other_company(server):
    """A second municipality, of which the director is for a while too."""
    [director] = server.json2(
        "admin", "res.users", "search", domain=[("login", "=", "mudur")]
    )
    company = new_company(server, "Yeniçam Belediyesi")

    def write(command):
        vals = {"company_ids": [[command, company, 0]]}
        server.json2("admin", "res.users", "write", ids=[director], vals=vals)

    write(4)
    yield company
    write(3)


def test_a_link_to_another_company_opens_it_and_a_switch_is_kept(
    sit_down, other_company
):
    person = sit_down("mudur")
    page = person.page
    period = page.locator(".o_ok_period")
    person.open("ok-dashboard?period=this_year", ".o_ok_tiles")
    expect(period).to_contain_text("Çınarlıdere")
    here = page.url
    assert "company=" in here
    person.open(f"ok-dashboard?period=this_year&company={other_company}", ".o_ok_empty")
    expect(period).to_contain_text("Yeniçam")
    menu = page.locator(".o_switch_company_menu")
    expect(menu).to_contain_text("Yeniçam")
    menu.locator("button").first.click()
    ours = page.locator(".o_switch_company_item", has_text="Çınarlıdere")
    ours.locator(".log_into").click()
    expect(period).to_contain_text("Çınarlıdere", timeout=PATIENCE)
    expect(page).to_have_url(here)


@pytest.mark.parametrize("login", ("mudur", "halkla"))
def test_a_link_to_a_company_that_isn_t_one_s_own_shows_one_s_own(
    sit_down, server, other_company, login
):
    """Of the director, who has two; of somebody who has one: foreign, gone, no number."""
    foreign, gone = new_company(server, "Uzak"), new_company(server, "Eski")
    server.json2("admin", "res.company", "unlink", ids=[gone])
    person = sit_down(login)
    page = person.page
    for company in (foreign, gone, "x", 0):
        person.open(f"ok-dashboard?period=this_year&company={company}", ".o_ok_tiles")
        expect(page.locator("[role=alert]")).to_have_count(0)
        expect(page).not_to_have_url(re.compile(rf"company={company}\b"))
        if login == "mudur":
            expect(page.locator(".o_ok_period")).to_contain_text("Çınarlıdere")
    assert not person.errors
