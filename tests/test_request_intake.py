"""A citizen telephones: his request is taken down while he speaks.

How an interaction is counted stands in support/person.py.
"""

import re

from playwright.sync_api import expect

from support.person import PHONE

REQUEST = "ozel_kalem.request"
PICTURES = "intake"
# From the list to the saved request, with person, topic, place and channel.
BUDGET = 10


def read(server, request_id, *fields):
    """What the server keeps of a request."""
    return server.json2(
        "admin", REQUEST, "read", ids=[request_id], fields=list(fields)
    )[0]


def choose(officer, name, typed, shown):
    """Type a line and choose what is proposed for it: two interactions."""
    field = officer.field(name).locator("input").first
    field.click()
    field.press_sequentially(typed, delay=10)
    officer.count += 1
    proposed = officer.page.locator(".o-autocomplete--dropdown-item", has_text=shown)
    officer.click(proposed.first)


def badge(officer, text):
    """The button of a channel."""
    return officer.field("channel").locator(".o_selection_badge", has_text=text)


def test_a_call_is_a_request_in_ten_interactions(sit_down, server):
    officer = sit_down("halkla").open("ok-requests", ".o_list_view")
    officer.click(officer.page.locator(".o_list_button_add"))
    expect(officer.field("partner_id").locator("input")).to_be_focused()
    line = "Şule Işık 0532 123 45 67"
    # the whole line, not what had been typed when the list first opened
    choose(officer, "partner_id", line, f'Oluştur "{line}"')
    expect(officer.field("partner_phone")).to_contain_text("0532 123 45 67")
    officer.fill("subject", "Parkta salıncak kırık")
    choose(officer, "topic_id", "oyun", "Park, ağaç, oyun grubu")
    choose(officer, "neighbourhood_id", "Yeşil", "Yeşiltepe")
    officer.click(badge(officer, "Telefon"))
    expect(officer.value("lead_department_id")).to_have_value(
        "Park ve Bahçeler Müdürlüğü"
    )
    officer.picture("phone-request")
    officer.click(officer.page.locator(".o_form_statusbar button", has_text="Kaydet"))
    request = read(
        server,
        officer.record_id(),
        "partner_id",
        "partner_phone",
        "channel",
        "subject",
        "state",
        "deadline",
    )
    assert officer.count <= BUDGET
    expect(officer.button("action_refer_chosen")).to_be_visible()
    officer.picture("registered")
    assert request["partner_id"][1] == "Şule Işık"
    assert request["partner_phone"] == "0532 123 45 67"
    assert (request["channel"], request["state"]) == ("phone", "new")
    assert request["deadline"]


def test_somebody_known_is_found_by_his_number_with_what_he_asked_before(sit_down):
    officer = sit_down("halkla").open("ok-requests/new", ".o_form_view")
    # as the demo's Gamze Yörükoğlu is written: 0000 000 01 34
    choose(officer, "partner_id", "(0000) 0000134", "Gamze Yörükoğlu")
    before = officer.field("earlier_ids")
    expect(before).to_contain_text("Parkta oyuncaklar kırık")
    expect(before).to_be_visible()


def test_the_same_matter_is_seen_before_it_is_written_twice(sit_down):
    officer = sit_down("halkla").open("ok-requests/new", ".o_form_view")
    choose(officer, "topic_id", "oyun", "Park, ağaç, oyun grubu")
    officer.fill("subject", "Parkta oyuncaklar kırılmış")
    officer.press("Tab")
    expect(officer.field("similar_ids")).to_contain_text("Parkta oyuncaklar kırık")


def test_another_institution_s_business_is_proposed_to_be_sent_on(sit_down):
    officer = sit_down("halkla").open("ok-requests/new", ".o_form_view")
    choose(officer, "partner_id", "Gamze", "Gamze Yörükoğlu")
    officer.fill("subject", "Hemzemin geçit bariyeri çalışmıyor")
    choose(officer, "topic_id", "demir", "Demiryolu")
    expect(officer.page.locator(".alert-info")).to_contain_text("Demiryolu İşletmesi")
    officer.click(officer.page.locator(".o_form_statusbar button", has_text="Kaydet"))
    first = officer.page.locator(".o_statusbar_buttons button:visible").first
    expect(first).to_have_attribute("name", "action_open_redirect")


def test_an_unsigned_petition_needs_no_name(sit_down, server):
    officer = sit_down("halkla").open("ok-requests/new", ".o_form_view")
    officer.fill("subject", "İmzasız dilekçe: gece gürültüsü")
    officer.click(officer.field("is_anonymous").locator("input"))
    officer.click(officer.page.locator(".o_form_statusbar button", has_text="Kaydet"))
    request = read(server, officer.record_id(), "is_anonymous", "partner_id")
    assert request["is_anonymous"] and request["partner_id"]


def test_a_call_makes_a_request_with_one_button(sit_down, server):
    call = server.json2(
        "sekreter",
        "ozel_kalem.call",
        "create",
        vals_list=[
            {
                "direction": "in",
                "caller_name": "Veli Kaya",
                "phone": "0533 111 22 33",
                "subject": "Çöp kamyonu uğramıyor",
            }
        ],
    )[0]
    secretary = sit_down("sekreter").open(f"ok-calls/{call}", ".o_form_view")
    secretary.click("action_make_request")
    expect(secretary.page).not_to_have_url(re.compile(rf"ok-calls/{call}$"))
    # she registers it, and may correct it until public relations goes on
    expect(secretary.value("subject")).to_have_value("Çöp kamyonu uğramıyor")
    request = read(server, secretary.record_id(), "origin", "channel", "partner_phone")
    assert secretary.count == 1
    assert request["origin"] == f"ozel_kalem.call,{call}"
    assert (request["channel"], request["partner_phone"]) == ("phone", "0533 111 22 33")


def test_on_a_telephone_requests_are_cards_and_the_next_step_stands_alone(sit_down):
    officer = sit_down("halkla", PHONE).open("ok-requests", ".o_kanban_view")
    officer.click(officer.card("Parkta oyuncaklar kırık").first)
    first = officer.page.locator(".o_statusbar_buttons > button:visible").first
    expect(first).to_have_attribute("name", "action_refer_chosen")
    width = officer.page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["viewport"]["width"]
