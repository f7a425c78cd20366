from odoo import models


class Request(models.Model):
    """Counts of requests by what the shipped filters and groups ask for."""

    _name = "ozel_kalem.request"
    _inherit = ["ozel_kalem.request", "ozel_kalem.mixin.rollup"]

    _rollup_always = (
        "company_id",
        "active",
        "closed_on",
        "confidentiality",
        "request_type",
        "state",
    )
    _rollup_months = ("received_on",)
    _rollups = (
        ("received_on",),
        ("lead_department_id",),
        ("topic_id",),
        ("neighbourhood_id",),
        ("channel", "legal_ground"),
        ("user_id",),
    )

    # Where somebody's own confidential or aid requests are found among all.
    _user_level_idx = models.Index("(user_id, confidentiality, request_type)")
    _author_level_idx = models.Index("(create_uid, confidentiality, request_type)")
