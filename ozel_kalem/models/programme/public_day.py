from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .engagement import PERIOD


class PublicDay(models.Model):
    """A session in which anybody is received, in the order of coming (halk günü)."""

    _name = "ozel_kalem.public.day"
    _inherit = ["ozel_kalem.mixin.workflow", "ozel_kalem.mixin.acting"]
    _description = "Public Day"
    _order = "start desc, id desc"
    _rec_name = "subject"

    _workflow = {
        "planned": ("open", "cancelled"),
        "open": ("closed",),
        "closed": ("open",),
        "cancelled": (),
    }
    _closed_states = ("closed", "cancelled")

    company_id = fields.Many2one(related="principal_id.company_id", store=True)
    subject = fields.Char(
        required=True, default=lambda self: self.env._("Public day"), translate=False
    )
    start = fields.Datetime(required=True)
    stop = fields.Datetime(required=True)
    location = fields.Char()
    engagement_id = fields.Many2one(
        "ozel_kalem.engagement",
        "Programme item",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    is_on_programme = fields.Boolean(
        "On the programme", compute="_compute_is_on_programme", compute_sudo=True
    )
    visit_ids = fields.One2many("ozel_kalem.visit", "public_day_id", "Queue")
    visit_count = fields.Integer("Came", compute="_compute_counts")
    waiting_count = fields.Integer("Waiting", compute="_compute_counts")
    state = fields.Selection(
        [
            ("planned", "Planned"),
            ("open", "Open"),
            ("closed", "Closed"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="planned",
        copy=False,
    )

    _period_ordered = models.Constraint(
        "CHECK (start < stop)", "“Stop” must be after “Start”."
    )

    @api.depends("engagement_id.state")
    def _compute_is_on_programme(self):
        for day in self:
            item = day.engagement_id
            day.is_on_programme = bool(item) and item.state != "cancelled"

    @api.depends("visit_ids.state")
    def _compute_counts(self):
        counts = {
            (day, state): count
            for day, state, count in self.env["ozel_kalem.visit"]._read_group(
                [("public_day_id", "in", self.ids)],
                ["public_day_id", "state"],
                ["__count"],
            )
        }
        for day in self:
            day.visit_count = sum(n for (key, _), n in counts.items() if key == day)
            day.waiting_count = counts.get((day, "waiting"), 0)

    def write(self, vals):
        result = super().write(vals)
        if PERIOD & vals.keys():
            for day in self:
                day._move_item()
        return result

    def _move_item(self):
        # sudo: the programme item follows the session, whoever moved it
        item = self.engagement_id.sudo()
        period = {name: self[name] for name in PERIOD}
        moved = period != {name: item[name] for name in PERIOD}
        if moved and item.state in ("tentative", "confirmed"):
            item.write(period)

    def action_open(self):
        """The doors open: queue numbers are given from now on."""
        self._take_step("open")

    def action_close(self):
        """The session is over."""
        self._take_step("closed")

    def action_cancel(self):
        """The session doesn't take place; its time is free again."""
        self._take_step("cancelled")

    def action_plan(self):
        """Put the session on the principal's programme.

        :raise UserError: when the time is booked already
        """
        for day in self.filtered(lambda day: not day.is_on_programme):
            day.engagement_id = self.env["ozel_kalem.engagement"].create(
                {
                    "principal_id": day.principal_id.id,
                    "subject": day.subject,
                    "kind": "reception",
                    "start": day.start,
                    "stop": day.stop,
                    "location": day.location,
                }
            )
            day.engagement_id.action_confirm()

    def action_next(self):
        """Call the next of the queue in; who was inside leaves.

        :raise UserError: when nobody waits
        """
        self.ensure_one()
        waiting = self.visit_ids.filtered(lambda visit: visit.state == "waiting")
        if not waiting:
            raise UserError(self.env._("Nobody waits."))
        self.visit_ids.filtered(lambda visit: visit.state == "admitted").action_leave()
        waiting.sorted("queue_number")[0].action_admit()

    def _state_entered(self, state, before):
        super()._state_entered(state, before)
        if state == "cancelled":
            booked = self.engagement_id.filtered(
                lambda engagement: engagement.state in ("tentative", "confirmed")
            )
            if booked:
                booked.action_cancel(self._state_label(state))


class Visit(models.Model):
    _inherit = "ozel_kalem.visit"

    public_day_id = fields.Many2one(
        "ozel_kalem.public.day",
        index="btree_not_null",
        copy=False,
        domain="[('state', '=', 'open')]",
    )
    queue_number = fields.Integer(readonly=True, copy=False, aggregator=None)

    _queue_uniq = models.UniqueIndex(
        "(public_day_id, queue_number) WHERE public_day_id IS NOT NULL",
        "This queue number was given already.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        visits = super().create(vals_list)
        for visit in visits.filtered("public_day_id"):
            visit._join_queue()
        return visits

    def _join_queue(self):
        """Give the next number of the queue.

        Visits draw their register number under a lock that is held to the end
        of the transaction: so nobody else joins meanwhile, and a fresh cursor
        sees all who joined before.
        """
        day = self.public_day_id
        if day.state != "open":
            raise UserError(
                self.env._(
                    "“%(day)s” is not open; nobody can join its queue.",
                    day=day.subject,
                )
            )
        self.flush_model(["queue_number", "public_day_id"])
        query = SQL(
            "SELECT COALESCE(MAX(queue_number), 0) FROM ozel_kalem_visit"
            " WHERE public_day_id = %s",
            day.id,
        )
        with self.env.registry.cursor() as fresh:
            fresh.execute(query)
            others = fresh.fetchone()[0]
        self.env.cr.execute(query)
        self.queue_number = max(others, self.env.cr.fetchone()[0]) + 1
