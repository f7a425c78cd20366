"""Pictures of every screen of the demo office, as each role sees it.

`make screens`, or `bin/python dev/screens.py --roles mudur birim --only instruction`.
Signs in as each role, opens every menu of the app, each of its views and the first
record, at desktop and phone size: .state/screens/ROLE/*.png, with index.html and
contact.png to look at. A new menu joins by existing. The exit code is 1 when a
browser console, a page or the server reports an error.
"""

import argparse
import html
import itertools
import os
import re
import shutil
import sys

from PIL import Image, ImageDraw

from kit import databases, paths, run
from kit import odoo as environment

sys.path.insert(0, str(paths.ROOT / "tests"))

from support.browsing import Browsers
from support.server import Server

ROLES = [
    "admin",
    "baskan",
    "mudur",
    "sekreter",
    "halkla",
    "protokol",
    "kalem",
    "birim",
    "vekil",
]
SIZES = {
    "desktop": {"viewport": {"width": 1440, "height": 900}},
    "phone": {
        "viewport": {"width": 390, "height": 844},
        "is_mobile": True,
        "has_touch": True,
    },
}
APP = "ozel_kalem.menu_root"
FOLDER = paths.STATE / "screens"
PATIENCE = 60_000

# Counts the requests under way, so that a picture waits for the last answer, and
# says aloud what the web client may swallow: the server's refusals.
COUNT_REQUESTS = """
window.underWay = 0;
const refusal = (request) => {
    const text = ["", "text"].includes(request.responseType) && request.responseText;
    if (text && text.startsWith('{"jsonrpc"')) {
        return JSON.parse(text).error?.data?.message;
    }
};
const send = XMLHttpRequest.prototype.send;
XMLHttpRequest.prototype.send = function () {
    window.underWay++;
    this.addEventListener("loadend", () => {
        window.underWay--;
        const message = refusal(this);
        if (message) {
            console.error("refused: " + message);
        }
    });
    return send.apply(this, arguments);
};
const fetch_ = window.fetch;
window.fetch = async function () {
    window.underWay++;
    try {
        return await fetch_.apply(this, arguments);
    } finally {
        window.underWay--;
    }
};
"""
# Quiet for 150 ms, every picture there that is to be seen, nothing moving.
IS_QUIET = """() => {
    const busy = window.underWay
        || document.querySelector(".o_blockUI, .o_loading_indicator")
        || [...document.images].some(
            (image) => image.src && !image.complete && image.loading !== "lazy")
        || document.getAnimations().some((a) => a.effect.getTiming().iterations === 1);
    const now = performance.now();
    window.quietSince = busy ? null : window.quietSince ?? now;
    return !busy && now - window.quietSince > 150;
}"""
SHOWN = ".o_action_manager > *, .o_dialog .modal-content"
FIRST_RECORD = (
    ".o_data_row .o_data_cell:not(.o_handle_cell), "
    ".o_kanban_record:not(.o_kanban_ghost)"
)
BROKEN = ".o_error_dialog, .modal .o_error_detail, .o_notification_bar.bg-danger"


class Gallery:
    """Takes the pictures of one role and collects what went wrong."""

    def __init__(self, role, folder):
        self.role = role
        self.folder = folder
        self.pictures = []
        self.errors = []
        self._numbers = itertools.count(1)

    def watch(self, page):
        """Note what the browser complains about."""
        page.on("pageerror", lambda error: self.complain(page, f"page: {error}"))
        page.on(
            "console",
            lambda message: (
                message.type == "error"
                and self.complain(page, f"console: {message.text[:300]}")
            ),
        )
        page.on(
            "response",
            lambda answer: (
                answer.status >= 500
                and self.complain(page, f"HTTP {answer.status}: {answer.url}")
            ),
        )

    def complain(self, page, text):
        """Note an error with where it was met."""
        self.errors.append(f"{self.role}, {page.url}: {text}")

    def take(self, page, name):
        """Wait for the page to be quiet and take its picture."""
        settle(page)
        self.take_as_it_is(page, name)

    def take_as_it_is(self, page, name):
        """Take the picture of whatever is there, with what it complains about."""
        if page.locator(BROKEN).count():
            text = page.locator(BROKEN).first.inner_text()
            self.complain(page, f"error dialog: {text[:300]}")
        path = self.folder / f"{next(self._numbers):03d}-{name}.png"
        page.screenshot(path=path, animations="disabled")
        self.pictures.append(path)


def main():
    """Take the pictures and say what is wrong."""
    options = parsed()
    odoo = environment.ensure()
    server = demo_server(odoo)
    try:
        server.start("--workers=0", "--max-cron-threads=0", "--smtp-port=9")
        browsers = Browsers(server)
        try:
            galleries = [tour(browsers, role, options.only) for role in options.roles]
        finally:
            browsers.close()
    finally:
        server.stop()
        databases.drop(odoo, server.db)
    pictures = [path for gallery in galleries for path in gallery.pictures]
    if not pictures:
        sys.exit("error: no menu matches --only.")
    write_index(galleries)
    write_contact_sheet(pictures)
    errors = [error for gallery in galleries for error in gallery.errors]
    errors += server_errors(server.log)
    for error in dict.fromkeys(errors):
        print(f"wrong: {error}", file=sys.stderr)
    run.say(f"{len(pictures)} pictures, {len(errors)} errors: {FOLDER}/index.html")
    return 1 if errors else 0


def parsed():
    """The options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--roles", nargs="+", default=ROLES, metavar="LOGIN")
    parser.add_argument(
        "--only", default="", help="only menus whose XML id contains this text"
    )
    return parser.parse_args()


def demo_server(odoo):
    """A stopped server on a copy of the demo office."""
    name = f"ok_screens_{os.getpid()}"
    databases.clone(odoo, databases.ensure_demo_template(odoo), name)
    server = Server(odoo, name, paths.LOGS / "screens.log")
    server.log.unlink(missing_ok=True)
    return server


def tour(browsers, role, only):
    """All pictures of a role."""
    folder = FOLDER / role
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    gallery = Gallery(role, folder)
    for size, options in SIZES.items():
        context = browsers.context(role, **options)
        context.add_init_script(COUNT_REQUESTS)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        gallery.watch(page)
        menus = [menu for menu in app_menus(context) if only in menu["xmlid"]]
        for menu in menus:
            visit(gallery, page, menu, size)
        context.close()
    run.say(f"{role}: {len(gallery.pictures)} pictures, {len(gallery.errors)} errors")
    return gallery


def app_menus(context):
    """The menus of the app that open something, as this user has them."""
    answer = context.request.get("/web/webclient/load_menus")
    if not answer.ok:
        raise RuntimeError(f"The menus can't be read: HTTP {answer.status}")
    menus = answer.json()
    roots = [menu for menu in menus.values() if menu.get("xmlid") == APP]

    def below(menu):
        children = [menus[str(child)] for child in menu["children"]]
        if menu.get("actionID") and not children:
            yield menu
        for child in children:
            yield from below(child)

    return [menu for root in roots for menu in below(root)]


def visit(gallery, page, menu, size):
    """Open a menu; on a desktop all its views; then its first record."""
    name = f"{size}-{menu['xmlid'].partition('.')[2].removeprefix('menu_')}"
    action = menu["actionPath"] or f"action-{menu['actionID']}"
    try:
        page.goto(f"/odoo/{action}")
        page.locator(SHOWN).first.wait_for()
        gallery.take(page, name)
        if size == "desktop":
            visit_views(gallery, page, name)
        visit_record(gallery, page, name)
    except Exception as error:
        gallery.complain(page, f"{name}: {str(error).splitlines()[0]}")
        gallery.take_as_it_is(page, f"{name}-broken")


def visit_views(gallery, page, name):
    """Each further view of the action, and back to the first."""
    buttons = page.locator(".o_cp_switch_buttons .o_switch_view")
    kinds = [
        re.search(r"o_switch_view o_(\w+)", button.get_attribute("class"))[1]
        for button in buttons.all()
    ]
    for kind in (*kinds[1:], *kinds[:1]):
        settle(page)
        page.locator(f".o_cp_switch_buttons .o_switch_view.o_{kind}").click()
        page.locator(f".o_cp_switch_buttons .o_{kind}.active").wait_for()
        if kind != kinds[0]:
            gallery.take(page, f"{name}-{kind}")


def visit_record(gallery, page, name):
    """The form of the first record, where there is one."""
    settle(page)
    records = page.locator(FIRST_RECORD)
    if not records.count() or page.locator(".o_view_sample_data").count():
        return
    records.first.click()
    settle(page)
    if page.locator(".o_form_view").count():
        gallery.take(page, f"{name}-form")


def settle(page):
    """Wait until the page has all that it asked for."""
    page.wait_for_function(IS_QUIET, polling=50)


def server_errors(log):
    """What the server itself logged as wrong."""
    lines = log.read_text(errors="replace").splitlines()
    return [line for line in lines if re.search(r" (ERROR|CRITICAL) ", line)]


def write_index(galleries):
    """One page with all pictures, each opening in full size."""
    parts = ["<!doctype html><meta charset=utf-8><title>Özel Kalem</title>", STYLE]
    for gallery in galleries:
        parts.append(f"<h1>{html.escape(gallery.role)}</h1>")
        for error in gallery.errors:
            parts.append(f"<p class=wrong>{html.escape(error)}</p>")
        for picture in gallery.pictures:
            address = html.escape(str(picture.relative_to(FOLDER)))
            parts.append(
                f"<a href='{address}'><img loading=lazy src='{address}'>"
                f"<br>{html.escape(picture.stem)}</a>"
            )
    (FOLDER / "index.html").write_text("\n".join(parts))


def write_contact_sheet(pictures, columns=8, width=360, height=260):
    """All pictures, small, on one sheet."""
    rows = -(-len(pictures) // columns)
    sheet = Image.new("RGB", (columns * width, rows * height), "white")
    draw = ImageDraw.Draw(sheet)
    for place, path in enumerate(pictures):
        left, top = place % columns * width, place // columns * height
        with Image.open(path) as picture:
            picture.thumbnail((width - 8, height - 20))
            sheet.paste(picture.convert("RGB"), (left, top + 16))
        draw.text((left + 2, top + 2), f"{path.parent.name} {path.stem}", "black")
    sheet.save(FOLDER / "contact.png")


STYLE = """<style>
body { font: 14px sans-serif; margin: 16px }
a { display: inline-block; margin: 4px; width: 320px; vertical-align: top }
img { max-width: 320px; max-height: 320px; border: 1px solid #999 }
.wrong { color: #b00 }
</style>"""


if __name__ == "__main__":
    sys.exit(main())
