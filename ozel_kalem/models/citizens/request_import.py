import re
from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import email_normalize

from ...tools.phone import normal_phone
from ...tools.turkish import fold

# An import is one act of one officer: no thread, no mail for each of its rows.
IMPORT_CONTEXT = {
    "import_file": True,
    "tracking_disable": True,
    "mail_create_nosubscribe": True,
    "mail_create_nolog": True,
}
PERSON_COLUMNS = ("partner_id", "applicant_phone", "applicant_email")
# Kinds of petitions as other institutions call them, by their first words.
KINDS = {
    "talep": "request",
    "istek": "request",
    "sikayet": "complaint",
    "ihbar": "complaint",
    "dilek": "wish",
    "oneri": "suggestion",
    "gorus": "suggestion",
    "yardim": "aid",
    "bilgi edinme": "information",
    "tesekkur": "thanks",
}


def kind_called(name):
    """The kind that an institution calls so; None when it is none of ours."""
    words = " ".join([*re.findall(r"[^\W_]+", fold(name)), ""])
    return next(
        (kind for known, kind in KINDS.items() if words.startswith(f"{known} ")), None
    )


class Request(models.Model):
    """Odoo's importer reads people, places and dates as offices write them."""

    _inherit = "ozel_kalem.request"

    # Columns of an import, by which the applicant is found; kept on the person.
    applicant_phone = fields.Char("Applicant's telephone", store=False)
    applicant_email = fields.Char("Applicant's e-mail", store=False)

    @api.model
    def load(self, fields, data):
        """Import rows; see ``BaseModel.load``.

        People are found by telephone, e-mail or name, and created where nobody is
        found; topics, neighbourhoods and units are found in any spelling of İ and ı.
        """
        limit = self.env.context.get("_import_limit") or len(data)
        ours = [list(row) for row in data[:limit]]
        names = list(fields)
        self._read_kinds(names, ours)
        fields, ours = self._find_applicants(fields, ours)
        rest = [[""] * len(fields)] * (len(data) - len(ours))
        importer = self.with_context(
            **IMPORT_CONTEXT,
            ozel_kalem_names=self._import_names(names, ours),
        )
        return super(Request, importer).load(fields, ours + rest)

    def _notify_responsible(self):
        if not self.env.context.get("import_file"):
            super()._notify_responsible()

    # ------------------------------------------------------------------- kinds

    @api.model
    def _read_kinds(self, names, rows):
        """Kinds in any spelling; an unknown one is left for Odoo to refuse."""
        if "request_type" in names:
            place = names.index("request_type")
            for row in rows:
                row[place] = kind_called(str(row[place] or "")) or row[place]

    # ------------------------------------------------------------------ people

    @api.model
    def _find_applicants(self, fields, rows):
        """Replace the columns of a person by the person."""
        if "partner_id" not in fields:
            return fields, rows
        places = [fields.index(n) if n in fields else None for n in PERSON_COLUMNS]
        people = self._people_of_rows(
            [
                tuple(place is not None and row[place] for place in places)
                for row in rows
            ],
            by_name=True,
        )
        kept = [place for place in range(len(fields)) if place not in places]
        return (
            [*(fields[place] for place in kept), "partner_id/.id"],
            [
                [*(row[place] for place in kept), str(person.id or "")]
                for row, person in zip(rows, people, strict=True)
            ],
        )

    @api.model
    def _people_of_rows(self, rows, by_name=False):
        """The person of each (name, telephone, e-mail), created where needed.

        :param by_name: a name alone is enough, where one person only has it
        """
        book = _PeopleBook(self.env, rows, by_name)
        return book.complete([book.find(*row) for row in rows])

    # ------------------------------------------------------------------- names

    @api.model
    def _import_names(self, names, rows):
        """{comodel: {folded name: id}} of the columns whose names we look up."""
        found = {}
        for name in ("topic_id", "neighbourhood_id", "lead_department_id"):
            if name in names and rows:
                model = self._fields[name].comodel_name
                found[model] = self._folded_names(model)
        return found

    @api.model
    def _folded_names(self, model):
        """Ids by every folded name; of two that are alike the first counts."""
        found = {}
        for record in self.env[model].search_fetch([], ["name", "display_name"]):
            for name in (record.display_name, record.name):
                found.setdefault(self._folded_name(name), record.id)
        return found

    @api.model
    def _folded_name(self, name):
        return re.sub(r" (mahallesi|mah\.?|mh\.?)$", "", fold(name))


class _PeopleBook:
    """Finds the people of many rows with a few queries."""

    def __init__(self, env, rows, by_name):
        # sudo: officers register for whoever comes, known to them or not
        self._partners = env["res.partner"].sudo()
        self._by_name = by_name
        self._phones = defaultdict(list)
        self._emails = defaultdict(list)
        self._names = defaultdict(list)
        self._new, self._met = {}, {}
        self._look_up_phones({d for _n, p, _e in rows if (d := _number(p))})
        self._look_up_emails({e for _n, _p, m in rows if (e := _address(m))})
        if by_name:
            self._look_up_names({_spaced(n) for n, p, e in rows if n and not (p or e)})

    def find(self, name, phone, email):
        """A partner, or the key of one that is to be created; False for nobody."""
        name, digits, address = _spaced(name), _number(phone), _address(email)
        if not (name or digits or address):
            return False
        for people in (self._phones.get(digits, ()), self._emails.get(address, ())):
            if person := self._same_person(people, name):
                return person
        if not (digits or address) and self._by_name:
            people = self._names.get(fold(name), ())
            if len(people) == 1:
                return people[0]
        return self._newcomer(name, str(phone or "").strip(), digits, address)

    def _newcomer(self, name, phone, digits, address):
        """The key of a person who is to be created, once for all of his rows."""
        contacts = [(fold(name), contact) for contact in (digits, address) if contact]
        if not contacts and self._by_name:
            contacts = [(fold(name), "")]
        key = next((self._met[c] for c in contacts if c in self._met), None)
        if key is None:
            key = (len(self._new),)
            self._new[key] = {"name": name or address or phone}
        for contact in contacts:
            self._met[contact] = key
        values = self._new[key]
        values["phone"] = values.get("phone") or phone or False
        values["email"] = values.get("email") or address or False
        return key

    def complete(self, found):
        """Create who is missing; the partner of each row."""
        keys = list(self._new)
        quiet = self._partners.with_context(**IMPORT_CONTEXT)
        created = dict(
            zip(keys, quiet.create([self._new[key] for key in keys]), strict=True)
        )
        nobody = self._partners.browse()
        return [
            created[one] if isinstance(one, tuple) else one or nobody for one in found
        ]

    def _same_person(self, people, name):
        """Who of those with one telephone or address bears this name, or nearly."""
        folded = fold(name)
        for person in people:
            if not name or fold(person.name) == folded:
                return person
        words = set(folded.split())
        return next((p for p in people if words <= set(fold(p.name).split())), None)

    def _look_up_phones(self, numbers):
        if not numbers:
            return
        for person in self._partners.search_fetch(
            [("ozel_kalem_phone", "in", list(numbers))],
            ["name", "ozel_kalem_phone"],
            order="id",
        ):
            self._phones[person.ozel_kalem_phone].append(person)

    def _look_up_emails(self, addresses):
        for person in self._partners.search_fetch(
            [("email_normalized", "in", list(addresses))],
            ["name", "email_normalized"],
            order="id",
        ):
            self._emails[person.email_normalized].append(person)

    def _look_up_names(self, names):
        for person in self._partners.search_fetch(
            [("name", "in", list(names))], ["name"], order="id"
        ):
            self._names[fold(person.name)].append(person)


def _spaced(name):
    return " ".join(str(name or "").split())[:100]


def _number(phone):
    number = normal_phone(str(phone or "")) or ""
    return number if len(number) >= 7 else ""


def _address(email):
    return email_normalize(str(email or "")) or ""


class IrFieldsConverter(models.AbstractModel):
    _inherit = "ir.fields.converter"

    @api.model
    def db_id_for(self, model, field, subfield, value, savepoint):
        """Names that our import has looked up need no search of their own."""
        names = self.env.context.get("ozel_kalem_names")
        if names is None or model._name != "ozel_kalem.request":
            return super().db_id_for(model, field, subfield, value, savepoint)
        if field.name == "partner_id" and subfield == ".id" and value:
            return int(value), []
        known = names.get(field.comodel_name) if subfield is None else None
        if known is None or not value:
            return super().db_id_for(model, field, subfield, value, savepoint)
        found = known.get(model._folded_name(value))
        if not found:
            raise self._format_import_error(
                ValueError,
                self.env._(
                    "There is no “%s” in “%%(field)s”. Correct the name, leave the cell "
                    "empty, or create it first."
                ),
                str(value)[:50],
            )
        return found, []
