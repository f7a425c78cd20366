from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ...tools.local_time import local_today

PURPOSES = [
    ("action", "For action"),
    ("information", "For information"),
    ("opinion", "For opinion"),
]
# The unit, or the institution, has still to answer.
WAITING_STATES = ("sent", "received")
LIAISON_STATES = ("received", "answered", "returned")
# What a unit may write on its referral; the rest is the office's.
LIAISON_FIELDS = {
    "state",
    "answer",
    "evidence_ids",
    "return_reason",
    "asked_deadline",
    "asked_deadline_reason",
    "unit_user_id",
}


class Referral(models.Model):
    """A record sent to a unit, or to an institution, with a deadline.

    It owns what the unit may see: subject, text, chosen attachments. The unit
    never reaches the record behind it. The unit answers; only the office
    closes.
    """

    _name = "ozel_kalem.referral"
    _inherit = [
        "ozel_kalem.mixin.about",
        "ozel_kalem.mixin.register",
        "ozel_kalem.mixin.thread",
        "ozel_kalem.mixin.workflow",
    ]
    _description = "Referral"
    _check_company_auto = True
    _order = "id desc"
    _source_field = "referral_ids"
    _register_code = "referral"
    _mail_post_access = "read"

    _workflow = {
        "sent": ("received", "answered", "returned", "cancelled"),
        "received": ("answered", "accepted", "returned", "cancelled"),
        "answered": ("accepted", "received", "cancelled"),
        "accepted": (),
        "returned": (),
        "cancelled": (),
    }
    _closed_states = ("accepted", "returned", "cancelled")
    _state_requires = {
        "answered": ("answer",),
        "returned": ("return_reason",),
        "cancelled": ("cancel_reason",),
    }
    _state_groups = {
        "accepted": ("ozel_kalem.group_office",),
        "cancelled": ("ozel_kalem.group_office",),
    }

    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(readonly=True)
    department_id = fields.Many2one(
        "hr.department", "Unit", index="btree_not_null", check_company=True
    )
    institution_id = fields.Many2one("res.partner", index="btree_not_null")
    purpose = fields.Selection(PURPOSES, required=True, default="action", tracking=True)
    subject = fields.Char(required=True, index="trigram")
    body = fields.Text("What is asked")
    attachment_ids = fields.Many2many(
        "ir.attachment",
        "ozel_kalem_referral_attachment_rel",
        string="Enclosures",
        help="Copies that belong to the referral; the record's own stay closed.",
    )
    discloses_contact = fields.Boolean(
        "Disclose the applicant",
        help="The unit sees the name and telephone of the person concerned.",
    )
    contact_text = fields.Char("Applicant", compute="_compute_contact_text")
    sent_on = fields.Datetime(
        required=True,
        readonly=True,
        copy=False,
        index=True,
        default=fields.Datetime.now,
    )
    deadline = fields.Date(index="btree_not_null", tracking=True)
    is_overdue = fields.Boolean(
        "Overdue", compute="_compute_is_overdue", search="_search_is_overdue"
    )
    days_left = fields.Integer(compute="_compute_is_overdue", aggregator=None)
    user_id = fields.Many2one(tracking=True)
    confidentiality = fields.Selection(tracking=True)
    state = fields.Selection(
        [
            ("sent", "Sent"),
            ("received", "Received"),
            ("answered", "Answered"),
            ("accepted", "Accepted"),
            ("returned", "Returned"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="sent",
        tracking=True,
        copy=False,
    )
    unit_user_id = fields.Many2one(
        "res.users", "Handled by", readonly=True, copy=False, index="btree_not_null"
    )
    answer = fields.Text(copy=False)
    answered_on = fields.Datetime(readonly=True, copy=False)
    answered_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    evidence_ids = fields.Many2many(
        "ir.attachment",
        "ozel_kalem_referral_evidence_rel",
        copy=False,
    )
    sent_back_count = fields.Integer(readonly=True, copy=False)
    sent_back_reason = fields.Text(readonly=True, copy=False)
    return_reason = fields.Text("Why it isn't the unit's business", copy=False)
    cancel_reason = fields.Text(copy=False)
    asked_deadline = fields.Date("Asked for until", readonly=True, copy=False)
    asked_deadline_reason = fields.Text("Why more time", readonly=True, copy=False)
    reminder_count = fields.Integer("Reminders", readonly=True, copy=False)
    reminder_level = fields.Selection(
        [("0", "None"), ("1", "Reminded"), ("2", "Urgent"), ("3", "To the director")],
        default="0",
        readonly=True,
        copy=False,
    )
    last_reminder_on = fields.Date(readonly=True, copy=False)
    is_for_my_unit = fields.Boolean(
        compute="_compute_is_for_my_unit", search="_search_is_for_my_unit"
    )
    active = fields.Boolean(default=True)

    _one_receiver = models.Constraint(
        "CHECK ((department_id IS NULL) <> (institution_id IS NULL))",
        "A referral goes either to a “Unit” or to an “Institution”. Choose one.",
    )
    _open_deadline_idx = models.Index("(deadline, id) WHERE closed_on IS NULL")
    _unit_open_idx = models.Index("(department_id, id DESC) WHERE closed_on IS NULL")

    # -------------------------------------------------------------- computes

    @api.depends("deadline", "closed_on", "state")
    def _compute_is_overdue(self):
        today = local_today()
        for referral in self:
            waits = referral.deadline and referral.state in WAITING_STATES
            referral.days_left = (referral.deadline - today).days if waits else 0
            referral.is_overdue = bool(waits) and referral.deadline < today

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("deadline", "<", local_today()) & Domain(
            "state", "in", WAITING_STATES
        )

    @api.depends("department_id")
    @api.depends_context("uid")
    def _compute_is_for_my_unit(self):
        units = set(self.env.user._ozel_kalem_unit_ids())
        for referral in self:
            referral.is_for_my_unit = referral.sudo().department_id.id in units

    def _search_is_for_my_unit(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("department_id", "in", self.env.user._ozel_kalem_unit_ids())

    @api.depends("discloses_contact", "res_model", "res_id")
    def _compute_contact_text(self):
        for referral in self:
            # sudo: the office decided to disclose it; the unit can't read more
            source = referral.sudo()._source() if referral.discloses_contact else None
            partner = (
                source["partner_id"] if source and "partner_id" in source else None
            )
            referral.contact_text = partner and " ".join(
                filter(None, (partner.name, partner.phone))
            )

    # ------------------------------------------------------------------ CRUD

    @api.model_create_multi
    def create(self, vals_list):
        referrals = super().create(vals_list)
        for referral in referrals:
            referral._own_attachments()
        return referrals

    def write(self, vals):
        if not self.env.su and not self._is_office():
            self._check_liaison_writes(vals)
        result = super().write(vals)
        if "attachment_ids" in vals or "evidence_ids" in vals:
            for referral in self:
                referral._own_attachments()
        return result

    @api.model
    def _complete_from_source(self, vals, source):
        super()._complete_from_source(vals, source)
        vals.setdefault("user_id", source.user_id.id or self.env.uid)
        vals.setdefault("subject", source.subject)
        vals.setdefault("deadline", "deadline" in source and source.deadline)

    @api.model
    def _named_with(self, source, vals):
        """The unit must see a confidential referral as well."""
        unit_id = vals.get("department_id") or self.department_id.id
        unit = self.env["hr.department"].browse(unit_id or ())
        users = super()._named_with(source, vals)
        return users | unit._ozel_kalem_recipients() if unit else users

    def _own_attachments(self):
        """Make enclosures the referral's own: rights follow the referral."""
        # sudo: the chooser may read the originals; the copy only points to
        # the same file of the filestore
        for name in ("attachment_ids", "evidence_ids"):
            foreign = self.sudo()[name].filtered(
                lambda a: a.res_model != self._name or a.res_id != self.id
            )
            for attachment in foreign:
                attachment.with_env(self.env).check_access("read")
                own = {"res_model": self._name, "res_id": self.id}
                if attachment.res_id or attachment.res_model not in (False, self._name):
                    copied = attachment.copy(own)
                    self.sudo()[name] = self.sudo()[name] - attachment + copied
                else:
                    attachment.write(own)

    def _is_office(self):
        return self.env.user.has_group("ozel_kalem.group_office")

    def _check_liaison_writes(self, vals):
        if forbidden := vals.keys() - LIAISON_FIELDS:
            name = sorted(forbidden)[0]
            label = (
                self._fields[name]._description_string(self.env)
                if name in self._fields
                else name
            )
            raise AccessError(
                self.env._(
                    "“%(field)s” can be changed only by the office.", field=label
                )
            )
        for referral in self:
            if referral.state not in WAITING_STATES:
                raise UserError(
                    self.env._(
                        "%(number)s is “%(state)s”: your unit can't change it any more.",
                        number=referral.name,
                        state=self._state_label(referral.state),
                    )
                )

    # --------------------------------------------------------------- actions

    @api.model
    def _reason_actions(self):
        return {
            "action_answer": self.env._("The unit's answer"),
            "action_return": self.env._("Why isn't it your unit's business?"),
            "action_send_back": self.env._("What is missing in the answer?"),
            "action_cancel": self.env._("Why is the referral taken back?"),
        }

    def action_receive(self):
        """The unit takes the referral on; for information, that is all."""
        self._take_step("received", {"unit_user_id": self.env.uid})
        informed = self.filtered(lambda referral: referral.purpose == "information")
        if informed:
            # sudo: reading closes an information, though only the office closes
            informed.sudo().write({"state": "accepted"})

    def action_answer(self, text):
        """The unit answers.

        :param text: what was done, in the unit's own words
        :raise UserError: when empty, or when the referral isn't with the unit
        """
        answer = self._required_text(text, self.env._("Answer"))
        self.write({"answer": answer, "state": "answered"})

    def action_give_answer(self):
        """Send the answer written on the form, or ask for it."""
        self.ensure_one()
        if self.answer:
            return self.action_answer(self.answer)
        return self.with_context(reason_action="action_answer").action_ask_reason()

    def action_accept(self):
        """The office accepts the answer and closes the referral."""
        self._take_step("accepted")

    def action_send_back(self, reason):
        """The office wants more: back to the unit.

        :param reason: what is missing
        """
        reason = self._required_text(reason, self.env._("Reason"))
        if not self.env.su and not self._is_office():
            raise AccessError(self.env._("Only the office sends an answer back."))
        for referral in self:
            if referral.state != "answered":
                raise UserError(
                    referral._refused_step_message(
                        "received", referral._workflow[referral.state]
                    )
                )
            referral.write(
                {
                    "state": "received",
                    "sent_back_reason": reason,
                    "sent_back_count": referral.sent_back_count + 1,
                }
            )
            referral.message_post(
                body=self.env._("Sent back: %(reason)s", reason=reason)
            )
            referral._notify_unit(
                self.env._("%(number)s was sent back to you", number=referral.name)
            )

    def action_return(self, reason):
        """The unit gives it back: not its business.

        :param reason: why, and whose business it may be
        """
        reason = self._required_text(reason, self.env._("Reason"))
        self._take_step("returned", {"return_reason": reason})

    def action_cancel(self, reason):
        """The office takes the referral back.

        :param reason: told to the unit
        """
        reason = self._required_text(reason, self.env._("Reason"))
        self._take_step("cancelled", {"cancel_reason": reason})

    # ----------------------------------------------------------------- steps

    def _check_step(self, state):
        super()._check_step(state)
        skipping = self.filtered(
            lambda referral: (
                state == "accepted"
                and referral.state == "received"
                and referral.purpose != "information"
            )
        )
        if skipping:
            raise UserError(
                self.env._(
                    "%(number)s waits for the unit's answer; it can't be accepted yet.",
                    number=skipping[0].name,
                )
            )

    def _state_entered(self, state, before):
        super()._state_entered(state, before)
        for referral in self:
            if state in self._closed_states:
                referral._done_asking()
            if state == "answered":
                referral._answered()
            elif state == "returned":
                referral._ask_office(
                    self.env._(
                        "%(unit)s returned it: not its business",
                        unit=referral._receiver_name(),
                    )
                )
            elif state == "cancelled":
                referral._notify_unit(
                    self.env._("%(number)s was taken back", number=referral.name)
                )
            # sudo: the unit can't read the record behind its referral
            source = referral.sudo()._source()
            if source:
                source._referral_changed(referral.sudo(), state)

    def _answered(self):
        # sudo: the unit doesn't write by hand when and by whom it was answered
        self.sudo().write(
            {"answered_on": fields.Datetime.now(), "answered_by_id": self.env.uid}
        )
        self._ask_office(
            self.env._("%(unit)s has answered", unit=self._receiver_name())
        )

    def _numbered(self):
        super()._numbered()
        for referral in self:
            referral._notify_unit(
                self.env._("%(number)s was referred to you", number=referral.name)
            )
