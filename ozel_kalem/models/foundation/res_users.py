from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

LIAISON_KEEPERS = "ozel_kalem.group_director,ozel_kalem.group_manager"


class ResUsers(models.Model):
    _inherit = "res.users"

    def _ozel_kalem_unit_ids(self):
        """Ids of the units for which this user answers referrals: his own as
        an employee, those that name him liaison, and all units below them.
        """
        self.ensure_one()
        # sudo: hr data is closed to users outside HR; only the unit is read
        Unit = self.env["hr.department"].sudo()
        Employee = self.env["hr.employee"].sudo()
        jobs = Employee._search(
            Domain("user_id", "=", self.id)
            & Domain("company_id", "in", self.env.companies.ids)
        )
        unit = Employee._field_to_sql(jobs.table, "department_id", jobs)
        own = Unit.with_context(active_test=False)._search(
            Domain("id", "in", jobs.select(unit))
            | Domain("ozel_kalem_liaison_ids", "in", self.ids)
        )
        path = Unit._field_to_sql(own.table, "parent_path", own)
        paths = own.subselect(SQL("%s || '%%'", path))

        def is_below(model, alias, query):
            path = model._field_to_sql(alias, "parent_path", query)
            return SQL("%s LIKE ANY %s", path, paths)

        # one query: every look at instructions and referrals asks it
        return Unit.search(Domain.custom(to_sql=is_below), order="id").ids

    # What every search of a confidential record asks of its user. Asked once in a
    # transaction; whoever reads them compares the times with his own now.
    ozel_kalem_grant_ids = fields.One2many(
        "ozel_kalem.access.grant", "user_id", groups=fields.NO_ACCESS
    )
    ozel_kalem_seals = fields.Json(
        compute="_compute_ozel_kalem_seals", groups=fields.NO_ACCESS
    )
    ozel_kalem_delegation_ids = fields.One2many(
        "ozel_kalem.delegation", "user_id", groups=fields.NO_ACCESS
    )
    ozel_kalem_delegations = fields.Json(
        compute="_compute_ozel_kalem_delegations", groups=fields.NO_ACCESS
    )

    @api.depends("ozel_kalem_grant_ids.expires_on")
    def _compute_ozel_kalem_seals(self):
        """``{model: [(id, until when)]}`` of the seals that are open now."""
        open_seals = self.env["ozel_kalem.access.grant"].search_fetch(
            [
                ("user_id", "in", self.ids),
                ("expires_on", ">", fields.Datetime.now()),
            ],
            ["user_id", "res_model", "res_id", "expires_on"],
        )
        for user in self:
            seals = {}
            for grant in open_seals.filtered(lambda g, user=user: g.user_id == user):
                until = fields.Datetime.to_string(grant.expires_on)
                seals.setdefault(grant.res_model, []).append((grant.res_id, until))
            user.ozel_kalem_seals = seals

    @api.depends(
        "ozel_kalem_delegation_ids.state",
        "ozel_kalem_delegation_ids.principal_id",
        "ozel_kalem_delegation_ids.date_start",
        "ozel_kalem_delegation_ids.date_end",
    )
    def _compute_ozel_kalem_delegations(self):
        """``[(principal, from, until)]`` of the delegations in force."""
        active = self.env["ozel_kalem.delegation"].search_fetch(
            [("user_id", "in", self.ids), ("state", "=", "active")],
            ["user_id", "principal_id", "date_start", "date_end"],
        )
        for user in self:
            user.ozel_kalem_delegations = [
                (
                    delegation.principal_id.id,
                    fields.Date.to_string(delegation.date_start),
                    fields.Date.to_string(delegation.date_end),
                )
                for delegation in active
                if delegation.user_id == user
            ]

    ozel_kalem_liaison_unit_ids = fields.Many2many(
        "hr.department",
        "ozel_kalem_unit_liaison_rel",
        "user_id",
        "department_id",
        string="Liaison of",
        groups=LIAISON_KEEPERS,
    )


class HrDepartment(models.Model):
    _inherit = "hr.department"

    ozel_kalem_liaison_ids = fields.Many2many(
        "res.users",
        "ozel_kalem_unit_liaison_rel",
        "department_id",
        "user_id",
        string="Özel Kalem liaisons",
        domain="[('share', '=', False)]",
        groups=LIAISON_KEEPERS,
    )

    def _ozel_kalem_recipients(self):
        """Users to be told of a referral to this unit: its liaisons, or the
        liaisons of the nearest unit above, or the unit's manager.
        """
        self.ensure_one()
        # sudo: who answers for a unit is asked by roles without HR rights
        unit = self.sudo()
        group = self.env.ref("ozel_kalem.group_unit_liaison")
        while unit:
            liaisons = unit.ozel_kalem_liaison_ids | unit.member_ids.user_id.filtered(
                lambda user: group in user.all_group_ids
            )
            if liaisons:
                return liaisons.with_env(self.env)
            unit = unit.parent_id
        return self.sudo().manager_id.user_id.with_env(self.env)

    def _ozel_kalem_contacts(self):
        """Who is invited on behalf of this unit: its manager, or its liaisons."""
        self.ensure_one()
        # sudo: who manages a unit is asked by roles without HR rights
        manager = self.sudo().manager_id
        contact = manager.user_id.partner_id or manager.work_contact_id
        return contact.with_env(self.env) or self._ozel_kalem_recipients().partner_id
