from odoo import api, fields, models
from odoo.exceptions import ValidationError


class Visit(models.Model):
    """Somebody at the door, with or without an appointment (D02)."""

    _name = "ozel_kalem.visit"
    _inherit = [
        "ozel_kalem.mixin.register",
        "ozel_kalem.mixin.workflow",
        "ozel_kalem.mixin.acting",
        "ozel_kalem.mixin.phone",
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
    badge = fields.Char("Badge number")
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
        reason = self._required_text(reason, self.env._("Reason"))
        self._take_step("turned_away", {"turned_away_reason": reason})

    def _state_entered(self, state, before):
        super()._state_entered(state, before)
        now = fields.Datetime.now()
        if state == "admitted":
            self.write({"admitted_on": now})
        elif state == "left":
            self.write({"left_on": now})
        self._move_appointments(state)

    def _move_appointments(self, state):
        """The appointment follows what happened at the door."""
        steps = {"admitted": ("arrived", "in_meeting"), "left": ("in_meeting", "done")}
        if state not in steps:
            return
        now, then = steps[state]
        following = self.appointment_id.filtered(lambda a: a.state == now)
        if following:
            following.write({"state": then})
