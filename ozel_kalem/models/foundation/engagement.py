from psycopg2.errors import ExclusionViolation

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tools import format_datetime, mute_logger

from ...tools.local_time import ISTANBUL

KINDS = [
    ("appointment", "Appointment"),
    ("meeting", "Meeting"),
    ("briefing", "Briefing"),
    ("ceremony", "Ceremony"),
    ("opening", "Opening"),
    ("visit", "Visit"),
    ("reception", "Reception"),
    ("trip", "Trip"),
    ("field", "Field work"),
    ("press", "Press"),
    ("personal", "Personal"),
    ("other", "Other"),
]

# What the time that is taken depends on, and whom its projection tells.
CLAIMS = {"start", "stop", "partner_ids", "active", "principal_id", "is_parallel"}
BOOKED_STATES = ("confirmed", "done")
# Bookings of one principal follow each other: without it those that claim the same
# time at the same instant wait for each other, and PostgreSQL ends one by one.
LOCK_SPACE = 0x6F6C << 48


class Engagement(models.Model):
    """A piece of the principal's time.

    The truth stands here, under the office's rules; the event in Odoo's
    calendar is its projection, for the attendees' sake (docs/adr/0004).
    PostgreSQL itself refuses two that overlap, whatever path wrote them.
    """

    _name = "ozel_kalem.engagement"
    _inherit = [
        "ozel_kalem.mixin.thread",
        "ozel_kalem.mixin.workflow",
        "ozel_kalem.mixin.acting",
        "ozel_kalem.mixin.period",
    ]
    _description = "Engagement"
    _order = "start desc, id desc"
    _rec_name = "subject"
    _mail_post_access = "read"

    _workflow = {
        "tentative": ("confirmed", "cancelled"),
        "confirmed": ("tentative", "done", "cancelled"),
        "done": (),
        "cancelled": ("tentative",),
    }
    _closed_states = ("done", "cancelled")
    _state_requires = {"cancelled": ("cancel_reason",)}

    principal_id = fields.Many2one(tracking=True)
    company_id = fields.Many2one(related="principal_id.company_id", store=True)
    subject = fields.Char(required=True, tracking=True)
    kind = fields.Selection(KINDS, required=True, default="meeting")
    start = fields.Datetime(required=True, tracking=True)
    stop = fields.Datetime(required=True, tracking=True)
    all_day = fields.Boolean(
        help="Sheets and invitations name the days without hours; the time above "
        "is taken."
    )
    location = fields.Char()
    description = fields.Html()
    partner_ids = fields.Many2many("res.partner", string="Attendees")
    is_parallel = fields.Boolean(
        "Declared parallel", copy=False, help="May overlap another engagement."
    )
    parallel_reason = fields.Char(copy=False)
    outcome = fields.Text(copy=False)
    cancel_reason = fields.Text(copy=False)
    user_id = fields.Many2one(tracking=True)
    confidentiality = fields.Selection(tracking=True)
    state = fields.Selection(
        [
            ("tentative", "Tentative"),
            ("confirmed", "Confirmed"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="tentative",
        tracking=True,
        copy=False,
    )
    calendar_event_ids = fields.One2many("calendar.event", "ozel_kalem_engagement_id")
    active = fields.Boolean(default=True)

    _principal_overlap = models.Constraint(
        "EXCLUDE USING gist (int4range(principal_id, principal_id, '[]') WITH =,"
        " tsrange(start, stop, '[)') WITH &&)"
        " WHERE (state IN ('confirmed', 'done') AND is_parallel IS NOT TRUE"
        " AND active IS TRUE)",
        "The principal is already booked for this period. Choose another time, or "
        "let the director declare the item parallel.",
    )
    _period_ordered = models.Constraint(
        "CHECK (start < stop)", "“Stop” must be after “Start”."
    )
    _start_idx = models.Index("(start DESC, id DESC)")
    _principal_start_idx = models.Index("(principal_id, start)")
    _period_idx = models.Index("USING gist (tsrange(start, stop))")

    @api.constrains("is_parallel", "parallel_reason")
    def _check_parallel(self):
        for engagement in self.filtered("is_parallel"):
            if not engagement.parallel_reason:
                raise ValidationError(
                    self.env._(
                        "“Parallel reason” is empty. Say why both can take place."
                    )
                )

    @api.constrains("principal_id")
    def _check_principal_in_office(self):
        # closed years were those of predecessors
        if not self.env.context.get("ozel_kalem_history"):
            self.principal_id._check_in_office()

    def _check_step(self, state):
        super()._check_step(state)
        if state == "confirmed":
            self.principal_id._check_in_office()

    def _check_may_declare_parallel(self, vals):
        # not a constraint: those run as superuser
        director = self.env.su or self.env.user.has_group("ozel_kalem.group_director")
        if vals.get("is_parallel") and not director:
            raise AccessError(
                self.env._("Only the director declares an item parallel.")
            )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_may_declare_parallel(vals)
        self._lock_time(
            vals.get("principal_id")
            for vals in vals_list
            if vals.get("state") in BOOKED_STATES
        )
        engagements = super().create(vals_list)
        # an import of old years may bring engagements that took place
        engagements.filtered(lambda e: e.state in BOOKED_STATES)._project()
        return engagements

    def write(self, vals):
        self._check_may_declare_parallel(vals)
        if vals.get("state") in BOOKED_STATES or CLAIMS & vals.keys():
            self._lock_time([*self.principal_id.ids, vals.get("principal_id")])
        result = super().write(vals)
        if CLAIMS & vals.keys():
            self._claim_time()
            self._project()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_confirmed(self):
        if any(engagement.state in ("confirmed", "done") for engagement in self):
            raise UserError(
                self.env._("A confirmed engagement is kept. Cancel it instead.")
            )

    # --------------------------------------------------------------- actions

    @api.model
    def _reason_actions(self):
        return {
            "action_done": self.env._("What was the outcome?"),
            "action_cancel": self.env._("Why is it cancelled?"),
        }

    def action_confirm(self):
        """Book the time: one database step, one winner.

        :raise UserError: when it isn't tentative
        :raise ValidationError: when the principal is booked already
        """
        self._take_step("confirmed")

    def action_done(self, outcome=None):
        """Close the engagement with what came out of it (text, optional)."""
        self._take_step("done", {"outcome": outcome} if outcome else None)

    def action_cancel(self, reason):
        """Free the time again.

        :raise UserError: without a reason, or when it is over
        """
        reason = self._required_text(reason, self.env._("Reason"))
        self._take_step("cancelled", {"cancel_reason": reason})

    def action_reset(self):
        """Undo a confirmation or a cancellation."""
        self._take_step("tentative")

    def _state_entered(self, state, before):
        super()._state_entered(state, before)
        self._claim_time()
        self._project()

    def _lock_time(self, principal_ids):
        """Wait for whoever books these principals' time just now."""
        for principal_id in sorted({id_ for id_ in principal_ids if id_}):
            self.env.cr.execute(
                "SELECT pg_advisory_xact_lock(%s)", [LOCK_SPACE | principal_id]
            )

    def _claim_time(self):
        """Let PostgreSQL say now whether the time is free.

        :raise UserError: naming what is booked already
        """
        try:
            with self.env.cr.savepoint(flush=False), mute_logger("odoo.sql_db"):
                self.flush_recordset([*CLAIMS, "state"])
        except ExclusionViolation as error:
            raise UserError(self._taken_message()) from error

    def _taken_message(self):
        """Who has the time: what the reader may know of it."""
        for engagement in self:
            # sudo: that the time is taken may be known; display names of
            # confidential engagements tell nothing
            taken = self.sudo().search(
                [
                    ("principal_id", "=", engagement.principal_id.id),
                    ("state", "in", ("confirmed", "done")),
                    ("is_parallel", "=", False),
                    ("active", "=", True),
                    ("start", "<", engagement.stop),
                    ("stop", ">", engagement.start),
                    ("id", "not in", self.ids),
                ],
                limit=1,
            )
            if taken:
                return self.env._(
                    "%(principal)s is booked already: %(what)s, %(start)s. Choose "
                    "another time, or let the director declare the item parallel.",
                    principal=engagement.principal_id.name,
                    what=taken.display_name,
                    start=format_datetime(
                        self.env, taken.start, tz=ISTANBUL.key, dt_format="short"
                    ),
                )
        return self.env._("The time is booked already. Choose another one.")

    # ------------------------------------------------------------ projection

    def _project(self):
        """Keep one calendar event for each booked engagement, none otherwise.

        It says nothing but "busy" and is hidden from all but the office and
        the attendees by a global rule on ``calendar.event``.
        """
        # sudo: whoever may book the principal's time may have it projected
        Event = self.env["calendar.event"].sudo()._ozel_kalem_silent()
        for engagement in self.sudo():
            event = engagement.calendar_event_ids[:1].with_env(Event.env)
            if not engagement.active or engagement.state not in ("confirmed", "done"):
                event.unlink()
                continue
            vals = engagement._prepare_calendar_event()
            if event:
                event.write(vals)
            else:
                Event.create({**vals, "ozel_kalem_engagement_id": engagement.id})

    def _prepare_calendar_event(self):
        self.ensure_one()
        partners = self.partner_ids | self.principal_id.partner_id
        return {
            "name": self.env._("Busy"),
            "start": self.start,
            "stop": self.stop,
            "user_id": self.principal_id.user_id.id,
            "partner_ids": [Command.set(partners.ids)],
            "privacy": "private",
            "show_as": "busy",
            "active": True,
        }
