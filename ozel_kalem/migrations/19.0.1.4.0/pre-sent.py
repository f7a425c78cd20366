from odoo.tools import sql

TABLE = "ozel_kalem_referral"


def migrate(cr, _version):
    """Referrals say when they were sent: so far, when they were written.

    Filled in SQL: a large table takes no hours. The indicators that count them by
    the old date, shipped or the office's own, follow; what is shipped once isn't
    overwritten by an upgrade.
    """
    if not sql.table_exists(cr, TABLE) or sql.column_exists(cr, TABLE, "sent_on"):
        return
    sql.create_column(cr, TABLE, "sent_on", "timestamp")
    cr.execute(
        "UPDATE ozel_kalem_referral"
        " SET sent_on = COALESCE(create_date, now() AT TIME ZONE 'UTC')"
    )
    if sql.table_exists(cr, "ozel_kalem_indicator"):
        cr.execute(
            "UPDATE ozel_kalem_indicator SET moment_field = 'sent_on'"
            " WHERE res_model = 'ozel_kalem.referral' AND moment_field = 'create_date'"
        )
