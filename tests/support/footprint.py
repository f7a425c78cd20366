"""What a module leaves in a database: its schema, its rows, what a user sees."""

SCHEMA = """
SELECT 'relation', c.relkind::text, c.relname, '' FROM pg_class c
 WHERE c.relnamespace = 'public'::regnamespace
UNION ALL
SELECT 'column', c.relname, a.attname, format_type(a.atttypid, a.atttypmod)
    || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v', 'm')
   AND a.attnum > 0 AND NOT a.attisdropped
UNION ALL
SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid)
  FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL
SELECT 'index', tablename, indexname, indexdef FROM pg_indexes
 WHERE schemaname = 'public'
UNION ALL
SELECT 'trigger', tgrelid::regclass::text, tgname, '' FROM pg_trigger
 WHERE NOT tgisinternal
UNION ALL
SELECT 'function', proname, pg_get_function_identity_arguments(oid), ''
  FROM pg_proc WHERE pronamespace = 'public'::regnamespace
UNION ALL
SELECT 'type', typtype::text, typname, '' FROM pg_type
 WHERE typnamespace = 'public'::regnamespace AND typtype <> 'b'
UNION ALL
SELECT 'extension', extname, '', '' FROM pg_extension
"""
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
# Written whenever Odoo starts or serves, whatever is installed.
VOLATILE = {
    "bus_bus",
    "ir_actions_todo",
    "ir_cron_trigger",
    "ir_logging",
    "ir_module_module",
    "res_device_log",
}
CHURN = (
    "'write_date', 'write_uid', 'nextcall', 'lastcall', 'latest_version', 'state_date'"
)


def schema(odoo, database):
    """Every relation, column, constraint, index, trigger and function."""
    return set(map(tuple, odoo.server.sql(SCHEMA, database)))


def rows(odoo, database):
    """Every row of every table: (table, key, hash of its contents), dates left out."""
    tables = {name for (name,) in odoo.server.sql(TABLES, database)}
    stable = sorted(
        name for name in tables - VOLATILE if not name.startswith("orm_signaling")
    )
    parts = (
        f"SELECT '{name}', to_jsonb(t)->>'id',"
        f' md5((to_jsonb(t) - ARRAY[{CHURN}])::text) FROM "{name}" AS t'
        for name in stable
    )
    return set(map(tuple, odoo.server.sql(" UNION ALL ".join(parts), database)))


# Run by `odoo shell`: everything that the web client would ask for some users.
SIGHT = '''
import json, pathlib, re

FORMS = {
    "res.partner": "form list kanban search",
    "hr.department": "form list kanban search",
    "calendar.event": "form list calendar search",
    "res.users": "form list search",
}
# Ours, and what Odoo knows of the modules themselves.
OWN = re.compile(r"ozel_kalem\\.|ir\\.|report\\.|res\\.groups|mail\\.(activity\\.type|template)$")
WINDOW = "ir.actions.act_window"


def asked(env, menus):
    """The views that the user's menus open."""
    for model, kinds in FORMS.items():
        yield model, [(False, kind) for kind in kinds.split()]
    ids = {menu["actionID"] for menu in menus.values() if menu["actionModel"] == WINDOW}
    for action in env[WINDOW].sudo().browse(sorted(ids)).exists():
        views = [*map(tuple, action.views), (action.search_view_id.id, "search")]
        if env[action.res_model].has_access("read"):
            yield action.res_model, views


def counts(env):
    """How many records of each kind he finds."""
    for name in sorted(env.registry):
        Model = env[name]
        if Model._auto and not (Model._abstract or Model._transient):
            if not OWN.match(name) and Model.has_access("read"):
                yield name, Model.search_count([])


def tidy(found):
    """The views without the whitespace that inheriting them leaves."""
    for view in found["views"].values():
        view["arch"] = re.sub(r"\\s+", " ", view["arch"])
    return found


def sight(user):
    env = user.with_user(user).env
    menus = env["ir.ui.menu"].load_web_menus(False)
    events = env["calendar.event"].with_context(active_test=False).search([], order="id")
    return {
        "menus": menus,
        "views": [
            (model, views, tidy(env[model].get_views(views, {"toolbar": True})))
            for model, views in asked(env, menus)
        ],
        "counts": dict(counts(env)),
        "events": events.read(["name", "start", "stop", "partner_ids", "attendee_ids"]),
        "attendees": env["calendar.attendee"].search([], order="id").read(),
        "busy": env["res.partner"].browse(user.partner_id.id)._get_busy_calendar_events(
            min(events.mapped("start")), max(events.mapped("stop"))),
        "activities": user.with_user(user)._get_activity_groups(),
    }


logins = %(logins)r
found = {
    login: sight(env["res.users"].search([("login", "=", login)])) for login in logins
}
pathlib.Path(%(target)r).write_text(json.dumps(found, default=str))
'''
