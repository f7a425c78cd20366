from odoo import fields, models

from ...tools import turkish
from ..foundation.engagement import KINDS
from .place import utc_days

NOTES = ("protocol_note", "press_note", "vehicle_note")
# What a line is made of; compared to tell whether the programme has changed.
FROZEN_FIELDS = (
    "start",
    "stop",
    "all_day",
    "kind",
    "title",
    "place",
    *NOTES,
    "deputy",
    "is_confidential",
    "is_public",
    "public_title",
    "change",
    "is_removed",
)
# What a line of a confidential engagement doesn't say, besides its title.
UNTOLD = ("kind", "place", *NOTES, "is_public", "public_title", "change")


class Principal(models.Model):
    _inherit = "ozel_kalem.principal"

    short_name = fields.Char(
        translate=True,
        help="How another principal's programme names this one, for example "
        "“Bşk. Yrd. Tepeköy”.",
    )

    def _short_name(self):
        return self.short_name or self.partner_id.name or self.name


class Engagement(models.Model):
    _inherit = "ozel_kalem.engagement"

    represented_id = fields.Many2one(
        "ozel_kalem.principal",
        "In place of",
        index="btree_not_null",
        check_company=True,
        help="The principal who was expected; his programme shows the item as well.",
    )
    protocol_note = fields.Char("Protocol")
    press_note = fields.Char("Press")
    vehicle_note = fields.Char("Vehicle")
    is_public = fields.Boolean(
        "In the press edition",
        help="Appointments appear only under a public title, personal and "
        "confidential items never.",
    )

    def _may_be_published(self):
        """Whether the press may learn of this engagement."""
        self.ensure_one()
        if self.confidentiality != "normal" or self.kind == "personal":
            return False
        return self.is_public and (
            self.kind != "appointment" or bool(self.public_title)
        )

    def _press_title(self):
        """The title for the press: of an appointment, nothing that names people."""
        self.ensure_one()
        title = self.public_title or self.subject
        if self.kind != "appointment":
            return title
        people = self.partner_ids.filtered(lambda partner: not partner.is_company)
        names = [turkish.fold(person.name) for person in people if person.name]
        if not any(name in turkish.fold(title) for name in names):
            return title
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        return kinds[self.kind]

    def _neutral_title(self):
        """How a programme calls what is confidential."""
        return self.env._("Private programme")

    def _repetitions(self):
        """Also the lines of the editions on which it stands."""
        lines = self.env["ozel_kalem.programme.line"]
        return [
            *super()._repetitions(),
            lines.search([("engagement_id", "=", self.id)]),
        ]

    def _prepare_programme_line(self, principal):
        """Values of the line on ``principal``'s programme."""
        self.ensure_one()
        hidden = self.confidentiality != "normal"
        public = self._may_be_published()
        values = {
            "engagement_id": self.id,
            "start": self.start,
            "stop": self.stop,
            "all_day": self.all_day,
            "is_confidential": hidden,
            "is_public": public,
            "public_title": public and self._press_title(),
            "title": self._neutral_title(),
            "deputy": self.principal_id != principal
            and self.principal_id._short_name(),
        }
        if hidden:
            # kept for those who may read the engagement itself
            return {
                **values,
                "hidden_title": self.subject,
                "hidden_place": self.location,
            }
        notes = {name: self[name] for name in NOTES}
        return {
            **values,
            **notes,
            "kind": self.kind,
            "title": self.subject,
            "place": self.location,
        }


class Line(models.Model):
    """An item of an edition, as it was when the edition was approved."""

    _name = "ozel_kalem.programme.line"
    _description = "Programme Item"
    _order = "edition_id, start, id"
    _rec_name = "title"

    edition_id = fields.Many2one(
        "ozel_kalem.programme.edition", required=True, ondelete="cascade", index=True
    )
    engagement_id = fields.Many2one(
        "ozel_kalem.engagement", ondelete="set null", index="btree_not_null"
    )
    start = fields.Datetime(required=True)
    stop = fields.Datetime(required=True)
    all_day = fields.Boolean()
    kind = fields.Selection(KINDS)
    title = fields.Char("Item", required=True)
    place = fields.Char()
    protocol_note = fields.Char("Protocol")
    press_note = fields.Char("Press")
    vehicle_note = fields.Char("Vehicle")
    deputy = fields.Char("In his place")
    is_confidential = fields.Boolean("Confidential")
    is_public = fields.Boolean("In the press edition")
    public_title = fields.Char()
    change = fields.Char("What has changed")
    is_removed = fields.Boolean("Taken off")
    hidden_title = fields.Char(groups=fields.NO_ACCESS)
    hidden_place = fields.Char(groups=fields.NO_ACCESS)

    def _guard_like(self, source, level=None, unnamed=()):
        """Say no more than that the time is taken, once ``source`` is confidential.

        What is shown again is told by the next version.
        """
        if source.sudo().confidentiality != "normal":
            # sudo: whoever hides an engagement hides it in every edition
            self.sudo().filtered(lambda line: not line.is_confidential)._hide()

    def _hide(self):
        self._withdraw_change()
        for line in self:
            engagement = line.engagement_id.with_env(line.edition_id._own_env())
            line.write(
                {
                    **dict.fromkeys(UNTOLD, False),
                    "title": engagement._neutral_title(),
                    "hidden_title": line.title,
                    "hidden_place": line.place,
                    "is_confidential": True,
                }
            )

    def _withdraw_change(self):
        """Take back what readers were told of these items."""
        for line in self.filtered("change"):
            line.edition_id.reader_ids._forget(line.change)
        self.change = False

    def _frozen_values(self):
        self.ensure_one()
        return {name: self[name] for name in FROZEN_FIELDS}

    def _is_on(self, day):
        first, last = utc_days(day, day)
        return self.start < last and self.stop > first
