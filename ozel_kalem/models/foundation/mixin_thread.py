from markupsafe import Markup

from odoo import models


class ThreadMixin(models.AbstractModel):
    """A chatter whose mails leave by the queue and betray nothing.

    The notices that we write ourselves carry number and link; what people
    write on a private or sealed record isn't mailed at all, only that there is
    news. For models that inherit the confidentiality mixin as well.
    """

    _name = "ozel_kalem.mixin.thread"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Discreet Chatter"

    def _notify_neutrally(self, partners, subject, body=None, attachments=None):
        """Notify ``partners``: number and link, no content.

        :param subject: text without anything that the record says
        :param body: the same; the subject when left out
        :param attachments: [(file name, content)] that those may have
        """
        self.ensure_one()
        if partners:
            self.message_notify(
                partner_ids=partners.ids,
                subject=subject,
                body=body or subject,
                attachments=attachments,
                email_layout_xmlid="mail.mail_notification_light",
                # the layout would show the display name, the subject with it
                force_record_name=self.name if "name" in self else self._description,
            )

    def _message_auto_subscribe_notify(self, partner_ids, template):
        """Tell the responsible without telling the mail server what about."""
        if not template or "user_assigned" not in template:
            return super()._message_auto_subscribe_notify(partner_ids, template)
        numbered = "name" in self._fields
        for record in self.filtered("name") if numbered else self:
            record._notify_responsible()
        return None

    def _notify_responsible(self):
        number = self.name if "name" in self._fields else self._description
        self._notify_neutrally(
            self.user_id.partner_id,
            self.env._("%(number)s was assigned to you", number=number),
        )

    def _notify_thread_by_email(self, message, recipients_data, **kwargs):
        """Mails leave through the queue at once: no SMTP inside a request."""
        result = super()._notify_thread_by_email(
            message, recipients_data, **{**kwargs, "force_send": False}
        )
        if any(data["notif"] == "email" for data in recipients_data):
            # sudo: waking the mail queue is not the user's act
            queue = self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()
            queue._trigger()
        return result

    def _notify_by_email_get_base_mail_values(self, message, *args, **kwargs):
        values = super()._notify_by_email_get_base_mail_values(message, *args, **kwargs)
        if self._mails_are_neutral(message):
            values["subject"] = self.display_name
        return values

    def _notify_by_email_render_layout(self, message, recipients_group, **kwargs):
        """The mail of a confidential record says that there is news, not which."""
        if not self._mails_are_neutral(message):
            return super()._notify_by_email_render_layout(
                message, recipients_group, **kwargs
            )
        return Markup('<p>%s</p><p><a href="%s">%s</a></p>') % (
            self.env._("There is news on %(record)s.", record=self.display_name),
            recipients_group.get("button_access", {}).get("url", ""),
            self.env._("Open the record"),
        )

    def _mails_are_neutral(self, message):
        """Notices that we write ourselves are neutral already and keep their text."""
        if len(self) != 1 or self.confidentiality in ("normal", False):
            return False
        return message.message_type != "user_notification"
