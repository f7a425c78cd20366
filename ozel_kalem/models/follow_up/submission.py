from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

DECISIONS = ("approved", "rejected", "returned")
# After submission the paper stands as it was put before the principal.
SUBMITTED_FIELDS = {"summary", "principal_id", "res_model", "res_id", "subject"}
# Written by the decision alone.
DECISION_FIELDS = {
    "decision_note",
    "decided_on",
    "decided_by_id",
    "acting_note",
    "submitted_on",
}


class Delegation(models.Model):
    _inherit = "ozel_kalem.delegation"

    def _waiting_domains(self):
        return {
            **super()._waiting_domains(),
            "ozel_kalem.submission": [
                ("principal_id", "=", self.principal_id.id),
                ("state", "=", "submitted"),
            ],
        }


class Submission(models.Model):
    """A record put before the principal, in one paragraph, for a decision."""

    _name = "ozel_kalem.submission"
    _inherit = [
        "ozel_kalem.mixin.about",
        "ozel_kalem.mixin.register",
        "ozel_kalem.mixin.thread",
        "ozel_kalem.mixin.workflow",
        "ozel_kalem.mixin.acting",
    ]
    _description = "Submission"
    _order = "id desc"
    _register_code = "submission"
    _source_field = "submission_ids"
    _mail_post_access = "read"

    _workflow = {
        "draft": ("submitted",),
        "submitted": ("draft", "approved", "rejected", "returned"),
        "approved": (),
        "rejected": (),
        "returned": ("submitted",),
    }
    _closed_states = ("approved", "rejected")
    _state_requires = {
        "submitted": ("summary",),
        "rejected": ("decision_note",),
        "returned": ("decision_note",),
    }

    record_name = fields.Char("Concerning", compute="_compute_record_name")
    principal_id = fields.Many2one(tracking=True)
    subject = fields.Char(compute="_compute_subject", store=True, readonly=False)
    summary = fields.Text(required=True)
    wanted = fields.Selection(
        [
            ("decision", "Decision"),
            ("approval", "Approval"),
            ("signature", "Signature"),
            ("information", "Information"),
        ],
        required=True,
        default="decision",
    )
    user_id = fields.Many2one(tracking=True)
    confidentiality = fields.Selection(tracking=True)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("submitted", "Submitted"),
            ("approved", "Approved"),
            ("rejected", "Rejected"),
            ("returned", "Returned"),
        ],
        required=True,
        default="draft",
        tracking=True,
        copy=False,
    )
    submitted_on = fields.Datetime(readonly=True, copy=False)
    decided_on = fields.Datetime(readonly=True, copy=False)
    decided_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    acting_note = fields.Char("Decided as", readonly=True, copy=False)
    decision_note = fields.Text("Note of the decision", copy=False)
    may_decide = fields.Boolean(compute="_compute_may_decide")
    active = fields.Boolean(default=True)

    _waiting_idx = models.Index("(principal_id, id) WHERE state = 'submitted'")

    @api.depends("res_model", "res_id")
    def _compute_record_name(self):
        for submission in self:
            # sudo: display names of confidential records carry no subject
            source = submission.sudo()._source()
            submission.record_name = source and source.display_name

    @api.depends("res_model", "res_id")
    def _compute_subject(self):
        for submission in self:
            source = submission.sudo()._source()
            submission.subject = submission.subject or (source and source.subject)

    @api.depends("state", "principal_id")
    @api.depends_context("uid")
    def _compute_may_decide(self):
        decides = {
            principal: principal._may_decide() for principal in self.principal_id
        }
        for submission in self:
            submission.may_decide = submission.state == "submitted" and decides.get(
                submission.principal_id, False
            )

    def write(self, vals):
        fixed = SUBMITTED_FIELDS & vals.keys()
        # erasing takes the person out of it as superuser, decided or not
        if (
            fixed
            and not self.env.su
            and any(s.state in ("submitted", "approved", "rejected") for s in self)
        ):
            raise UserError(
                self.env._(
                    "What was put before the principal can't be changed. "
                    "Take it back first."
                )
            )
        if DECISION_FIELDS & vals.keys() and not self.env.su:
            for submission in self:
                submission._check_decider()
        return super().write(vals)

    # --------------------------------------------------------------- actions

    @api.model
    def _reason_actions(self):
        return {
            "action_approve": self.env._("Note to the approval"),
            "action_reject": self.env._("Why is it rejected?"),
            "action_return": self.env._("What is to be changed?"),
        }

    def action_submit(self):
        """Put the record before the principal, or whoever acts for him."""
        self._take_step("submitted")

    def action_take_back(self):
        """Take it back before the principal decides."""
        self._take_step("draft")

    def action_approve(self, note=None):
        """The principal approves.

        :param note: what he adds (optional)
        """
        self._decide("approved", note)

    def action_reject(self, note):
        """The principal rejects.

        :param note: why
        """
        self._decide("rejected", self._required_text(note, self.env._("Note")))

    def action_return(self, note):
        """The principal returns it to the office to be changed.

        :param note: what is to be changed
        """
        self._decide("returned", self._required_text(note, self.env._("Note")))

    def _decide(self, state, note):
        self.write({"state": state, "decision_note": note or False})

    # ----------------------------------------------------------------- steps

    def _check_step(self, state):
        super()._check_step(state)
        if state not in DECISIONS:
            return
        for submission in self:
            submission._check_decider()

    def _check_decider(self):
        self.ensure_one()
        if not self.principal_id._may_decide():
            raise AccessError(
                self.env._(
                    "Only %(principal)s, or who acts for the office on the day, "
                    "decides on %(number)s.",
                    principal=self.principal_id.sudo().partner_id.name,
                    number=self.name,
                )
            )
        if self.state in self._closed_states:
            raise UserError(
                self.env._("%(number)s was decided already.", number=self.name)
            )

    def _state_entered(self, state, before):
        super()._state_entered(state, before)
        now = fields.Datetime.now()
        for submission in self:
            if state == "submitted":
                # sudo: the author doesn't write these by hand
                submission.sudo().write({"submitted_on": now, "decided_on": False})
                submission._notify_neutrally(
                    submission.principal_id._deciders().partner_id,
                    self.env._(
                        "%(number)s waits for your decision", number=submission.name
                    ),
                )
            elif state in DECISIONS:
                submission._decided(state, now)

    def _decided(self, state, now):
        # sudo: the decider needs no right to the office's own table
        submission = self.sudo()
        submission.write(
            {
                "decided_on": now,
                "decided_by_id": self.env.uid,
                "acting_note": self.principal_id._acting_note(),
            }
        )
        submission._notify_neutrally(
            (submission.user_id | submission.create_uid).partner_id
            - self.env.user.partner_id,
            self.env._(
                "%(number)s: %(decision)s",
                number=self.name,
                decision=self._state_label(state),
            ),
        )
        submission._source()._submission_decided(submission)
