from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

# By which way an applicant is told who came in by another.
NOTICE_CHANNELS = {"email": "email", "letter": "letter", "in_person": "in_person"}


class Appointment(models.Model):
    _inherit = "ozel_kalem.appointment"

    deputy_id = fields.Many2one(
        "hr.employee",
        "Redirected to",
        readonly=True,
        copy=False,
        help="Who receives them instead.",
    )
    deputy_user_id = fields.Many2one(
        related="deputy_id.user_id",
        string="User of the deputy",
        store=True,
        index="btree_not_null",
    )

    def action_redirect_deputy(self, employee_id, text=None):
        """Let a deputy mayor, or somebody else of the house, receive them.

        A deputy with a programme of his own gets a new request there, which is
        born from this one. Anybody else is asked by an activity.

        :param employee_id: id of ``hr.employee``
        :param text: told to the applicant; a kind text of our own when left out
        :return: ids of the new requests
        :raise UserError: when there is no such employee, or it is the principal
        """
        employee = self._existing_employee(employee_id)
        following = self.browse()
        for appointment in self:
            makam = appointment._makam_of(employee)
            if employee == appointment.principal_id.sudo().employee_id:
                raise UserError(
                    self.env._(
                        "“Redirected to” must be somebody else than the principal."
                    )
                )
            appointment._take_step("redirected", {"deputy_id": employee.id})
            if makam:
                following |= appointment._pass_on(makam)
            else:
                appointment._ask_deputy(employee)
            appointment._tell_applicant(
                text or appointment._redirect_text(employee=employee)
            )
        return following.ids

    def action_open_redirect(self):
        """Open the dialog that asks to whom."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Redirect"),
            "res_model": "ozel_kalem.appointment.redirect",
            "view_mode": "form",
            "target": "new",
            "context": {"default_appointment_id": self.id},
        }

    def _existing_employee(self, employee_id):
        # sudo: who works in the house is known to the whole office
        Employee = self.env["hr.employee"].sudo()
        employee = Employee.browse(
            employee_id if isinstance(employee_id, int) else ()
        ).exists()
        if not employee:
            raise UserError(
                self.env._("“Redirected to”: choose somebody who works here, please.")
            )
        return employee

    def _makam_of(self, employee):
        """The employee's own makam in this office, where a programme is kept."""
        return self.env["ozel_kalem.principal"].search(
            Domain("employee_id", "=", employee.id)
            & Domain("company_id", "=", self.company_id.id),
            limit=1,
        )

    def _pass_on(self, makam):
        """The same request, at the deputy's own makam."""
        # sudo: whoever decides need not be somebody who takes requests down
        following = self.sudo().create(self._prepare_passed_on(makam))
        readers = makam._deciders().filtered(
            lambda user: following.with_user(user).has_access("read")
        )
        following._notify_neutrally(
            readers.partner_id,
            self.env._("%(number)s waits for you", number=following.name),
        )
        return following.with_env(self.env)

    def _prepare_passed_on(self, makam):
        names = (
            "applicant_kind party_size companions channel wished_from wished_until "
            "description duration priority priority_reason needs_interpreter"
        )
        named = self.sudo().authorised_user_ids | makam.sudo().user_id
        return {
            **{name: self[name] for name in names.split()},
            **self._prepare_follow_up_values(self),
            "principal_id": makam.id,
            "partner_id": self.partner_id.id,
            "user_id": self.user_id.id,
            "authorised_user_ids": [Command.set(named.ids)],
        }

    def _ask_deputy(self, employee):
        """An activity: for the deputy's user, else for who has to tell him."""
        # sudo: the deputy is let in by the step itself
        appointment = self.sudo()
        user = employee.user_id
        if user and appointment.confidentiality != "normal":
            appointment.authorised_user_ids = [Command.link(user.id)]
        summary = self.env._("Receive the applicant in the principal's place")
        if not user:
            summary = self.env._(
                "Tell %(deputy)s to receive the applicant", deputy=employee.name
            )
        appointment.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=summary,
            user_id=(user or appointment.user_id or self.env.user).id,
        )

    # ---------------------------------------------------------- the applicant

    def _redirect_text(self, employee=None, unit=None):
        """What is said to the applicant, in his language."""
        applicant = self.partner_id
        env = self.with_context(lang=applicant.lang or self.env.lang).env
        if unit:
            return env._(
                "Dear %(applicant)s,\n\nThank you for your trust. Your matter was "
                "passed on to %(unit)s, who deal with it directly and will call "
                "you.\n\nKind regards",
                applicant=applicant.name,
                unit=unit.with_env(env).name,
            )
        # sudo: the title under which he is known
        known = employee.with_env(env).sudo()
        makam = self.with_env(env)._makam_of(employee)
        title = makam.title or known.job_title
        return env._(
            "Dear %(applicant)s,\n\nThank you for your trust. %(deputy)s will receive "
            "you in this matter. We will call you to arrange day and hour.\n\nKind "
            "regards",
            applicant=applicant.name,
            deputy=" ".join(filter(None, (title, known.name))),
        )

    def _tell_applicant(self, text):
        """A notice that waits to be told, so that nobody is forgotten."""
        # sudo: a deputy who decides has no notices of his own
        self.env["ozel_kalem.notice"].sudo().create(
            {
                "res_model": self._name,
                "res_id": self.id,
                "partner_id": self.partner_id.id,
                "channel": NOTICE_CHANNELS.get(self.channel, "phone"),
                "subject": self.env._("Your request to be received"),
                "body": text,
            }
        )


class AppointmentRedirect(models.TransientModel):
    """Asks who receives the applicant instead, and what he is told."""

    _name = "ozel_kalem.appointment.redirect"
    _description = "Redirect an Appointment"

    appointment_id = fields.Many2one("ozel_kalem.appointment", required=True)
    principal_id = fields.Many2one(related="appointment_id.principal_id")
    receiver = fields.Selection(
        [
            ("deputy", "A deputy mayor"),
            ("employee", "Somebody else here"),
            ("unit", "A unit"),
        ],
        required=True,
        default="deputy",
    )
    makam_id = fields.Many2one("ozel_kalem.principal", "Deputy mayor")
    employee_id = fields.Many2one("hr.employee", "Who receives them")
    department_id = fields.Many2one("hr.department", "Unit")
    text = fields.Text(
        "Told to the applicant", compute="_compute_text", store=True, readonly=False
    )

    @api.depends("receiver", "makam_id", "employee_id", "department_id")
    def _compute_text(self):
        for dialog in self:
            appointment = dialog.appointment_id
            employee = dialog._employee()
            if dialog.receiver == "unit" and dialog.department_id:
                unit = dialog.department_id
                dialog.text = appointment._redirect_text(unit=unit)
            elif dialog.receiver != "unit" and employee:
                dialog.text = appointment._redirect_text(employee=employee)
            else:
                dialog.text = False

    def _employee(self):
        # sudo: name and office alone are read
        makam = self.makam_id.sudo()
        return makam.employee_id if self.receiver == "deputy" else self.employee_id

    def action_confirm(self):
        """Redirect the appointment as chosen.

        :raise UserError: when nobody was chosen
        """
        self.ensure_one()
        chosen = self.department_id if self.receiver == "unit" else self._employee()
        if not chosen:
            raise UserError(self.env._("Choose who receives them, please."))
        if self.receiver == "unit":
            self.appointment_id.action_redirect(chosen.id, self.text)
        else:
            self.appointment_id.action_redirect_deputy(chosen.id, self.text)
        return {"type": "ir.actions.act_window_close"}
