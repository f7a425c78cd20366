import logging

from odoo import api, fields, models, tools
from odoo.tools.convert import convert_file

_logger = logging.getLogger(__name__)


class Office(models.Model):
    """The private office of one municipality: who it is and how it works."""

    _name = "ozel_kalem.office"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Private Office"

    name = fields.Char(required=True, translate=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
    )
    department_id = fields.Many2one("hr.department", "Own unit")
    principal_id = fields.Many2one("ozel_kalem.principal", "Main principal")
    logo = fields.Image(related="company_id.logo", readonly=True)
    institution_code = fields.Char("DETSİS number")
    address = fields.Text()
    phone = fields.Char()
    email = fields.Char()
    registered_email = fields.Char("KEP address")
    website = fields.Char()

    remind_before_days = fields.Integer(
        "First reminder (days before)", default=2, required=True
    )
    urgent_after_days = fields.Integer(
        "Urgent reminder (days after)", default=1, required=True
    )
    director_after_days = fields.Integer(
        "Told to the director (days after)", default=3, required=True
    )
    administrative_leave_suspends = fields.Boolean(
        "Administrative leave stops the clocks",
        help="Idari izin days are not counted as working days.",
    )
    half_day_suspends = fields.Boolean(
        "Half days are not counted",
        help="28 October and the eves of religious holidays count as working "
        "days unless this is set.",
    )

    _company_uniq = models.Constraint(
        "UNIQUE (company_id)", "This company already has its private office."
    )

    @api.model_create_multi
    def create(self, vals_list):
        offices = super().create(vals_list)
        self.env.registry.clear_cache()
        offices._create_registers()
        return offices

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    @api.model
    @tools.ormcache("company_id")
    def _get_id(self, company_id):
        # sudo: how the office counts its days and signs is no secret
        return self.sudo().search([("company_id", "=", company_id)], limit=1).id

    @api.model
    def _for(self, company_id):
        """The office of a company (sudo), or an empty recordset."""
        # sudo: only settings are read, by every role and by crons
        return self.sudo().browse(self._get_id(company_id) or ())

    @api.model
    def _open_for(self, companies):
        """Give each company that has none its office, with the registers."""
        have = self.search([("company_id", "in", companies.ids)]).company_id
        self.with_context(mail_create_nolog=True, mail_create_nosubscribe=True).create(
            [
                {"company_id": company.id, "name": "Özel Kalem Müdürlüğü"}
                for company in companies - have
            ]
        )

    def _create_registers(self):
        """Give a new company the registers that the main one has."""
        Register = self.env["ozel_kalem.register"].sudo()
        model = Register.search(
            [("company_id", "=", self.env.ref("base.main_company").id)]
        )
        for company in self.company_id:
            have = set(
                Register.with_context(active_test=False)
                .search([("company_id", "=", company.id)])
                .mapped("code")
            )
            for register in model.filtered(lambda register: register.code not in have):
                register.copy({"company_id": company.id})

    @api.model
    def _load_demo(self, files):
        """Load the demo office, unless others work in this database already.

        A demo database with further applications is somebody's own: its
        company, people and units stay as they are.
        """
        module = self.env.ref("base.module_ozel_kalem")
        foreign = self.env["ir.module.module"].search(
            [
                ("state", "=", "installed"),
                ("application", "=", True),
                (
                    "name",
                    "not in",
                    [module.name, *module.dependencies_id.mapped("name")],
                ),
            ]
        )
        if foreign:
            _logger.info(
                "The demo office is left out: %s", ", ".join(foreign.mapped("name"))
            )
            return
        for name in files:
            convert_file(self.env, module.name, name, {}, "init", noupdate=True)

    def _directors(self):
        """Users of the office's company who direct it."""
        group = self.env.ref("ozel_kalem.group_director")
        # sudo: who the directors are is read to notify them, by any role
        return group.sudo().all_user_ids.filtered(
            lambda user: user.active and self.company_id <= user.company_ids
        )

    def _ask_for_holidays(self, year, deadline):
        self.ensure_one()
        self = self.with_context(lang=self.company_id._ozel_kalem_lang())
        summary = self.env._("Enter the public holidays of %(year)s", year=year)
        if summary in self.activity_ids.mapped("summary"):
            return
        for user in self._directors():
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=deadline,
                summary=summary,
                user_id=user.id,
            )
