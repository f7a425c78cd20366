from datetime import UTC

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL, Query

from ...tools.local_time import ISTANBUL
from .rollup_source import RollupQuery, RollupSource, is_plain
from .rollup_tables import ZONE_NAME, RollupTables

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
        if operation not in ("read", "write") or self.env.su or not self:
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
        names = {self._rollup_grouped(spec) for spec in groupby}
        if None in names or isinstance(domain, RollupSource):
            return None
        asked, rules = self._rollup_domains(domain)
        if not all(map(self._rollup_knows, asked.iter_conditions())):
            return None
        if not (is_plain(asked) and is_plain(rules)):
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
    def _rollup_rules(self, operation="read"):
        """The record rules that the user reads, or writes, by."""
        if self.env.su:
            return Domain.TRUE
        rules = self.env["ir.rule"]._compute_domain(self._name, operation)
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


def _begins_month(value):
    """Whether a date and time in UTC is a month's first instant in Turkey."""
    if not hasattr(value, "hour"):
        return False
    local = value.replace(tzinfo=UTC).astimezone(ISTANBUL)
    first = (local.day, local.hour, local.minute, local.second, local.microsecond)
    return first == (1, 0, 0, 0, 0)
