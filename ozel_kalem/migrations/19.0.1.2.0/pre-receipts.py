from odoo.tools import sql


def migrate(cr, _version):
    """Receipts of minutes are called as those of the programme."""
    table = "ozel_kalem_minutes_participant"
    if sql.column_exists(cr, table, "read_on"):
        sql.rename_column(cr, table, "read_on", "seen_on")
