from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

from ...tools.local_time import to_local


class Notice(models.Model):
    """A notice that the office sends itself, and what became of it.

    The proof of a mail is that the recipient's mail server took it. A bounce, even
    days later, is written down as a failed attempt of its own.
    """

    _inherit = "ozel_kalem.notice"

    closes_source = fields.Boolean(
        "Tells the result",
        default=True,
        help="Without it the notice tells something in between: a receipt, more time.",
    )
    is_void = fields.Boolean(
        "Proves nothing any more",
        readonly=True,
        copy=False,
        help="The answer was changed since, or the mail came back after it was taken.",
    )
    mail_message_id = fields.Many2one(
        "mail.message", readonly=True, copy=False, index="btree_not_null"
    )
    attachment_ids = fields.Many2many("ir.attachment", string="Enclosures", copy=False)

    @api.model_create_multi
    def create(self, vals_list):
        notices = super().create(vals_list)
        for notice in notices:
            notice.partner_id._ozel_kalem_check_contact(notice.channel)
        return notices

    def action_send(self):
        """Send the notices that go out by themselves.

        They stay pending until the other side's server has taken them.

        :raise UserError: when a notice can't be sent: the way is one that people
            go on foot, or the person has no address for it
        """
        for notice in self:
            sender = getattr(notice, f"_send_by_{notice.channel}", None)
            if not sender:
                raise UserError(
                    self.env._(
                        "“%(channel)s”: tell it yourself, then write down the proof.",
                        channel=dict(
                            self._fields["channel"]._description_selection(self.env)
                        )[notice.channel],
                    )
                )
            if notice.state != "pending":
                raise UserError(
                    notice._refused_step_message(
                        "pending", notice._workflow[notice.state]
                    )
                )
            sender()

    def action_retry(self):
        """Try once more; what goes out by itself is sent again.

        :raise UserError: when it tells an answer that was changed since, or
            can't be sent
        """
        for notice in self:
            if notice.is_void:
                raise UserError(
                    self.env._(
                        "%(notice)s tells an earlier answer. Press “Tell the citizen” "
                        "on the request.",
                        notice=notice.name,
                    )
                )
            notice.partner_id._ozel_kalem_check_contact(notice.channel)
        super().action_retry()
        self.filtered(lambda notice: notice._sends_by(notice.channel)).action_send()

    @api.model
    def _sends_by(self, channel):
        """Whether notices of this channel go out by themselves."""
        return hasattr(self, f"_send_by_{channel}")

    @api.model
    def _carried_by(self, messages):
        """The notices that went out as one of ``messages``."""
        if not messages:
            return self.browse()
        return self.search([("mail_message_id", "in", messages.ids)])

    def _send_by_email(self):
        """Hand the mail to the queue; replies come back to the record behind it."""
        if not self.partner_id.email_normalized:
            raise UserError(
                self.env._(
                    "%(person)s has no e-mail address. Enter one, or choose another way.",
                    person=self.partner_id.name,
                )
            )
        office = self.env["ozel_kalem.office"]._for(self.company_id.id)
        source = self._source()
        message = source.message_notify(
            partner_ids=self.partner_id.ids,
            subject=self.subject or source.name,
            body=plaintext2html(self.body or self.subject or ""),
            email_from=office.email or self.env.company.email_formatted,
            author_id=office.company_id.partner_id.id or None,
            email_layout_xmlid="mail.mail_notification_light",
            force_record_name=source.name,
            attachment_ids=self.attachment_ids.ids,
        )
        # sudo: the message that carries the notice is noted on it by whoever sends
        self.sudo().mail_message_id = message

    # ------------------------------------------------------------------- SMS

    @api.model
    def _sms_is_installed(self):
        """Whether this Odoo sends text messages (the ``sms`` application).

        The only place that asks. A provider joins by Odoo's own interface, the
        company's ``_get_sms_api_class``; nothing here knows which one it is.
        """
        return "sms.sms" in self.env

    @api.model
    def _send_text(self, number, body):
        """Send a text that belongs to no record's chatter, as a code does."""
        # sudo: texts are queued on behalf of the office, whoever is asking
        self.env["sms.sms"].sudo().create(
            {
                "number": self.env.user._phone_format(number=number) or number,
                "body": body,
            }
        )

    def _send_by_sms(self):
        """Queue the text; the provider's report moves the notice."""
        if not self._sms_is_installed():
            raise UserError(
                self.env._(
                    "This Odoo sends no text messages. Install the “SMS” application, "
                    "or choose another way."
                )
            )
        if not self.partner_id.phone:
            raise UserError(
                self.env._(
                    "%(person)s has no telephone number. Enter one, or choose another "
                    "way.",
                    person=self.partner_id.name,
                )
            )
        message = self._source()._message_sms(
            self.body or self.subject or "",
            partner_ids=self.partner_id.ids,
            put_in_queue=True,
        )
        # sudo: the message that carries the notice is noted on it by whoever sends
        self.sudo().mail_message_id = message

    def _text_reported(self, status, reason):
        """The provider has reported on the text.

        :param status: of Odoo's notification: ``sent`` means that it arrived,
            ``pending`` that the provider has it
        """
        if status == "sent":
            for notice in self.filtered(lambda notice: notice.state == "pending"):
                notice.action_deliver(
                    self.env._(
                        "%(moment)s: the text message reached %(number)s.",
                        moment=f"{to_local(fields.Datetime.now()):%d.%m.%Y %H:%M}",
                        number=notice.partner_id.phone,
                    )
                )
        elif status in ("exception", "bounce", "canceled"):
            for notice in self:
                notice._came_back(
                    reason or self.env._("The text message couldn't be delivered.")
                )

    # ------------------------------------------------------------------ mail

    def _mail_left(self, failure):
        """The mail queue has tried.

        :param failure: why it couldn't be handed over, False when it was taken
        """
        for notice in self.filtered(lambda notice: notice.state == "pending"):
            if failure:
                notice.action_fail(failure)
            else:
                notice.action_deliver(
                    self.env._(
                        "%(moment)s: mail server took the message to %(address)s.",
                        moment=f"{to_local(fields.Datetime.now()):%d.%m.%Y %H:%M}",
                        address=notice.partner_id.email_normalized,
                    )
                )

    def _came_back(self, reason):
        """The mail has bounced; once it was delivered, that is a new attempt."""
        self.ensure_one()
        if "failed" in self._carried_by(self.mail_message_id).mapped("state"):
            return
        attempt = self
        if self.state != "pending":
            attempt = self.copy({"mail_message_id": self.mail_message_id.id})
            attempt.write({"attempt": self.attempt + 1, "is_void": self.is_void})
            self.is_void = True
        attempt.action_fail((reason or "").strip() or self.env._("The mail came back."))


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        messages = self.mail_message_id
        # sudo: the mail queue moves notices, whoever they belong to
        notices = self.env["ozel_kalem.notice"].sudo()._carried_by(messages)
        result = super()._postprocess_sent_message(
            success_pids, success_emails, failure_reason, failure_type
        )
        for notice in notices:
            failed = failure_type and notice.partner_id not in success_pids
            unknown = self.env._("The mail couldn't be sent.")
            notice._mail_left(failed and (failure_reason or unknown))
        return result


class MailNotification(models.Model):
    _inherit = "mail.notification"

    def write(self, vals):
        result = super().write(vals)
        status = vals.get("notification_status")
        if not status:
            return result
        # sudo: gateway and provider move notices, whoever they belong to
        notices = self.env["ozel_kalem.notice"].sudo()
        texts = self.filtered(lambda told: told.notification_type == "sms")
        for told in texts:
            carried = notices._carried_by(told.mail_message_id)
            carried._text_reported(status, told._why_it_failed())
        if status == "bounce":
            for notice in notices._carried_by((self - texts).mail_message_id):
                notice._came_back(vals.get("failure_reason"))
        return result

    def _why_it_failed(self):
        """The reason in words, empty when nothing failed."""
        kinds = dict(self._fields["failure_type"]._description_selection(self.env))
        return self.failure_reason or kinds.get(self.failure_type, "")
