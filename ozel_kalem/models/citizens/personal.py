from odoo import models

from ...tools.workbook import Column

AID_COLUMNS = (
    "request_id",
    "kind",
    "household_size",
    "note",
    "outcome",
    "delivered_on",
)


class Request(models.Model):
    _name = "ozel_kalem.request"
    _inherit = ["ozel_kalem.request", "ozel_kalem.mixin.personal"]

    _personal_fields = (
        "partner_id",
        "subject",
        "text",
        "location",
        "latitude",
        "longitude",
        "external_reference",
        "contact_email",
        "contact_phone",
        "satisfaction_text",
        "priority_reason",
        "answer",
        "told_proof",
        "refusal_reason",
        "cancel_reason",
        "extension_reason",
        "pause_reason",
    )

    def _erase_parts(self):
        """The household and the mails that became requests go with them."""
        super()._erase_parts()
        self.aid_ids.unlink()
        self.env["ozel_kalem.unmatched.mail"].search(
            [("request_id", "in", self.ids), ("state", "=", "registered")]
        ).unlink()


class PersonExport(models.TransientModel):
    _inherit = "ozel_kalem.person.export"

    def _write_records(self, book, records):
        super()._write_records(book, records)
        if records._name == "ozel_kalem.request" and records.aid_ids:
            self._write_aid(book, records.aid_ids)

    def _write_aid(self, book, details):
        """What the person's aid requests say about his household."""
        # not sudo: whose data goes out is logged with who took it
        requests = details.request_id.with_env(self.env)
        self.env["ozel_kalem.access.log"]._log(requests, "read")
        fields_ = [details._fields[name] for name in AID_COLUMNS]
        title = self.env._("Aid details")
        columns = [
            Column(field.name, field._description_string(self.env), "text", 24)
            for field in fields_
        ]
        rows = (
            {field.name: self._shown(detail, field) for field in fields_}
            for detail in details
        )
        book.add_table(title, title, columns, rows)
