"""Where a roll-up is kept, and what feeds it."""

from hashlib import sha256

from odoo.tools import SQL

from ...tools.local_time import ISTANBUL

ZONE_NAME = ISTANBUL.key


def field_of(dimension):
    """The field of which a dimension, ``name`` or ``name:part``, is made."""
    return dimension.partition(":")[0]


def column_of(dimension):
    """The column in which a dimension or a sum is kept."""
    return dimension.replace(":", "__")


class RollupTables:
    """The two tables beside a model's own, and the trigger that feeds them."""

    def __init__(self, model):
        self._model = model
        self._cr = model.env.cr
        self._name = f"{model._table}_rollup"
        self._source = SQL.identifier(model._table)
        self.sums = SQL.identifier(self._name)
        self.changes = SQL.identifier(f"{model._table}_change")
        self._declared = model._rollup_declared()
        self._dimensions = model._rollup_dimensions()
        self._sums = list(map(column_of, model._rollup_summed()))
        self._counted = SQL(", ").join(map(SQL.identifier, ["n", *self._sums]))
        self._columns = SQL(", ").join(
            SQL.identifier(column_of(name)) for name in self._dimensions
        )

    def are_current(self):
        """Whether the tables are those that the model declares."""
        self._cr.execute(
            SQL(
                "SELECT obj_description(c.oid) FROM pg_class c JOIN pg_trigger t"
                " ON t.tgrelid = %s::regclass AND t.tgname = %s"
                " WHERE c.relname = %s AND c.relnamespace = current_schema::regnamespace",
                self._model._table,
                f"{self._name}_insert",
                self._name,
            )
        )
        return self._cr.fetchall() == [(self._signature(),)]

    def _signature(self):
        text = repr((VERSION, self._declared, self._sums, self._expressions().code))
        return sha256(text.encode()).hexdigest()

    def drop(self):
        """Remove the triggers and both tables."""
        function = SQL.identifier(self._name)
        self._cr.execute(SQL("DROP FUNCTION IF EXISTS %s() CASCADE", function))
        self._cr.execute(SQL("DROP TABLE IF EXISTS %s, %s", self.sums, self.changes))

    def make(self):
        """Make both tables anew, empty, and set the triggers."""
        self.drop()
        self._cr.execute(
            SQL(
                "CREATE TABLE %s AS SELECT %s, %s FROM %s AS r WITH NO DATA",
                self.changes,
                self._expressions(),
                self._counts(1),
                self._source,
            )
        )
        self._cr.execute(
            SQL(
                "CREATE TABLE %s (rollup smallint, cell text, LIKE %s,"
                " PRIMARY KEY (rollup, cell)) PARTITION BY LIST (rollup)",
                self.sums,
                self.changes,
            )
        )
        for index in range(len(self._declared)):
            self._make_partition(index)
        self._cr.execute(SQL("COMMENT ON TABLE %s IS %s", self.sums, self._signature()))
        self._set_triggers()

    def part(self, index):
        """The table of one roll-up's sums: small ones are read without the rest."""
        return SQL.identifier(f"{self._name}_{index}")

    def _make_partition(self, index):
        partition = self.part(index)
        self._cr.execute(
            SQL(
                "CREATE TABLE %s PARTITION OF %s FOR VALUES IN (%s)",
                partition,
                self.sums,
                index,
            )
        )
        self._cr.execute(SQL("CREATE INDEX ON %s (n) WHERE n = 0", partition))
        for name in self._declared[index]:
            if name.endswith(":day"):
                column = SQL.identifier(column_of(name))
                self._cr.execute(SQL("CREATE INDEX ON %s (%s)", partition, column))

    def _set_triggers(self):
        function = SQL.identifier(self._name)
        self._cr.execute(
            SQL(
                CHANGE_FUNCTION,
                function=function,
                changes=self.changes,
                columns=self._columns,
                counted=self._counted,
                values=self._expressions(),
                once=self._counts(1),
                less=self._counts(-1),
            )
        )
        for event, scope in (
            ("insert", SQL("REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT")),
            ("update", SQL("FOR EACH ROW WHEN (%s)", self._moves())),
            ("delete", SQL("REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT")),
        ):
            self._cr.execute(
                SQL(
                    "CREATE TRIGGER %s AFTER %s ON %s %s EXECUTE FUNCTION %s()",
                    SQL.identifier(f"{self._name}_{event}"),
                    SQL(event.upper()),
                    self._source,
                    scope,
                    function,
                )
            )

    def _moves(self):
        """Whether an update takes a row to another cell, or changes what is summed."""
        return SQL(" OR ").join(
            SQL("OLD.%s IS DISTINCT FROM NEW.%s", *[SQL.identifier(name)] * 2)
            for name in self._model._rollup_fields()
        )

    def _expressions(self):
        """What the cell of a row ``r`` of the model's table is made of."""
        return SQL(", ").join(
            SQL("%s AS %s", self._expression(name), SQL.identifier(column_of(name)))
            for name in self._dimensions
        )

    def _expression(self, dimension):
        name, _colon, part = dimension.partition(":")
        column = SQL.identifier("r", name)
        if part:
            return SQL(
                f"date_trunc('{part}', %s AT TIME ZONE 'UTC' AT TIME ZONE '{ZONE_NAME}')"
                f" AT TIME ZONE '{ZONE_NAME}' AT TIME ZONE 'UTC'",
                column,
            )
        if self._model._fields[name].type != "datetime":
            return column
        return SQL("CASE WHEN %s IS NOT NULL THEN timestamp 'epoch' END", column)

    def _counts(self, sign):
        """What a row ``r`` adds to its cell, or takes from it."""
        sums = [
            SQL(
                "%s * COALESCE(%s, 0)::bigint AS %s",
                sign,
                SQL.identifier("r", field_of(name)),
                SQL.identifier(column_of(name)),
            )
            for name in self._model._rollup_summed()
        ]
        return SQL(", ").join([SQL("%s::bigint AS n", sign), *sums])

    def _added(self):
        return SQL(", ").join(
            SQL("SUM(%s)", SQL.identifier(name)) for name in ["n", *self._sums]
        )

    def _changed(self):
        """Whether anything is left of what was added and taken away."""
        return SQL(" OR ").join(
            SQL("SUM(%s) <> 0", SQL.identifier(name)) for name in ["n", *self._sums]
        )

    def recount(self):
        """Fill the sums from the table itself."""
        self._cr.execute(SQL("DELETE FROM %s", self.sums))
        self._cr.execute(SQL("DELETE FROM %s", self.changes))
        self._add(
            SQL(
                "SELECT %s, %s FROM %s AS r",
                self._expressions(),
                self._counts(1),
                self._source,
            )
        )

    def fold(self):
        """Add the changes to the sums, unless somebody else is doing it."""
        self._cr.execute(
            SQL("SELECT pg_try_advisory_xact_lock(hashtext(%s))", self._name)
        )
        if not self._cr.fetchone()[0]:
            return
        self._add(
            SQL(
                "DELETE FROM %s RETURNING %s, %s",
                self.changes,
                self._columns,
                self._counted,
            )
        )
        self._cr.execute(SQL("DELETE FROM %s WHERE n = 0", self.sums))

    def _add(self, rows):
        self._cr.execute(
            SQL(
                "WITH r AS (%s) INSERT INTO %s AS s (rollup, cell, %s, %s) %s"
                " ON CONFLICT (rollup, cell) DO UPDATE SET %s",
                rows,
                self.sums,
                self._columns,
                self._counted,
                self._summed(),
                SQL(", ").join(
                    SQL("%s = s.%s + excluded.%s", *[SQL.identifier(name)] * 3)
                    for name in ["n", *self._sums]
                ),
            )
        )

    def _summed(self):
        """The cells of each roll-up, from rows ``r``.

        In the order of time, so that those of a period lie side by side.
        """
        return SQL(" UNION ALL ").join(
            SQL(
                "(SELECT %s::smallint AS rollup, ROW(%s)::text AS cell, %s, %s FROM r"
                " GROUP BY %s HAVING %s%s)",
                index,
                self._own(index),
                self._padded(index),
                self._added(),
                self._own(index),
                self._changed(),
                self._in_time(index),
            )
            for index in range(len(self._declared))
        )

    def _in_time(self, index):
        moments = [name for name in self._declared[index] if ":" in name]
        columns = [SQL.identifier("r", column_of(name)) for name in moments]
        return SQL(" ORDER BY %s", SQL(", ").join(columns)) if columns else SQL()

    def _own(self, index):
        return SQL(", ").join(
            SQL.identifier("r", column_of(name)) for name in self._declared[index]
        )

    def _padded(self, index):
        own = self._declared[index]
        return SQL(", ").join(
            SQL.identifier("r", column_of(name)) if name in own else self._nothing(name)
            for name in self._dimensions
        )

    def _nothing(self, dimension):
        column_type = self._model._fields[field_of(dimension)].column_type[0]
        return SQL(f"NULL::{column_type}")

    def differences(self):
        """Cells that a recount sees otherwise: ``(roll-up, cell, difference)``."""
        self._cr.execute(
            SQL(
                "WITH r AS (SELECT %(values)s, %(less)s FROM %(source)s AS r"
                " UNION ALL SELECT %(columns)s, %(counted)s FROM %(changes)s)"
                " SELECT rollup, cell, SUM(n) FROM ("
                "SELECT * FROM (%(summed)s) AS recount (rollup, cell, %(columns)s,"
                " %(counted)s) UNION ALL"
                " SELECT rollup, cell, %(columns)s, %(counted)s FROM %(sums)s"
                ") AS compared"
                " GROUP BY rollup, cell HAVING %(changed)s ORDER BY rollup, cell",
                values=self._expressions(),
                less=self._counts(-1),
                source=self._source,
                columns=self._columns,
                counted=self._counted,
                changes=self.changes,
                summed=self._summed(),
                sums=self.sums,
                changed=self._changed(),
            )
        )
        return self._cr.fetchall()


# Part of the signature: tables of another make are made anew.
VERSION = 3

CHANGE_FUNCTION = """
CREATE OR REPLACE FUNCTION %(function)s() RETURNS trigger AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO %(changes)s (%(columns)s, %(counted)s)
        SELECT %(values)s, %(once)s FROM new_rows AS r;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO %(changes)s (%(columns)s, %(counted)s)
        SELECT %(values)s, %(less)s FROM old_rows AS r;
    ELSE
        INSERT INTO %(changes)s (%(columns)s, %(counted)s)
        SELECT %(values)s, %(once)s FROM (SELECT NEW.*) AS r
         UNION ALL
        SELECT %(values)s, %(less)s FROM (SELECT OLD.*) AS r;
    END IF;
    RETURN NULL;
END
$$ LANGUAGE plpgsql
"""
