from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ...tools.local_time import local_today


class Delegation(models.Model):
    """A dated power to act for a principal (vekâlet, 5393 m40; RYY m17).

    The deputy joins no group: record rules ask this table at every query.
    """

    _name = "ozel_kalem.delegation"
    _inherit = ["mail.thread", "ozel_kalem.mixin.workflow"]
    _description = "Delegation"
    _order = "date_start desc, id desc"

    _workflow = {
        "draft": ("active", "cancelled"),
        "active": ("ended", "cancelled"),
        "ended": (),
        "cancelled": (),
    }
    _closed_states = ("ended", "cancelled")
    _state_groups = {
        state: ("ozel_kalem.group_director", "ozel_kalem.group_principal")
        for state in ("active", "ended", "cancelled")
    }

    principal_id = fields.Many2one(
        "ozel_kalem.principal", required=True, index=True, tracking=True
    )
    company_id = fields.Many2one(related="principal_id.company_id", store=True)
    employee_id = fields.Many2one(
        "hr.employee", "Deputy", required=True, index=True, tracking=True
    )
    user_id = fields.Many2one(
        "res.users",
        "Deputy's user",
        compute="_compute_user_id",
        store=True,
        index="btree_not_null",
    )
    date_start = fields.Date("From", required=True, tracking=True)
    date_end = fields.Date("Until", required=True, tracking=True)
    kind = fields.Selection(
        [("acting", "Acting (V.)"), ("on_behalf", "On behalf (a.)")],
        required=True,
        default="acting",
    )
    decree = fields.Char("Decision number")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("active", "Active"),
            ("ended", "Ended"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="draft",
        tracking=True,
        copy=False,
    )
    is_in_force = fields.Boolean("In force today", compute="_compute_is_in_force")

    _dates_ordered = models.Constraint(
        "CHECK (date_start <= date_end)", "“Until” can't be before “From”."
    )
    _active_overlap = models.Constraint(
        "EXCLUDE USING gist (int4range(principal_id, principal_id, '[]') WITH =,"
        " daterange(date_start, date_end, '[]') WITH &&) WHERE (state = 'active')",
        "Another delegation of this principal is active in this period. "
        "End it first, or choose other days.",
    )
    _deputy_idx = models.Index("(user_id, date_end) WHERE state = 'active'")

    @api.depends("employee_id.user_id")
    def _compute_user_id(self):
        for delegation in self:
            delegation.user_id = delegation.employee_id.user_id

    @api.depends("state", "date_start", "date_end")
    def _compute_is_in_force(self):
        in_force = self.filtered_domain(self._in_force_domain(local_today()))
        for delegation in self:
            delegation.is_in_force = delegation in in_force

    @api.depends("principal_id", "employee_id", "date_start", "date_end")
    def _compute_display_name(self):
        for delegation in self:
            delegation.display_name = self.env._(
                "%(deputy)s for %(principal)s",
                deputy=delegation.employee_id.sudo().name,
                principal=delegation.principal_id.name,
            )

    @api.constrains("principal_id", "employee_id")
    def _check_not_oneself(self):
        for delegation in self:
            if delegation.employee_id == delegation.principal_id.employee_id:
                raise ValidationError(
                    self.env._("“Deputy” must be somebody else than the principal.")
                )

    @api.model
    def _in_force_domain(self, day):
        return (
            Domain("state", "=", "active")
            & Domain("date_start", "<=", day)
            & Domain("date_end", ">=", day)
        )

    def write(self, vals):
        fixed = {"principal_id", "employee_id", "date_start"} & vals.keys()
        if fixed and any(delegation.state != "draft" for delegation in self):
            raise UserError(
                self.env._(
                    "A delegation that was activated can't be changed. "
                    "End it and write a new one."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        if any(delegation.state in ("active", "ended") for delegation in self):
            raise UserError(
                self.env._("A delegation that was in force is kept. End it instead.")
            )

    def action_activate(self):
        """Put the delegation into force for its days.

        :raise UserError: when it isn't a draft, or is over already
        """
        for delegation in self:
            if delegation.date_end < local_today():
                raise UserError(
                    self.env._(
                        "“Until” is past: this delegation would never be in force."
                    )
                )
            if not delegation.user_id:
                delegation.message_post(
                    body=self.env._(
                        "%(deputy)s has no user and can't sign in to decide.",
                        deputy=delegation.employee_id.sudo().name,
                    )
                )
        self._take_step("active")

    def action_end(self):
        """End the delegation today, before or on its last day."""
        today = local_today()
        for delegation in self:
            last_day = max(min(delegation.date_end, today), delegation.date_start)
            delegation.write({"state": "ended", "date_end": last_day})

    def action_cancel(self):
        """Cancel the delegation; what was done by it stays done."""
        self._take_step("cancelled")

    @api.model
    def _cron_end_expired(self):
        """End what is over."""
        expired = self.search(
            [("state", "=", "active"), ("date_end", "<", local_today())]
        )
        for company, ended in expired.grouped("company_id").items():
            ended.with_context(lang=company._ozel_kalem_lang()).write(
                {"state": "ended"}
            )
