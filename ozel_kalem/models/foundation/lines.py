"""Which records have any lines at all, asked once for several fields."""

from odoo.tools import SQL


def read_lines(records, fields, also=(), questions=None):
    """Fill the cache with x2many ``fields``: one query, and one for each in use.

    Most records of an office have no tags, no named persons and no notices.

    :param records: records that exist
    :param fields: stored ``one2many`` and ``many2many`` fields
    :param also: fields that aren't read; only who has none of them is noted
    :param questions: ``{key: SQL of what the record "asked" may have besides}``
    :return: ``{key: ids of the records that have it}``
    """
    asked = [field for field in [*fields, *also] if _can_be_asked(records, field)]
    lines = {field: _lines(records, field) for field in asked}
    used = _used(records, {**lines, **(questions or {})})
    for field in asked:
        empty = [id_ for id_ in records._ids if id_ not in used[field]]
        field._insert_cache(records.browse(empty), [()] * len(empty))
    for field in fields:
        if having := records.filtered(lambda r, f=field: r.id in used.get(f, {r.id})):
            field.read(having)
    return used


def _can_be_asked(records, field):
    """Whether ``field`` has a table, and lines that the user reads at all."""
    comodel = records.env[field.comodel_name]
    if not (comodel._auto and comodel.has_access("read")):
        return False
    return field.type == "many2many" or comodel._fields[field.inverse_name].store


def _used(records, questions):
    """``{key: ids of the records that have such lines}``."""
    used = {key: set() for key in questions}
    if not (questions and records):
        return used
    found = records.env.execute_query(
        SQL(" UNION ALL ").join(
            SQL(
                "SELECT %s, asked.id FROM unnest(%s) AS asked(id) WHERE EXISTS (%s)",
                number,
                list(records._ids),
                lines,
            )
            for number, lines in enumerate(questions.values())
        )
    )
    keys = list(questions)
    for number, id_ in found:
        used[keys[number]].add(id_)
    return used


def _lines(records, field):
    """SQL of the lines of the record ``asked``."""
    if field.type == "many2many":
        column = SQL.identifier(field.relation, field.column1)
        return SQL(
            "SELECT FROM %s WHERE %s = asked.id", SQL.identifier(field.relation), column
        )
    lines = records.env[field.comodel_name]
    inverse = lines._fields[field.inverse_name]
    where = SQL("%s = asked.id", lines._field_to_sql(lines._table, inverse.name))
    if inverse.type == "many2one_reference":
        kind = lines._field_to_sql(lines._table, inverse.model_field)
        where = SQL("%s AND %s = %s", where, kind, records._name)
    return SQL("SELECT FROM %s WHERE %s", SQL.identifier(lines._table), where)


def fill_lines(records, field, lines):
    """Fill the cache with a one2many ``field``, of which all ``lines`` are known."""
    by_record = lines.grouped(lambda line: int(line[field.inverse_name]))
    values = [by_record.get(id_, lines.browse())._ids for id_ in records._ids]
    field._insert_cache(records, values)


def know(records):
    """Fetch the own columns of ``records``, as superuser, unless they are known."""
    columns = [
        name for name, field in records._fields.items() if field.prefetch is True
    ]
    records.sudo().fetch(columns)
