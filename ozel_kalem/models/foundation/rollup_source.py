"""Where a roll-up is read from: the cells that a reader surely sees, and the rest."""

from odoo.orm.domains import DomainBool, DomainCondition, DomainNary
from odoo.tools import SQL, Query

from .rollup_tables import RollupTables, column_of, field_of


class RollupQuery(Query):
    """A query over cells, where a row stands for ``n`` records."""


class RollupSource:
    """Takes a domain's place on the way to ``_search``; never comes from outside."""

    def __init__(self, model, index, groupby, asked, rules, certain):
        self._model = model
        self._alias = model._table
        self._index = index
        self._asked, self._rules, self._certain = asked, rules, certain
        self._trusted = model.sudo().with_context(active_test=False)
        self._dimensions = model._rollup_declared()[index]
        self._grouped = list(dict.fromkeys(map(field_of, groupby)))
        model.flush_model(model._rollup_fields())
        self._open = self._open_conditions()
        sources = [self._cells(), self._others()] if self._open else [self._cells()]
        table = SQL("(%s)", SQL(" UNION ALL ").join(sources))
        self.query = RollupQuery(model.env, self._alias, table)

    def _sums(self):
        return list(map(column_of, self._model._rollup_summed()))

    def _kept(self):
        """The same from where they are kept."""
        kept = [
            SQL(
                "%s AS %s",
                SQL.identifier(column_of(name)),
                SQL.identifier(field_of(name)),
            )
            for name in self._dimensions
        ]
        return SQL(", ").join(kept + list(map(SQL.identifier, ["n", *self._sums()])))

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
        """The sums of what the rules show for certain.

        Added up here already: which month an instant lies in, which the
        question groups by, is then found once for each, not for every cell.
        """
        tables = RollupTables(self._model)
        grouped = list(map(SQL.identifier, self._grouped))
        numbers = [
            SQL("SUM(%s)::bigint AS %s", *[SQL.identifier(name)] * 2)
            for name in ["n", *self._sums()]
        ]
        return SQL(
            "SELECT %(fields)s FROM (SELECT %(kept)s FROM %(sums)s"
            " UNION ALL SELECT %(kept)s FROM %(changes)s"
            ") AS %(alias)s WHERE %(where)s%(group)s",
            fields=SQL(", ").join([*grouped, *numbers]),
            kept=self._kept(),
            sums=tables.part(self._index),
            changes=tables.changes,
            alias=SQL.identifier(self._alias),
            where=self._where(
                (self._asked, self._model), (self._certain, self._trusted)
            ),
            group=SQL(" GROUP BY %s", SQL(", ").join(grouped)) if grouped else SQL(),
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
        how PostgreSQL finds them without looking at the rest. The rules
        themselves stand there once: planning takes longer than counting.
        """
        doubtful = self._doubtful()
        found = SQL(" UNION ALL ").join(
            SQL(
                "SELECT %s FROM %s WHERE %s AND %s",
                SQL.identifier(self._alias, "id"),
                SQL.identifier(self._alias),
                self._where((condition, self._trusted)),
                doubtful,
            )
            for condition in self._open
        )
        return SQL(
            "SELECT %s FROM %s WHERE %s IN (%s) AND %s AND (%s) IS NOT TRUE",
            self._own(),
            SQL.identifier(self._alias),
            SQL.identifier(self._alias, "id"),
            found,
            self._where((self._asked, self._model), (self._rules, self._trusted)),
            self._where((self._certain, self._trusted)),
        )

    def _own(self):
        """The same of a record itself, which stands for one."""
        alias = self._alias
        own = [SQL.identifier(alias, name) for name in self._grouped]
        sums = [
            SQL("%s AS %s", SQL.identifier(alias, name), SQL.identifier(column))
            for name, column in zip(self._model._rollup_sums, self._sums(), strict=True)
        ]
        return SQL(", ").join([*own, SQL("1 AS n"), *sums])

    def _doubtful(self):
        """What selections a record has that the rules don't show for certain.

        Written out, so that an index on (somebody, selections) leads there.
        """
        undecided = [
            part
            for part in parts(self._rules)
            if any(condition in self._open for condition in part.iter_conditions())
        ]
        return self._doubtful_below(self._selections(), {}, undecided)

    def _doubtful_below(self, names, known, undecided):
        if not names:
            shown = all(holds(part, known) for part in undecided)
            return SQL("FALSE") if shown else SQL("TRUE")
        name, *rest = names
        values = self._model._fields[name].get_values(self._model.env)
        by_clause = {}
        for value in values:
            clause = self._doubtful_below(rest, {**known, name: value}, undecided)
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


def is_plain(domain):
    """Whether ``domain`` is made of conditions by “and” and “or” only."""
    if isinstance(domain, DomainNary):
        return all(map(is_plain, domain.children))
    return isinstance(domain, DomainBool | DomainCondition)


def parts(domain):
    """What all has to hold."""
    joined = isinstance(domain, DomainNary) and domain.OPERATOR == "&"
    return domain.children if joined else [domain]


def holds(domain, values):
    """Whether ``domain`` holds by ``values`` alone, whatever else a record has."""
    if isinstance(domain, DomainNary):
        every = all if domain.OPERATOR == "&" else any
        return every(holds(child, values) for child in domain.children)
    if isinstance(domain, DomainBool):
        return domain.is_true()
    if domain.field_expr not in values:
        return False
    inside = values[domain.field_expr] in domain.value
    return inside if domain.operator == "in" else not inside
