from odoo.tools import SQL, sql

ON_A_CLOCK = """
SELECT table_name FROM information_schema.columns
 WHERE table_schema = current_schema AND table_name LIKE 'ozel\\_kalem\\_%'
   AND column_name IN ('deadline', 'closed_on', 'paused_on')
 GROUP BY table_name HAVING count(*) = 3
"""
# Their place is taken by indexes that also know the day of receipt.
OLD_INDEXES = (
    "ozel_kalem_request__topic_id_index",
    "ozel_kalem_request__neighbourhood_id_index",
)


def migrate(cr, _version):
    """Which deadlines still run, in SQL and for the open records alone."""
    cr.execute(ON_A_CLOCK)
    for (table,) in cr.fetchall():
        if sql.column_exists(cr, table, "running_deadline"):
            continue
        sql.create_column(cr, table, "running_deadline", "date")
        cr.execute(
            SQL(
                "UPDATE %s SET running_deadline = deadline WHERE deadline IS NOT NULL"
                " AND closed_on IS NULL AND paused_on IS NULL",
                SQL.identifier(table),
            )
        )
    for name in OLD_INDEXES:
        cr.execute(SQL("DROP INDEX IF EXISTS %s", SQL.identifier(name)))
