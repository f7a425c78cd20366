from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command, Domain

from ...tools.local_time import local_today
from .place import utc_days

DUE_BEFORE = timedelta(hours=12)
PREPARED_FIELDS = {"who", "address_form", "why", "talking_points", "engagement_id"}
MOST_EARLIER = 5


class Engagement(models.Model):
    _inherit = "ozel_kalem.engagement"

    briefing_ids = fields.One2many("ozel_kalem.briefing", "engagement_id")

    has_briefing = fields.Boolean(compute="_compute_has_briefing")

    @api.depends("briefing_ids")
    @api.depends_context("uid")
    def _compute_has_briefing(self):
        """Whether there is one that the user reads."""
        may_read = self.env["ozel_kalem.briefing"].has_access("read")
        for engagement in self:
            engagement.has_briefing = may_read and bool(engagement.briefing_ids)

    def action_open_briefing(self):
        """Open the briefing of this engagement, a new one where there is none."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Briefing"),
            "res_model": "ozel_kalem.briefing",
            "res_id": self.briefing_ids.id,
            "view_mode": "form",
            "context": {"default_engagement_id": self.id},
        }


class Briefing(models.Model):
    """What the principal should know before an engagement (D27).

    It belongs to its engagement: its level and its names are those of it.
    """

    _name = "ozel_kalem.briefing"
    _inherit = ["ozel_kalem.mixin.acting"]
    _description = "Briefing"
    _order = "start desc, id desc"
    _rec_name = "subject"

    engagement_id = fields.Many2one(
        "ozel_kalem.engagement", required=True, ondelete="cascade"
    )
    principal_id = fields.Many2one(
        related="engagement_id.principal_id",
        store=True,
        index=True,
        precompute=True,
        default=None,
    )
    company_id = fields.Many2one(
        related="engagement_id.company_id", store=True, index=True, precompute=True
    )
    # no defaults: they would be written through to the engagement
    user_id = fields.Many2one(
        related="engagement_id.user_id",
        store=True,
        readonly=False,
        precompute=True,
        default=None,
    )
    confidentiality = fields.Selection(
        compute="_compute_confidentiality",
        inverse="_inverse_confidentiality",
        store=True,
        precompute=True,
        default=None,
    )
    authorised_user_ids = fields.Many2many(
        related="engagement_id.authorised_user_ids", readonly=False
    )
    subject = fields.Char(related="engagement_id.subject")
    start = fields.Datetime(related="engagement_id.start", store=True, index=True)
    location = fields.Char(related="engagement_id.location")
    engagement_state = fields.Selection(related="engagement_id.state", string="State")
    outcome = fields.Text(related="engagement_id.outcome")
    who = fields.Text(compute="_compute_who", store=True, readonly=False)
    address_form = fields.Char("Form of address")
    why = fields.Text("What it is about")
    talking_points = fields.Html()
    promise_ids = fields.One2many(
        "ozel_kalem.briefing.promise", "briefing_id", "Promises given"
    )
    earlier_ids = fields.Many2many(
        "ozel_kalem.engagement",
        string="Last meetings",
        compute="_compute_earlier",
    )
    open_promise_ids = fields.Many2many(
        "ozel_kalem.briefing.promise",
        string="Open promises",
        compute="_compute_earlier",
    )
    instruction_ids = fields.Many2many(
        "ozel_kalem.instruction",
        string="Instructions born there",
        compute="_compute_earlier",
    )
    due_on = fields.Datetime("Due", compute="_compute_lock", search="_search_due_on")
    is_locked = fields.Boolean(compute="_compute_lock")
    may_write = fields.Boolean(compute="_compute_lock")

    _engagement_uniq = models.UniqueIndex(
        "(engagement_id)", "This engagement has its briefing already."
    )

    @api.depends("engagement_id.confidentiality")
    def _compute_confidentiality(self):
        for briefing in self:
            briefing.confidentiality = briefing.engagement_id.confidentiality

    def _inverse_confidentiality(self):
        for briefing in self:
            briefing.engagement_id.confidentiality = briefing.confidentiality

    @api.depends("engagement_id")
    def _compute_who(self):
        for briefing in self:
            people = briefing.engagement_id.partner_ids
            briefing.who = briefing.who or "\n".join(map(_introduced, people))

    @api.depends("engagement_id.partner_ids", "start")
    @api.depends_context("uid")
    def _compute_earlier(self):
        for briefing in self:
            earlier = briefing._earlier_engagements()
            briefing.earlier_ids = earlier[:MOST_EARLIER]
            briefing.open_promise_ids = self.env["ozel_kalem.briefing.promise"].search(
                [
                    ("briefing_id.engagement_id", "in", earlier.ids),
                    ("is_open", "=", True),
                ]
            )
            briefing.instruction_ids = briefing._instructions_of(
                earlier[:MOST_EARLIER] | briefing.engagement_id._origin
            )

    def _earlier_engagements(self):
        """Engagements with the same persons before this one, the last one first."""
        people = self.engagement_id.partner_ids
        if not people or not self.start:
            return self.env["ozel_kalem.engagement"]
        return self.env["ozel_kalem.engagement"].search(
            [
                ("partner_ids", "in", people.ids),
                ("principal_id", "=", self.principal_id.id),
                ("state", "in", ("confirmed", "done")),
                ("start", "<", self.start),
                ("id", "!=", self.engagement_id.id),
            ],
            order="start desc, id desc",
            limit=50,
        )

    def _instructions_of(self, engagements):
        """Instructions that the reader may see and that were born there."""
        Instruction = self.env["ozel_kalem.instruction"]
        if not engagements or not Instruction.has_access("read"):
            return Instruction
        origins = [f"{engagement._name},{engagement.id}" for engagement in engagements]
        appointments = self.env["ozel_kalem.appointment"].search(
            [("engagement_id", "in", engagements.ids)]
        )
        origins += [f"{one._name},{one.id}" for one in appointments]
        return Instruction.search([("origin", "in", origins)])

    @api.depends("start")
    @api.depends_context("uid")
    def _compute_lock(self):
        now = fields.Datetime.now()
        director = self.env.su or self.env.user.has_group("ozel_kalem.group_director")
        for briefing in self:
            start, made = briefing.start, briefing.create_date or now
            briefing.due_on = start and start - DUE_BEFORE
            # one that was late already is open until the engagement begins
            closes = briefing.due_on if start and made < briefing.due_on else start
            briefing.is_locked = bool(closes) and now >= closes
            briefing.may_write = director or not briefing.is_locked

    def _search_due_on(self, operator, value):
        if operator not in ("<", "<=", ">", ">="):
            return NotImplemented
        moment = fields.Datetime.to_datetime(value)
        return Domain("start", operator, moment + DUE_BEFORE)

    def write(self, vals):
        if PREPARED_FIELDS & vals.keys():
            self._check_lock()
        return super().write(vals)

    def _check_lock(self):
        if locked := self.filtered(lambda briefing: not briefing.may_write):
            raise UserError(
                self.env._(
                    "%(briefing)s is locked: what the principal was given is changed "
                    "by the director alone.",
                    briefing=locked[0].display_name,
                )
            )

    def action_finish(self):
        """Open the dialog for outcome, promises and follow-ups."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("After the meeting"),
            "res_model": "ozel_kalem.briefing.finish",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_briefing_id": self.id,
                "default_outcome": self.outcome,
            },
        }


class Promise(models.Model):
    """What the principal promised; an instruction sees to it."""

    _name = "ozel_kalem.briefing.promise"
    _description = "Promise"
    _order = "deadline, id"
    _rec_name = "text"

    briefing_id = fields.Many2one(
        "ozel_kalem.briefing", required=True, ondelete="cascade", index=True
    )
    text = fields.Char("Promise", required=True)
    deadline = fields.Date("Due", required=True)
    instruction_id = fields.Many2one(
        "ozel_kalem.instruction", readonly=True, index="btree_not_null"
    )
    is_open = fields.Boolean(compute="_compute_is_open", store=True, compute_sudo=True)

    @api.depends("instruction_id.state")
    def _compute_is_open(self):
        for promise in self:
            closed = promise.instruction_id._closed_states
            promise.is_open = promise.instruction_id.state not in closed


class BriefingFinish(models.TransientModel):
    """After the meeting: outcome, promises and follow-ups in one step."""

    _name = "ozel_kalem.briefing.finish"
    _description = "After the Meeting"

    briefing_id = fields.Many2one("ozel_kalem.briefing", required=True)
    outcome = fields.Text(required=True)
    line_ids = fields.One2many("ozel_kalem.briefing.finish.line", "finish_id")

    def action_confirm(self):
        """Close the engagement and register what came out of it.

        :raise UserError: naming what is missing in a line
        """
        self.ensure_one()
        briefing = self.briefing_id
        briefing.check_access("write")
        for line in self.line_ids:
            line._check()
        engagement = briefing.engagement_id
        if engagement.state in ("tentative", "confirmed"):
            if engagement.state == "tentative":
                engagement.action_confirm()
            engagement.action_done(self.outcome)
        else:
            engagement.write({"outcome": self.outcome})
        for line in self.line_ids:
            line._make()
        return {"type": "ir.actions.act_window_close"}


class BriefingFinishLine(models.TransientModel):
    _name = "ozel_kalem.briefing.finish.line"
    _description = "What Came out of the Meeting"

    finish_id = fields.Many2one("ozel_kalem.briefing.finish", ondelete="cascade")
    kind = fields.Selection(
        [("promise", "Promise"), ("instruction", "Instruction"), ("note", "Note")],
        required=True,
        default="promise",
    )
    text = fields.Char("What", required=True)
    deadline = fields.Date("Due")
    department_id = fields.Many2one("hr.department", "Unit")

    def _check(self):
        """Raise for a line from which nothing could be made."""
        if self.kind == "promise" and not self.deadline:
            raise UserError(
                self.env._("“Due” of “%(text)s” is empty. Until when?", text=self.text)
            )
        if self.deadline and self.deadline < local_today():
            raise ValidationError(
                self.env._("“Due” of “%(text)s” is in the past.", text=self.text)
            )

    def _make(self):
        """The note, instruction or promise that this line says."""
        briefing = self.finish_id.briefing_id
        if self.kind == "note":
            return self.env["ozel_kalem.note"].create(self._prepare_note())
        instruction = self.env["ozel_kalem.instruction"].create(
            self._prepare_instruction()
        )
        if self.department_id:
            instruction.action_refer(self.department_id.ids, self.text)
        if self.kind == "promise":
            briefing.promise_ids = [
                Command.create(
                    {
                        "text": self.text,
                        "deadline": self.deadline,
                        "instruction_id": instruction.id,
                    }
                )
            ]
        return instruction

    def _prepare_instruction(self):
        engagement = self.finish_id.briefing_id.engagement_id
        Instruction = self.env["ozel_kalem.instruction"]
        return {
            **Instruction._prepare_follow_up_values(engagement),
            "subject": self.text,
            "principal_id": engagement.principal_id.id,
            "mode": "verbal",
            "given_place": engagement.location,
            "deadline": self.deadline,
        }

    def _prepare_note(self):
        engagement = self.finish_id.briefing_id.engagement_id
        return {
            "principal_id": engagement.principal_id.id,
            "company_id": engagement.company_id.id,
            "subject": self.text,
            "latest_on": self.deadline and utc_days(self.deadline, self.deadline)[1],
            "confidentiality": engagement.confidentiality,
            "origin": f"{engagement._name},{engagement.id}",
        }


def _introduced(partner):
    """“Davut Karabudak, Söğütlü Mahallesi Muhtarı”."""
    of = partner.parent_id.name if partner.parent_id else ""
    return ", ".join(filter(None, (partner.name, partner.function, of)))
