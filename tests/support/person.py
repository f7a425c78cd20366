"""Somebody at the office's screens, with a count of what it costs him."""

import re
from datetime import UTC

from playwright.sync_api import expect

DESK = {"viewport": {"width": 1440, "height": 900}}
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "is_mobile": True,
    "has_touch": True,
}
PATIENCE = 120_000
# A step that writes, on a machine that is busy with other tests.
DONE = 20_000
NOISE = re.compile(r"Download the React|Third-party cookie")


class Person:
    """Works with mouse and keyboard; `count` is how many interactions it took.

    One interaction is a click or tap, a field filled (the way there by Tab or by
    sight belongs to it), or a key pressed by itself, as Enter. Opening a page by
    its menu isn't counted: a budget begins on the screen where the act begins.
    """

    def __init__(self, page, login, pictures):
        self.page = page
        self.login = login
        self.count = 0
        self.errors = []
        self._pictures = pictures
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._listen)

    def _listen(self, message):
        if message.type == "error" and not NOISE.search(message.text):
            self.errors.append(message.text)

    def open(self, path, waits_for=".o_view_controller, .o_ok_board"):
        """Go to a page of the office; the count begins anew."""
        # the first of all waits for the assets to be made
        self.page.goto(f"/odoo/{path}", wait_until="commit", timeout=PATIENCE)
        self.page.locator(waits_for).first.wait_for(timeout=PATIENCE)
        self.count = 0
        return self

    # ---------------------------------------------------------- interactions

    def click(self, target):
        """Click a locator, or the button with this name."""
        if isinstance(target, str):
            target = self.button(target)
        target.click()
        self.count += 1

    def fill(self, name, text):
        """Fill a field of the form or dialog in front."""
        self.field(name).locator("input, textarea").first.fill(text)
        self.count += 1

    def press(self, key):
        """Press a key."""
        self.page.keyboard.press(key)
        self.count += 1

    def choose(self, name, text):
        """Type the beginning of a record's name and choose it: two interactions."""
        self.fill(name, text)
        item = self.page.locator(".o-autocomplete--dropdown-item", has_text=text)
        self.click(item.first)

    def answer(self, text):
        """Write what a dialog asks for, and confirm."""
        self.fill("text", text)
        self.click("action_confirm")
        expect(self.page.locator(".modal")).to_have_count(0, timeout=DONE)

    # ----------------------------------------------------------- what is seen

    def button(self, name, text=None):
        """The button of an action in the form or dialog in front."""
        front = self.page.locator(f".modal button[name={name}]:visible")
        behind = self.page.locator(f"button[name={name}]:visible")
        found = front.or_(behind)
        return (found.filter(has_text=text) if text else found).first

    def field(self, name):
        """A field of the form or dialog in front."""
        forms = self.page.locator(".modal .o_form_view, .o_form_view")
        return forms.last.locator(f".o_field_widget[name={name}]").first

    def value(self, name):
        """What stands in a field that can be edited."""
        return self.field(name).locator("input, textarea").first

    def card(self, text):
        """The kanban card that says this."""
        return self.page.locator(".o_kanban_record:visible", has_text=text)

    def column(self, name):
        """A column of the reception board."""
        return self.page.locator(f"[data-column={name}]")

    def at_door(self, column, text):
        """Somebody's card on the reception board."""
        return self.column(column).locator("article", has_text=text)

    def part(self, name):
        """A card of the day screen."""
        return self.page.locator(f"[data-part={name}]")

    def expect_state(self, state):
        """The record in front is in this state."""
        current = self.page.locator(".o_statusbar_status .o_arrow_button_current").first
        expect(current).to_have_attribute("data-value", state)

    def record_id(self):
        """The id of the record in front, once its address says it."""
        expect(self.page).to_have_url(re.compile(r"/\d+(\?.*)?$"))
        return int(re.search(r"/(\d+)(\?.*)?$", self.page.url)[1])

    def picture(self, name):
        """Keep what is seen."""
        self._pictures.mkdir(parents=True, exist_ok=True)
        number = len(list(self._pictures.glob("*.png"))) + 1
        path = self._pictures / f"{number:02d}-{self.login}-{name}.png"
        self.page.screenshot(path=path, animations="disabled")


def moment(value):
    """A moment as Odoo takes it."""
    return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
