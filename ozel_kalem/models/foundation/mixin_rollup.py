from datetime import UTC

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL, Query, ormcache

from ...tools.local_time import ISTANBUL
from .rollup_source import RollupQuery, RollupSource, is_plain
from .rollup_tables import ZONE_NAME, RollupTables, column_of, field_of

# What can be told from the month of a date and time.
OF_MONTHS = {
    "month",
    "quarter",
    "year",
    "month_number",
    "quarter_number",
    "year_number",
}
# What can be told from its day only.
OF_DAYS = {
    "day",
    "week",
    "day_of_year",
    "day_of_month",
    "day_of_week",
    "iso_week_number",
}
COUNT = "__count"


class RollupMixin(models.AbstractModel):
    """Counts that don't touch every row, exact to the last commit.

    Triggers append signed changes (``…_change``) for whatever writes
    the table, SQL and imports included; a job folds them into sums
    (``…_rollup``); a reader adds both. Nobody updates a shared counter, so
    writers never wait for or collide with each other (docs: PostgreSQL).

    A model declares its dimensions, which are own stored columns; of a date and
    time they say what is kept: ``name:month`` or ``name:day`` in Turkish time, or
    with the bare name only whether it is filled in.

    * ``_rollup_always``: those that every question may name, above all the
      columns that the record rules use;
    * ``_rollups``: ``(dimension, …)`` tuples, each of which may be asked for
      together (with the ones of always). Fewer combinations are faster.
    * ``_rollup_figures``: the same without the ones of always, for the office's
      statistics, which count whatever there is, under no reader's rules;
    * ``_rollup_sums``: numbers of which each cell keeps the sum.

    A counting question (``_read_group`` and what the web client builds on it)
    is answered from here if its domain and groups are made of dimensions. Of
    the record rules, what depends on dimensions alone is counted here; records
    that need another look (one's own confidential ones) are counted one by one.
    """

    _name = "ozel_kalem.mixin.rollup"
    _description = "Rolled-up Counts"

    _rollup_always = ()
    _rollups = ()
    _rollup_figures = ()
    _rollup_sums = ()

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
        if not isinstance(domain, RollupSource) and self._rollup_adds(aggregates):
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
        if not isinstance(query, RollupQuery) or aggregate_spec not in (
            COUNT,
            *self._rollup_summed(),
        ):
            return super()._read_group_select(aggregate_spec, query)
        column = "n" if aggregate_spec == COUNT else column_of(aggregate_spec)
        # the sum of bigints is numeric, which would be read as a float
        return SQL("COALESCE(SUM(%s), 0)::bigint", SQL.identifier(self._table, column))

    @api.model
    @ormcache()
    def _rollup_summed(self):
        """What each cell keeps the sum of, as it is asked for."""
        return tuple(f"{name}:sum" for name in self._rollup_sums)

    @api.model
    def _rollup_adds(self, aggregates):
        """Whether the cells can answer with these ``aggregates``."""
        return {*aggregates} <= {COUNT, *self._rollup_summed()}

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
        known = operation in ("read", "write") and self._rollups
        if not known or self.env.su or not self:
            return super()._check_access(operation)
        rules = self._rollup_rules(operation)
        certain = rules.map_conditions(self._rollup_certain)
        trusted = self.sudo().with_context(active_test=False)
        shown = trusted.filtered_domain(certain).ids if is_plain(certain) else ()
        doubtful = self.browse(set(self._ids).difference(shown))
        return super(RollupMixin, doubtful)._check_access(operation)

    # ----------------------------------------------------------------- answer

    @api.model
    def _rollup_source(self, domain, groupby):
        """What answers the question from the roll-up; None where it can't."""
        if isinstance(domain, RollupSource) or not (self.env.su or self._rollups):
            return None
        needs = {self._rollup_grouped(spec) for spec in groupby}
        if not all(needs):
            return None
        asked, rules = self._rollup_domains(domain)
        needs |= {self._rollup_told(condition) for condition in asked.iter_conditions()}
        if not (all(needs) and is_plain(asked) and is_plain(rules)):
            return None
        certain = rules.map_conditions(self._rollup_certain).optimize(self)
        if certain.is_false() or asked.is_false():
            return None
        index = self._rollup_index(needs)
        if index is None:
            return None
        return RollupSource(self, index, groupby, asked, rules, certain)

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
    def _rollup_rules(self, operation="read"):
        """The record rules that the user reads, or writes, by."""
        if self.env.su:
            return Domain.TRUE
        rules = self.env["ir.rule"]._compute_domain(self._name, operation)
        return rules.optimize_full(self.sudo().with_context(active_test=False))

    @api.model
    @ormcache()
    def _rollup_declared(self):
        """The dimensions of each roll-up, those of the figures last."""
        always = self._rollup_always
        return (*((*always, *own) for own in self._rollups), *self._rollup_figures)

    @api.model
    @ormcache()
    def _rollup_dimensions(self):
        """Every dimension, in a fixed order."""
        return tuple(dict.fromkeys(sum(map(tuple, self._rollup_declared()), ())))

    @api.model
    @ormcache()
    def _rollup_fields(self):
        """The fields that the roll-ups are made of."""
        kept = map(field_of, self._rollup_dimensions())
        return tuple(dict.fromkeys((*kept, *self._rollup_sums)))

    @api.model
    def _rollup_index(self, needs):
        """The smallest of the roll-ups that has one dimension of each of ``needs``."""
        declared = self._rollup_declared()
        if not self.env.su:
            declared = declared[: len(self._rollups)]
        fitting = [
            (any(name.endswith(":day") for name in names), len(names), index)
            for index, names in enumerate(declared)
            if all(not names_of.isdisjoint(names) for names_of in needs)
        ]
        return min(fitting)[-1] if fitting else None

    @api.model
    def _rollup_grouped(self, spec):
        """Dimensions any of which can group by ``spec``; none for no such."""
        name, _colon, part = spec.partition(":")
        if name not in self._rollup_fields():
            return frozenset()
        if self._fields[name].type != "datetime":
            return frozenset(() if part else (name,))
        if self.env.context.get("tz") != ZONE_NAME:
            return frozenset()
        if part in OF_MONTHS:
            return frozenset((f"{name}:month", f"{name}:day"))
        return frozenset((f"{name}:day",) if part in OF_DAYS else ())

    @api.model
    def _rollup_told(self, condition):
        """Dimensions each cell of which lies wholly in or out of ``condition``."""
        name, value = condition.field_expr, condition.value
        if name not in self._rollup_fields():
            return frozenset()
        listed = condition.operator in ("in", "not in")
        kind = self._fields[name].type
        if kind != "datetime":
            compared = kind == "date" and condition.operator in ("<", "<=", ">", ">=")
            plain = not isinstance(value, Query | SQL | Domain)
            return frozenset((name,) if plain and (listed or compared) else ())
        by_time = (f"{name}:month", f"{name}:day")
        if listed:
            return frozenset((name, *by_time) if set(value) == {False} else ())
        if condition.operator not in (">=", "<"):
            return frozenset()
        return frozenset(by_time[_begins(value) :])

    @api.model
    def _rollup_settles(self, condition):
        """Whether every roll-up can answer the ``condition`` of a record rule."""
        return not self._rollup_told(condition).isdisjoint(self._rollup_always)

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


def _begins(value):
    """0 for the first instant of a month in Turkey, 1 for one of a day, 2 for others."""
    if not hasattr(value, "hour"):
        return 2
    local = value.replace(tzinfo=UTC).astimezone(ISTANBUL)
    if (local.hour, local.minute, local.second, local.microsecond) != (0, 0, 0, 0):
        return 2
    return int(local.day != 1)
