from odoo import api, fields, models
from odoo.exceptions import UserError

from .request_types import RESULTS


class Campaign(models.Model):
    """Many letters on one matter: worked on once, answered to everybody."""

    _name = "ozel_kalem.campaign"
    _description = "Campaign"
    _order = "id desc"
    _rec_name = "subject"

    subject = fields.Char(required=True, index="trigram")
    topic_id = fields.Many2one("ozel_kalem.topic", index="btree_not_null")
    request_ids = fields.One2many("ozel_kalem.request", "campaign_id", "Requests")
    request_count = fields.Integer("Requests in all", compute="_compute_counts")
    open_count = fields.Integer("Open ones", compute="_compute_counts")
    result = fields.Selection(RESULTS)
    answer = fields.Text("Answer to all")
    user_id = fields.Many2one(
        "res.users", "Responsible", default=lambda self: self.env.user, index=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    active = fields.Boolean(default=True)

    @api.depends("request_ids.closed_on")
    def _compute_counts(self):
        Request = self.env["ozel_kalem.request"]
        counts = {
            campaign: (count, open_count)
            for campaign, count, open_count in Request._read_group(
                [("campaign_id", "in", self.ids)],
                ["campaign_id"],
                ["__count", "closed_on:count"],
            )
        }
        for campaign in self:
            count, closed = counts.get(campaign, (0, 0))
            campaign.request_count, campaign.open_count = count, count - closed

    def _open_letters(self):
        return self.env["ozel_kalem.request"].search(
            [("campaign_id", "in", self.ids), ("closed_on", "=", False)], order="id"
        )

    def action_view_requests(self):
        """Open the letters."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.subject,
            "res_model": "ozel_kalem.request",
            "view_mode": "list,kanban,form",
            "mobile_view_mode": "kanban",
            "domain": [("campaign_id", "=", self.id)],
            "context": {"default_campaign_id": self.id},
        }

    def action_answer_all(self):
        """Give the answer to every open letter.

        :raise UserError: without result and text, or while a unit owes an answer
        """
        for campaign in self:
            if not campaign.result or not (campaign.answer or "").strip():
                raise UserError(
                    self.env._("Write “Result” and “Answer to all” first, please.")
                )
            letters = campaign._open_letters().filtered(
                lambda request: request.state != "redirected"
            )
            letters.action_answer(campaign.result, campaign.answer)

    def action_tell_all(self):
        """Open the dialog that tells everybody whose answer is ready."""
        self.ensure_one()
        ready = self._open_letters().filtered("answer")
        return ready.action_open_tell_many()


class Request(models.Model):
    _inherit = "ozel_kalem.request"

    campaign_id = fields.Many2one(
        "ozel_kalem.campaign", index="btree_not_null", ondelete="set null"
    )

    def action_make_campaign(self):
        """Put the chosen requests together: many letters on one matter."""
        campaign = self.campaign_id[:1] or self.env["ozel_kalem.campaign"].create(
            {"subject": self._shared_subject(), "topic_id": self[:1].topic_id.id}
        )
        self.write({"campaign_id": campaign.id})
        return campaign.get_formview_action()

    def _shared_subject(self):
        """A name of them all that the whole office may read."""
        guarded = self.filtered(
            lambda request: (
                request.confidentiality != "normal" or request.request_type == "aid"
            )
        )
        if not guarded:
            return self[:1].subject
        return self[:1].topic_id.name or self.env._("Many letters on one matter")

    def action_open_tell_many(self):
        """Open the dialog that tells many citizens at once, with a preview.

        :raise UserError: when none of them has an answer that is ready
        """
        ready = self.filtered(lambda request: request._is_to_be_told())
        if not ready:
            raise UserError(
                self.env._(
                    "None of them has an answer that is ready: press “Write the "
                    "answer” on the request first."
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Tell many citizens"),
            "res_model": "ozel_kalem.request.tell.many",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_request_ids": ready.ids,
                "default_unready_count": len(self - ready),
            },
        }


class RequestTellMany(models.TransientModel):
    """Tells many citizens at once by e-mail; who has none is called by telephone."""

    _name = "ozel_kalem.request.tell.many"
    _description = "Tell Many Citizens"

    request_ids = fields.Many2many("ozel_kalem.request", required=True)
    mail_count = fields.Integer("By e-mail, now", compute="_compute_preview")
    call_count = fields.Integer("To be told by hand", compute="_compute_preview")
    left_count = fields.Integer("Not to be contacted", compute="_compute_preview")
    pending_count = fields.Integer("Under way already", compute="_compute_preview")
    unready_count = fields.Integer("No answer yet, left out", readonly=True)
    preview = fields.Text("The first of them reads", compute="_compute_preview")

    @api.depends("request_ids")
    def _compute_preview(self):
        for dialog in self:
            wanted = dialog._wanted()
            by_mail = wanted.filtered("partner_id.email_normalized")
            dialog.mail_count = len(by_mail)
            dialog.call_count = len(wanted - by_mail)
            contactable = dialog._contactable()
            dialog.left_count = len(dialog.request_ids - contactable)
            dialog.pending_count = len(contactable - wanted)
            first = (by_mail or wanted)[:1]
            dialog.preview = first and first._notice_text()

    def _wanted(self):
        return self._contactable().filtered(
            lambda request: not request._current_notices("pending")
        )

    def _contactable(self):
        # sudo: the flags bind those as well who may not read them
        return self.request_ids.filtered(
            lambda request: (
                not (
                    request.sudo().partner_id.ozel_kalem_deceased
                    or request.sudo().partner_id.ozel_kalem_do_not_contact
                    or request.is_anonymous
                )
            )
        )

    def action_confirm(self):
        """Send the mails; the others wait as notices to be told by hand."""
        self.ensure_one()
        for request in self._wanted():
            by_mail = request.partner_id.email_normalized
            channel = "email" if by_mail else request._notice_channel()
            notice = request._create_notice(channel, request._notice_text())
            if channel == "email":
                notice.action_send()
        return {"type": "ir.actions.act_window_close"}
