from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ...tools import turkish

PERIODS = [("day", "Day"), ("week", "Week"), ("month", "Month")]
SHOWN_STATES = ("published", "superseded")


class Edition(models.Model):
    """The programme of a day, a week or a month, as it was published (D03)."""

    _name = "ozel_kalem.programme.edition"
    _inherit = [
        "ozel_kalem.mixin.register",
        "ozel_kalem.mixin.thread",
        "ozel_kalem.mixin.workflow",
        "ozel_kalem.mixin.acting",
        "ozel_kalem.mixin.receipted",
    ]
    _description = "Programme Edition"
    _order = "date_from desc, version desc, id desc"
    _register_code = "programme"
    _mail_post_access = "read"
    _receipts = "reader_ids"

    _workflow = {
        "draft": ("approved",),
        "approved": ("submitted", "draft"),
        "submitted": ("published", "draft"),
        "published": ("superseded",),
        "superseded": (),
    }
    _closed_states = ("superseded",)
    _state_groups = {
        "approved": ("ozel_kalem.group_director",),
        "submitted": ("ozel_kalem.group_secretary", "ozel_kalem.group_director"),
        "published": ("ozel_kalem.group_secretary", "ozel_kalem.group_director"),
    }

    kind = fields.Selection(PERIODS, required=True, default="day")
    date_from = fields.Date(
        "From", required=True, help="Any day of the week or month will do."
    )
    date_to = fields.Date(
        "Until", compute="_compute_date_to", store=True, precompute=True
    )
    version = fields.Integer(readonly=True, copy=False, aggregator=None)
    line_ids = fields.One2many(
        "ozel_kalem.programme.line", "edition_id", "Items", readonly=True, copy=False
    )
    reader_ids = fields.One2many(
        "ozel_kalem.programme.reader", "edition_id", "Readers", copy=False
    )
    difference = fields.Text("What has changed", compute="_compute_difference")
    pending_difference = fields.Text(
        "Changed since", compute="_compute_pending_difference"
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("approved", "Approved"),
            ("submitted", "Put before the principal"),
            ("published", "Published"),
            ("superseded", "Superseded"),
        ],
        required=True,
        default="draft",
        tracking=True,
        copy=False,
    )
    published_on = fields.Datetime(readonly=True, copy=False)

    _version_uniq = models.UniqueIndex(
        "(principal_id, kind, date_from, version)",
        "This version of the programme is there already. Try again.",
    )
    _open_uniq = models.UniqueIndex(
        "(principal_id, kind, date_from)"
        " WHERE state IN ('draft', 'approved', 'submitted')",
        "A version of this programme is being prepared already.",
    )

    @api.depends("kind", "date_from")
    def _compute_date_to(self):
        for edition in self:
            edition.date_to = _period(edition.kind, edition.date_from)[1]

    @api.depends("name", "kind", "date_from", "version")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for edition in self:
            edition.display_name = self.env._(
                "%(number)s, %(period)s, version %(version)s",
                number=edition.name or self.env._("New"),
                period=edition._period_label(),
                version=edition.version,
            )

    def _period_label(self):
        """“07.10.2026”, “05.10.2026 – 11.10.2026” or “October 2026”."""
        if not self.date_from:
            return ""
        first, last = self.date_from, self.date_to
        if self.kind == "month":
            return format_date(self.env, first, date_format="LLLL y")
        if self.kind == "week":
            return f"{turkish.short_date(first)} – {turkish.short_date(last)}"
        return turkish.short_date(first)

    # ------------------------------------------------------------------ CRUD

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            defaults = self.default_get(["kind", "date_from"])
            kind = vals.get("kind") or defaults["kind"]
            day = fields.Date.to_date(vals.get("date_from", defaults.get("date_from")))
            vals.update(kind=kind, date_from=_period(kind, day)[0])
            vals.pop("version", None)
        editions = super().create(vals_list)
        for edition in editions:
            # sudo: the version is given by the office, not by whoever writes
            edition.sudo().version = edition._previous(any_state=True).version + 1
            edition._fill()
            edition._take_readers()
        return editions

    def write(self, vals):
        fixed = {"principal_id", "kind", "date_from", "version", "published_on"}
        if fixed & vals.keys() and not self.env.su:
            raise UserError(
                self.env._(
                    "Principal, period and version of an edition are fixed. "
                    "Prepare another edition."
                )
            )
        return super().write(vals)

    def _previous(self, any_state=False):
        """The latest edition of the same period that was published, or any (sudo)."""
        self.ensure_one()
        states = [] if any_state else [("state", "in", SHOWN_STATES)]
        # sudo: versions are counted whoever prepares the next one
        return self.sudo().search(
            [
                ("principal_id", "=", self.principal_id.id),
                ("kind", "=", self.kind),
                ("date_from", "=", self.date_from),
                ("id", "!=", self.id),
                *states,
            ],
            order="version desc",
            limit=1,
        )

    # --------------------------------------------------------------- actions

    def action_approve(self):
        """The director approves the programme as it is now."""
        self._take_step("approved")

    def action_submit(self):
        """Put it before the principal."""
        self._take_step("submitted")

    def action_publish(self):
        """Publish it and tell the readers.

        :raise UserError: when the programme has changed since it was approved
        """
        self._take_step("published")

    def action_reset(self):
        """Back to the draft."""
        self._take_step("draft")

    def action_new_version(self):
        """Prepare the next version of a published programme.

        :return: the action that opens it
        """
        self.ensure_one()
        if self.state != "published":
            raise UserError(self.env._("Only the published version gets a next one."))
        following = self.create(
            {
                "principal_id": self.principal_id.id,
                "company_id": self.company_id.id,
                "kind": self.kind,
                "date_from": self.date_from,
                "confidentiality": self.confidentiality,
            }
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": following.id,
            "view_mode": "form",
        }

    # ----------------------------------------------------------------- steps

    def _check_step(self, state):
        super()._check_step(state)
        if state != "published":
            return
        for edition in self:
            if not edition._is_current():
                raise UserError(
                    self.env._(
                        "The programme has changed since %(edition)s was approved. "
                        "Take it back to the draft and have it approved anew.",
                        edition=edition.display_name,
                    )
                )

    def _state_entered(self, state, before):
        super()._state_entered(state, before)
        for edition in self:
            if state in ("draft", "approved"):
                edition._fill()
            elif state == "submitted":
                edition.sudo()._notify_neutrally(
                    edition.principal_id._deciders().partner_id,
                    self.env._("%(number)s waits for you", number=edition.name),
                )
            elif state == "published":
                edition._publish()

    def _publish(self):
        previous = self._previous().filtered(lambda old: old.state == "published")
        previous.write({"state": "superseded"})
        self.sudo().published_on = fields.Datetime.now()
        self._add_touched()
        self.sudo().reader_ids._send()


def _period(kind, day):
    """First and last day of the ``kind`` of period in which ``day`` lies."""
    if not day:
        return day, day
    if kind == "week":
        first = day - timedelta(days=day.weekday())
        return first, first + timedelta(days=6)
    if kind == "month":
        first = day.replace(day=1)
        return first, first + relativedelta(months=1, days=-1)
    return day, day
