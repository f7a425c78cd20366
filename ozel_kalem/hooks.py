import logging

_logger = logging.getLogger(__name__)


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
    """Take the projections out of the calendars, and the triggers off the tables."""
    events = env["calendar.event"].with_context(active_test=False)
    events._ozel_kalem_silent().search(
        [("ozel_kalem_engagement_id", "!=", False)]
    ).unlink()
    env.cr.execute("DROP FUNCTION IF EXISTS ozel_kalem_keep_number() CASCADE")
    env.cr.execute("DROP FUNCTION IF EXISTS ozel_kalem_keep_row() CASCADE")
