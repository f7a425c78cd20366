from odoo import fields, models
from odoo.exceptions import UserError


class Engagement(models.Model):
    _inherit = "ozel_kalem.engagement"

    def action_delegate(self, employee_id):
        """Somebody goes in the principal's place, whose time is free again.

        :param employee_id: id of the ``hr.employee``, who has a programme of his own
        :raise UserError: when he has none, is booked himself, or it is over
        """
        for engagement in self:
            # sudo: who is whose employee is closed to roles without HR rights
            deputy = engagement.env["ozel_kalem.principal"].sudo()
            deputy = deputy.search(
                [
                    ("employee_id", "=", employee_id),
                    ("company_id", "=", engagement.company_id.id),
                ],
                limit=1,
            )
            if not deputy:
                raise UserError(
                    self.env._(
                        "Who goes in the principal's place needs a programme of his "
                        "own. Open one for him under “Principals” first."
                    )
                )
            engagement._delegate_to(deputy.with_env(self.env))

    def _delegate_to(self, deputy):
        self.ensure_one()
        if self.state not in ("tentative", "confirmed"):
            raise UserError(
                self.env._(
                    "%(engagement)s is “%(state)s”: nobody else can go any more.",
                    engagement=self.display_name,
                    state=self._state_label(self.state),
                )
            )
        if deputy == self.principal_id:
            raise UserError(
                self.env._("%(person)s goes already.", person=deputy.display_name)
            )
        expected = self.represented_id or self.principal_id
        self.write(
            {
                "principal_id": deputy.id,
                "represented_id": expected.id if expected != deputy else False,
            }
        )
        self._name_deputy_on_appointment(deputy)

    def _name_deputy_on_appointment(self, deputy):
        # sudo: the appointment follows what the programme says
        appointments = self.env["ozel_kalem.appointment"].sudo()
        appointments.search([("engagement_id", "=", self.id)]).deputy_id = (
            self.represented_id and deputy.sudo().employee_id
        )

    def action_open_delegate(self):
        """Open the dialog that asks who goes."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send somebody in his place"),
            "res_model": "ozel_kalem.engagement.delegate",
            "view_mode": "form",
            "target": "new",
            "context": {"default_engagement_id": self.id},
        }


class EngagementDelegate(models.TransientModel):
    _name = "ozel_kalem.engagement.delegate"
    _description = "Send Somebody in the Principal's Place"

    engagement_id = fields.Many2one("ozel_kalem.engagement", required=True)
    present_id = fields.Many2one(related="engagement_id.principal_id")
    company_id = fields.Many2one(related="engagement_id.company_id")
    principal_id = fields.Many2one(
        "ozel_kalem.principal",
        "Who goes",
        required=True,
        domain="[('id', '!=', present_id), ('company_id', '=', company_id)]",
    )

    def action_confirm(self):
        """Put it on that person's programme."""
        self.ensure_one()
        self.engagement_id._delegate_to(self.principal_id)
        return {"type": "ir.actions.act_window_close"}
