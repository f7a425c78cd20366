from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ...tools.local_time import to_local
from ...tools.workbook import Column, open_book
from .mixin_personal import erase_talk

# What a card says of a person besides the name.
CARD_FIELDS = (
    "phone",
    "email",
    "website",
    "street",
    "street2",
    "zip",
    "city",
    "state_id",
    "country_id",
    "partner_latitude",
    "partner_longitude",
    "function",
    "parent_id",
    "company_name",
    "company_registry",
    "vat",
    "ref",
    "barcode",
    "category_id",
    "comment",
    "image_1920",
    "ozel_kalem_identity",
    "ozel_kalem_deceased",
    "ozel_kalem_do_not_contact",
    "ozel_kalem_frequent",
)


class ResPartner(models.Model):
    """A person's own data: given to him, and erased at his wish (6698 art. 7, 11)."""

    _inherit = "res.partner"

    def _ozel_kalem_personal_records(self):
        """The records about these people whose data can be erased (sudo), by model."""
        self.ensure_one()
        names = self.env.registry.descendants(["ozel_kalem.mixin.personal"], "_inherit")
        for name in sorted(names):
            # sudo: the person's right reaches further than the reader's
            Model = self.env[name].sudo().with_context(active_test=False)
            if Model._abstract or "partner_id" not in Model._fields:
                continue
            if records := Model.search([("partner_id", "=", self.id)], order="id"):
                yield records

    def _ozel_kalem_check_may_erase(self):
        if not (self.env.su or self.env.user.has_group("ozel_kalem.group_director")):
            raise AccessError(self.env._("Only the director handles personal data."))

    def action_ozel_kalem_export(self):
        """Open the workbook of everything the office keeps about the person.

        :raise AccessError: for anybody but the director
        """
        self.ensure_one()
        self._ozel_kalem_check_may_erase()
        export = self.env["ozel_kalem.person.export"].create({"partner_id": self.id})
        return export.action_xlsx()

    def action_ozel_kalem_erase(self):
        """Erase the person's data; the registers keep their skeletons.

        :raise AccessError: for anybody but the director
        :raise UserError: while something of his is open, or when he is a user
        """
        self._ozel_kalem_check_may_erase()
        unknown = self.env.ref("ozel_kalem.partner_unknown")
        for partner in self:
            # sudo: whether the person logs in here is asked, nothing else
            if (
                partner == unknown
                or partner.sudo().with_context(active_test=False).user_ids
            ):
                raise UserError(
                    self.env._(
                        "%(person)s uses this system and can't be erased.",
                        person=partner.name,
                    )
                )
            groups = list(partner._ozel_kalem_personal_records())
            partner._ozel_kalem_check_nothing_open(groups)
            for records in groups:
                records.filtered(lambda r: not r.anonymised_on)._anonymise()
            partner.sudo()._ozel_kalem_erase_card()

    def _ozel_kalem_check_nothing_open(self, groups):
        still_open = [
            record.name
            for records in groups
            for record in records
            if not record.closed_on and "res_model" not in record._fields
        ]
        if still_open:
            raise UserError(
                self.env._(
                    "%(person)s can't be erased while something is open: %(numbers)s.",
                    person=self.name,
                    numbers=", ".join(still_open[:10]),
                )
            )

    def _ozel_kalem_erase_card(self):
        erase_talk(self)
        self.with_context(tracking_disable=True).write(
            {
                **dict.fromkeys(CARD_FIELDS, False),
                "name": self.env._("Erased person"),
                "active": False,
            }
        )


class PersonExport(models.TransientModel):
    """What the office keeps about a person, as a workbook for himself."""

    _name = "ozel_kalem.person.export"
    _inherit = "ozel_kalem.mixin.sheet"
    _description = "Data of a Person"

    partner_id = fields.Many2one("res.partner", required=True, ondelete="cascade")

    def _sheet_title(self):
        return self.env._("Personal data: %(person)s", person=self.partner_id.name)

    def _write_xlsx(self, stream):
        self.partner_id._ozel_kalem_check_may_erase()
        with open_book(stream, title=self._sheet_title()) as book:
            self._write_card(book)
            for records in self.partner_id._ozel_kalem_personal_records():
                if hasattr(records, "_log_reading"):
                    records._log_reading(["subject"])
                self._write_records(book, records)

    def _write_card(self, book):
        partner = self.partner_id.sudo()
        names = ("name", "phone", "email", "street", "city", "ozel_kalem_identity")
        columns = [
            Column("field", self.env._("What"), "text", 30),
            Column("value", self.env._("Value"), "text", 60),
        ]
        rows = [
            {
                "field": partner._fields[name]._description_string(self.env),
                "value": partner[name] or "",
            }
            for name in names
        ]
        book.add_table(self.env._("Person"), self._sheet_title(), columns, rows)

    def _write_records(self, book, records):
        fields_ = [
            records._fields[name]
            for name in ("name", "create_date", "state", *records._personal_fields)
        ]
        columns = [
            Column(field.name, field._description_string(self.env), "text", 24)
            for field in fields_
        ]
        title = self.env["ir.model"]._get(records._name).name
        book.add_table(
            title,
            title,
            columns,
            (
                {field.name: self._shown(record, field) for field in fields_}
                for record in records
            ),
        )

    def _shown(self, record, field):
        value = record[field.name]
        if field.type == "many2one":
            return value.display_name or ""
        if field.type == "datetime":
            return f"{to_local(value):%d.%m.%Y %H:%M}" if value else ""
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, "")
        return str(value or "")
