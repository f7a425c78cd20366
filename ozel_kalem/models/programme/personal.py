from odoo import models

from ..foundation.mixin_personal import ERASED


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
        "description",
        "priority_reason",
        "outcome",
        "refusal_reason",
        "cancel_reason",
    )

    def _erase_parts(self):
        """The programme keeps that the time was taken, not by whom."""
        super()._erase_parts()
        self.engagement_id.write(
            {"subject": ERASED, "description": False, "outcome": False}
        )
