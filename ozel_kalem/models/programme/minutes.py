from odoo import api, fields, models
from odoo.exceptions import UserError

APPROVERS = ("ozel_kalem.group_director", "ozel_kalem.group_principal")
# What nobody changes any more once the minutes are approved.
FIXED_FIELDS = {"agenda", "body", "decision_ids", "participant_ids", "subject"}
# What a unit is told of a decision: another one is another instruction.
ORDER_FIELDS = ("text", "department_id")


class Minutes(models.Model):
    """What was said and decided in a meeting (D25, D26)."""

    _name = "ozel_kalem.minutes"
    _inherit = [
        "ozel_kalem.mixin.register",
        "ozel_kalem.mixin.thread",
        "ozel_kalem.mixin.workflow",
        "ozel_kalem.mixin.acting",
        "ozel_kalem.mixin.receipted",
    ]
    _description = "Minutes"
    _order = "id desc"
    _register_code = "minutes"
    _mail_post_access = "read"
    _receipts = "participant_ids"
    _rec_names_search = ["name", "subject"]

    _workflow = {
        "draft": ("approved",),
        "approved": ("distributed", "draft"),
        "distributed": (),
    }
    _closed_states = ("distributed",)
    _stamped_fields = (
        "approved_on",
        "approved_by_id",
        "distributed_on",
    )
    _state_groups = {"approved": APPROVERS, "distributed": APPROVERS}

    engagement_id = fields.Many2one(
        "ozel_kalem.engagement", "Meeting", required=True, index=True
    )
    principal_id = fields.Many2one(
        compute="_compute_from_engagement", store=True, precompute=True, default=None
    )
    subject = fields.Char(
        compute="_compute_from_engagement",
        store=True,
        readonly=False,
        precompute=True,
        index="trigram",
    )
    meeting_on = fields.Datetime(related="engagement_id.start", string="Held on")
    meeting_until = fields.Datetime(related="engagement_id.stop", string="Until")
    meeting_kind = fields.Selection(related="engagement_id.kind", string="Kind")
    location = fields.Char(related="engagement_id.location")
    agenda = fields.Html()
    body = fields.Html("Talks")
    participant_ids = fields.One2many(
        "ozel_kalem.minutes.participant", "minutes_id", "Participants", copy=True
    )
    decision_ids = fields.One2many(
        "ozel_kalem.minutes.decision", "minutes_id", "Decisions", copy=True
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("approved", "Approved"),
            ("distributed", "Distributed"),
        ],
        required=True,
        default="draft",
        tracking=True,
        copy=False,
    )
    approved_on = fields.Datetime(readonly=True, copy=False)
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    distributed_on = fields.Datetime(readonly=True, copy=False)
    active = fields.Boolean(default=True)

    @api.depends("engagement_id")
    def _compute_from_engagement(self):
        for minutes in self:
            engagement = minutes.engagement_id
            minutes.principal_id = engagement.principal_id
            minutes.subject = minutes.subject or engagement.subject

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            engagement = self.env["ozel_kalem.engagement"].browse(
                vals.get("engagement_id") or ()
            )
            if engagement:
                vals.update(self._guard_values(engagement, vals))
                vals.setdefault("company_id", engagement.company_id.id)
            if engagement and "participant_ids" not in vals:
                vals["participant_ids"] = [
                    (0, 0, {"partner_id": partner.id})
                    for partner in engagement.partner_ids
                ]
        return super().create(vals_list)

    def write(self, vals):
        if FIXED_FIELDS & vals.keys():
            self._check_draft()
        return super().write(vals)

    def _check_draft(self):
        if any(minutes.state != "draft" for minutes in self):
            raise UserError(
                self.env._("Approved minutes can't be changed. Take them back first.")
            )

    def action_approve(self):
        """Approve the minutes; each decision with a unit becomes an instruction."""
        self._take_step("approved")

    def action_take_back(self):
        """Back to the draft, before the minutes are distributed.

        Instructions that are still open are cancelled: a new approval gives them
        anew, as they are decided then.
        """
        self._take_step("draft")

    def action_distribute(self):
        """Tell the participants that the minutes are there.

        :raise UserError: when nobody took part
        """
        for minutes in self:
            if not minutes.participant_ids:
                raise UserError(
                    self.env._("“Participants” is empty. Enter who took part.")
                )
        self._take_step("distributed")

    def _state_entered(self, state, before):
        super()._state_entered(state, before)
        for minutes in self:
            if state == "approved":
                minutes._stamp_approval(fields.Datetime.now(), self.env.user)
                minutes.decision_ids._make_instructions()
            elif state == "draft":
                minutes._stamp_approval(False, False)
                minutes.decision_ids._take_back_instructions()
            elif state == "distributed":
                minutes._distribute()

    def _stamp_approval(self, moment, user):
        # sudo: a stamp of the step
        self.sudo().write({"approved_on": moment, "approved_by_id": user and user.id})


class MinutesDecision(models.Model):
    _name = "ozel_kalem.minutes.decision"
    _description = "Decision of a Meeting"
    _order = "minutes_id, sequence, id"
    _rec_name = "text"

    minutes_id = fields.Many2one(
        "ozel_kalem.minutes", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    text = fields.Char("Decision", required=True)
    department_id = fields.Many2one("hr.department", "Unit")
    deadline = fields.Date()
    instruction_id = fields.Many2one(
        "ozel_kalem.instruction", readonly=True, copy=False, index="btree_not_null"
    )
    instruction_state = fields.Selection(
        related="instruction_id.state", string="Followed up"
    )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_draft()
        return lines

    def write(self, vals):
        """A decision that is another one now loses the instruction it had."""
        self._check_draft()
        before = {line: [line[name] for name in ORDER_FIELDS] for line in self}
        result = super().write(vals)
        self._check_draft()
        for line, order in before.items():
            if line.instruction_id and order != [line[name] for name in ORDER_FIELDS]:
                line.instruction_id = False
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_approved(self):
        self._check_draft()

    def _check_draft(self):
        # the step itself names the instruction; closed years come as they were
        if not self.env.su and not self.minutes_id._may_import_history():
            self.minutes_id._check_draft()

    def _take_back_instructions(self):
        """Cancel what has been ordered and isn't carried out yet."""
        # sudo: as where they were made
        for decision in self.sudo():
            if decision.instruction_id and not decision.instruction_id.closed_on:
                decision.instruction_id.action_cancel(
                    self.env._("The minutes were taken back.")
                )
            if decision.instruction_id.state == "cancelled":
                decision.instruction_id = False

    def _make_instructions(self):
        """Each decision that names a unit is followed up as an instruction."""
        # sudo: the approver need not be somebody who records instructions
        Target = self.env["ozel_kalem.instruction"].sudo()
        for decision in self.filtered(
            lambda line: line.department_id and not line.instruction_id
        ):
            minutes = decision.minutes_id
            instruction = Target.create(
                {
                    **Target._prepare_follow_up_values(minutes),
                    "subject": decision.text,
                    "principal_id": minutes.principal_id.id,
                    "mode": "written",
                    # given in the meeting, however late the minutes are approved
                    "received_on": min(minutes.meeting_on, fields.Datetime.now()),
                    "deadline": decision.deadline,
                    "given_place": minutes.subject,
                }
            )
            # sudo: approved decisions are nobody's to change, the principal's neither
            decision.sudo().instruction_id = instruction
            instruction.action_refer(decision.department_id.ids, decision.text)
