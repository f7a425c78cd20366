from odoo import api, fields, models
from odoo.exceptions import ValidationError

MEGABYTE = 1024 * 1024
# A form without its files: texts, boundaries, headers.
FORM_BYTES = MEGABYTE


class Office(models.Model):
    """How much the public web form takes, and what citizens may do on their page."""

    _inherit = "ozel_kalem.office"

    web_form_open = fields.Boolean(
        "Requests by web form",
        default=True,
        help="Anybody can file a request on the page /talep.",
    )
    web_files = fields.Integer("Files per request", default=5, required=True)
    web_file_megabytes = fields.Integer("Megabytes per file", default=10, required=True)
    web_form_seconds = fields.Integer(
        "Shortest time to fill the form (seconds)",
        default=3,
        required=True,
        help="Programs are faster than people: whoever sends the form sooner is asked "
        "to press the button once more.",
    )
    web_requests_per_network = fields.Integer(
        "Requests per hour and network address",
        default=30,
        required=True,
        help="Telephone companies put many people behind one address: don't be too "
        "strict here.",
    )
    web_requests_per_contact = fields.Integer(
        "Requests per day and e-mail or telephone", default=5, required=True
    )
    web_codes_per_network = fields.Integer(
        "Codes per hour and network address", default=30, required=True
    )
    web_codes_per_request = fields.Integer(
        "Codes per hour and request",
        default=6,
        required=True,
        help="Each code can be tried five times.",
    )
    reopen_days = fields.Integer(
        "Days to object to an answer",
        default=15,
        required=True,
        help="So long an unhappy citizen can have the request taken up again on the "
        "request's page.",
    )

    @api.constrains(
        "web_files",
        "web_file_megabytes",
        "web_form_seconds",
        "web_requests_per_network",
        "web_requests_per_contact",
        "web_codes_per_network",
        "web_codes_per_request",
        "reopen_days",
    )
    def _check_web_limits(self):
        for office in self:
            counts = (office.web_files, office.web_form_seconds, office.reopen_days)
            if min(counts) < 0:
                raise ValidationError(
                    self.env._("A number of the web form can't be less than 0.")
                )
            limits = (
                office.web_file_megabytes,
                office.web_requests_per_network,
                office.web_requests_per_contact,
                office.web_codes_per_network,
                office.web_codes_per_request,
            )
            if min(limits) < 1:
                raise ValidationError(
                    self.env._("A limit of the web form can't be less than 1.")
                )

    def _web_file_bytes(self):
        return self.web_file_megabytes * MEGABYTE

    def _web_body_bytes(self):
        """How long the body of a form may be that comes with all its files."""
        return self.web_files * self._web_file_bytes() + FORM_BYTES
