from odoo import api, fields, models
from odoo.exceptions import UserError

from ..follow_up.notice import CHANNELS
from .request_types import REFUSAL_GROUNDS, RESULTS


class RequestDialog(models.AbstractModel):
    """A dialog about one request."""

    _name = "ozel_kalem.mixin.request_dialog"
    _description = "Dialog of a Request"

    request_id = fields.Many2one(
        "ozel_kalem.request", required=True, ondelete="cascade"
    )


class RequestAnswer(models.TransientModel):
    """Asks the result and the text that the citizen will read."""

    _name = "ozel_kalem.request.answer"
    _inherit = "ozel_kalem.mixin.request_dialog"
    _description = "Answer to the Citizen"

    units_text = fields.Text(related="request_id.units_text")
    result = fields.Selection(
        RESULTS,
        required=True,
        compute="_compute_from_request",
        store=True,
        precompute=True,
        readonly=False,
    )
    text = fields.Text(
        "Answer to the citizen",
        required=True,
        compute="_compute_from_request",
        store=True,
        precompute=True,
        readonly=False,
    )

    seen = fields.Text(
        "What stood there",
        compute="_compute_from_request",
        store=True,
        precompute=True,
        readonly=False,
    )

    @api.depends("request_id")
    def _compute_from_request(self):
        for dialog in self:
            dialog.result = dialog.request_id.result or "informed"
            dialog.text = dialog.request_id.answer or dialog.request_id._units_words()
            dialog.seen = dialog._standing()

    def _standing(self):
        """What an answer begins from; another one, when somebody was faster."""
        request = self.request_id
        return "\n".join(
            (request.state or "", request.result or "", request.answer or "")
        )

    def action_confirm(self):
        """Keep the answer, and go on to telling it.

        :raise UserError: when a colleague answered while the dialog was open
        """
        self.ensure_one()
        if self.seen != self._standing():
            raise UserError(
                self.env._(
                    "%(user)s has changed %(record)s while you were writing; nothing "
                    "of yours was kept. Copy your text, close this window, and look "
                    "at the answer that is there now.",
                    # sudo: the name of a colleague
                    user=self.request_id.sudo().write_uid.name,
                    record=self.request_id.display_name,
                )
            )
        self.request_id.action_answer(self.result, self.text)
        return self.request_id.action_open_tell()


class RequestTell(models.TransientModel):
    """Tells the citizen, and asks for the proof that it arrived."""

    _name = "ozel_kalem.request.tell"
    _inherit = "ozel_kalem.mixin.request_dialog"
    _description = "Tell the Citizen"

    partner_id = fields.Many2one(related="request_id.partner_id")
    phone = fields.Char(related="request_id.partner_id.phone")
    email = fields.Char(related="request_id.partner_id.email")
    channel = fields.Selection(
        CHANNELS,
        required=True,
        compute="_compute_from_request",
        store=True,
        precompute=True,
        readonly=False,
    )
    body = fields.Text(
        "What is told",
        required=True,
        compute="_compute_from_request",
        store=True,
        precompute=True,
        readonly=False,
    )
    outcome = fields.Selection(
        [("told", "It arrived"), ("failed", "Couldn't be reached")],
        default="told",
        required=True,
    )
    proof = fields.Char(
        help="Who answered the telephone and when, the letter's number, the signature."
    )
    is_sent_by_us = fields.Boolean(compute="_compute_is_sent_by_us")

    @api.depends("request_id")
    def _compute_from_request(self):
        for dialog in self:
            request = dialog.request_id
            dialog.channel = request._notice_channel()
            dialog.body = request._notice_text()

    @api.depends("channel")
    def _compute_is_sent_by_us(self):
        Notice = self.env["ozel_kalem.notice"]
        for dialog in self:
            dialog.is_sent_by_us = Notice._sends_by(dialog.channel)

    def action_confirm(self):
        """Send it, or write down what came of telling it.

        :raise UserError: when the proof, or the reason of a failure, is empty, or
            when a notice that tells it is under way
        """
        self.ensure_one()
        self.request_id._check_nothing_under_way()
        notice = self.request_id._create_notice(self.channel, self.body)
        if self.is_sent_by_us:
            notice.action_send()
        elif self.outcome == "told":
            notice.action_deliver(self.proof)
        else:
            notice.action_fail(self.proof)
        return {"type": "ir.actions.act_window_close"}


class RequestReject(models.TransientModel):
    """Asks on which ground of the law a request can't be examined."""

    _name = "ozel_kalem.request.reject"
    _inherit = "ozel_kalem.mixin.request_dialog"
    _description = "Can't Be Examined"

    ground = fields.Selection(REFUSAL_GROUNDS, required=True, default="subject")
    reason = fields.Text(required=True)

    def action_confirm(self):
        """Refuse it; whoever is known gets a letter with the reasons."""
        self.ensure_one()
        self.request_id.refusal_ground = self.ground
        self.request_id.action_reject(self.reason)
        if self.request_id.is_anonymous:
            return {"type": "ir.actions.act_window_close"}
        return self.request_id.action_open_tell()


class RequestRedirect(models.TransientModel):
    """Asks whose business a request is."""

    _name = "ozel_kalem.request.redirect"
    _inherit = "ozel_kalem.mixin.request_dialog"
    _description = "Another Institution's Business"

    institution_id = fields.Many2one(
        "res.partner",
        required=True,
        compute="_compute_institution_id",
        store=True,
        precompute=True,
        readonly=False,
    )

    @api.depends("request_id")
    def _compute_institution_id(self):
        for dialog in self:
            dialog.institution_id = dialog.request_id.topic_id.institution_id

    def action_confirm(self):
        """Send it on, and go on to telling the citizen."""
        self.ensure_one()
        self.request_id.action_redirect(self.institution_id.id)
        return self.request_id.action_open_tell()
