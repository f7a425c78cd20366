"""Where a roll-up is kept, and what feeds it."""

from hashlib import sha256

from odoo.tools import SQL

from ...tools.local_time import ISTANBUL

ZONE_NAME = ISTANBUL.key


class RollupTables:
    """The two tables beside a model's own, and the trigger that feeds them."""

    def __init__(self, model):
        self._model = model
        self._cr = model.env.cr
        self._name = f"{model._table}_rollup"
        self._source = SQL.identifier(model._table)
        self.sums = SQL.identifier(self._name)
        self.changes = SQL.identifier(f"{model._table}_change")
        self._names = model._rollup_names()
        self._columns = SQL(", ").join(map(SQL.identifier, self._names))

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
        text = repr((self._model._rollups, self._names, self._expressions().code))
        return sha256(text.encode()).hexdigest()

    def drop(self):
        """Remove the triggers and both tables."""
        function = SQL.identifier(self._name)
        self._cr.execute(SQL("DROP FUNCTION IF EXISTS %s() CASCADE", function))
        self._cr.execute(SQL("DROP TABLE IF EXISTS %s, %s", self.sums, self.changes))

    def make(self):
        """Make both tables anew, empty, and set the triggers."""
        self.drop()
        for table, extra in (
            (self.sums, SQL("0::smallint AS rollup, ''::text AS cell, ")),
            (self.changes, SQL()),
        ):
            self._cr.execute(
                SQL(
                    "CREATE TABLE %s AS SELECT %s%s, 0 AS n FROM %s AS r WITH NO DATA",
                    table,
                    extra,
                    self._expressions(),
                    self._source,
                )
            )
        self._cr.execute(
            SQL("ALTER TABLE %s ADD PRIMARY KEY (rollup, cell)", self.sums)
        )
        self._cr.execute(SQL("COMMENT ON TABLE %s IS %s", self.sums, self._signature()))
        self._set_triggers()

    def _set_triggers(self):
        function = SQL.identifier(self._name)
        self._cr.execute(
            SQL(
                CHANGE_FUNCTION,
                function=function,
                changes=self.changes,
                columns=self._columns,
                values=self._expressions(),
            )
        )
        for event, rows in (
            ("insert", "NEW TABLE AS new_rows"),
            ("update", "OLD TABLE AS old_rows NEW TABLE AS new_rows"),
            ("delete", "OLD TABLE AS old_rows"),
        ):
            trigger = SQL.identifier(f"{self._name}_{event}")
            self._cr.execute(
                SQL(
                    "CREATE TRIGGER %s AFTER %s ON %s REFERENCING %s"
                    " FOR EACH STATEMENT EXECUTE FUNCTION %s()",
                    trigger,
                    SQL(event.upper()),
                    self._source,
                    SQL(rows),
                    function,
                )
            )

    def _expressions(self):
        """What the cell of a row ``r`` of the model's table is made of."""
        return SQL(", ").join(
            SQL("%s AS %s", self._expression(name), SQL.identifier(name))
            for name in self._names
        )

    def _expression(self, name):
        column = SQL.identifier("r", name)
        if self._model._fields[name].type != "datetime":
            return column
        if name in self._model._rollup_months:
            return SQL(
                f"date_trunc('month', %s AT TIME ZONE 'UTC' AT TIME ZONE '{ZONE_NAME}')"
                f" AT TIME ZONE '{ZONE_NAME}' AT TIME ZONE 'UTC'",
                column,
            )
        return SQL("CASE WHEN %s IS NOT NULL THEN timestamp 'epoch' END", column)

    def recount(self):
        """Fill the sums from the table itself."""
        self._cr.execute(SQL("DELETE FROM %s", self.sums))
        self._cr.execute(SQL("DELETE FROM %s", self.changes))
        self._add(
            SQL("SELECT %s, 1 AS n FROM %s AS r", self._expressions(), self._source)
        )

    def fold(self):
        """Add the changes to the sums, unless somebody else is doing it."""
        self._cr.execute(
            SQL("SELECT pg_try_advisory_xact_lock(hashtext(%s))", self._name)
        )
        if not self._cr.fetchone()[0]:
            return
        self._add(SQL("DELETE FROM %s RETURNING %s, n", self.changes, self._columns))
        self._cr.execute(SQL("DELETE FROM %s WHERE n = 0", self.sums))

    def _add(self, rows):
        self._cr.execute(
            SQL(
                "WITH r AS (%s) INSERT INTO %s AS s (rollup, cell, %s, n) %s"
                " ON CONFLICT (rollup, cell) DO UPDATE SET n = s.n + excluded.n",
                rows,
                self.sums,
                self._columns,
                self._summed(),
            )
        )

    def _summed(self):
        """The cells of each roll-up, from rows ``r``."""
        return SQL(" UNION ALL ").join(
            SQL(
                "SELECT %s, ROW(%s)::text, %s, SUM(n) FROM r GROUP BY %s"
                " HAVING SUM(n) <> 0",
                index,
                self._own(index),
                self._padded(index),
                self._own(index),
            )
            for index in range(len(self._model._rollups))
        )

    def _own_names(self, index):
        return [*self._model._rollup_always, *self._model._rollups[index]]

    def _own(self, index):
        names = self._own_names(index)
        return SQL(", ").join(SQL.identifier("r", name) for name in names)

    def _padded(self, index):
        own = self._own_names(index)
        return SQL(", ").join(
            SQL.identifier("r", name) if name in own else self._nothing(name)
            for name in self._names
        )

    def _nothing(self, name):
        return SQL(f"NULL::{self._model._fields[name].column_type[0]}")

    def differences(self):
        """Cells that a recount sees otherwise: ``(roll-up, cell, difference)``."""
        self._cr.execute(
            SQL(
                "WITH r AS (SELECT %s, -1 AS n FROM %s AS r"
                " UNION ALL SELECT %s, n FROM %s)"
                " SELECT rollup, cell, SUM(n) FROM (%s"
                " UNION ALL SELECT rollup, cell, %s, n FROM %s"
                ") AS compared (rollup, cell, %s, n)"
                " GROUP BY rollup, cell HAVING SUM(n) <> 0 ORDER BY rollup, cell",
                self._expressions(),
                self._source,
                self._columns,
                self.changes,
                self._summed(),
                self._columns,
                self.sums,
                self._columns,
            )
        )
        return self._cr.fetchall()


CHANGE_FUNCTION = """
CREATE OR REPLACE FUNCTION %(function)s() RETURNS trigger AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO %(changes)s (%(columns)s, n)
        SELECT %(columns)s, COUNT(*) FROM (SELECT %(values)s FROM new_rows AS r) AS c
         GROUP BY %(columns)s;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO %(changes)s (%(columns)s, n)
        SELECT %(columns)s, -COUNT(*) FROM (SELECT %(values)s FROM old_rows AS r) AS c
         GROUP BY %(columns)s;
    ELSE
        INSERT INTO %(changes)s (%(columns)s, n)
        SELECT %(columns)s, SUM(n) FROM (
            SELECT %(values)s, 1 AS n FROM new_rows AS r
             UNION ALL
            SELECT %(values)s, -1 AS n FROM old_rows AS r
        ) AS c
         GROUP BY %(columns)s HAVING SUM(n) <> 0;
    END IF;
    RETURN NULL;
END
$$ LANGUAGE plpgsql
"""
