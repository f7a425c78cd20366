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
