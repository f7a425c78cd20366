from odoo import models


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
