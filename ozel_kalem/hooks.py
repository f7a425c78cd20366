import logging

_logger = logging.getLogger(__name__)


def post_init_hook(env):
    """Give each company its registers, and say what the database lacks."""
    offices = env["ozel_kalem.office"].search([])
    for company in env["res.company"].search([]) - offices.company_id:
        env["ozel_kalem.office"].create(
            {"company_id": company.id, "name": "Özel Kalem Müdürlüğü"}
        )
    if not env.registry.has_unaccent or not env.registry.has_trigram:
        _logger.error(
            "The database has no immutable unaccent() or no pg_trgm: Turkish text "
            "will not be found in every spelling, and searches will be slow. "
            "Let a PostgreSQL superuser create them, then upgrade ozel_kalem."
        )


def uninstall_hook(env):
    """Drop the triggers, so that the tables can be emptied and dropped."""
    env.cr.execute("DROP FUNCTION IF EXISTS ozel_kalem_keep_number() CASCADE")
    env.cr.execute("DROP FUNCTION IF EXISTS ozel_kalem_keep_row() CASCADE")
