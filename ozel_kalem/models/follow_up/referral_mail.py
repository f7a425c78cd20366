from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ...tools.local_time import local_today


class Referral(models.Model):
    """What units and institutions are told by mail, what they reply, who looks at it."""

    _inherit = "ozel_kalem.referral"

    def action_send_mail(self):
        """Open the letter to the institution in the mail composer.

        The reply comes back to this referral.
        """
        self.ensure_one()
        template = self.env.ref("ozel_kalem.mail_template_referral_institution")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send by e-mail"),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_template_id": template.id,
                "default_composition_mode": "comment",
                "default_email_layout_xmlid": "mail.mail_notification_light",
                "default_partner_ids": self.institution_id.ids,
                "default_attachment_ids": self.attachment_ids.ids,
            },
        }

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """A mail that belongs to no referral makes none."""
        raise UserError(self.env._("A referral can't be created by e-mail."))

    def message_update(self, msg_dict, update_vals=None):
        """An institution's reply by e-mail: the office has to look at it."""
        result = super().message_update(msg_dict, update_vals)
        for referral in self.filtered("institution_id"):
            referral = referral._in_office_language()
            if referral.state == "sent":
                referral.write({"state": "received"})
            referral._ask_office(
                referral.env._("%(unit)s has replied", unit=referral._receiver_name())
            )
        return result

    # ------------------------------------------------------------ who is told

    def _receiver_name(self):
        self.ensure_one()
        # sudo: the name of the unit or institution it went to
        receiver = self.sudo()
        return receiver.department_id.name or receiver.institution_id.name

    def _notify_unit(self, subject):
        """Tell the unit by mail: number, deadline and link, no content."""
        self.ensure_one()
        if not self.department_id:
            return
        users = self.department_id._ozel_kalem_recipients()
        # sudo: the notification is the office's, whoever caused it
        self.sudo()._notify_neutrally(users.partner_id, subject, self._neutral_text())

    def _neutral_text(self):
        self.ensure_one()
        if not self.deadline:
            return self.env._("Referral %(number)s.", number=self.name)
        return self.env._(
            "Referral %(number)s, deadline %(deadline)s.",
            number=self.name,
            deadline=format_date(self.env, self.deadline),
        )

    def _ask_office(self, summary):
        """Give the officer who referred it something to do."""
        self.ensure_one()
        # sudo: the unit can't plan activities of the office's people
        referral = self.sudo()
        user = referral._asked_user()
        referral.with_context(mail_activity_quick_update=True).activity_schedule(
            "ozel_kalem.activity_type_referral",
            date_deadline=local_today(),
            summary=summary,
            user_id=user.id,
        )

    def _asked_user(self):
        """Who looks at it: of those who referred it whoever is still here."""
        referrers = self.user_id | self.create_uid
        office = self.env["ozel_kalem.office"]._for(self.company_id.id)
        here = referrers.filtered("active") or office._directors()
        return (here or referrers)[:1]

    def _done_asking(self):
        # sudo: closes the office's activity whoever closed the referral
        self.sudo().activity_unlink(["ozel_kalem.activity_type_referral"])
