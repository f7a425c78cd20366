from odoo import api, models

# What rules and computed columns of a list ask of every row.
ASKED_OF_ROWS = (
    "company_id",
    "confidentiality",
    "request_type",
    "closed_on",
    "paused_on",
)


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
    _rollups = (
        (),
        ("received_on:month",),
        ("lead_department_id",),
        ("topic_id",),
        ("neighbourhood_id",),
        ("channel", "legal_ground"),
        ("user_id",),
    )

    # Where somebody's own confidential or aid requests are found among all.
    _user_level_idx = models.Index("(user_id, confidentiality, request_type)")
    _author_level_idx = models.Index("(create_uid, confidentiality, request_type)")

    @api.model
    def search_fetch(self, domain, field_names=None, offset=0, limit=None, order=None):
        """Fetch with the rows what their list will ask of them next."""
        if field_names:
            field_names = [*field_names, *set(ASKED_OF_ROWS).difference(field_names)]
        return super().search_fetch(domain, field_names, offset, limit, order)
