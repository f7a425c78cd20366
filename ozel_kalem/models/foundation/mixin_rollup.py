from datetime import UTC
from hashlib import sha256

from odoo import api, models
from odoo.fields import Domain
from odoo.orm.domains import DomainBool, DomainCondition, DomainNary
from odoo.tools import SQL, Query

from ...tools.local_time import ISTANBUL

# What can be told from the month of a date and time.
OF_MONTHS = {
    "month",
    "quarter",
    "year",
    "month_number",
    "quarter_number",
    "year_number",
}
COUNT = "__count"
ZONE_NAME = ISTANBUL.key


class RollupMixin(models.AbstractModel):
    """Counts that don't touch every row, exact to the last commit.

    Statement triggers append signed changes (``…_change``) for whatever writes
    the table, SQL and imports included; a job folds them into sums
    (``…_rollup``); a reader adds both. Nobody updates a shared counter, so
    writers never wait for or collide with each other (docs: PostgreSQL).

    A model declares its dimensions, which are own stored columns:

    * ``_rollup_always``: those that every question may name, above all the
      columns that the record rules use;
    * ``_rollups``: ``(name, …)`` tuples, each of which may be asked for
      together (with the ones of always). Fewer combinations are faster.
    * ``_rollup_months``: dates and times kept by their month in Turkish time;
      of any other, only whether it is filled in.

    A counting question (``_read_group`` and what the web client builds on it)
    is answered from here if its domain and groups are made of dimensions. Of
    the record rules, what depends on dimensions alone is counted here; records
    that need another look (one's own confidential ones) are counted one by one.
    """

    _name = "ozel_kalem.mixin.rollup"
    _description = "Rolled-up Counts"

    _rollup_always = ()
    _rollup_months = ()
    _rollups = ()

    def init(self):
        super().init()
        if self._abstract or not self._auto:
            return
        tables = RollupTables(self)
        if tables.are_current():
            return
        tables.make()
        tables.recount()

    # -------------------------------------------------------------- questions

    @api.model
    def _read_group(
        self,
        domain,
        groupby=(),
        aggregates=(),
        having=(),
        offset=0,
        limit=None,
        order=None,
    ):
        if not isinstance(domain, RollupSource) and set(aggregates) <= {COUNT}:
            domain = self._rollup_source(domain, groupby) or domain
        return super()._read_group(
            domain, groupby, aggregates, having, offset, limit, order
        )

    @api.model
    def _read_grouping_sets(self, domain, grouping_sets, aggregates=(), order=None):
        specs = {spec for groupby in grouping_sets for spec in groupby}
        source = None
        if tuple(aggregates) == (COUNT,):
            source = self._rollup_source(domain, specs)
        result = super()._read_grouping_sets(
            source or domain, grouping_sets, aggregates, order
        )
        if source is None:
            return result
        return [
            [row for row in rows if row[-1] or not groupby]
            for groupby, rows in zip(grouping_sets, result, strict=True)
        ]

    @api.model
    def search_count(self, domain, limit=None):
        source = self._rollup_source(domain, ())
        if source is None:
            return super().search_count(domain, limit=limit)
        count = self._read_group(source, (), (COUNT,))[0][0]
        return min(count, limit) if limit else count

    def _search(self, domain, *args, **kwargs):
        if isinstance(domain, RollupSource):
            return domain.query
        return super()._search(domain, *args, **kwargs)

    def _read_group_select(self, aggregate_spec, query):
        if aggregate_spec == COUNT and isinstance(query, RollupQuery):
            return SQL("COALESCE(SUM(%s), 0)", SQL.identifier(self._table, "n"))
        return super()._read_group_select(aggregate_spec, query)

    def _read_group_having(self, having_domain, query):
        having = super()._read_group_having(having_domain, query)
        if not isinstance(query, RollupQuery):
            return having
        # cells whose records have all moved on
        alive = SQL("%s <> 0", self._read_group_select(COUNT, query))
        return SQL("%s AND %s", having, alive) if having_domain else alive

    def _check_access(self, operation):
        """Spare the records that plain columns show for certain the costly rules.

        A list of eighty would otherwise read who is named on each of them.
        """
        if operation != "read" or self.env.su or not self:
            return super()._check_access(operation)
        certain = self._rollup_rules().map_conditions(self._rollup_certain)
        trusted = self.sudo().with_context(active_test=False)
        shown = trusted.filtered_domain(certain).ids if _is_plain(certain) else ()
        doubtful = self.browse(set(self._ids).difference(shown))
        return super(RollupMixin, doubtful)._check_access(operation)

    # ----------------------------------------------------------------- answer

    @api.model
    def _rollup_source(self, domain, groupby):
        """What answers the question from the roll-up; None where it can't."""
        names = {self._rollup_grouped(spec) for spec in groupby}
        if None in names or isinstance(domain, RollupSource):
            return None
        asked, rules = self._rollup_domains(domain)
        if not all(map(self._rollup_knows, asked.iter_conditions())):
            return None
        if not (_is_plain(asked) and _is_plain(rules)):
            return None
        certain = rules.map_conditions(self._rollup_certain).optimize(self)
        if certain.is_false() or asked.is_false():
            return None
        names |= {condition.field_expr for condition in asked.iter_conditions()}
        index = self._rollup_index(names)
        if index is None:
            return None
        return RollupSource(self, index, asked, rules, certain)

    @api.model
    def _rollup_domains(self, domain):
        """The question, and what the user's rules add to it, made of conditions."""
        self.browse().check_access("read")
        domain = Domain(domain)
        if (
            self._active_name
            and self.env.context.get("active_test", True)
            and not any(
                c.field_expr == self._active_name for c in domain.iter_conditions()
            )
        ):
            domain &= Domain(self._active_name, "=", True)
        return domain.optimize_full(self), self._rollup_rules()

    @api.model
    def _rollup_rules(self):
        """The record rules that the user reads by."""
        if self.env.su:
            return Domain.TRUE
        rules = self.env["ir.rule"]._compute_domain(self._name, "read")
        return rules.optimize_full(self.sudo().with_context(active_test=False))

    @api.model
    def _rollup_names(self):
        """Every dimension, in a fixed order."""
        return tuple(dict.fromkeys([*self._rollup_always, *sum(self._rollups, ())]))

    @api.model
    def _rollup_index(self, names):
        """Which of the roll-ups has all of ``names``."""
        for index, rollup in enumerate(self._rollups):
            if names <= {*rollup, *self._rollup_always}:
                return index
        return None

    @api.model
    def _rollup_grouped(self, spec):
        """The dimension by which ``spec`` groups; None if there is none."""
        name, _colon, part = spec.partition(":")
        if name not in self._rollup_names():
            return None
        if name in self._rollup_months:
            local = self.env.context.get("tz") == ZONE_NAME
            return name if local and part in OF_MONTHS else None
        return name if not part and self._fields[name].type != "datetime" else None

    @api.model
    def _rollup_knows(self, condition):
        """Whether each cell lies wholly inside or outside of ``condition``."""
        name, value = condition.field_expr, condition.value
        if name not in self._rollup_names():
            return False
        if self._fields[name].type != "datetime":
            return condition.operator in ("in", "not in") and not isinstance(
                value, Query | SQL | Domain
            )
        if condition.operator in ("in", "not in"):
            return set(value) == {False}
        return (
            name in self._rollup_months
            and condition.operator in (">=", "<")
            and _begins_month(value)
        )

    @api.model
    def _rollup_settles(self, condition):
        """Whether every roll-up can answer the ``condition`` of a record rule."""
        always = condition.field_expr in self._rollup_always
        return always and self._rollup_knows(condition)

    @api.model
    def _rollup_certain(self, condition):
        return condition if self._rollup_settles(condition) else Domain.FALSE

    # ------------------------------------------------------------ maintenance

    @api.model
    def _rolled_up_models(self):
        names = self.env.registry.descendants([self._name], "_inherit")
        return [self.env[name] for name in names if not self.env[name]._abstract]

    @api.model
    def _cron_fold_rollups(self):
        """Fold the changes of every rolled-up model into its sums."""
        for model in self._rolled_up_models():
            model._fold_rollup()

    @api.model
    def _drop_rollups(self):
        """Leave nothing behind, when the module goes."""
        for model in self._rolled_up_models():
            RollupTables(model).drop()

    @api.model
    def _fold_rollup(self):
        # a cursor of its own: the sums must be read as they are now, and only
        # the holder of the lock changes them
        with self.env.registry.cursor() as cr:
            RollupTables(self.with_env(self.env(cr=cr))).fold()

    @api.model
    def _rollup_differences(self):
        """What the roll-up counts otherwise than the table; nothing, if all is well."""
        self.env.flush_all()
        return RollupTables(self).differences()


class RollupQuery(Query):
    """A query over cells, where a row stands for ``n`` records."""


class RollupSource:
    """Takes a domain's place on the way to ``_search``; never comes from outside."""

    def __init__(self, model, index, asked, rules, certain):
        self._model = model
        self._alias = model._table
        self._index = index
        self._asked, self._rules, self._certain = asked, rules, certain
        self._trusted = model.sudo().with_context(active_test=False)
        self._names = [*model._rollup_always, *model._rollups[index]]
        model.flush_model(model._rollup_names())
        parts = [self._cells()]
        if self._open_conditions():
            parts.append(self._others())
        table = SQL("(%s)", SQL(" UNION ALL ").join(parts))
        self.query = RollupQuery(model.env, self._alias, table)

    def _columns(self):
        return SQL(", ").join(map(SQL.identifier, self._names))

    def _where(self, *conditions):
        """SQL of ``(domain, model)`` pairs."""
        query = Query(self._model.env, self._alias)
        found = [
            domain._to_sql(model, self._alias, query)
            for domain, model in conditions
            if not domain.is_true()
        ]
        return SQL(" AND ").join(found or [SQL("TRUE")])

    def _cells(self):
        """The sums of what the rules show for certain."""
        tables = RollupTables(self._model)
        return SQL(
            "SELECT %(columns)s, n FROM (SELECT %(columns)s, n FROM %(sums)s"
            " WHERE rollup = %(index)s UNION ALL SELECT %(columns)s, n FROM %(changes)s"
            ") AS %(alias)s WHERE %(where)s",
            columns=self._columns(),
            sums=tables.sums,
            changes=tables.changes,
            index=self._index,
            alias=SQL.identifier(self._alias),
            where=self._where(
                (self._asked, self._model), (self._certain, self._trusted)
            ),
        )

    def _open_conditions(self):
        """The conditions of the rules that dimensions don't answer, each once."""
        found = []
        for condition in self._rules.iter_conditions():
            if condition not in found and not self._model._rollup_settles(condition):
                found.append(condition)
        return found

    def _others(self):
        """The records that the rules show for another reason, one by one.

        At least one of the open conditions is true for each of them, which is
        how PostgreSQL finds them without looking at the rest.
        """
        in_question = SQL(
            "%s AND %s AND (%s) IS NOT TRUE",
            self._doubtful(),
            self._where((self._asked, self._model), (self._rules, self._trusted)),
            self._where((self._certain, self._trusted)),
        )
        found = SQL(" UNION ").join(
            SQL(
                "SELECT %s, %s FROM %s WHERE %s AND %s",
                SQL.identifier(self._alias, "id"),
                self._columns(),
                SQL.identifier(self._alias),
                self._where((condition, self._trusted)),
                in_question,
            )
            for condition in self._open_conditions()
        )
        return SQL("SELECT %s, 1 FROM (%s) AS others", self._columns(), found)

    def _doubtful(self):
        """What selections a record has that the rules don't show for certain.

        Written out, so that an index on (somebody, selections) leads there.
        """
        return self._doubtful_below(self._selections(), {})

    def _doubtful_below(self, names, known):
        if not names:
            return SQL("FALSE") if self._shown(known) else SQL("TRUE")
        name, *rest = names
        values = self._model._fields[name].get_values(self._model.env)
        by_clause = {}
        for value in values:
            clause = self._doubtful_below(rest, {**known, name: value})
            by_clause.setdefault(clause, []).append(value)
        if len(by_clause) == 1:
            return next(iter(by_clause))
        column = SQL.identifier(self._alias, name)
        found = [
            SQL("(%s IN %s AND %s)", column, tuple(same), clause)
            for clause, same in by_clause.items()
            if clause != SQL("FALSE")
        ]
        return SQL("(%s)", SQL(" OR ").join(found))

    def _selections(self):
        used = {condition.field_expr for condition in self._rules.iter_conditions()}
        return [
            name
            for name in self._model._rollup_always
            if name in used
            and self._model._fields[name].type == "selection"
            and self._model._fields[name].required
        ]

    def _shown(self, values):
        """Whether the open part of the rules holds for records with ``values``."""
        return all(
            _holds(part, values) for part in _parts(self._rules) if self._is_open(part)
        )

    def _is_open(self, domain):
        return not all(map(self._model._rollup_settles, domain.iter_conditions()))


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


def _begins_month(value):
    """Whether a date and time in UTC is a month's first instant in Turkey."""
    if not hasattr(value, "hour"):
        return False
    local = value.replace(tzinfo=UTC).astimezone(ISTANBUL)
    first = (local.day, local.hour, local.minute, local.second, local.microsecond)
    return first == (1, 0, 0, 0, 0)


def _is_plain(domain):
    """Whether ``domain`` is made of conditions by “and” and “or” only."""
    if isinstance(domain, DomainNary):
        return all(map(_is_plain, domain.children))
    return isinstance(domain, DomainBool | DomainCondition)


def _parts(domain):
    """What all has to hold."""
    joined = isinstance(domain, DomainNary) and domain.OPERATOR == "&"
    return domain.children if joined else [domain]


def _holds(domain, values):
    """Whether ``domain`` holds by ``values`` alone, whatever else a record has."""
    if isinstance(domain, DomainNary):
        every = all if domain.OPERATOR == "&" else any
        return every(_holds(child, values) for child in domain.children)
    if isinstance(domain, DomainBool):
        return domain.is_true()
    if domain.field_expr not in values:
        return False
    inside = values[domain.field_expr] in domain.value
    return inside if domain.operator == "in" else not inside


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
