from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..foundation.mixin_record import CHANNELS

APPLICANT_KINDS = [
    ("citizen", "Citizen"),
    ("headman", "Neighbourhood headman"),
    ("ngo", "Association, foundation"),
    ("chamber", "Chamber, union"),
    ("public", "Public institution"),
    ("private", "Private company"),
    ("protocol", "Protocol, politics"),
    ("press", "Press"),
    ("school", "School, students"),
    ("foreign", "Foreign delegation"),
    ("staff", "Staff"),
]
DECIDERS = ("ozel_kalem.group_director", "ozel_kalem.group_principal")
DECISIONS = ("approved", "rejected", "redirected")
# What one person's earlier contacts are looked for in.
CONTACTS = ("ozel_kalem.appointment", "ozel_kalem.visit", "ozel_kalem.call")


class Appointment(models.Model):
    """A wish to be received, apart from the calendar until it has a time (D01)."""

    _name = "ozel_kalem.appointment"
    _inherit = [
        "ozel_kalem.mixin.record",
        "ozel_kalem.mixin.acting",
        "ozel_kalem.mixin.referable",
        "ozel_kalem.mixin.on_board",
    ]
    _description = "Appointment"
    _order = "id desc"
    _register_code = "appointment"

    _workflow = {
        "requested": ("approved", "scheduled", "rejected", "redirected", "cancelled"),
        "approved": ("scheduled", "rejected", "redirected", "cancelled"),
        "scheduled": (
            "approved",
            "arrived",
            "done",
            "no_show",
            "redirected",
            "cancelled",
        ),
        "arrived": ("in_meeting", "scheduled", "no_show", "cancelled"),
        "in_meeting": ("done",),
        "done": (),
        "rejected": ("requested",),
        "redirected": ("requested",),
        "cancelled": ("requested",),
        "no_show": ("approved", "cancelled"),
    }
    _closed_states = ("done", "rejected", "redirected", "cancelled", "no_show")
    _state_requires = {
        "scheduled": ("start", "stop"),
        "rejected": ("refusal_reason",),
        "cancelled": ("cancel_reason",),
    }
    _state_groups = {
        "approved": (*DECIDERS, "ozel_kalem.group_secretary"),
        "rejected": DECIDERS,
        "redirected": DECIDERS,
    }

    principal_id = fields.Many2one(tracking=True)
    partner_id = fields.Many2one("res.partner", "Applicant", required=True, index=True)
    applicant_kind = fields.Selection(
        APPLICANT_KINDS, "Kind of applicant", required=True, default="citizen"
    )
    party_size = fields.Integer("Persons", default=1, required=True)
    companions = fields.Char("Accompanied by")
    participant_ids = fields.Many2many(
        "res.partner",
        "ozel_kalem_appointment_participant_rel",
        string="Participants",
        help="Who is to take part besides the applicant; they are invited as well.",
    )
    unit_ids = fields.Many2many(
        "hr.department",
        "ozel_kalem_appointment_unit_rel",
        string="Units concerned",
        help="Their managers are invited, as are those of units it was referred to.",
    )
    channel = fields.Selection(CHANNELS, required=True, default="phone")
    wished_from = fields.Date("Wished from")
    wished_until = fields.Date("Wished until")
    description = fields.Text("What it is about")
    priority_reason = fields.Char(
        "Why urgent", help="Everybody waits the same; an exception says why."
    )
    duration = fields.Integer("Duration (minutes)", default=20, required=True)
    start = fields.Datetime(tracking=True, copy=False)
    stop = fields.Datetime(copy=False)
    parallel_reason = fields.Char(
        copy=False,
        help="Why it may take place beside another item; the director's word.",
    )
    location = fields.Char()
    needs_interpreter = fields.Boolean("Interpreter")
    waits_for_slot = fields.Boolean(
        "On the waiting list", help="Offered when an earlier time becomes free."
    )
    engagement_id = fields.Many2one(
        "ozel_kalem.engagement",
        "Programme item",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    visit_ids = fields.One2many("ozel_kalem.visit", "appointment_id", "Visits")
    state = fields.Selection(
        [
            ("requested", "Requested"),
            ("approved", "To be scheduled"),
            ("scheduled", "Scheduled"),
            ("arrived", "Arrived"),
            ("in_meeting", "In the meeting"),
            ("done", "Met"),
            ("rejected", "Refused"),
            ("redirected", "Redirected"),
            ("cancelled", "Cancelled"),
            ("no_show", "Didn't come"),
        ],
        required=True,
        default="requested",
        tracking=True,
        copy=False,
        group_expand=True,
    )
    outcome = fields.Text(copy=False)
    refusal_reason = fields.Text(copy=False)
    cancel_reason = fields.Text(copy=False)
    cancelled_by = fields.Selection(
        [("applicant", "The applicant"), ("office", "The office")], copy=False
    )
    postponed_count = fields.Integer("Postponed", readonly=True, copy=False)
    earlier_count = fields.Integer("Earlier contacts", compute="_compute_earlier_count")
    acting_note = fields.Char("Decided as", readonly=True, copy=False, tracking=True)
    may_decide = fields.Boolean(compute="_compute_may_decide")
    may_handle = fields.Boolean(compute="_compute_may_decide")
    has_begun = fields.Boolean("Its hour has come", compute="_compute_has_begun")

    _state_idx = models.Index("(state, id DESC)")
    _open_idx = models.Index("(state, id DESC) WHERE closed_on IS NULL")
    _start_idx = models.Index("(principal_id, start) WHERE start IS NOT NULL")
    _party_positive = models.Constraint(
        "CHECK (party_size BETWEEN 1 AND 9999 AND duration BETWEEN 5 AND 720)",
        "“Persons” must be from 1 to 9999, “Duration (minutes)” from 5 to 720.",
    )
    _period_ordered = models.Constraint(
        "CHECK (start < stop)", "“Stop” must be after “Start”."
    )

    @api.constrains("priority", "priority_reason")
    def _check_priority_reason(self):
        for appointment in self:
            if appointment.priority == "2" and not appointment.priority_reason:
                raise ValidationError(
                    self.env._("“Why urgent” is empty. Say why others have to wait.")
                )

    @api.constrains("wished_from", "wished_until")
    def _check_wished_dates(self):
        for appointment in self:
            first, last = appointment.wished_from, appointment.wished_until
            if first and last and first > last:
                raise ValidationError(
                    self.env._("“Wished until” can't be before “Wished from”.")
                )

    @api.constrains("principal_id")
    def _check_principal_in_office(self):
        # closed years were those of predecessors
        if not self.env.context.get("ozel_kalem_history"):
            self.principal_id._check_in_office()

    @api.depends("state", "principal_id")
    @api.depends_context("uid")
    def _compute_may_decide(self):
        always = any(map(self.env.user.has_group, DECIDERS))
        is_secretary = self.env.user.has_group("ozel_kalem.group_secretary")
        for appointment in self:
            appointment.may_decide = always or appointment.is_acting_mine
            appointment.may_handle = appointment.may_decide or is_secretary

    @api.depends("start")
    def _compute_has_begun(self):
        for appointment in self:
            appointment.has_begun = appointment._has_begun()

    def _has_begun(self):
        return bool(self.start) and self.start <= fields.Datetime.now()

    # ------------------------------------------------------- earlier contacts

    @api.depends("partner_id")
    @api.depends_context("uid")
    def _compute_earlier_count(self):
        counts = dict.fromkeys(self.partner_id, 0)
        for Model, domain in self.partner_id._ozel_kalem_contacts(CONTACTS):
            for partner, count in Model._read_group(
                domain, ["partner_id"], ["__count"]
            ):
                counts[partner] += count
        for appointment in self:
            others = counts.get(appointment.partner_id, 0)
            appointment.earlier_count = max(0, others - bool(appointment._origin.id))

    def action_view_earlier(self):
        """Show the same person's other appointments, visits and calls in one list."""
        self.ensure_one()
        person = self.partner_id
        contacts = [
            (Model, domain & Domain("id", "!=", self.id))
            if Model._name == self._name
            else (Model, domain)
            for Model, domain in person._ozel_kalem_contacts(CONTACTS)
        ]
        title = self.env._("Contacts of %(person)s", person=person.name)
        return person._ozel_kalem_contact_action(title, contacts)

    # --------------------------------------------------------------- actions

    @api.model
    def _reason_actions(self):
        return {
            "action_done": self.env._("What was the outcome?"),
            "action_reject": self.env._("Why can't they be received?"),
            "action_cancel": self.env._("Why is it cancelled?"),
            "action_postpone": self.env._("Why is it postponed?"),
        }

    def _proposed_text(self, method):
        """A refusal is worded kindly: the applicant may read it."""
        if method != "action_reject" or len(self) != 1:
            return super()._proposed_text(method)
        return self.env._(
            "Dear %(name)s, thank you for your wish to meet. To our regret the "
            "programme doesn't allow it this time. If you agree, we pass your matter "
            "on to the unit that can help you at once.",
            name=self.partner_id.name,
        )

    def action_approve(self):
        """They will be received; the time is still to be found."""
        self._take_step("approved")

    def action_postpone(self, reason):
        """Give the time back and look for another one later.

        :param reason: goes to the chatter
        """
        reason = self._required_text(reason, self.env._("Reason"))
        for appointment in self:
            appointment.write(
                {
                    "state": "approved",
                    "start": False,
                    "stop": False,
                    "parallel_reason": False,
                    "postponed_count": appointment.postponed_count + 1,
                }
            )
            appointment.message_post(
                body=self.env._("Postponed: %(reason)s", reason=reason)
            )

    def action_arrive(self):
        """They are at the door: from here on the visit leads."""
        self._take_step("arrived")

    def action_undo_arrival(self):
        """“Arrived” was pressed by mistake: they are expected as before.

        :raise UserError: when nobody has arrived
        """
        for appointment in self:
            if appointment.state != "arrived":
                raise UserError(
                    self.env._(
                        "%(appointment)s: nobody has arrived.",
                        appointment=appointment.display_name,
                    )
                )
        self._take_step("scheduled")

    def action_admit(self):
        """They go in."""
        self._take_step("in_meeting")

    def action_done(self, outcome):
        """The meeting is over.

        :param outcome: what came out of it
        """
        outcome = self._required_text(outcome, self.env._("Outcome"))
        self._take_step("done", {"outcome": outcome})

    def action_reject(self, reason):
        """They can't be received.

        :param reason: a kind text that the applicant may read
        """
        reason = self._required_text(reason, self.env._("Reason"))
        self._take_step("rejected", {"refusal_reason": reason})

    def action_redirect(self, department_id, text=None):
        """Send the matter to a unit that can deal with it.

        :param department_id: id of ``hr.department``
        :param text: told to the applicant; a kind text of our own when left out
        """
        self.check_access("write")
        self._check_step("redirected")
        for appointment in self:
            # sudo: whoever acts for the principal refers nothing else
            appointment.sudo().action_refer(
                [department_id], appointment.description or appointment.subject
            )
            appointment._take_step("redirected")
            unit = appointment._existing_units([department_id])
            appointment._tell_applicant(text or appointment._redirect_text(unit=unit))

    def action_cancel(self, reason, by="office"):
        """Cancel it.

        :param reason: why
        :param by: ``applicant`` or ``office``
        """
        reason = self._required_text(reason, self.env._("Reason"))
        if by not in ("applicant", "office"):
            raise UserError(
                self.env._("“Cancelled by” is either “applicant” or “office”.")
            )
        self._take_step("cancelled", {"cancel_reason": reason, "cancelled_by": by})

    def action_no_show(self):
        """They didn't come.

        :raise UserError: before their hour
        """
        self._take_step("no_show")

    def action_reconsider(self):
        """Take a closed request up again."""
        for appointment in self:
            again = "approved" if appointment.state == "no_show" else "requested"
            appointment.write({"state": again})

    def action_make_instruction(self):
        """Open a new instruction that is born from this meeting."""
        self.ensure_one()
        Target = self.env["ozel_kalem.instruction"]
        values = Target._prepare_follow_up_values(self)
        values["principal_id"] = self.principal_id.id
        return {
            "type": "ir.actions.act_window",
            "res_model": Target._name,
            "view_mode": "form",
            "context": {f"default_{name}": value for name, value in values.items()},
        }

    # ----------------------------------------------------------------- steps

    def _check_step(self, state):
        super()._check_step(state)
        for appointment in self if state == "no_show" else ():
            if not appointment._has_begun():
                raise UserError(
                    self.env._(
                        "%(appointment)s: “%(state)s” is said once the hour has come.",
                        appointment=appointment.display_name,
                        state=self._state_label(state),
                    )
                )

    def _state_entered(self, state, before):
        super()._state_entered(state, before)
        if state in (*DECISIONS, "requested"):
            self._note_who_decided()
        for appointment in self:
            handler = getattr(appointment, f"_entered_{state}", None)
            if handler:
                handler()
            if state not in ("scheduled", "arrived", "in_meeting", "done"):
                appointment._free_time()

    def _note_who_decided(self):
        """“A adına B” where a deputy decided, nothing otherwise."""
        for principal, appointments in self.grouped("principal_id").items():
            appointments.acting_note = principal._acting_note()

    def _entered_arrived(self):
        if not self._visits("waiting"):
            self.env["ozel_kalem.visit"].create(self._prepare_visit())

    def _entered_in_meeting(self):
        self.visit_ids.filtered(lambda visit: visit.state == "waiting").action_admit()

    def _entered_scheduled(self):
        self._visits("waiting")._turn_away(self.env._("The arrival was undone."))

    def _entered_cancelled(self):
        if self.cancelled_by == "applicant":
            self._visits("waiting").action_leave()
        else:
            self._visits("waiting")._turn_away(self.cancel_reason)

    def _entered_no_show(self):
        self._visits("waiting").action_leave()

    def _entered_done(self):
        self._visits("admitted").action_leave()
        if self.engagement_id.state == "confirmed":
            # sudo: the programme follows what happened at the door
            self.engagement_id.sudo().action_done(self.outcome or None)

    def _visits(self, state):
        # sudo: the door's register follows, whoever took the step
        return self.sudo().visit_ids.filtered(lambda visit: visit.state == state)

    def _prepare_visit(self):
        self.ensure_one()
        values = {
            "appointment_id": self.id,
            "principal_id": self.principal_id.id,
            "partner_id": self.partner_id.id,
            "visitor_name": self.partner_id.name,
            "party_size": self.party_size,
            "subject": self.subject,
        }
        return self.env["ozel_kalem.visit"]._guard_values(self, values)
