"""The programme on a telephone."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

ISTANBUL = ZoneInfo("Europe/Istanbul")
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "is_mobile": True,
    "has_touch": True,
}


def utc(moment):
    """A moment as the server takes it."""
    return moment.astimezone(ZoneInfo("UTC")).strftime("%Y-%m-%d %H:%M:%S")


@pytest.fixture
def phone(page_as):
    """A page of the secretary's telephone."""
    return page_as("sekreter", **PHONE)


def test_the_calendar_opens_on_the_day_and_shows_whole_days(phone, server):
    begin = datetime.combine(datetime.now(ISTANBUL).date(), time.min, ISTANBUL)
    server.json2(
        "sekreter",
        "ozel_kalem.engagement",
        "create",
        vals_list=[
            {
                "subject": "Ankara gezisi",
                "kind": "trip",
                "start": utc(begin),
                "stop": utc(begin + timedelta(days=1)),
                "all_day": True,
            }
        ],
    )
    phone.goto("/odoo/ok-engagements")
    expect(phone.locator(".fc-timeGridDay-view")).to_be_visible(timeout=60_000)
    expect(phone.locator(".fc-daygrid-day")).to_have_count(1)
    expect(phone.locator(".fc-daygrid-event", has_text="Ankara gezisi")).to_be_visible()


@pytest.mark.parametrize("path", ["ok-editions", "ok-minutes", "ok-visits"])
def test_lists_are_cards_that_fit_the_screen(phone, path):
    phone.goto(f"/odoo/{path}")
    phone.locator(".o_kanban_view").wait_for(timeout=60_000)
    width = phone.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["viewport"]["width"]


def test_the_calendar_of_a_desk_still_opens_on_the_week(page_as):
    desk = page_as("sekreter")
    desk.goto("/odoo/ok-engagements")
    expect(desk.locator(".fc-timeGridWeek-view")).to_be_visible(timeout=60_000)


def referral_to_the_unit(server, days):
    """A referral to the unit of `birim` that it has to answer in so many days."""
    [unit] = server.json2(
        "admin",
        "hr.department",
        "search",
        domain=[["name", "=", "Fen İşleri Müdürlüğü"]],
    )
    [person] = server.json2(
        "halkla", "res.partner", "create", vals_list=[{"name": "Ayla Deniz"}]
    )
    [request] = server.json2(
        "halkla",
        "ozel_kalem.request",
        "create",
        vals_list=[
            {
                "partner_id": person,
                "subject": "Merdiven korkuluğu sallanıyor",
                "request_type": "complaint",
                "channel": "phone",
            }
        ],
    )
    ids = server.json2(
        "halkla",
        "ozel_kalem.request",
        "action_refer",
        ids=[request],
        department_ids=[unit],
    )
    day = datetime.now(ISTANBUL).date() + timedelta(days=days)
    server.json2(
        "admin", "ozel_kalem.referral", "write", ids=ids, vals={"deadline": str(day)}
    )


def test_a_unit_sees_what_has_just_come_and_how_many_days_it_has(page_as, server):
    referral_to_the_unit(server, days=40)
    phone = page_as("birim", **PHONE)
    phone.goto("/odoo/ok-inbox")
    card = phone.locator(".o_kanban_record:not(.o_kanban_ghost)").first
    expect(card).to_contain_text("Merdiven korkuluğu", timeout=60_000)
    expect(card).to_contain_text("40 gün sonra")
    expect(card).to_contain_text("Gönderildi")


def test_what_must_be_told_is_not_behind_an_empty_column(page_as):
    phone = page_as("halkla", **PHONE)
    phone.goto("/odoo/ok-to-tell")
    expect(
        phone.locator(".o_kanban_record:not(.o_kanban_ghost)").first
    ).to_be_in_viewport(timeout=60_000)
