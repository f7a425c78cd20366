from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools import register_numbers
from ...tools.local_time import local_today

NUMBER_FIELDS = ("register_id", "register_year", "register_number", "name")


class RegisterMixin(models.AbstractModel):
    """A record with a number in a yearly register.

    The number is drawn at the end of ``create``, in the transaction that
    creates the record: no gap, no double, never changed, never reused
    (docs/adr/0002-register-numbers.md). A model names its register's code.
    """

    _name = "ozel_kalem.mixin.register"
    _description = "Registered Record"

    _register_code = None

    name = fields.Char("Number", readonly=True, copy=False, index="trigram")
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    register_id = fields.Many2one(
        "ozel_kalem.register", readonly=True, copy=False, ondelete="restrict"
    )
    register_year = fields.Integer("Year", readonly=True, copy=False, aggregator=None)
    register_number = fields.Integer(
        "Running number", readonly=True, copy=False, aggregator=None
    )

    _register_number_uniq = models.UniqueIndex(
        "(register_id, register_year, register_number)",
        "This number is already taken in this register and year.",
    )

    def init(self):
        super().init()
        if self._abstract or not self._auto:
            return
        self.env.cr.execute(KEEP_NUMBER_FUNCTION)
        table = SQL.identifier(self._table)
        for name, event, scope in (
            ("keep_number", "UPDATE OR DELETE", "ROW"),
            ("keep_table", "TRUNCATE", "STATEMENT"),
        ):
            trigger = SQL.identifier(f"{self._table}_{name}")
            self.env.cr.execute(SQL("DROP TRIGGER IF EXISTS %s ON %s", trigger, table))
            self.env.cr.execute(
                SQL(
                    "CREATE TRIGGER %s BEFORE %s ON %s FOR EACH %s "
                    "EXECUTE FUNCTION ozel_kalem_keep_number()",
                    trigger,
                    SQL(event),
                    table,
                    SQL(scope),
                )
            )

    @api.model
    def default_get(self, fields):
        """No default, the user's or the context's, gives a number."""
        return super().default_get(
            [name for name in fields if name not in NUMBER_FIELDS]
        )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if company := self._company_of_principal(vals):
                vals["company_id"] = company.id
            company = self.env["res.company"].browse(
                vals.get("company_id") or self.env.company.id
            )
            register = self._get_register(company, vals)
            if not self._takes_old_number(vals, register):
                for name in NUMBER_FIELDS:
                    vals.pop(name, None)
            vals["register_id"] = register.id
        records = super().create(vals_list)
        records.filtered(lambda record: not record.register_number)._draw_numbers()
        records._numbered()
        return records

    def write(self, vals):
        given = [name for name in NUMBER_FIELDS if name in vals]
        if "company_id" in vals and self.company_id.ids != [vals["company_id"]]:
            given.append("company_id")
        if given and not self.env.su:
            raise UserError(
                self.env._(
                    "“%(field)s” is given once and can't be changed. "
                    "Cancel the record and register a new one.",
                    field=self._fields[given[0]]._description_string(self.env),
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_numbered(self):
        if numbered := self.filtered("register_number"):
            raise UserError(
                self.env._(
                    "%(record)s has a number in the register and can't be deleted. "
                    "Cancel it instead: the number stays, with the reason.",
                    record=numbered[0].name,
                )
            )

    @api.model
    def _company_of_principal(self, vals):
        """The company of the principal named in ``vals``, where they name none.

        What is of a principal stands in his company's register, whichever company
        the user has before him.
        """
        # sudo: which company a principal serves is no secret to who names him
        Principal = self.env["ozel_kalem.principal"].sudo()
        principal_id = "principal_id" in self._fields and vals.get("principal_id")
        if vals.get("company_id") or not isinstance(principal_id, int):
            return Principal.company_id
        return Principal.browse(principal_id).company_id

    @api.model
    def _get_register(self, company, vals):
        """The register of a record that is being created with ``vals``."""
        return self.env["ozel_kalem.register"]._get(self._register_code, company)

    @api.model
    def _contact_domain(self):
        """Which of them count as contacts of their person: all that took place."""
        return Domain.TRUE

    def _creation_message(self):
        return self.env._("Entered in the register")

    def _numbered(self):
        """Act on records that have just got their number."""

    def _takes_old_number(self, vals, register):
        """Let an import bring the old numbers of closed years, and no others."""
        number, year = vals.get("register_number"), vals.get("register_year")
        if not number:
            return False
        if not self._may_import_history() or not year:
            raise UserError(
                self.env._(
                    "“Running number” is given by the register. Only an import of "
                    "the director brings old numbers, together with their “Year”."
                )
            )
        if year >= local_today().year:
            raise UserError(
                self.env._(
                    "Old numbers can be brought only for closed years, not for "
                    "%(year)s.",
                    year=year,
                )
            )
        if vals.get("register_id", register.id) != register.id:
            raise UserError(
                self.env._(
                    "“Register”: %(model)s of this company is numbered in “%(register)s”.",
                    model=self._description,
                    register=register.name,
                )
            )
        try:
            vals["name"] = register_numbers.format_number(
                register.sudo().pattern, year, number
            )
        except ValueError as error:
            raise UserError(
                self.env._(
                    "“Running number” %(number)s of “Year” %(year)s: %(error)s",
                    number=number,
                    year=year,
                    error=error,
                )
            ) from error
        return True

    def _draw_numbers(self):
        """Give each record the next number of its register and this year."""
        year = local_today().year
        by_register = self.grouped("register_id")
        for register in sorted(by_register, key=lambda register: register.id):
            pattern = register._pattern()
            last = self._lock_last_number(register, year)
            by_register[register]._set_numbers(pattern, year, last + 1)
        self.modified(NUMBER_FIELDS)

    def _lock_last_number(self, register, year):
        """The highest number given, after which nobody else draws until we end.

        What others committed while we waited for the lock is older than the
        lock but younger than our snapshot: only a fresh cursor sees it. Our
        own snapshot adds what this transaction has drawn before. All that can
        be done before the lock is: others wait for what comes after it.
        """
        query = SQL(
            "SELECT COALESCE(MAX(register_number), 0) FROM %s"
            " WHERE register_id = %s AND register_year = %s",
            SQL.identifier(self._table),
            register.id,
            year,
        )
        self.env.cr.execute(query)
        own = self.env.cr.fetchone()[0]
        if not self.env.registry.ready:  # our tables are new, or locked by ourselves
            return own
        with self.env.registry.cursor() as fresh:
            register._lock(year)
            fresh.execute(query)
            return max(own, fresh.fetchone()[0])

    def _set_numbers(self, pattern, year, first):
        """Number the records in their order, in the database and the cache."""
        rows = [
            (record.id, number, register_numbers.format_number(pattern, year, number))
            for number, record in enumerate(self, first)
        ]
        self.env.cr.execute(
            SQL(
                "UPDATE %s AS t SET register_year = %s, register_number = v.number,"
                " name = v.name FROM (VALUES %s) AS v(id, number, name)"
                " WHERE t.id = v.id",
                SQL.identifier(self._table),
                year,
                SQL(", ").join(SQL("(%s, %s, %s)", *row) for row in rows),
            )
        )
        for record, (_id, number, name) in zip(self, rows, strict=True):
            record._update_cache(
                {"register_year": year, "register_number": number, "name": name},
                validate=False,
            )


KEEP_NUMBER_FUNCTION = """
CREATE OR REPLACE FUNCTION ozel_kalem_keep_number() RETURNS trigger AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        RAISE EXCEPTION 'A register can not be emptied.';
    END IF;
    IF OLD.register_number IS NULL THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'Record % has a number and can not be deleted.', OLD.name;
    END IF;
    IF NEW.register_number IS DISTINCT FROM OLD.register_number
        OR NEW.register_year IS DISTINCT FROM OLD.register_year
        OR NEW.register_id IS DISTINCT FROM OLD.register_id
        OR NEW.company_id IS DISTINCT FROM OLD.company_id
        OR NEW.name IS DISTINCT FROM OLD.name THEN
        RAISE EXCEPTION 'The number of record % can not be changed.', OLD.name;
    END IF;
    RETURN NEW;
END
$$ LANGUAGE plpgsql
"""
