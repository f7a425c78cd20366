from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

PRESENT = ("waiting", "admitted")
BADGE_OUT = Domain("badge", "!=", False) & (
    Domain("state", "in", PRESENT) | Domain("badge_missing", "=", True)
)


class Visit(models.Model):
    """Somebody at the door, with or without an appointment (D02)."""

    _name = "ozel_kalem.visit"
    _inherit = [
        "ozel_kalem.mixin.register",
        "ozel_kalem.mixin.workflow",
        "ozel_kalem.mixin.acting",
        "ozel_kalem.mixin.phone",
        "ozel_kalem.mixin.on_board",
    ]
    _description = "Visit"
    _order = "id desc"
    _register_code = "visit"
    _rec_names_search = ["name", "visitor_name", "subject"]

    _workflow = {
        "waiting": ("admitted", "turned_away", "left"),
        "admitted": ("left",),
        "left": (),
        "turned_away": (),
    }
    _closed_states = ("left", "turned_away")
    _state_requires = {"turned_away": ("turned_away_reason",)}

    partner_id = fields.Many2one("res.partner", "Person", index="btree_not_null")
    visitor_name = fields.Char(
        "Visitor",
        compute="_compute_visitor_name",
        store=True,
        readonly=False,
        precompute=True,
        index="trigram",
    )
    institution = fields.Char("Comes from")
    party_size = fields.Integer("Persons", default=1, required=True)
    subject = fields.Char("About")
    seeks = fields.Selection(
        [("principal", "The mayor"), ("director", "The director"), ("other", "Others")],
        "Came for",
        required=True,
        default="principal",
    )
    appointment_id = fields.Many2one(
        "ozel_kalem.appointment", readonly=True, index="btree_not_null", copy=False
    )
    department_id = fields.Many2one("hr.department", "Unit", index="btree_not_null")
    badge = fields.Char("Badge number", copy=False)
    badge_missing = fields.Boolean(
        "Badge not returned",
        copy=False,
        help="The visitor has left and taken the badge with him.",
    )
    is_badge_out = fields.Boolean(
        "Badge is out", compute="_compute_is_badge_out", search="_search_is_badge_out"
    )
    arrived_on = fields.Datetime(
        "Arrived on", required=True, default=fields.Datetime.now, copy=False
    )
    admitted_on = fields.Datetime("Went in", readonly=True, copy=False)
    left_on = fields.Datetime("Left on", readonly=True, copy=False)
    wait_minutes = fields.Integer(
        "Waited (minutes)",
        compute="_compute_wait_minutes",
        store=True,
        aggregator="avg",
    )
    turned_away_reason = fields.Text(copy=False)
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("admitted", "Inside"),
            ("left", "Left"),
            ("turned_away", "Turned away"),
        ],
        required=True,
        default="waiting",
        copy=False,
        group_expand=True,
    )

    _arrived_idx = models.Index("(arrived_on DESC, id DESC)")
    _present_idx = models.Index(
        "(principal_id, id) WHERE state IN ('waiting', 'admitted')"
    )
    _badge_idx = models.Index(
        "(company_id, badge) WHERE badge IS NOT NULL"
        " AND (state IN ('waiting', 'admitted') OR badge_missing)"
    )
    _party_positive = models.Constraint(
        "CHECK (party_size BETWEEN 1 AND 9999)", "“Persons” must be from 1 to 9999."
    )

    @api.depends("partner_id")
    def _compute_visitor_name(self):
        for visit in self:
            visit.visitor_name = visit.visitor_name or visit.partner_id.name

    @api.depends("arrived_on", "admitted_on")
    def _compute_wait_minutes(self):
        for visit in self:
            waited = visit.admitted_on and visit.admitted_on - visit.arrived_on
            visit.wait_minutes = int(waited.total_seconds() // 60) if waited else 0

    @api.depends("badge", "badge_missing", "state")
    def _compute_is_badge_out(self):
        for visit in self:
            visit.is_badge_out = bool(visit.filtered_domain(BADGE_OUT))

    def _search_is_badge_out(self, operator, value):
        return BADGE_OUT if operator == "in" else NotImplemented

    @api.constrains("badge", "badge_missing", "state", "company_id")
    def _check_badge(self):
        """A badge hangs on one visitor at a time."""
        for visit in self.filtered("is_badge_out"):
            # sudo: the number alone of the visit that has it is told
            other = self.sudo().search(
                [
                    *BADGE_OUT,
                    ("badge", "=", visit.badge),
                    ("company_id", "=", visit.company_id.id),
                    ("id", "!=", visit.id),
                ],
                limit=1,
            )
            if other:
                raise ValidationError(
                    self.env._(
                        "“Badge number”: badge %(badge)s is still out, with the visit "
                        "%(visit)s. Give another one, or let that visitor leave first.",
                        badge=visit.badge,
                        visit=other.name,
                    )
                )

    @api.constrains("visitor_name", "partner_id")
    def _check_visitor(self):
        for visit in self:
            if not (visit.visitor_name or "").strip() and not visit.partner_id:
                raise ValidationError(
                    self.env._(
                        "“Visitor” is empty. Write who came, or choose a person."
                    )
                )

    @api.depends("visitor_name")
    def _compute_display_name(self):
        super()._compute_display_name()
        for visit in self.filtered(lambda visit: visit.confidentiality == "normal"):
            visit.display_name = " ".join(
                filter(None, (visit.name, visit.visitor_name))
            )

    @api.model
    def _reason_actions(self):
        return {"action_turn_away": self.env._("Why is the visitor turned away?")}

    def action_admit(self):
        """The visitor goes in; the principal himself may call him in."""
        self.check_access("read")
        called = self.filtered(lambda visit: visit.principal_id._may_call_in())
        # sudo: the door's register is the front desk's, whom to see is his own
        called.sudo()._take_step("admitted")
        (self - called)._take_step("admitted")

    def action_leave(self):
        """The visitor leaves."""
        self._take_step("left")

    def action_turn_away(self, reason):
        """The visitor can't be received.

        :param reason: kept for the register
        """
        self._turn_away(self._required_text(reason, self.env._("Reason")))

    def _turn_away(self, reason):
        self._take_step("turned_away", {"turned_away_reason": reason})

    def action_miss_badge(self):
        """The visitor has gone without giving the badge back.

        :raise UserError: when he is still in the house, or had none
        """
        for visit in self:
            if not visit.badge or visit.state in PRESENT:
                raise UserError(
                    self.env._(
                        "%(visit)s: only the badge of a visitor who has left can "
                        "be missing.",
                        visit=visit.name,
                    )
                )
        self.write({"badge_missing": True})

    def action_return_badge(self):
        """A badge that was missing came back."""
        self.write({"badge_missing": False})

    def _state_entered(self, state, before):
        super()._state_entered(state, before)
        now = fields.Datetime.now()
        if state == "admitted":
            self.write({"admitted_on": now})
        elif state == "left":
            self.write({"left_on": now})
        for visit in self:
            visit._move_appointment(state, before[visit])

    def _move_appointment(self, state, before):
        """The appointment follows what happened at the door."""
        expected, values = {
            ("waiting", "admitted"): ("arrived", {"state": "in_meeting"}),
            ("admitted", "left"): ("in_meeting", {"state": "done"}),
            ("waiting", "left"): ("arrived", self._prepare_cancel("applicant")),
            ("waiting", "turned_away"): ("arrived", self._prepare_cancel("office")),
        }[before, state]
        if self.appointment_id.state == expected:
            self.appointment_id.write(values)

    def _prepare_cancel(self, by):
        reason = self.turned_away_reason or self.env._("Left before being received.")
        return {"state": "cancelled", "cancel_reason": reason, "cancelled_by": by}

    @api.model
    def _contact_domain(self):
        """Who came to an appointment is counted once, by the appointment."""
        return Domain("appointment_id", "=", False)

    # ----------------------------------------------------------------- paper

    def _paper_badge(self):
        """What stands largest on the badge."""
        return self.badge or str(self.register_number)

    def _paper_name(self):
        """Whom the badge names: nobody where the visit is confidential."""
        return "" if self.confidentiality != "normal" else self.visitor_name

    def _paper_host(self):
        """Whom the visitor goes to: the principal, the director or a unit."""
        self.ensure_one()
        if self.seeks == "principal":
            # sudo: the office held, as it stands on every sheet
            return self.principal_id.sudo().name
        if self.seeks == "director":
            return self.env._("Director of the Private Office")
        # sudo: the unit's name only
        return self.department_id.sudo().name or self.env._("Private Office")
