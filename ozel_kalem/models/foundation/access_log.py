from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

# One sitting of the same person with the same record leaves one line.
SITTING = timedelta(minutes=5)


class AccessLog(models.Model):
    """Who opened which private or sealed record, and when. Append-only."""

    _name = "ozel_kalem.access.log"
    _description = "Access Log"
    _order = "id desc"

    user_id = fields.Many2one(
        "res.users", required=True, readonly=True, ondelete="restrict", index=True
    )
    res_model = fields.Char("Kind of record", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        "Record", model_field="res_model", required=True, readonly=True
    )
    record_name = fields.Char("Number", readonly=True)
    company_id = fields.Many2one(
        "res.company", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    confidentiality = fields.Char("Level", readonly=True)
    kind = fields.Selection(
        [("read", "Opened"), ("list", "Listed"), ("seal", "Seal opened")],
        required=True,
        readonly=True,
    )
    reason = fields.Text(readonly=True)
    create_date = fields.Datetime("When", readonly=True)

    _record_idx = models.Index("(res_model, res_id, user_id, id)")

    def init(self):
        super().init()
        keep_rows(self.env.cr, self._table)

    @api.model
    def _log(self, records, kind, reason=False):
        """Leave a line for each of ``records`` that has none of this sitting."""
        # sudo: the reader himself has no right to the log
        Log = self.sudo()
        recent = Log.search(
            [
                ("res_model", "=", records._name),
                ("res_id", "in", records.ids),
                ("user_id", "=", self.env.uid),
                ("kind", "=", kind),
                ("create_date", ">", fields.Datetime.now() - SITTING),
            ]
        )
        seen = set(recent.mapped("res_id"))
        if not reason and seen.issuperset(records.ids):
            return
        if self.env.cr.readonly:
            # read from a replica: the line goes to the primary by a cursor of its own
            with self.env.registry.cursor() as cr:
                primary = self.env(cr=cr)
                self.with_env(primary)._log(records.with_env(primary), kind, reason)
            return
        Log.create(
            [
                {
                    "user_id": self.env.uid,
                    "res_model": record._name,
                    "res_id": record.id,
                    "record_name": record.display_name,
                    "company_id": record.company_id.id,
                    "confidentiality": record.confidentiality,
                    "kind": kind,
                    "reason": reason,
                }
                for record in records.sudo()
                if reason or record.id not in seen
            ]
        )


class AccessGrant(models.Model):
    """A sealed record opened by somebody who isn't named on it. Append-only."""

    _name = "ozel_kalem.access.grant"
    _description = "Opened Seal"
    _order = "id desc"
    _rec_name = "record_name"

    user_id = fields.Many2one(
        "res.users", required=True, readonly=True, ondelete="restrict", index=True
    )
    res_model = fields.Char("Kind of record", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        "Record", model_field="res_model", required=True, readonly=True
    )
    record_name = fields.Char("Number", readonly=True)
    company_id = fields.Many2one(
        "res.company", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    reason = fields.Text(required=True, readonly=True)
    expires_on = fields.Datetime(required=True, readonly=True)

    _open_idx = models.Index("(user_id, res_model, expires_on)")

    def init(self):
        super().init()
        keep_rows(self.env.cr, self._table)

    @api.model
    def _opened_ids(self, model):
        """Ids of ``model`` whose seal the current user opened just now."""
        # sudo: the user's own grants, which he can't list himself
        seals = self.env.user.sudo().ozel_kalem_seals or {}
        now = fields.Datetime.to_string(fields.Datetime.now())
        return [res_id for res_id, expires in seals.get(model, ()) if expires > now]

    @api.model
    def _opened_query(self, model):
        """SQL of the same ids: part of a search, it costs no query of its own."""
        return SQL(
            "(SELECT g.res_id FROM %s AS g"
            " WHERE g.user_id = %s AND g.res_model = %s AND g.expires_on > %s)",
            SQL.identifier(self._table),
            self.env.uid,
            model,
            fields.Datetime.now(),
        )


def keep_rows(cr, table):
    """Let PostgreSQL refuse to change or delete what ``table`` has recorded."""
    cr.execute(KEEP_ROW_FUNCTION)
    name = SQL.identifier(table)
    for kind, event, scope in (
        # by row: a user or company without a line here can still be deleted
        ("keep_row", "UPDATE OR DELETE", "ROW"),
        ("keep_table", "TRUNCATE", "STATEMENT"),
    ):
        trigger = SQL.identifier(f"{table}_{kind}")
        cr.execute(SQL("DROP TRIGGER IF EXISTS %s ON %s", trigger, name))
        cr.execute(
            SQL(
                "CREATE TRIGGER %s BEFORE %s ON %s FOR EACH %s "
                "EXECUTE FUNCTION ozel_kalem_keep_row()",
                trigger,
                SQL(event),
                name,
                SQL(scope),
            )
        )


KEEP_ROW_FUNCTION = """
CREATE OR REPLACE FUNCTION ozel_kalem_keep_row() RETURNS trigger AS $$
BEGIN
    RAISE EXCEPTION 'What % has recorded can not be changed or deleted.', TG_TABLE_NAME;
END
$$ LANGUAGE plpgsql
"""
