"""What the web client asks of a server when a user opens and changes things."""

import time
from collections import Counter
from hashlib import md5

from lxml import etree

LIST_LIMIT = 80
KANBAN_LIMIT = 80
COUNT_LIMIT = 10_001
COLLEAGUE = "sekreter"
# Reads the optional columns that are switched on; the core's list reads all.
LEAN_LIST = "ozel_kalem_lean_list"
# What a widget asks besides its field.
WIDGET_FIELDS = {
    "list_activity": (
        "activity_exception_decoration",
        "activity_exception_icon",
        "activity_state",
        "activity_summary",
        "activity_type_icon",
        "activity_type_id",
    ),
    "kanban_activity": (
        "activity_exception_decoration",
        "activity_exception_icon",
        "activity_state",
        "activity_summary",
        "activity_type_icon",
        "activity_type_id",
    ),
}
CHATTER = [
    "activities",
    "attachments",
    "contact_fields",
    "followers",
    "scheduledMessages",
    "suggestedRecipients",
]
OURS = {
    "model": "ozel_kalem.request",
    # what the action of our menu carries into every call
    "context": {"hierarchical_naming": False},
    "open": [["closed_on", "=", False]],
    "overdue": [["is_overdue", "=", True]],
    "search": lambda text: [["remembered", "ilike", text]],
    "kanban": [["closed_on", "=", False]],
    "columns": "state",
    "month": "received_on:month",
    "unit": "lead_department_id",
    "new": {"request_type": "complaint", "channel": "letter", "subject": "Yeni talep"},
}
PEER = {
    "model": "helpdesk.ticket",
    "context": {},
    "open": [["closed", "=", False]],
    "overdue": [["unattended", "=", True]],
    "search": lambda text: ["|", ["number", "ilike", text], ["name", "ilike", text]],
    "kanban": [],
    "columns": "stage_id",
    "month": "create_date:month",
    "unit": "channel_id",
    "new": {"name": "Yeni talep", "description": "<p>Yeni</p>"},
}


class Calls:
    """The operations of one of the two, each timed as the user waits for it."""

    def __init__(self, client, name):
        self._client = client
        self._set = OURS if name == "ours" else PEER
        self._model = self._set["model"]
        self._turn = Counter()
        views = client.call(
            self._model,
            "get_views",
            views=[[False, kind] for kind in ("list", "kanban", "form", "search")],
        )
        self._fields = {
            model: found["fields"] for model, found in views["models"].items()
        }
        self._specs = {
            kind: self._specification(views["views"][kind]["arch"])
            for kind in ("list", "kanban", "form")
        }
        self._order = "sequence, id" if name == "peer" else ""
        self._ids = client.call(self._model, "search", [[]], limit=400, offset=50)
        self._partner = client.call("res.partner", "search", [[]], limit=1)[0]
        self._colleague = client.call(
            "res.users", "search", [[["login", "=", COLLEAGUE]]]
        )[0]

    def operations(self):
        """The names of what can be taken."""
        return [*self._operations()]

    def take(self, operation, tag):
        """Do it once; return its seconds."""
        turn = self._turn[operation]
        self._turn[operation] += 1
        act = self._operations()[operation]
        began = time.perf_counter()
        # an operation that has to prepare something measures itself
        return act(turn, tag) or time.perf_counter() - began

    def _operations(self):
        model = self._set
        return {
            "list": lambda _turn, tag: self._list(tag, model["open"]),
            "list all": lambda _turn, tag: self._list(tag, []),
            "overdue": lambda _turn, tag: self._list(tag, model["overdue"]),
            "page 125": lambda _turn, tag: self._list(tag, [], offset=124 * LIST_LIMIT),
            "search rare": self._search_rare,
            "search common": lambda _turn, tag: self._list(
                tag, model["search"]("kaldırım")
            ),
            "kanban": lambda _turn, tag: self._kanban(tag),
            "group state": lambda _turn, tag: self._group(tag, model["columns"]),
            "group month": lambda _turn, tag: self._group(tag, model["month"]),
            "group unit": lambda _turn, tag: self._group(tag, model["unit"]),
            "form": self._form,
            "create": self._create,
            "state change": self._change_state,
            # what no goal asks for and none can go below
            "floor: a call": self._read_login,
            "floor: rows": self._read_rows,
            "floor: messages": self._read_messages,
        }

    # ------------------------------------------------------------- operations

    def _call(self, tag, method, *args, context=None, **kwargs):
        context = {**self._set["context"], **(context or {})}
        return self._client.call(
            self._model, method, args, op=tag, context=context, **kwargs
        )

    def _list(self, tag, domain, offset=0):
        self._call(
            tag,
            "web_search_read",
            domain=domain,
            specification=self._specs["list"],
            offset=offset,
            order=self._order,
            limit=LIST_LIMIT,
            count_limit=COUNT_LIMIT if offset < COUNT_LIMIT else offset + 1,
            context={"bin_size": True},
        )

    def _search_rare(self, turn, tag):
        # a part of the one subject that has it
        rare = md5(str(4321 + 7 * turn).encode()).hexdigest()[:10]
        self._list(tag, self._set["search"](rare))

    def _group(self, tag, groupby):
        self._call(
            tag,
            "web_read_group",
            domain=[],
            groupby=[groupby],
            aggregates=[],
            limit=LIST_LIMIT,
            auto_unfold=False,
        )

    def _kanban(self, tag):
        if self._set is PEER:
            self._call(
                tag,
                "read_progress_bar",
                domain=[],
                group_by=self._set["columns"],
                progress_bar={
                    "field": "activity_state",
                    "colors": {
                        "planned": "success",
                        "today": "warning",
                        "overdue": "danger",
                    },
                },
            )
        self._call(
            tag,
            "web_read_group",
            domain=self._set["kanban"],
            groupby=[self._set["columns"]],
            aggregates=[],
            auto_unfold=True,
            unfold_read_specification=self._specs["kanban"],
            unfold_read_default_limit=KANBAN_LIMIT,
        )

    def _form(self, turn, tag):
        record = self._ids[turn % len(self._ids)]
        self._call(
            tag, "web_read", [record], self._specs["form"], context={"bin_size": True}
        )
        thread = {"thread_model": self._model, "thread_id": record}
        self._client.post(
            f"/mail/data?op={tag}",
            {
                "fetch_params": [["mail.thread", {**thread, "request_list": CHATTER}]],
                "context": self._client.context,
            },
        )
        self._read_messages(turn, tag)

    def _create(self, _turn, tag):
        """Save a new form; the colleague who gets it is told by e-mail."""
        values = {**self._set["new"], "partner_id": self._partner}
        values["user_id"] = self._colleague
        self._call(tag, "web_save", [], values, self._specs["form"])

    def _change_state(self, turn, tag):
        """Take a step on the open form: ours by its button, the peer's by its bar."""
        if self._set is OURS:
            return self._press_button(turn, tag)
        stages = self._client.call("helpdesk.ticket.stage", "search", [[]], limit=3)
        found = self._client.call(
            self._model, "search", [[["stage_id", "=", stages[0]]]], limit=1
        )
        began = time.perf_counter()
        values = {"stage_id": stages[1]}
        self._call(tag, "web_save", found, values, self._specs["form"])
        return time.perf_counter() - began

    def _press_button(self, turn, tag):
        found = self._client.call(
            self._model, "search", [[["state", "=", "new"]]], limit=1, offset=turn
        )
        began = time.perf_counter()
        self._client.press(self._model, "action_assess", found, op=tag)
        self._call(
            tag, "web_read", found, self._specs["form"], context={"bin_size": True}
        )
        return time.perf_counter() - began

    def _read_login(self, _turn, tag):
        """One field of one record: what any call costs."""
        user = self._client.context["uid"]
        self._client.call("res.users", "read", [[user], ["login"]], op=tag)

    def _read_rows(self, turn, tag):
        """A page of the list whose records are known: no search, order or count."""
        rows = self._ids[turn : turn + LIST_LIMIT]
        self._call(tag, "web_read", rows, self._specs["list"])

    def _read_messages(self, turn, tag):
        """Odoo's own part of a form: the messages of a chatter."""
        record = self._ids[turn % len(self._ids)]
        thread = {"thread_model": self._model, "thread_id": record}
        self._client.post(
            f"/mail/thread/messages?op={tag}", {**thread, "fetch_params": {"limit": 30}}
        )

    # ---------------------------------------------------------- specification

    def _specification(self, arch, model=None):
        """The fields that the client reads for a view, as it names them."""
        model = model or self._model
        specification = {}
        view = etree.fromstring(arch)
        for node in view.iter("field"):
            if any(parent.tag == "field" for parent in node.iterancestors()):
                continue
            # tests/test_lean_list.py sees that the browser doesn't ask for them
            if view.get("js_class") == LEAN_LIST and node.get("optional") == "hide":
                continue
            name = node.get("name")
            specification[name] = self._field(self._fields[model][name], node)
            for extra in WIDGET_FIELDS.get(node.get("widget"), ()):
                if extra in self._fields[model]:
                    specification[extra] = self._field(self._fields[model][extra], node)
        return specification

    def _field(self, field, node):
        if field["type"] in ("many2one", "reference"):
            hidden = node.get("invisible") in ("1", "True")
            return {"fields": {} if hidden else {"display_name": {}}}
        if field["type"] in ("one2many", "many2many"):
            return self._many(field, node)
        return {}

    def _many(self, field, node):
        lines = next((child for child in node if child.tag in ("list", "kanban")), None)
        if lines is not None:
            return {
                "fields": self._specification(etree.tostring(lines), field["relation"]),
                "limit": 40,
            }
        if node.get("widget") != "many2many_tags":
            return {}
        options = node.get("options", "")
        color = {"color": {}} if "color" in options else {}
        return {"fields": {"display_name": {}, **color}}
