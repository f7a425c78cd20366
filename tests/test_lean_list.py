"""A list reads the columns that somebody looks at, and keeps his choice of them."""

import json

import pytest
from playwright.sync_api import expect

PICTURES = "lean_list"
CHOICE = ".o_optional_columns_dropdown_toggle"
HIDDEN = {
    "channel",
    "topic_id",
    "neighbourhood_id",
    "legal_ground",
    "user_id",
    "priority",
    "confidentiality",
}
ITEM = ".o-dropdown--menu .o-dropdown-item"


@pytest.fixture
def officer(sit_down):
    """Somebody at the list of requests, with what the browser has asked for."""
    officer = sit_down("halkla")
    officer.read = []

    def listen(request):
        if "/web_search_read" in request.url or "/web_read_group" in request.url:
            asked = json.loads(request.post_data)["params"]
            if asked["model"] == "ozel_kalem.request":
                known = asked["kwargs"]
                officer.read.append(
                    known.get("specification") or known["unfold_read_specification"]
                )

    officer.page.on("request", listen)
    return officer.open("ok-requests", ".o_data_row")


def switch(officer, label):
    """Switch a column on or off."""
    officer.click(officer.page.locator(CHOICE))
    officer.click(officer.page.locator(ITEM, has_text=label))
    officer.press("Escape")


def channels(officer):
    return officer.page.locator("td[name=channel]")


def test_a_column_is_read_when_it_is_switched_on_and_stays(officer):
    first = officer.read[0]
    assert {"subject", "partner_id", "deadline", "closed_on", "is_overdue"} <= set(
        first
    )
    assert not HIDDEN & set(first)
    switch(officer, "Kanal")
    expect(channels(officer).first).not_to_be_empty()
    assert "channel" in officer.read[-1]
    officer.picture("switched-on")

    officer.page.reload()
    expect(channels(officer).first).not_to_be_empty()
    assert "channel" in officer.read[-1] and "topic_id" not in officer.read[-1]

    # a record and back: the list that was left
    officer.page.locator(".o_data_row td[name=subject]").first.click()
    officer.page.locator(".o_form_view").wait_for()
    officer.page.go_back()
    expect(channels(officer).first).not_to_be_empty()

    switch(officer, "Kanal")
    expect(channels(officer)).to_have_count(0)
    officer.page.reload()
    officer.page.locator(".o_data_row").first.wait_for()
    assert "channel" not in officer.read[-1]
    assert officer.errors == []


def test_a_list_in_groups_shows_what_is_switched_on(officer):
    officer.page.locator(".o_searchview_dropdown_toggler").click()
    officer.page.locator(".o_group_by_menu .o-dropdown-item", has_text="Durum").click()
    officer.press("Escape")
    group = officer.page.locator(".o_group_header").first
    officer.click(group)
    officer.page.locator(".o_data_row").first.wait_for()
    switch(officer, "Kanal")
    officer.page.locator(".o_data_row").first.wait_for()
    expect(channels(officer).first).not_to_be_empty()
    assert officer.errors == []
