import logging

from odoo.tools import SQL

_logger = logging.getLogger(__name__)

OWN_FOREIGN_KEYS = """
SELECT c.relname, k.conname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
 WHERE k.contype = 'f' AND c.relname LIKE 'ozel\\_kalem\\_%'
   AND c.relnamespace = current_schema::regnamespace
"""

# What Odoo itself forgets of a module: favourites, export lists, foreign keys,
# and the names under which other modules extended our models.
FORGOTTEN = """
DELETE FROM ir_filters WHERE model_id LIKE 'ozel\\_kalem.%';
DELETE FROM ir_exports WHERE resource LIKE 'ozel\\_kalem.%';
DELETE FROM ir_model_constraint WHERE type = 'f' AND module =
    (SELECT id FROM ir_module_module WHERE name = 'ozel_kalem');
DELETE FROM ir_model_data WHERE module <> 'ozel_kalem'
   AND name ~ '^(selection|model_inherit)__ozel_kalem_';
"""


def post_init_hook(env):
    """Give each company its office, and say what the database lacks."""
    env["ozel_kalem.office"]._open_for(env["res.company"].search([]))
    if not env.registry.has_unaccent or not env.registry.has_trigram:
        _logger.error(
            "The database has no immutable unaccent() or no pg_trgm: Turkish text "
            "will not be found in every spelling, and searches will be slow. "
            "Let a PostgreSQL superuser create them, then upgrade ozel_kalem."
        )


def uninstall_hook(env):
    """Let go of what would stop Odoo from taking the tables away.

    The projections leave the calendars; the triggers and foreign keys of our
    tables go, so that no numbered record holds its register or its user.
    """
    events = env["calendar.event"].with_context(active_test=False)
    events._ozel_kalem_silent().search(
        [("ozel_kalem_engagement_id", "!=", False)]
    ).unlink()
    env.cr.execute("DROP FUNCTION IF EXISTS ozel_kalem_keep_number() CASCADE")
    env.cr.execute("DROP FUNCTION IF EXISTS ozel_kalem_keep_row() CASCADE")
    env["ozel_kalem.mixin.rollup"]._drop_rollups()
    env.cr.execute(OWN_FOREIGN_KEYS)
    for table, name in env.cr.fetchall():
        env.cr.execute(
            SQL(
                "ALTER TABLE %s DROP CONSTRAINT %s",
                SQL.identifier(table),
                SQL.identifier(name),
            )
        )
    env.cr.execute("DROP INDEX IF EXISTS res_partner__email_normalized_index")
    env.cr.execute(FORGOTTEN)
