from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..foundation.mixin_record import CHANNELS
from .request_types import (
    LEGAL_GROUNDS,
    REFUSAL_GROUNDS,
    REQUEST_TYPES,
    STANDARD_CODES,
    WRITTEN_CHANNELS,
)


class Request(models.Model):
    """What a citizen asks of the municipality, until he knows the result (D10–D17)."""

    _name = "ozel_kalem.request"
    _inherit = [
        "ozel_kalem.mixin.record",
        "ozel_kalem.mixin.referable",
        "ozel_kalem.mixin.submittable",
    ]
    _description = "Request"
    _order = "id desc"
    _register_code = "request"

    _workflow = {
        "new": (
            "assessed",
            "referred",
            "answered",
            "redirected",
            "rejected",
            "cancelled",
        ),
        "assessed": ("referred", "answered", "redirected", "rejected", "cancelled"),
        "referred": ("answered", "assessed", "redirected", "rejected", "cancelled"),
        "answered": (
            "notified",
            "referred",
            "assessed",
            "redirected",
            "rejected",
            "cancelled",
        ),
        "notified": ("assessed", "answered"),
        "redirected": ("notified", "assessed"),
        "rejected": ("assessed",),
        "cancelled": ("assessed",),
    }
    # A request that was sent on is open until the citizen knows it (3071 art. 5).
    _closed_states = ("notified", "rejected", "cancelled")
    _state_requires = {
        "notified": ("answer", "result", "told_proof"),
        "redirected": ("redirected_to_id",),
        "rejected": ("refusal_reason",),
        "cancelled": ("cancel_reason",),
    }

    partner_id = fields.Many2one(
        "res.partner", "Applicant", required=True, index=True, tracking=True
    )
    # not tracked as they are on the person: who applies is, and says it all
    partner_phone = fields.Char(
        related="partner_id.phone", readonly=True, tracking=False
    )
    partner_email = fields.Char(
        related="partner_id.email", readonly=True, tracking=False
    )
    request_type = fields.Selection(
        REQUEST_TYPES, "Kind", required=True, default="request", tracking=True
    )
    channel = fields.Selection(
        CHANNELS, required=True, default="in_person", tracking=True
    )
    topic_id = fields.Many2one("ozel_kalem.topic", tracking=True, ondelete="restrict")
    neighbourhood_id = fields.Many2one("ozel_kalem.neighbourhood", ondelete="restrict")
    location = fields.Char(help="Street, number, or what stands there.")
    latitude = fields.Float(digits=(9, 6), aggregator=None)
    longitude = fields.Float(digits=(9, 6), aggregator=None)
    text = fields.Text("What is asked")
    legal_ground = fields.Selection(
        LEGAL_GROUNDS,
        compute="_compute_legal_ground",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        tracking=True,
        help="The law whose clock runs.",
    )
    service_standard_id = fields.Many2one(
        compute="_compute_service_standard_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    lead_department_id = fields.Many2one(
        compute="_compute_lead_department_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    is_anonymous = fields.Boolean(
        "Unsigned", help="Without name, signature or address (3071 art. 4)."
    )
    external_reference = fields.Char(
        "Their number",
        index="btree_not_null",
        copy=False,
        help="The number it has elsewhere: CİMER, the institution that sent it on …",
    )
    priority_reason = fields.Char(
        "Why before others",
        tracking=True,
        help="Everybody waits the same; an exception says why (D18).",
    )
    state = fields.Selection(
        [
            ("new", "Recorded"),
            ("assessed", "Under assessment"),
            ("referred", "With the unit"),
            ("answered", "Answer ready"),
            ("notified", "Citizen told"),
            ("redirected", "Sent to the institution"),
            ("rejected", "Not examined"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="new",
        tracking=True,
        copy=False,
        group_expand=True,
    )
    duplicate_of_id = fields.Many2one(
        "ozel_kalem.request",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The same matter of the same person, registered before.",
    )
    duplicate_ids = fields.One2many(
        "ozel_kalem.request", "duplicate_of_id", "Duplicates"
    )
    duplicate_count = fields.Integer(compute="_compute_duplicate_count")
    redirected_to_id = fields.Many2one(
        "res.partner", "Sent to", readonly=True, copy=False, index="btree_not_null"
    )
    refusal_ground = fields.Selection(REFUSAL_GROUNDS, copy=False)
    refusal_reason = fields.Text(copy=False)
    cancel_reason = fields.Text(copy=False)
    reopened_count = fields.Integer(
        "Taken up again", readonly=True, copy=False, aggregator=None
    )

    _state_idx = models.Index("(state, id DESC)")
    _open_deadline_idx = models.Index("(deadline, id) WHERE closed_on IS NULL")
    _open_idx = models.Index("(id DESC) WHERE closed_on IS NULL")
    _unit_open_idx = models.Index(
        "(lead_department_id, id DESC) WHERE closed_on IS NULL"
    )
    _received_idx = models.Index("(received_on DESC, id DESC)")
    _closed_idx = models.Index("(closed_on) WHERE closed_on IS NOT NULL")
    _partner_recent_idx = models.Index("(partner_id, id DESC)")

    # -------------------------------------------------------------- computes

    @api.depends("channel", "request_type")
    def _compute_legal_ground(self):
        for request in self:
            if request.request_type == "information":
                request.legal_ground = "4982"
            elif (
                request.channel in WRITTEN_CHANNELS and request.request_type != "thanks"
            ):
                request.legal_ground = "3071"
            else:
                request.legal_ground = "verbal"

    @api.depends("legal_ground", "topic_id")
    def _compute_service_standard_id(self):
        Standard = self.env["ozel_kalem.service.standard"]
        for request in self:
            spoken = request.legal_ground == "verbal"
            own = request.topic_id.service_standard_id if spoken else Standard
            request.service_standard_id = own or Standard._get(
                STANDARD_CODES.get(request.legal_ground),
                request.company_id.id or self.env.company.id,
            )

    @api.depends("topic_id")
    def _compute_lead_department_id(self):
        for request in self:
            if request.state in (False, "new", "assessed"):
                # sudo: which unit a topic belongs to is known to the whole office
                unit = request.topic_id.sudo().department_id
                request.lead_department_id = unit or request.lead_department_id

    @api.depends("duplicate_ids")
    def _compute_duplicate_count(self):
        for request in self:
            request.duplicate_count = len(request.duplicate_ids)

    @api.onchange("topic_id")
    def _onchange_topic_id(self):
        if self.topic_id.request_type:
            self.request_type = self.topic_id.request_type

    # ---------------------------------------------------------------- checks

    @api.constrains("priority", "priority_reason")
    def _check_priority_reason(self):
        for request in self:
            if request.priority != "0" and not (request.priority_reason or "").strip():
                raise ValidationError(
                    self.env._(
                        "“Why before others” is empty. Everybody waits the same; "
                        "write why this request comes first."
                    )
                )

    @api.constrains("duplicate_of_id")
    def _check_duplicate(self):
        if self._has_cycle("duplicate_of_id"):
            raise ValidationError(
                self.env._("“Duplicate of” leads back to the request itself.")
            )

    @api.constrains("received_on")
    def _check_received_on(self):
        for request in self:
            if request.received_on > fields.Datetime.add(
                fields.Datetime.now(), minutes=5
            ):
                raise ValidationError(
                    self.env._("“Received on” can't be in the future.")
                )

    @api.model
    def get_import_templates(self):
        """The workbook that the import screen offers to start from."""
        return [
            {
                "label": self.env._("Import template for requests"),
                "template": "/ozel_kalem/static/import/request.xlsx",
            }
        ]

    # --------------------------------------------------------------- actions

    @api.model
    def _reason_actions(self):
        return {
            "action_reject": self.env._("Why can't it be examined?"),
            "action_cancel": self.env._("Why is it cancelled?"),
            "action_reopen": self.env._("Why is it taken up again?"),
            "action_pause_deadline": self.env._(
                "Which papers must the citizen complete?"
            ),
            "action_extend_deadline": self.env._("Why does it take longer?"),
        }

    def action_assess(self):
        """Somebody has read it and looks after it."""
        self._take_step("assessed")

    def action_redirect(self, partner_id):
        """Send it on to the institution whose business it is (3071 art. 5).

        The institution gets a referral; the citizen has to be told, which
        closes the request.

        :param partner_id: id of the institution (``res.partner``)
        :raise UserError: without an institution, or when the request is closed
        """
        known = isinstance(partner_id, int) and partner_id
        institution = self.env["res.partner"].browse(known or ()).exists()
        if not institution:
            raise UserError(
                self.env._("“Sent to”: choose the institution whose business it is.")
            )
        for request in self:
            request._cancel_referrals(self.env._("It is another institution's."))
            request._refer(
                [{"institution_id": institution.id, "deadline": False}],
                self.env._("Sent on under Law 3071, article 5."),
                "information",
            )
        self._take_step("redirected", {"redirected_to_id": institution.id})

    def action_open_redirect(self):
        """Open the dialog that asks whose business it is.

        :raise UserError: where it can't be sent on any more
        """
        self._check_step("redirected")
        return self._open_dialog("ozel_kalem.request.redirect")

    def action_open_reject(self):
        """Open the dialog that asks why it can't be examined.

        :raise UserError: where it can't be refused any more
        """
        self._check_step("rejected")
        return self._open_dialog("ozel_kalem.request.reject")

    def _open_dialog(self, model):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env["ir.model"]._get(model).name,
            "res_model": model,
            "view_mode": "form",
            "target": "new",
            "context": {"default_request_id": self.id},
        }

    def action_reject(self, reason):
        """It can't be examined (3071 art. 6), or is refused (4982).

        :param reason: as the citizen will read it
        """
        reason = self._required_text(reason, self.env._("Reason"))
        self._take_step("rejected", {"refusal_reason": reason})

    def action_cancel(self, reason):
        """Cancel it; the number stays, the units are told.

        :param reason: kept
        """
        reason = self._required_text(reason, self.env._("Reason"))
        self._take_step("cancelled", {"cancel_reason": reason})

    def action_reopen(self, reason):
        """Take a request up again that was closed, or whose answer isn't good enough.

        :param reason: goes to the chatter
        """
        reason = self._required_text(reason, self.env._("Reason"))
        self._take_step("assessed")
        for request in self:
            request.reopened_count += 1
            request.message_post(
                body=self.env._("Taken up again: %(reason)s", reason=reason)
            )

    def action_mark_duplicate(self, request_id):
        """The same matter of the same person was registered before.

        :param request_id: id of the request that goes on
        :raise UserError: when there is no such request, it is this one, or it is
            somebody else's, who is owed an answer of his own (3071 art. 7)
        """
        first = self.browse(request_id or ()).exists()
        if not first or first in self:
            raise UserError(
                self.env._("“Duplicate of”: choose the request that goes on.")
            )
        first.check_access("read")
        if self.partner_id != first.partner_id:
            raise UserError(
                self.env._(
                    "%(number)s is another person's petition, and each applicant is "
                    "owed an answer. Put the requests together in the list by “One "
                    "matter” and answer them at once; if it is the same person, "
                    "correct the “Applicant” first.",
                    number=first.name,
                )
            )
        self._take_step(
            "cancelled",
            {
                "duplicate_of_id": first.id,
                "cancel_reason": self.env._(
                    "Duplicate of %(number)s", number=first.name
                ),
            },
        )

    def action_view_duplicates(self):
        """Open the requests that repeat this one."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Duplicates of %(number)s", number=self.name),
            "res_model": self._name,
            "view_mode": "list,form",
            "domain": [("duplicate_of_id", "=", self.id)],
        }

    def action_open_map(self):
        """Show where it is on the map."""
        self.ensure_one()
        if not (self.latitude or self.longitude):
            raise UserError(
                self.env._("“Latitude” and “Longitude” are empty: no place to show.")
            )
        place = f"mlat={self.latitude:.6f}&mlon={self.longitude:.6f}"
        return {
            "type": "ir.actions.act_url",
            "url": f"https://www.openstreetmap.org/?{place}#map=17",
            "target": "new",
        }

    # ----------------------------------------------------------------- steps

    def _referred(self, units):
        super()._referred(units)
        # a copy for information is waited for by nobody
        asked = self._unanswered_referrals().filtered(
            lambda referral: referral.department_id in units
        )
        # sudo: who may refer a request may not always edit it
        if asked and self.state != "referred":
            self.sudo().write({"state": "referred"})

    def _state_entered(self, state, before):
        super()._state_entered(state, before)
        for request in self:
            if state in ("rejected", "cancelled"):
                request._cancel_referrals(
                    request.refusal_reason
                    if state == "rejected"
                    else request.cancel_reason
                )
            elif state == "assessed" and (
                request.redirected_to_id or request.duplicate_of_id
            ):
                request.write({"redirected_to_id": False, "duplicate_of_id": False})

    # ---------------------------------------------------------------- origin

    def _prepare_follow_up_values(self, source):
        values = super()._prepare_follow_up_values(source)
        if "partner_id" in source and source.partner_id:
            values["partner_id"] = source.partner_id.id
        return values
