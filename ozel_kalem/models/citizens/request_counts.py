from odoo import models

# What rules and computed columns of a list ask of every row.
ASKED_OF_ROWS = {
    "active",
    "company_id",
    "confidentiality",
    "request_type",
    "user_id",
    "create_uid",
    "closed_on",
    "paused_on",
}


class Request(models.Model):
    """Counts of requests by what the shipped filters and groups ask for."""

    _name = "ozel_kalem.request"
    _inherit = ["ozel_kalem.request", "ozel_kalem.mixin.rollup"]

    # All of them are about columns and who the user is, nothing that a day changes.
    _steady_rules = True
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

    def _fetch_query(self, query, fields):
        """Fetch with the rows what their list or form will ask of them next."""
        names = {field.name for field in fields if field.column_type}
        asked = ASKED_OF_ROWS.difference(names) if names else ()
        return super()._fetch_query(query, [*fields, *map(self._fields.get, asked)])
