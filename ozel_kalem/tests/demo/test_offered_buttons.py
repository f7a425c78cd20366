"""What a screen offers, the role that sees it may do: open it, press it, go on."""

import re
from datetime import date

from lxml import etree

from odoo import models
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger
from odoo.tools.safe_eval import safe_eval

from ...tools.local_time import local_today
from .test_demo import STAFF, DemoCase

ACTING = "vekil"
LOGINS = (*STAFF, "birim", ACTING)
VIEWS = ("form", "list", "kanban")
NAMES = re.compile(r"[a-z_]\w*")
REASON = "Denenen gerekçe"
WORDS = {
    "char": REASON,
    "text": REASON,
    "html": REASON,
    "date": "2030-01-02",
    "datetime": "2030-01-02 08:00:00",
}
# What a card's template says, in Python's words.
TO_PYTHON = (
    (r"record\.(\w+)\.(raw_)?value", r"\1"),
    (r"(\[[^\]]*\])\.includes\((\w+)\)", r"\2 in \1"),
    (r"===", "=="),
    (r"!==", "!="),
    (r"!(?=\w)", "not "),
)


class Undo(Exception):
    """Whatever the button did is taken back."""


@tagged("post_install", "-at_install", "ozel_kalem", "ok_demo")
class TestOfferedButtons(DemoCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        today = local_today()
        delegation = cls.env.ref("ozel_kalem.delegation_basaran")
        if delegation.state == "draft":
            delegation.write({"date_start": today, "date_end": today})
            delegation.action_activate()

    def test_no_role_is_refused_what_it_is_offered(self):
        self.finished = 0
        for login in LOGINS:
            office = self.env(user=self.user(login).id, context={"lang": "tr_TR"})
            tried, refused = 0, []
            for model in self.models(office):
                for button, record in self.offered(model):
                    tried += 1
                    if said := self.refusal(button, record):
                        refused.append((record._name, *said))
            with self.subTest(login):
                self.assertEqual(refused, [])
                self.assertGreater(tried, 5)
        self.assertGreater(self.finished, 20)

    def test_every_record_that_is_listed_opens(self):
        for login in LOGINS:
            office = self.env(user=self.user(login).id, context={"lang": "tr_TR"})
            refused = []
            for model in self.models(office):
                for record in self.one_in_each_state(model):
                    if said := self.refusal_to_open(record):
                        refused.append((record._name, *said))
            with self.subTest(login):
                self.assertEqual(refused, [])

    def test_what_may_be_duplicated_is(self):
        office = self.env(user=self.user("mudur").id, context={"lang": "tr_TR"})
        copied = 0
        for model in self.models(office):
            if not self.may_duplicate(model):
                continue
            for record in self.one_in_each_state(model):
                with self.subTest(record), self.env.cr.savepoint():
                    self.assertTrue(record.copy())
                    copied += 1
        self.assertGreater(copied, 20)

    # ---------------------------------------------------------------- inside

    def models(self, office):
        """The models of ours that have a view and that the user may read."""
        viewed = self.env["ir.ui.view"].search(
            [("model", "=like", "ozel\\_kalem.%"), ("type", "in", VIEWS)]
        )
        for name in sorted(set(viewed.mapped("model"))):
            model = office[name]
            if not model._transient and model._auto and model.has_access("read"):
                yield model

    def offered(self, model):
        """``(button, record)`` of what one record in each state offers."""
        shown = self.one_in_each_state(model)
        kinds = self.env["ir.ui.view"].search([("model", "=", model._name)])
        for kind in set(kinds.mapped("type")).intersection(VIEWS):
            arch = etree.fromstring(model.get_view(view_type=kind)["arch"])
            for button in arch.iterfind(".//button[@type='object']"):
                for record in shown:
                    if not self.list_of(button) and self.is_around(button, record):
                        yield button, record

    def list_of(self, button):
        """The lines among which a button stands; none for the record's own."""
        return next(button.iterancestors("field"), None)

    def is_around(self, button, record):
        """Whether the button, and all around it, is shown of the record."""
        around = [*button.iterancestors(), button]
        return all(self.is_shown(node, record) for node in around)

    def may_duplicate(self, model):
        """Whether a screen of ours offers it."""
        kinds = self.env["ir.ui.view"].search([("model", "=", model._name)])
        for kind in set(kinds.mapped("type")).intersection(("form", "list")):
            arch = etree.fromstring(model.get_view(view_type=kind)["arch"])
            says = (arch.get(name, "1").lower() for name in ("create", "duplicate"))
            if not {"false", "0"}.intersection(says):
                return True
        return False

    def one_in_each_state(self, model):
        """Records that differ in what can be done with them."""
        records = model.search([], limit=200)
        by_state = records.grouped(lambda r: r.state if "state" in r._fields else "")
        return [record[0] for record in by_state.values()]

    def is_shown(self, node, record):
        invisible, shown = node.get("invisible"), node.get("t-if")
        if node.get("t-else") is not None:
            before = node.getprevious()
            return not self.is_true(before.get("t-if"), record)
        if shown and not self.is_true(shown, record):
            return False
        return not (invisible and self.is_true(invisible, record))

    def is_true(self, expression, record):
        for pattern, words in TO_PYTHON:
            expression = re.sub(pattern, words, expression)
        names = set(NAMES.findall(expression)).intersection(record._fields)
        values = {name: self.plain(record[name]) for name in names}
        return safe_eval(expression, {"uid": record.env.uid, "context": {}, **values})

    def plain(self, value):
        if isinstance(value, models.BaseModel):
            return value.ids
        return str(value) if isinstance(value, date) else value

    def refusal(self, button, record):
        """What the user is told instead of what was offered; nothing, if all is well."""
        context = safe_eval(button.get("context") or "{}", {"id": record.id})
        action, words = button.get("name"), ()
        if action == "action_ask_reason":
            action, words = context["reason_action"], (REASON,)
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                opened = getattr(record.with_context(**context), action)(*words)
                record.env.flush_all()
                if isinstance(opened, dict) and opened.get("res_model"):
                    self.open(record, opened)
                raise Undo
        except AccessError as error:
            return action, record.display_name, str(error).partition("\n")[0]
        except (Undo, UserError):
            return None
        finally:
            self.env.invalidate_all(flush=False)

    def open(self, record, action):
        """What the browser opens next."""
        context = action.get("context") or {}
        model = record.env[action["res_model"]].with_context(**context)
        views = action.get("views") or [(False, action["view_mode"].split(",")[0])]
        view_id, kind = views[0]
        if kind != "form":
            model.get_view(view_id, kind)
            model.search_fetch(action.get("domain") or [], limit=5)
            return
        known = self.filled_in(model).browse(action.get("res_id") or ())
        form = Form(known, view=view_id or None)
        if not model._transient:
            return
        try:
            dialog = known or form.save()
        except AssertionError:
            # asks for something that only a person chooses
            return
        self.finish(dialog, view_id)

    def filled_in(self, model):
        """The model, with values for what a dialog of it can't do without."""
        needed = {
            name: WORDS[field.type]
            for name, field in model._fields.items()
            if field.required and field.type in WORDS
        }
        given = model.default_get(list(needed))
        return model.with_context(
            **{f"default_{name}": needed[name] for name in needed if name not in given}
        )

    def finish(self, dialog, view_id):
        """Press what a dialog offers, in its lists the first of the lines."""
        arch = etree.fromstring(dialog.get_view(view_id or None, "form")["arch"])
        for button in arch.iterfind(".//button[@type='object']"):
            lines = self.list_of(button)
            if lines is None and not self.is_around(button, dialog):
                continue
            self.finished += 1
            pressed = dialog if lines is None else dialog[lines.get("name")][:1]
            try:
                with self.env.cr.savepoint():
                    getattr(pressed, button.get("name"))()
                    raise Undo
            except AccessError:
                raise
            except (Undo, UserError):
                continue

    def refusal_to_open(self, record):
        """What the user is told instead of the record that he found."""
        try:
            with self.env.cr.savepoint():
                Form(record)
                raise Undo
        except AccessError as error:
            return record.display_name, str(error).partition("\n")[0]
        except Undo:
            return None
        finally:
            self.env.invalidate_all(flush=False)
