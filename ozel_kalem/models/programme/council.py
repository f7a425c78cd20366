from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

# 5393 m21: the agenda reaches the members at least three days before.
AGENDA_DAYS = 3
# 5393 m23: decisions of the council go to the governor within seven days.
GOVERNOR_DAYS = 7
# 5393 m35: the encümen decides within a week on what the mayor referred.
COMMITTEE_DAYS = 7


class CouncilItem(models.Model):
    """A matter before the council or the encümen, followed to its end (D28, D29)."""

    _name = "ozel_kalem.council.item"
    _inherit = [
        "ozel_kalem.mixin.record",
        "ozel_kalem.mixin.acting",
        "ozel_kalem.mixin.referable",
    ]
    _description = "Council Item"
    _order = "id desc"
    _register_code = "council_item"

    _workflow = {
        "prepared": ("agenda", "cancelled"),
        "agenda": ("decided", "prepared", "cancelled"),
        "decided": ("sent", "applied"),
        "sent": ("applied",),
        "applied": (),
        "cancelled": ("prepared",),
    }
    _closed_states = ("applied", "cancelled")
    _state_requires = {
        "agenda": ("session_date",),
        "decided": ("decision_number",),
        "cancelled": ("cancel_reason",),
    }

    body = fields.Selection(
        [("council", "Council"), ("committee", "Encümen")],
        "Before",
        required=True,
        default="council",
    )
    kind = fields.Selection(
        [
            ("proposal", "Proposal of the mayor"),
            ("motion", "Motion"),
            ("question", "Written question"),
            ("referral", "Referred matter"),
        ],
        required=True,
        default="proposal",
    )
    description = fields.Text()
    session_date = fields.Date("Session", tracking=True)
    referred_on = fields.Date("Referred by the mayor", tracking=True)
    decision_number = fields.Char(copy=False, tracking=True)
    decision_date = fields.Date(copy=False)
    votes = fields.Selection(
        [("unanimous", "Unanimous"), ("majority", "By majority")], copy=False
    )
    agenda_deadline = fields.Date(
        "Agenda to the members until", compute="_compute_legal_days", store=True
    )
    governor_deadline = fields.Date(
        "To the governor until", compute="_compute_legal_days", store=True
    )
    committee_deadline = fields.Date(
        "Encümen decides until", compute="_compute_legal_days", store=True
    )
    cancel_reason = fields.Text(copy=False)
    state = fields.Selection(
        [
            ("prepared", "Being prepared"),
            ("agenda", "On the agenda"),
            ("decided", "Decided"),
            ("sent", "Sent to the governor"),
            ("applied", "Carried out"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="prepared",
        tracking=True,
        copy=False,
        group_expand=True,
    )

    _session_idx = models.Index("(session_date DESC, id DESC)")

    @api.depends("body", "session_date", "decision_date", "referred_on")
    def _compute_legal_days(self):
        for item in self:
            council = item.body == "council"
            item.agenda_deadline = (
                item.session_date - timedelta(days=AGENDA_DAYS)
                if council and item.session_date
                else False
            )
            item.governor_deadline = (
                item.decision_date + timedelta(days=GOVERNOR_DAYS)
                if council and item.decision_date
                else False
            )
            item.committee_deadline = (
                item.referred_on + timedelta(days=COMMITTEE_DAYS)
                if not council and item.referred_on
                else False
            )

    @api.constrains("body", "state", "referred_on")
    def _check_referred(self):
        for item in self:
            if (
                item.body == "committee"
                and item.state not in ("prepared", "cancelled")
                and not item.referred_on
            ):
                raise ValidationError(
                    self.env._(
                        "“Referred by the mayor” is empty: the encümen discusses only "
                        "what the mayor referred to it (5393 m35)."
                    )
                )

    @api.model
    def _reason_actions(self):
        return {
            "action_decide": self.env._("Number of the decision"),
            "action_cancel": self.env._("Why is it cancelled?"),
        }

    def action_put_on_agenda(self):
        """It is on the agenda of the session."""
        self._take_step("agenda")

    def action_decide(self, number):
        """It was decided.

        :param number: of the decision
        """
        number = self._required_text(number, self.env._("Decision number"))
        for item in self:
            item.write(
                {
                    "decision_number": number,
                    "decision_date": item.decision_date
                    or item.session_date
                    or fields.Date.context_today(item),
                    "state": "decided",
                }
            )

    def action_send(self):
        """The decision went to the governor."""
        self._take_step("sent")

    def action_apply(self):
        """It was carried out."""
        self._take_step("applied")

    def action_cancel(self, reason):
        """It was withdrawn.

        :param reason: why
        """
        reason = self._required_text(reason, self.env._("Reason"))
        self._take_step("cancelled", {"cancel_reason": reason})
