from odoo import api, models
from odoo.exceptions import UserError


class Referral(models.Model):
    """The letter to an institution, and its reply."""

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
                self.env._("%(unit)s has replied", unit=referral._receiver_name())
            )
        return result
