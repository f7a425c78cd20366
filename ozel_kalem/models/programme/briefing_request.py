from odoo import api, fields, models
from odoo.exceptions import UserError

MOST_REQUESTS = 20
REQUEST_READERS = ",".join(
    f"ozel_kalem.group_{role}"
    for role in (
        "secretary",
        "public_relations",
        "registry",
        "aid",
        "director",
        "principal",
    )
)


class Briefing(models.Model):
    _inherit = "ozel_kalem.briefing"

    request_ids = fields.Many2many(
        "ozel_kalem.request",
        string="Open requests",
        compute="_compute_request_ids",
        groups=REQUEST_READERS,
    )

    @api.depends("engagement_id.partner_ids")
    @api.depends_context("uid")
    def _compute_request_ids(self):
        """What those who come still wait for, of what the reader may read."""
        Request = self.env["ozel_kalem.request"]
        for briefing in self:
            people = briefing.engagement_id.partner_ids
            briefing.request_ids = Request.search(
                [("partner_id", "in", people.ids), ("closed_on", "=", False)],
                limit=MOST_REQUESTS,
            )

    def _requests_on_paper(self):
        """What whoever prints may read of them."""
        Request = self.env["ozel_kalem.request"]
        return self.request_ids if Request.has_access("read") else Request


class BriefingFinishLine(models.TransientModel):
    _inherit = "ozel_kalem.briefing.finish.line"

    kind = fields.Selection(
        selection_add=[("request", "Request")], ondelete={"request": "cascade"}
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Applicant",
        compute="_compute_partner_id",
        store=True,
        precompute=True,
        readonly=False,
        help="Who asked for it; the first of those who came when left out.",
    )

    @api.depends("kind", "finish_id.briefing_id")
    def _compute_partner_id(self):
        for line in self.filtered(lambda line: line.kind == "request"):
            people = line.finish_id.briefing_id.engagement_id.partner_ids
            line.partner_id = line.partner_id or people[:1]

    def _check(self):
        super()._check()
        if self.kind == "request" and not self.partner_id:
            raise UserError(
                self.env._(
                    "“Applicant” of “%(text)s” is empty. Who asked for it?",
                    text=self.text,
                )
            )

    def _make(self):
        if self.kind != "request":
            return super()._make()
        engagement = self.finish_id.briefing_id.engagement_id
        Request = self.env["ozel_kalem.request"]
        return Request.create(
            {
                **Request._prepare_follow_up_values(engagement),
                "subject": self.text,
                "partner_id": self.partner_id.id,
                "channel": "in_person",
                "lead_department_id": self.department_id.id,
            }
        )
