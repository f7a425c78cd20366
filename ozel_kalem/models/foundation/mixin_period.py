from datetime import datetime, timedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import DEFAULT_SERVER_DATETIME_FORMAT, SQL


class PeriodMixin(models.AbstractModel):
    """A record with ``start`` and ``stop``: what overlaps a week is found by index.

    PostgreSQL takes “begins before” and “ends after” for independent of each other
    and reads half of all years for one week. So the period that a search asks for
    is told once more as a range; what is found is the same with and without. The
    table needs the index ``USING gist (tsrange(start, stop))``.
    """

    _name = "ozel_kalem.mixin.period"
    _description = "Record with a Period"

    @api.model
    def _search(self, domain, *args, **kwargs):
        domain = Domain(domain)
        return super()._search(domain & _overlap(domain), *args, **kwargs)


def _overlap(domain):
    """The period inside which everything is that ``domain`` finds."""
    until = _bounds(domain, "start", "<")
    since = _bounds(domain, "stop", ">")
    if not until or not since:
        return Domain.TRUE
    # Odoo counts in whole seconds
    try:
        first = max(since) - timedelta(seconds=1)
        last = min(until) + timedelta(seconds=1)
    except OverflowError:
        # the first or the last second of all leaves nothing out
        return Domain.TRUE
    if first > last:
        return Domain.TRUE

    def to_sql(model, alias, query):
        start = model._field_to_sql(alias, "start", query)
        stop = model._field_to_sql(alias, "stop", query)
        return SQL("tsrange(%s, %s) && tsrange(%s, %s, '[]')", start, stop, first, last)

    return Domain.custom(to_sql=to_sql)


def _bounds(domain, name, direction):
    """The moments by which every record of ``domain`` is bounded."""
    together = domain.children if getattr(domain, "OPERATOR", "") == "&" else ()
    values = (
        condition.value
        for condition in together
        if getattr(condition, "field_expr", None) == name
        and condition.operator.rstrip("=") == direction
    )
    return list(filter(None, map(_moment, values)))


def _moment(value):
    if isinstance(value, datetime):
        return value if value.tzinfo is None else None
    try:
        return datetime.strptime(value, DEFAULT_SERVER_DATETIME_FORMAT)
    except (TypeError, ValueError):
        return None
