import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import email_normalize

OFFICE_WRITES = {"state", "email"}


class EngagementAttendee(models.Model):
    """What one person was told of an engagement, and what the person answered.

    ``method`` is what is told next while ``is_pending``, else what was told last.
    """

    _name = "ozel_kalem.engagement.attendee"
    _description = "Invitation to an Engagement"
    _order = "engagement_id desc, id"
    _rec_name = "partner_id"

    engagement_id = fields.Many2one(
        "ozel_kalem.engagement", required=True, readonly=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner", "Person", required=True, readonly=True, index=True
    )
    email = fields.Char("E-mail", help="Where the invitation goes.")
    state = fields.Selection(
        [
            ("needs_action", "No answer yet"),
            ("accepted", "Accepted"),
            ("declined", "Declined"),
            ("tentative", "Perhaps"),
        ],
        "Answer",
        required=True,
        default="needs_action",
    )
    method = fields.Selection(
        [
            ("request", "Invitation"),
            ("update", "Change"),
            ("cancel", "Cancellation"),
        ],
        "Message",
        required=True,
        readonly=True,
        default="request",
    )
    is_pending = fields.Boolean("To be sent", readonly=True)
    is_told = fields.Boolean(
        readonly=True, groups=fields.NO_ACCESS, help="May hold an invitation."
    )
    is_called = fields.Boolean(
        "Told by telephone", readonly=True, groups=fields.NO_ACCESS
    )
    last_sent_sequence = fields.Integer("Version sent", readonly=True, default=-1)
    sent_on = fields.Datetime("Sent on", readonly=True)
    answered_on = fields.Datetime("Answered on", readonly=True)
    attempts = fields.Integer(readonly=True)
    error = fields.Char("Not delivered", readonly=True)
    token = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: secrets.token_urlsafe(24),
        groups=fields.NO_ACCESS,
    )

    _person_uniq = models.UniqueIndex(
        "(engagement_id, partner_id)", "This person is already on the list."
    )
    _token_uniq = models.UniqueIndex("(token)")
    _pending_idx = models.Index("(id) WHERE is_pending IS TRUE")

    @api.constrains("email")
    def _check_email(self):
        for row in self:
            if row.email and email_normalize(row.email) != row.email:
                raise ValidationError(
                    self.env._(
                        "“%(email)s” is not an e-mail address. "
                        "Write it as ayse@example.com.",
                        email=row.email,
                    )
                )

    def write(self, vals):
        if not self.env.su and vals.keys() - OFFICE_WRITES:
            raise UserError(
                self.env._("Only the answer and the e-mail address can be changed.")
            )
        if "state" in vals:
            vals = {
                **vals,
                "answered_on": vals["state"] != "needs_action"
                and fields.Datetime.now(),
            }
        result = super().write(vals)
        if "state" in vals:
            self._reflect_answer()
        return result

    # --------------------------------------------------------------- queueing

    def _queue(self, method, **vals):
        """Have ``method`` sent: no cancellation to those who know of nothing."""
        for row in self.filtered(lambda row: not row.email):
            row.email = row.partner_id.email_normalized
        told = self.filtered("is_told")
        quiet = self.filtered(lambda row: not row.email)
        quiet._telephone(method)
        if method == "cancel":
            quiet |= self - self._who_know()
        elif method == "update":
            (self - quiet - told)._set_pending("request", **vals)
            quiet.write({**vals, "is_pending": False})
            (told - quiet)._set_pending("update", **vals)
            return
        quiet.write({**vals, "method": method, "is_pending": False})
        (self - quiet)._set_pending(method, **vals)

    def _who_know(self):
        """Those who were invited by mail or by telephone, and not taken back."""
        return self.filtered(lambda row: row.is_told or row.is_called)

    def _set_pending(self, method, **vals):
        self.write(
            {
                **vals,
                "method": method,
                "is_pending": True,
                "attempts": 0,
                "error": False,
            }
        )

    def action_resend(self):
        """Send it once more, to the address that stands there now.

        :raise UserError: where there is no address, or nothing to invite to
        """
        self.check_access("write")
        for row in self.sudo():
            row.email = row.email or row.partner_id.email_normalized
            if not row.email:
                raise UserError(
                    self.env._(
                        "“E-mail” of %(person)s is empty. Fill it in, or telephone.",
                        person=row.partner_id.display_name,
                    )
                )
            if row.method != "cancel" and row.engagement_id.state != "confirmed":
                raise UserError(self.env._("The engagement isn't confirmed any more."))
            row._set_pending(row.method)
        self._wake()

    @api.model
    def _wake(self):
        # sudo: waking the queue is not the user's act
        self.env.ref("ozel_kalem.ir_cron_invitation").sudo()._trigger()
