from odoo import models

from ..foundation.mixin_personal import ERASED, erase_talk
from .edition_item import NOTES

# What the programme says of an engagement, besides its subject.
SAID_FIELDS = (
    "description",
    "outcome",
    "public_title",
    "location",
    "cancel_reason",
    "partner_ids",
    "ics_told",
    *NOTES,
)
# The same of an item of an edition, besides its title.
LINE_FIELDS = ("hidden_title", "hidden_place", "place", "public_title")


class Visit(models.Model):
    _name = "ozel_kalem.visit"
    _inherit = ["ozel_kalem.visit", "ozel_kalem.mixin.personal"]

    _personal_fields = (
        "partner_id",
        "visitor_name",
        "phone",
        "institution",
        "subject",
        "turned_away_reason",
    )


class Call(models.Model):
    _name = "ozel_kalem.call"
    _inherit = ["ozel_kalem.call", "ozel_kalem.mixin.personal"]

    _personal_fields = ("partner_id", "caller_name", "phone", "subject", "text")


class Note(models.Model):
    _name = "ozel_kalem.note"
    _inherit = ["ozel_kalem.note", "ozel_kalem.mixin.personal"]

    _personal_fields = ("sender", "subject", "text", "reply")


class Appointment(models.Model):
    _name = "ozel_kalem.appointment"
    _inherit = ["ozel_kalem.appointment", "ozel_kalem.mixin.personal"]

    _personal_fields = (
        "partner_id",
        "subject",
        "companions",
        "location",
        "description",
        "priority_reason",
        "outcome",
        "refusal_reason",
        "cancel_reason",
    )

    def _erase_parts(self):
        """The programme keeps that the time was taken, not by whom."""
        super()._erase_parts()
        self.write({"participant_ids": False})
        self.engagement_id._erase_contents()


class Engagement(models.Model):
    _inherit = "ozel_kalem.engagement"

    def _erase_contents(self):
        """Leave the hours, their kind and whose they were."""
        quiet = self.with_context(tracking_disable=True, mail_notrack=True)
        quiet.write({**dict.fromkeys(SAID_FIELDS, False), "subject": ERASED})
        self.invitation_ids.unlink()
        self.env["ozel_kalem.programme.line"].search(
            [("engagement_id", "in", self.ids)]
        )._erase_contents()
        erase_talk(self)


class Line(models.Model):
    _inherit = "ozel_kalem.programme.line"

    def _erase_contents(self):
        self._withdraw_change()
        self.write(dict.fromkeys((*LINE_FIELDS, *NOTES), False))
        # a confidential item's title says nothing already
        self.filtered(lambda line: not line.is_confidential).write({"title": ERASED})
