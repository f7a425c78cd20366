from odoo.tools import SQL, sql

ISTANBUL_DAY = "(%s AT TIME ZONE 'UTC' AT TIME ZONE 'Europe/Istanbul')::date"
ON_A_CLOCK = """
SELECT table_name FROM information_schema.columns
 WHERE table_schema = current_schema AND table_name LIKE 'ozel\\_kalem\\_%'
   AND column_name IN ('applied_duration', 'deadline', 'closed_on')
 GROUP BY table_name HAVING count(*) = 3
"""
# Table, column, type, and what it is of the records that are there.
COLUMNS = (
    ("appointment", "waited_days", "int4", "GREATEST(0, {start} - {received_on})"),
    ("referral", "answer_days", "int4", "GREATEST(0, {answered_on} - {create_date})"),
    ("referral", "answered_late", "bool", "COALESCE({answered_on} > deadline, FALSE)"),
    ("call", "was_connected", "bool", "state = 'connected'"),
    ("call", "was_noted", "bool", "state = 'noted'"),
)

RANK = "CASE WHEN name::text ILIKE '%%yardımcı%%' THEN 'deputy' ELSE 'mayor' END"


def migrate(cr, _version):
    """The columns behind the figures, filled in SQL: a large table takes no hours."""
    cr.execute(ON_A_CLOCK)
    for (table,) in cr.fetchall():
        late = f"COALESCE({_day('closed_on')} > deadline, FALSE)"
        _add(cr, table, "closed_late", "bool", late)
    moments = ("start", "received_on", "answered_on", "create_date")
    days = {name: _day(name) for name in moments}
    for name, column, kind, value in COLUMNS:
        _add(cr, f"ozel_kalem_{name}", column, kind, value.format(**days))
    if sql.column_exists(cr, "ozel_kalem_appointment", "waited_days"):
        cr.execute(
            "UPDATE ozel_kalem_appointment SET waited_days = 0"
            " WHERE state <> 'done' OR waited_days IS NULL"
        )
    _add(cr, "ozel_kalem_principal", "rank", "varchar", RANK)
    of_principal = (
        "(SELECT p.rank FROM ozel_kalem_principal p WHERE p.id = principal_id)"
    )
    _add(cr, "ozel_kalem_visit", "principal_rank", "varchar", of_principal)


def _day(column):
    return ISTANBUL_DAY % f'"{column}"'


def _add(cr, table, column, kind, value):
    if not sql.table_exists(cr, table) or sql.column_exists(cr, table, column):
        return
    sql.create_column(cr, table, column, kind)
    cr.execute(
        SQL(
            "UPDATE %s SET %s = %s",
            SQL.identifier(table),
            SQL.identifier(column),
            SQL(value),
        )
    )
