"""The rows that the tables of a report count, as sheets."""

from odoo.exceptions import AccessError
from odoo.fields import Domain

from ..foundation.row_stream import RowStream
from .statistics_count import Count


class DataSheets:
    """A sheet for each source of ``tables``, read in the reader's own rights.

    Tables that hide small cells give none: their rows would tell what is hidden.

    :param tables: the tables, in the reader's environment
    :param period: of which period
    :param company: of which municipality
    :param tell: called after each row with how many were written
    """

    def __init__(self, tables, period, company, tell=None):
        self._env = tables.env
        # sudo: the definitions behind tables that the reader may see
        self._tables = tables.sudo()
        self._count = Count(self._env, company, period)
        self._tell = tell
        self.notes = []
        self._sheets = list(self._made())

    def sheets(self):
        """``[(name, columns, rows)]`` for the workbook."""
        told = self._told if self._tell else iter
        return [(name, rows.columns(), told(rows)) for name, rows in self._sheets]

    def count(self):
        """How many rows there are in all."""
        return sum(rows.count() for _name, rows in self._sheets)

    def _made(self):
        domains = self._domains()
        for (res_model, moment), domain in domains.items():
            model = self._env[res_model].with_context(active_test=False)
            name = self._name(model, moment, domains)
            try:
                model.check_access("read")
            except AccessError:
                self.notes.append(
                    self._env._("“%s”: you may not read these records.", name)
                )
                continue
            names = getattr(model, "_data_fields", ("name", moment, "state"))
            yield name, RowStream(model, names, domain)

    def _domains(self):
        """``{(model, moment): domain}`` of the records that any column counts."""
        counted = {}
        for table in self._tables:
            if table.is_sensitive:
                self.notes.append(
                    self._env._(
                        "%s: the table hides small cells; its rows aren't listed.",
                        table.display_name,
                    )
                )
                continue
            for column in table.column_ids:
                if column.indicator_id._source() is None:
                    continue
                for measure in column._measures().values():
                    key = measure.res_model, measure.moment
                    counted.setdefault(key, []).append(self._count.domain(measure))
        sensitive = self._tables.filtered("is_sensitive")
        hidden = {model._name for model in sensitive._sources()}
        return {
            key: Domain.OR(domains)
            for key, domains in counted.items()
            if key[0] not in hidden
        }

    def _name(self, model, moment, domains):
        # sudo: what a model is called
        name = self._env["ir.model"].sudo()._get(model._name).name
        if sum(res_model == model._name for res_model, _moment in domains) == 1:
            return name
        return f"{name} ({model._fields[moment]._description_string(self._env)})"

    def _told(self, rows):
        for row in rows:
            self._tell()
            yield row
