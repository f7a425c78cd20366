from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command

from ...tools.local_time import local_date, local_today

# What the principal confirms as his words.
CONFIRMED_FIELDS = ("words", "subject", "principal_id")


class Instruction(models.Model):
    """An instruction of the principal, followed to its end (talimat, D20–D22)."""

    _name = "ozel_kalem.instruction"
    _inherit = [
        "ozel_kalem.mixin.record",
        "ozel_kalem.mixin.acting",
        "ozel_kalem.mixin.referable",
        "ozel_kalem.mixin.submittable",
    ]
    _description = "Instruction"
    _order = "id desc"
    _register_code = "instruction"

    _workflow = {
        "open": ("in_progress", "concluded", "cancelled"),
        "in_progress": ("concluded", "cancelled"),
        "concluded": ("reported", "in_progress"),
        "reported": ("in_progress",),
        "cancelled": ("open",),
    }
    _closed_states = ("concluded", "reported", "cancelled")
    _state_requires = {"concluded": ("result",), "cancelled": ("cancel_reason",)}
    _state_groups = {
        "concluded": ("ozel_kalem.group_director",),
        "reported": ("ozel_kalem.group_director",),
        "cancelled": ("ozel_kalem.group_director", "ozel_kalem.group_principal"),
    }

    principal_id = fields.Many2one(string="Given by", tracking=True)
    user_id = fields.Many2one(default=lambda self: self._default_user_id())
    mode = fields.Selection(
        [("verbal", "Verbal"), ("written", "Written")], required=True, default="verbal"
    )
    words = fields.Text("Exact words")
    received_on = fields.Datetime("Given on")
    given_place = fields.Char("Given at", help="Meeting, trip, telephone, office …")
    state = fields.Selection(
        [
            ("open", "Taken down"),
            ("in_progress", "In progress"),
            ("concluded", "Concluded"),
            ("reported", "Reported"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="open",
        tracking=True,
        copy=False,
        group_expand=True,
    )
    result = fields.Text(copy=False)
    cancel_reason = fields.Text(copy=False)
    reported_on = fields.Datetime(readonly=True, copy=False)
    read_back_on = fields.Datetime("Read back", readonly=True, copy=False)
    read_back_note = fields.Char("Read back by", readonly=True, copy=False)
    evidence_ids = fields.Many2many(
        "ir.attachment",
        compute="_compute_answers",
        compute_sudo=True,
    )
    answer_text = fields.Text(
        "Units' answers", compute="_compute_answers", compute_sudo=True
    )
    reminder_count = fields.Integer(
        "Reminders", compute="_compute_answers", compute_sudo=True
    )
    recurrence = fields.Selection(
        [("week", "Every week"), ("month", "Every month")], copy=False
    )
    recurrence_until = fields.Date("Repeated until", copy=False)
    next_id = fields.Many2one(
        "ozel_kalem.instruction",
        "Next one",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )

    _open_deadline_idx = models.Index("(deadline, id) WHERE closed_on IS NULL")
    _state_idx = models.Index("(state, id DESC)")
    _received_idx = models.Index("(received_on DESC, id DESC)")

    @api.depends("referral_ids.answer", "referral_ids.evidence_ids")
    def _compute_answers(self):
        for instruction in self:
            answered = instruction.referral_ids.filtered("answer")
            instruction.answer_text = "\n".join(
                f"{referral._receiver_name()}: {referral.answer}"
                for referral in answered
            )
            instruction.evidence_ids = answered.evidence_ids
            instruction.reminder_count = sum(
                instruction.referral_ids.mapped("reminder_count")
            )

    @api.constrains("recurrence", "deadline")
    def _check_recurrence(self):
        for instruction in self:
            if instruction.recurrence and not instruction.deadline:
                raise ValidationError(
                    self.env._("A recurring instruction needs its first “Deadline”.")
                )

    @api.constrains("deadline", "received_on")
    def _check_deadline(self):
        for instruction in self.filtered("deadline"):
            if instruction.deadline < local_date(instruction.received_on):
                raise ValidationError(
                    self.env._("“Deadline” can't be before the day it was given on.")
                )

    @api.model
    def _default_user_id(self):
        """Who follows it up: whoever writes it down, the director for the mayor."""
        user = self.env.user
        if user.has_group("ozel_kalem.group_secretary") or user.has_group(
            "ozel_kalem.group_director"
        ):
            return user
        office = self.env["ozel_kalem.office"]._for(self.env.company.id)
        return office._directors()[:1] or user

    @api.model
    def get_import_templates(self):
        """The workbook that the import screen offers to start from."""
        return [
            {
                "label": self.env._("Import template for instructions"),
                "template": "/ozel_kalem/static/import/instruction.xlsx",
            }
        ]

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_read_back(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_read_back(vals)
        if vals.keys().isdisjoint(CONFIRMED_FIELDS):
            return super().write(vals)
        confirmed = {
            instruction: instruction._confirmed_words()
            for instruction in self
            if instruction.read_back_on
        }
        result = super().write(vals)
        for instruction, words in confirmed.items():
            if instruction._confirmed_words() != words:
                instruction._withdraw_read_back()
        return result

    def _confirmed_words(self):
        return [self[name] or False for name in CONFIRMED_FIELDS]

    def _withdraw_read_back(self):
        # sudo: whoever changes the words takes the confirmation off, but gives none
        self.sudo().write({"read_back_on": False, "read_back_note": False})
        self.message_post(
            body=self.env._(
                "The words have changed; the principal is to confirm them anew."
            )
        )

    def _check_read_back(self, vals):
        if {"read_back_on", "read_back_note"} & vals.keys() and not self.env.su:
            raise AccessError(self.env._("Only the principal confirms his words."))

    # --------------------------------------------------------------- actions

    @api.model
    def _reason_actions(self):
        return {
            "action_conclude": self.env._("What came out of it?"),
            "action_cancel": self.env._("Why is it cancelled?"),
            "action_reopen": self.env._("Why is it taken up again?"),
        }

    def action_ask_reason(self):
        """The result is proposed from what the units have answered."""
        action = super().action_ask_reason()
        if self.env.context.get("reason_action") == "action_conclude":
            action["context"]["default_text"] = self[:1].answer_text
        return action

    def action_conclude(self, result):
        """The director has checked the answers: the instruction is done.

        Answers still waiting are accepted with it, open referrals taken back.

        :param result: what came out of it, as the principal will read it
        """
        result = self._required_text(result, self.env._("Result"))
        self._take_step("concluded", {"result": result})

    def action_report(self):
        """The result was put before the principal."""
        self._take_step("reported")

    def action_cancel(self, reason):
        """Cancel it; the number stays, the units are told.

        :param reason: kept and printed
        """
        reason = self._required_text(reason, self.env._("Reason"))
        self.check_access("read")
        own = self.filtered(lambda instruction: instruction.principal_id._may_decide())
        # sudo: the principal doesn't edit instructions, but takes back his own word
        own.sudo()._take_step("cancelled", {"cancel_reason": reason})
        (self - own)._take_step("cancelled", {"cancel_reason": reason})

    def action_reopen(self, reason):
        """Take a closed instruction up again.

        :param reason: goes to the chatter
        """
        reason = self._required_text(reason, self.env._("Reason"))
        for instruction in self:
            cancelled = instruction.state == "cancelled"
            instruction.write({"state": "open" if cancelled else "in_progress"})
            instruction.message_post(
                body=self.env._("Taken up again: %(reason)s", reason=reason)
            )

    def action_read_back(self):
        """The principal confirms that the words are his.

        :raise AccessError: for anybody else, the acting deputy excepted
        """
        for instruction in self:
            instruction.check_access("read")
            principal = instruction.principal_id
            if not principal._may_decide():
                raise AccessError(self.env._("Only the principal confirms his words."))
            # sudo: the principal reads instructions, he doesn't edit them
            instruction.sudo().write(
                {
                    "read_back_on": fields.Datetime.now(),
                    "read_back_note": principal._acting_note() or self.env.user.name,
                }
            )

    def action_print_slip(self):
        """Print the instruction slip."""
        return self.env.ref("ozel_kalem.report_instruction_slip").report_action(self)

    # ----------------------------------------------------------------- steps

    def _referred(self, units):
        super()._referred(units)
        if self.state == "open":
            # sudo: who may refer an instruction may not always edit it
            self.sudo().write({"state": "in_progress"})

    def _referral_changed(self, referral, state):
        super()._referral_changed(referral, state)
        if state != "answered" or self.closed_on:
            return
        if self._unanswered_referrals() or self.activity_search(
            ["ozel_kalem.activity_type_check"]
        ):
            return
        office = self.env["ozel_kalem.office"]._for(self.company_id.id)
        for user in office._directors()[:1]:
            self.activity_schedule(
                "ozel_kalem.activity_type_check",
                date_deadline=local_today(),
                summary=self.env._("All units have answered: check the result"),
                user_id=user.id,
            )

    def _state_entered(self, state, before):
        super()._state_entered(state, before)
        for instruction in self:
            if state == "concluded":
                instruction._accept_answers()
                instruction._create_next()
            elif state == "reported":
                instruction.reported_on = fields.Datetime.now()
                # sudo: whoever reports may have the principal told
                instruction.sudo()._notify_neutrally(
                    instruction.principal_id._deciders().partner_id,
                    self.env._("%(number)s is done", number=instruction.name),
                )
            elif state == "cancelled":
                instruction._cancel_referrals(instruction.cancel_reason)

    def _accept_answers(self):
        # sudo: concluding closes what others referred as well
        answered = self.sudo().referral_ids.filtered(lambda r: r.state == "answered")
        answered.action_accept()
        self._cancel_referrals(self.env._("The instruction is concluded."))
        self.sudo().activity_unlink(["ozel_kalem.activity_type_check"])

    # ------------------------------------------------------------ recurrence

    def _create_next(self):
        """Register the next one of a recurring instruction, and refer it."""
        self.ensure_one()
        if not self.recurrence or self.next_id:
            return
        deadline = self._next_deadline()
        if self.recurrence_until and deadline > self.recurrence_until:
            return
        # sudo: born by the system, with the rights of nobody in particular, and
        # in the office's language: what it says is printed
        instruction = self.sudo()._in_office_language()
        following = instruction.copy(
            {
                "deadline": deadline,
                "recurrence": self.recurrence,
                "recurrence_until": self.recurrence_until,
                "origin": f"{self._name},{self.id}",
                "authorised_user_ids": [Command.set(self.authorised_user_ids.ids)],
            }
        )
        instruction.next_id = following
        if self.department_ids:
            units = self.lead_department_id | self.department_ids
            note = following.env._("Recurring instruction")
            following.action_refer(units.ids, note)

    def _next_deadline(self):
        """The next day of the series that is still to come."""
        count = 1
        while (day := self._deadline_after(count)) <= local_today():
            count += 1
        return day

    def _deadline_after(self, count):
        """The day of the series that comes ``count`` weeks or months later."""
        if self.recurrence == "week":
            return self.deadline + relativedelta(weeks=count)
        return self.deadline + relativedelta(months=count, day=self._day_of_month())

    def _day_of_month(self):
        """The day that the series began with: a short month shortens no other."""
        month_end = self.deadline + relativedelta(day=31)
        day = self.deadline.day
        if self.deadline != month_end or day == 31:
            return day
        # sudo: the day of the one before alone
        series = self.sudo().with_context(active_test=False)
        before = series.search([("next_id", "=", self.id)], limit=1)
        return max(day, before._day_of_month() if before.deadline else 0)

    @api.model
    def _cron_recur(self):
        """Register the next of each recurring one whose day has passed."""
        due = self.search(
            [
                ("recurrence", "!=", False),
                ("next_id", "=", False),
                ("state", "!=", "cancelled"),
                ("deadline", "<", local_today()),
            ]
        )
        for instruction in due:
            instruction._create_next()
