from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ...tools.local_time import local_date, local_today


class Principal(models.Model):
    """The person whom the office serves: the mayor, a deputy mayor."""

    _name = "ozel_kalem.principal"
    _description = "Principal"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True, help="The office held.")
    rank = fields.Selection(
        [("mayor", "Mayor"), ("deputy", "Deputy mayor")], required=True, default="mayor"
    )
    partner_id = fields.Many2one("res.partner", "Person", required=True, index=True)
    employee_id = fields.Many2one(
        "hr.employee",
        compute="_compute_employee_id",
        store=True,
        readonly=False,
        index="btree_not_null",
    )
    user_id = fields.Many2one(
        "res.users",
        compute="_compute_user_id",
        store=True,
        readonly=False,
        index="btree_not_null",
    )
    title = fields.Char(translate=True, help="As it stands under a signature.")
    acting_title = fields.Char(
        "Title of the acting", translate=True, help="For example “Başkan V.”."
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    resource_calendar_id = fields.Many2one(
        "resource.calendar",
        "Working hours",
        default=lambda self: self.env.company.resource_calendar_id,
    )
    delegation_ids = fields.One2many("ozel_kalem.delegation", "principal_id")
    acting_employee_id = fields.Many2one(
        "hr.employee", "Acting today", compute="_compute_acting_employee_id"
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    @api.depends("partner_id")
    def _compute_employee_id(self):
        # sudo: private employee data isn't read, only who the person is
        Employee = self.env["hr.employee"].sudo()
        for principal in self:
            partner = principal.partner_id
            principal.employee_id = principal.employee_id or Employee.search(
                Domain("work_contact_id", "=", partner.id)
                | Domain("user_id.partner_id", "=", partner.id),
                limit=1,
            )

    @api.depends("partner_id", "employee_id")
    def _compute_user_id(self):
        for principal in self.sudo():
            principal.user_id = (
                principal.user_id
                or principal.employee_id.user_id
                or principal.partner_id.user_ids[:1]
            )

    @api.depends_context("uid")
    def _compute_acting_employee_id(self):
        for principal in self:
            principal.acting_employee_id = principal.get_acting_employee(local_today())

    def get_acting_employee(self, date=None):
        """Who acts as the principal on ``date``: the deputy of an active
        delegation, otherwise the principal's own employee.

        :param date: date, datetime or ISO string; today when left out
        :return: ``hr.employee``, empty when nobody is known
        :raise ValidationError: when ``date`` is no date
        """
        self.ensure_one()
        try:
            day = local_date(date) if date else local_today()
        except ValueError as error:
            raise ValidationError(
                self.env._(
                    "“%(date)s” is not a date. Write it as 2026-10-07.", date=date
                )
            ) from error
        delegation = self._delegation_on(day)
        return (delegation.employee_id or self.employee_id).with_env(self.env)

    def _delegation_on(self, day):
        # sudo: whoever meets the principal may know who acts for him
        return (
            self.env["ozel_kalem.delegation"]
            .sudo()
            .search(
                Domain("principal_id", "in", self.ids)
                & self.env["ozel_kalem.delegation"]._in_force_domain(day),
                limit=1,
            )
        )

    @api.model
    def _default_id(self):
        """Id of the principal whom the office of the current company serves."""
        office = self.env["ozel_kalem.office"]._for(self.env.company.id)
        return office.principal_id.id

    @api.model
    def _acting_ids(self):
        """Ids of the principals for whom the current user acts today."""
        # sudo: the user's own delegations, whatever else he may read
        mine = self.env.user.sudo().ozel_kalem_delegations or ()
        today = fields.Date.to_string(local_today())
        return [
            principal_id for principal_id, first, last in mine if first <= today <= last
        ]

    def _check_in_office(self):
        """Raise unless each of these principals still has a programme.

        :raise UserError: for an archived one, naming the remedy
        """
        for principal in self.filtered(lambda principal: not principal.active):
            raise UserError(
                self.env._(
                    "“%(principal)s” is archived and no time can be booked. Choose "
                    "another “Principal”, or let the director take this one back "
                    "from the archive (Configuration, Principals).",
                    principal=principal.name,
                )
            )

    def _may_decide(self):
        """Whether the current user decides for this principal today."""
        self.ensure_one()
        return (
            self.env.su
            or self.env.user.has_group("ozel_kalem.group_principal")
            or self.id in self._acting_ids()
        )

    def _deciders(self):
        """Users to be told that something waits for this principal's decision."""
        self.ensure_one()
        delegation = self._delegation_on(local_today())
        return (delegation.user_id or self.sudo().user_id).with_env(self.env)

    def _acting_note(self):
        """“A adına B” when the current user acts by delegation, else empty."""
        self.ensure_one()
        if self.id not in self._acting_ids():
            return False
        return self.env._(
            "%(deputy)s on behalf of %(principal)s",
            deputy=self.env.user.name,
            principal=self.sudo().partner_id.name,
        )
