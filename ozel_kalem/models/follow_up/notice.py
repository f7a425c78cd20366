from odoo import api, fields, models

CHANNELS = [
    ("email", "E-mail"),
    ("sms", "SMS"),
    ("phone", "Telephone"),
    ("letter", "Letter"),
    ("in_person", "By hand"),
]


class Notice(models.Model):
    """What was told to whom, how, and the proof that it arrived."""

    _name = "ozel_kalem.notice"
    _inherit = [
        "ozel_kalem.mixin.about",
        "ozel_kalem.mixin.register",
        "ozel_kalem.mixin.workflow",
    ]
    _description = "Notice"
    _order = "id desc"
    _register_code = "notice"

    _workflow = {
        "pending": ("delivered", "failed"),
        "delivered": (),
        "failed": ("pending",),
    }
    _closed_states = ("delivered", "failed")
    _state_requires = {"delivered": ("proof",), "failed": ("failure_reason",)}

    partner_id = fields.Many2one("res.partner", "Told to", required=True, index=True)
    channel = fields.Selection(CHANNELS, required=True)
    subject = fields.Char()
    body = fields.Text("What was told")
    state = fields.Selection(
        [("pending", "Pending"), ("delivered", "Delivered"), ("failed", "Failed")],
        required=True,
        default="pending",
        copy=False,
    )
    proof = fields.Text(copy=False)
    failure_reason = fields.Text(copy=False)
    attempt = fields.Integer(default=1, copy=False, readonly=True)
    done_by_id = fields.Many2one("res.users", "Told by", readonly=True, copy=False)
    active = fields.Boolean(default=True)

    @api.model
    def _reason_actions(self):
        return {
            "action_deliver": self.env._("How do we know that it arrived?"),
            "action_fail": self.env._("Why didn't it arrive?"),
        }

    def action_deliver(self, proof):
        """It arrived.

        :param proof: mail accepted, who answered the telephone and when,
            letter number, signature of the hand-over
        """
        proof = self._required_text(proof, self.env._("Proof"))
        self._take_step("delivered", {"proof": proof, "done_by_id": self.env.uid})

    def action_fail(self, reason):
        """It didn't arrive.

        :param reason: why
        """
        reason = self._required_text(reason, self.env._("Reason"))
        self.write(
            {"state": "failed", "failure_reason": reason, "done_by_id": self.env.uid}
        )

    def action_retry(self):
        """Try once more."""
        for notice in self:
            notice.write({"state": "pending", "attempt": notice.attempt + 1})

    def _state_entered(self, state, before):
        super()._state_entered(state, before)
        for notice in self:
            source = self.env[notice.res_model].browse(notice.res_id).exists()
            if hasattr(source, "_notice_changed"):
                source._notice_changed(notice, state)
