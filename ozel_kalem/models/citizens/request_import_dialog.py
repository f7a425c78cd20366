import base64

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools import intake_sheet
from ...tools.local_time import to_utc
from ..foundation.mixin_record import CHANNELS
from .request_import import IMPORT_CONTEXT, kind_called

LARGEST_FILE = 20 * 1024 * 1024
MOST_ERRORS = 25
LONGEST_SUBJECT = 250


class RequestImport(models.TransientModel):
    """Takes in a table of petitions as CİMER and other institutions export it.

    All of it or nothing: one row that can't be read leaves the register as it was.
    """

    _name = "ozel_kalem.request.import"
    _description = "Take in a Table of Petitions"

    file = fields.Binary("File (XLSX, CSV)", attachment=False)
    file_name = fields.Char()
    channel = fields.Selection(CHANNELS, required=True, default="cimer")
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
    )
    result = fields.Text(readonly=True)
    request_ids = fields.Many2many("ozel_kalem.request", readonly=True)

    def action_import(self):
        """Register what is new; say what was there already.

        :raise UserError: when the file or a row can't be read: which row, which
            column, what to do
        """
        self.ensure_one()
        self.env["ozel_kalem.request"].check_access("create")
        table = self._read_table()
        rows, skipped = self._without_known(table)
        values, errors, remarks = self._values_of(table, rows)
        if errors:
            raise UserError(self._refusal(errors))
        requests = (
            self.env["ozel_kalem.request"].with_context(**IMPORT_CONTEXT).create(values)
        )
        self.request_ids = requests.with_env(self.env)
        self.result = "\n".join(
            [
                self.env._("%(count)s registered", count=len(requests)),
                self.env._("%(count)s left out", count=len(skipped)),
                "",
                *skipped,
                *remarks,
            ]
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Taken in"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_view_requests(self):
        """Open what was registered."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Requests"),
            "res_model": "ozel_kalem.request",
            "view_mode": "list,form",
            "domain": [("id", "in", self.request_ids.ids)],
        }

    # ----------------------------------------------------------------- reading

    def _read_table(self):
        data = base64.b64decode(self.file or b"")
        if not data:
            raise UserError(self.env._("“File” is empty. Choose the table, please."))
        if len(data) > LARGEST_FILE:
            raise UserError(
                self.env._(
                    "“File” has more than %(size)s MB. Split it, please.",
                    size=LARGEST_FILE // 1024 // 1024,
                )
            )
        try:
            table = intake_sheet.read_table(data)
        except intake_sheet.Unreadable as error:
            raise UserError(self._unreadable(error.args[0])) from error
        if not table.rows:
            raise UserError(self.env._("The table has headers but no rows."))
        return table

    @api.model
    def _unreadable(self, reason):
        return {
            intake_sheet.NO_TABLE: self.env._(
                "“File” is no table that can be read. Save it as XLSX or CSV."
            ),
            intake_sheet.NO_HEADER: self.env._(
                "No row with the headers was found in the first %(rows)s rows. At "
                "least “Konu” and one of “Başvuru No”, “Tarih”, “Ad Soyad”, “Metin” "
                "must stand in one row; separate cells that are merged.",
                rows=intake_sheet.HEADER_WITHIN,
            ),
            intake_sheet.TOO_LONG: self.env._(
                "The table has more than %(rows)s rows. Split it, please.",
                rows=intake_sheet.MOST_ROWS,
            ),
        }[reason]

    def _without_known(self, table):
        """Rows whose number we don't have, and what is said of the others."""
        numbers = {_text(row.values.get("number")) for row in table.rows} - {""}
        # sudo: that a number is there already may be known to who imports it
        known = self.env["ozel_kalem.request"].sudo()
        names = {
            request.external_reference: request.name
            for request in known.search_fetch(
                [
                    ("external_reference", "in", list(numbers)),
                    ("company_id", "=", self.env.company.id),
                ],
                ["external_reference", "name"],
            )
        }
        rows, skipped = [], []
        for row in table.rows:
            number = _text(row.values.get("number"))
            if number in names:
                skipped.append(
                    self.env._(
                        "Row %(row)s: %(number)s is there already (%(name)s)",
                        row=row.number,
                        number=number,
                        name=names[number],
                    )
                )
                continue
            if number:
                names[number] = self.env._("row %(row)s", row=row.number)
            rows.append(row)
        return rows, skipped

    # ------------------------------------------------------------------ values

    def _values_of(self, table, rows):
        """Values of the requests, what is wrong, and what was put elsewhere."""
        errors, remarks = [], []
        people = self._people_of(table, rows, errors)
        names = {
            key: self.env["ozel_kalem.request"]._folded_names(model)
            for key, model in (
                ("neighbourhood", "ozel_kalem.neighbourhood"),
                ("topic", "ozel_kalem.topic"),
                ("unit", "hr.department"),
            )
        }
        values = [
            self._row_values(row, person, table, names, errors, remarks)
            for row, person in zip(rows, people, strict=True)
        ]
        return values, errors, remarks

    def _people_of(self, table, rows, errors):
        contacts = []
        for row in rows:
            name = _text(row.values.get("name")) or " ".join(
                filter(
                    None, map(_text, map(row.values.get, ("first_name", "last_name")))
                )
            )
            if not name:
                self._wrong(errors, row, table, "name", self._merged_remedy())
            phone, email = (
                _text(row.values.get("phone")),
                _text(row.values.get("email")),
            )
            contacts.append((name, phone, email))
        if errors:
            return [self.env["res.partner"]] * len(rows)
        return self.env["ozel_kalem.request"]._people_of_rows(contacts)

    def _row_values(self, row, person, table, names, errors, remarks):
        text, subject = _text(row.values.get("text")), _text(row.values.get("subject"))
        if not subject:
            self._wrong(errors, row, table, "subject", self._merged_remedy())
        values = {
            "partner_id": person.id,
            "subject": " ".join(subject.split())[:LONGEST_SUBJECT],
            "text": text or subject,
            "channel": self.channel,
            "request_type": self._kind(row, table, errors),
            "external_reference": _text(row.values.get("number")) or False,
            "location": self._location(row),
            "user_id": self.user_id.id,
        }
        if received := self._received_on(row, table, errors):
            values["received_on"] = received
        for key, name in (("topic", "topic_id"), ("unit", "lead_department_id")):
            if given := _text(row.values.get(key)):
                values[name] = self._known(names[key], given)
                if not values[name]:
                    remedy = self.env._(
                        "“%(value)s” isn't there: correct it, leave it empty, or "
                        "create it first",
                        value=given[:60],
                    )
                    self._wrong(errors, row, table, key, remedy)
        self._place(row, values, names, remarks)
        return values

    def _kind(self, row, table, errors):
        given = _text(row.values.get("kind"))
        if not given:
            return "request"
        kind = kind_called(given)
        if not kind:
            remedy = self.env._(
                "“%(value)s” is no kind we know: write Talep, Şikâyet, İhbar, Dilek, "
                "Öneri, Yardım, Bilgi edinme or Teşekkür, or leave it empty",
                value=given[:60],
            )
            self._wrong(errors, row, table, "kind", remedy)
        return kind

    def _received_on(self, row, table, errors):
        given = row.values.get("received")
        try:
            moment = intake_sheet.parse_moment(given)
            received = moment and to_utc(moment)
        except (ValueError, OverflowError):
            remedy = self.env._(
                "“%(value)s” is no date: write 07.10.2026 14:30", value=str(given)[:60]
            )
            self._wrong(errors, row, table, "received", remedy)
            return None
        if received and received > fields.Datetime.now():
            remedy = self.env._(
                "“%(value)s” is in the future: correct it", value=str(given)[:60]
            )
            self._wrong(errors, row, table, "received", remedy)
        return received

    def _place(self, row, values, names, remarks):
        given = _text(row.values.get("neighbourhood"))
        if not given:
            return
        values["neighbourhood_id"] = self._known(names["neighbourhood"], given)
        if not values["neighbourhood_id"]:
            values["location"] = " / ".join(filter(None, (given, values["location"])))
            remarks.append(
                self.env._(
                    "Row %(row)s: there is no neighbourhood “%(value)s”; it stands "
                    "in “Location”",
                    row=row.number,
                    value=given[:60],
                )
            )

    @api.model
    def _location(self, row):
        parts = map(_text, map(row.values.get, ("location", "district", "province")))
        return " / ".join(filter(None, parts)) or False

    @api.model
    def _known(self, names, given):
        return names.get(self.env["ozel_kalem.request"]._folded_name(given), False)

    # ------------------------------------------------------------------ errors

    @api.model
    def _merged_remedy(self):
        return self.env._("is empty: fill it in, and separate merged cells")

    def _wrong(self, errors, row, table, key, remedy):
        headers = {"name": "Ad Soyad", "subject": "Konu"}
        errors.append(
            self.env._(
                "Row %(row)s, column “%(column)s”: %(remedy)s.",
                row=row.number,
                column=table.headers.get(key) or headers.get(key, key),
                remedy=remedy,
            )
        )

    def _refusal(self, errors):
        lines = [self.env._("Nothing was taken in:"), *errors[:MOST_ERRORS]]
        if len(errors) > MOST_ERRORS:
            lines.append(
                self.env._("… and %(count)s more.", count=len(errors) - MOST_ERRORS)
            )
        return "\n".join(lines)


def _text(value):
    return "" if value is None else str(value).replace("\0", "").strip()
