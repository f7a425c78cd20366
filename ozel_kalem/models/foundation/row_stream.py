"""The rows of a model as plain values, page after page, in the reader's rights."""

from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.workbook import Column

PAGE = 5_000
KINDS = {
    "integer": "integer",
    "float": "number",
    "monetary": "number",
    "date": "date",
    "datetime": "datetime",
}
WIDTHS = {"name": 18, "subject": 50}
# What of a confidential record doesn't leave the house in a workbook.
CONTENTS = ("subject",)
# Names of these are joined to each page: they are too many to be kept.
JOINED = {"res.partner": "complete_name"}


class RowStream:
    """Rows of ``model`` for a sheet: one page in memory, whatever their number.

    Plain columns in one statement for each page, by the reader's own rules; a
    million records would be too many for the ORM's cache.

    :param model: the model, in the reader's environment
    :param names: its stored fields; those that the reader may not read are left out
    :param domain: which records
    :param dates: those of the fields of which only the day is shown
    :param contents: those of which nothing is shown of a confidential record
    """

    def __init__(self, model, names, domain=Domain.TRUE, dates=(), contents=CONTENTS):
        self._model = model
        self._domain = Domain(domain)
        self._dates = dates
        self._contents = contents
        self._fields = [
            field
            for field in map(model._fields.get, names)
            if field is not None
            and field.store
            and model._has_field_access(field, "read")
        ]
        self._has_level = "confidentiality" in model._fields

    def columns(self):
        """The sheet's columns: the fields' own titles and kinds."""
        env = self._model.env
        return [
            Column(
                field.name,
                field._description_string(env),
                self._kind(field),
                WIDTHS.get(field.name),
            )
            for field in self._fields
        ]

    def _kind(self, field):
        return "date" if field.name in self._dates else KINDS.get(field.type, "text")

    def count(self):
        """How many rows there are."""
        return int(self._model.search_count(self._domain))

    def __iter__(self):
        labels = self._labels()
        hidden = self._model.env._("(restricted)")
        contents = [
            place
            for place, field in enumerate(self._fields)
            if field.name in self._contents
        ]
        last = None
        while page := self._page(last):
            last = page[-1][0]
            self._log_confidential(page)
            for _id, level, *row in page:
                for place, names in labels:
                    row[place] = names.get(row[place])
                if level != "normal":
                    for place in contents:
                        row[place] = hidden
                yield row

    def _labels(self):
        """``[(place, {value: label})]`` of what isn't shown as it is stored."""
        return [
            (place, self._names(field))
            for place, field in enumerate(self._fields)
            if field.type in ("selection", "many2one", "boolean")
            and field.comodel_name not in JOINED
        ]

    def _names(self, field):
        env = self._model.env
        if field.type == "selection":
            return dict(field._description_selection(env))
        if field.type == "boolean":
            return {True: env._("Yes")}
        # sudo: what units, places and topics are called; the list shows it as well
        others = env[field.comodel_name].sudo().with_context(active_test=False)
        name = "name" if "name" in others._fields else "display_name"
        return {other.id: other[name] for other in others.search([])}

    def _page(self, last):
        """The rows that follow id ``last``, newest first."""
        domain = self._domain
        if last:
            domain &= Domain("id", "<", last)
        query = self._model._search(domain, order="id DESC", limit=PAGE)
        if query.is_empty():
            return []
        level = SQL("'normal'")
        if self._has_level:
            level = self._column(self._model._fields["confidentiality"], query)
        columns = [self._column(field, query) for field in self._fields]
        key = self._column(self._model._fields["id"], query)
        return self._model.env.execute_query(query.select(key, level, *columns))

    def _column(self, field, query):
        table, name = self._model._table, field.name
        if field.comodel_name in JOINED:
            other = self._model.env[field.comodel_name]._table
            alias = query.left_join(table, name, other, "id", name)
            return SQL.identifier(alias, JOINED[field.comodel_name])
        found = self._model._field_to_sql(table, name, query)
        if field.type != "datetime":
            return found
        local = SQL("(%s AT TIME ZONE 'UTC' AT TIME ZONE 'Europe/Istanbul')", found)
        return SQL("%s::date", local) if name in self._dates else local

    def _log_confidential(self, page):
        """Whoever takes a confidential record with him leaves a line, as a reader."""
        ids = [row[0] for row in page if row[1] != "normal"]
        if ids and not self._model.env.su:
            hidden = self._model.browse(ids)
            self._model.env["ozel_kalem.access.log"]._log(hidden, "list")
