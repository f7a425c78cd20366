from odoo import api, fields, models
from odoo.exceptions import UserError

APPROVERS = ("ozel_kalem.group_director", "ozel_kalem.group_principal")


class Minutes(models.Model):
    """What was said and decided in a meeting (D25, D26)."""

    _name = "ozel_kalem.minutes"
    _inherit = [
        "ozel_kalem.mixin.register",
        "ozel_kalem.mixin.thread",
        "ozel_kalem.mixin.workflow",
        "ozel_kalem.mixin.acting",
    ]
    _description = "Minutes"
    _order = "id desc"
    _register_code = "minutes"
    _mail_post_access = "read"
    _rec_names_search = ["name", "subject"]

    _workflow = {
        "draft": ("approved",),
        "approved": ("distributed", "draft"),
        "distributed": (),
    }
    _closed_states = ("distributed",)
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
            if engagement and engagement.confidentiality != "normal":
                vals["confidentiality"] = engagement.confidentiality
            if engagement:
                vals.setdefault("company_id", engagement.company_id.id)
            if engagement and "participant_ids" not in vals:
                vals["participant_ids"] = [
                    (0, 0, {"partner_id": partner.id})
                    for partner in engagement.partner_ids
                ]
        return super().create(vals_list)

    def write(self, vals):
        fixed = {"body", "agenda", "decision_ids", "subject"} & vals.keys()
        if fixed and any(minutes.state != "draft" for minutes in self):
            raise UserError(
                self.env._("Approved minutes can't be changed. Take them back first.")
            )
        return super().write(vals)

    def action_approve(self):
        """Approve the minutes; each decision with a unit becomes an instruction."""
        self._take_step("approved")

    def action_take_back(self):
        """Back to the draft, before the minutes are distributed."""
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
                minutes.decision_ids._make_instructions()
            elif state == "distributed":
                minutes._distribute()

    def _distribute(self):
        self.distributed_on = fields.Datetime.now()
        users = self.participant_ids.partner_id.user_ids.filtered(
            lambda user: not user.share
        )
        # sudo: the participants are told by the office, whoever pressed
        self.sudo()._notify_neutrally(
            users.partner_id,
            self.env._("%(number)s was distributed", number=self.name),
        )

    def action_confirm_reading(self):
        """A participant confirms that he has read the minutes."""
        mine = self.sudo().participant_ids.filtered(
            lambda line: line.partner_id == self.env.user.partner_id
        )
        # sudo: a participant may write nothing but his own receipt
        mine.write({"read_on": fields.Datetime.now()})


class MinutesParticipant(models.Model):
    _name = "ozel_kalem.minutes.participant"
    _description = "Participant"
    _order = "minutes_id, id"
    _rec_name = "partner_id"

    minutes_id = fields.Many2one(
        "ozel_kalem.minutes", required=True, ondelete="cascade", index=True
    )
    partner_id = fields.Many2one("res.partner", "Person", required=True)
    presence = fields.Selection(
        [("present", "Present"), ("absent", "Absent"), ("excused", "Excused")],
        required=True,
        default="present",
    )
    read_on = fields.Datetime("Read", readonly=True, copy=False)

    _person_uniq = models.Constraint(
        "UNIQUE (minutes_id, partner_id)", "This person is in the list already."
    )


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

    def _make_instructions(self):
        """Each decision that names a unit is followed up as an instruction."""
        # sudo: the approver need not be somebody who records instructions
        Target = self.env["ozel_kalem.instruction"].sudo()
        for decision in self.filtered(
            lambda line: line.department_id and not line.instruction_id
        ):
            minutes = decision.minutes_id
            decision.instruction_id = Target.create(
                {
                    **Target._prepare_follow_up_values(minutes),
                    "subject": decision.text,
                    "principal_id": minutes.principal_id.id,
                    "mode": "written",
                    "deadline": decision.deadline,
                    "given_place": minutes.subject,
                }
            )
            decision.instruction_id.action_refer(
                decision.department_id.ids, decision.text
            )
