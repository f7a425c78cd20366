"""The mails of a monthly schedule, and who is told when one doesn't arrive."""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import email_normalize, formataddr, html2plaintext

REPORT = "ozel_kalem.statistics.report"
TODO = "mail.mail_activity_data_todo"


class StatisticsSchedule(models.Model):
    """What became of its mails: nobody waits in vain without somebody's knowing."""

    _inherit = "ozel_kalem.statistics.schedule"

    unreached_ids = fields.Many2many(
        "res.users",
        "ozel_kalem_statistics_schedule_unreached_rel",
        string="Not reached",
        readonly=True,
        copy=False,
        help="The recipients who didn't get the latest workbook.",
    )

    # ------------------------------------------------------------------- sending

    def _send(self, report, attachment, users=None):
        """Mail a workbook to the recipients who may have it, and say who may not."""
        for user in users or self.recipient_ids:
            if hindrance := self._hindrance(user):
                self._not_reached(user, hindrance)
                continue
            self._mail(report, attachment, user)
        queue = self.env.ref("mail.ir_cron_mail_scheduler_action")
        queue._trigger()

    def _mail(self, report, attachment, user):
        template = self.env.ref("ozel_kalem.mail_template_statistics")
        office = self.env["ozel_kalem.office"]._for(self.company_id.id)
        values = {
            "recipient_ids": [Command.set(user.partner_id.ids)],
            "attachment_ids": [Command.link(attachment.id)],
            # the message stays when the mail has left: one that comes back is known
            "is_notification": True,
        }
        address = office.email or self.company_id.email
        if address:
            values["email_from"] = formataddr((office.name or "", address))
        template.with_context(lang=user.lang).send_mail(
            report.id, email_values=values, email_layout_xmlid=None
        )

    def action_send_again(self):
        """Send the latest workbook to those whom it didn't reach.

        :raise UserError: when everybody got it
        """
        self.ensure_one()
        self.check_access("write")
        users = self.unreached_ids & self.recipient_ids
        if not users:
            raise UserError(self.env._("Everybody got the latest workbook."))
        # sudo: the report is its author's; only those who may have it get it
        schedule = self.sudo()
        report = schedule.last_report_id
        if not report or report.date_from < schedule._latest_due().date_from:
            return schedule._create_report(schedule._latest_due())
        if report.state != "done":
            return report.with_user(schedule.user_id).action_generate()
        schedule._failed_mails(users).unlink()
        return schedule._send(report, report.attachment_id, users)

    # ------------------------------------------------------------------- outcome

    def _not_reached(self, users, reason):
        """Somebody who answers for the mail learns whom it didn't reach, and why."""
        self.unreached_ids |= users
        for user in self._answering():
            self._tell(user, reason)

    def _reached(self, user):
        """``user`` has got a workbook; once all have, nothing is left to do."""
        self._failed_mails(user).unlink()
        self.unreached_ids -= user
        if not self.unreached_ids & self.recipient_ids:
            feedback = self.env._("A later mail has reached everybody.")
            self.activity_feedback([TODO], feedback=feedback)

    def _answering(self):
        """Who is told: the responsible, or the directors where he isn't here."""
        user = self.user_id
        if user.active and self.with_user(user).has_access("read"):
            return user
        office = self.env["ozel_kalem.office"]._for(self.company_id.id)
        return office._directors() or user

    def _tell(self, user, reason):
        """One open activity for ``user``, with a paragraph for each failure."""
        paragraph = Markup("<p>%s</p>") % reason
        [known] = self.activity_search([TODO], user_id=user.id)[:1] or [None]
        if not known:
            self.activity_schedule(
                TODO,
                summary=self.env._("Not everybody got the monthly statistics"),
                note=paragraph,
                user_id=user.id,
            )
        elif reason not in html2plaintext(known.note or ""):
            known.note = (known.note or Markup()) + paragraph

    def _failed_mails(self, users):
        return self.env["mail.mail"].search(
            [
                ("model", "=", REPORT),
                ("res_id", "in", self.report_ids.ids),
                ("state", "=", "exception"),
                ("recipient_ids", "in", users.partner_id.ids),
            ]
        )

    @api.model
    def _find_lost_mails(self):
        """Mails that failed without a word: the connection broke off in the middle."""
        failed = self.env["mail.mail"].search(
            [("model", "=", REPORT), ("state", "=", "exception")]
        )
        for delivery in failed._statistics_deliveries():
            if delivery.user not in delivery.schedule.unreached_ids:
                delivery.failed()


class StatisticsReport(models.Model):
    _inherit = REPORT

    def _message_receive_bounce(self, email, partner):
        """A monthly mail that the server had taken has come back after all."""
        super()._message_receive_bounce(email, partner)
        for report in self.filtered("schedule_id"):
            schedule = report.schedule_id._in_its_language()
            for user in schedule.recipient_ids:
                if user.partner_id in partner or email == email_normalize(user.email):
                    schedule._not_reached(
                        user,
                        schedule.env._(
                            "%(report)s for %(user)s came back: the mail server of "
                            "%(address)s doesn't deliver it.",
                            report=report.name,
                            user=user.name,
                            address=user.email,
                        ),
                    )


class Delivery:
    """One mail of a report to one of its schedule's recipients."""

    def __init__(self, mail, report, user):
        self.schedule = report.schedule_id._in_its_language()
        self.user = user
        self._report = report.name
        self._cause = mail.failure_reason

    def arrived(self):
        """The other side's mail server has it."""
        self.schedule._reached(self.user)

    def failed(self, kind=None, cause=None):
        """Tell it in words, then what the mail server said.

        :param kind: Odoo's ``failure_type``
        :param cause: the mail server's words
        """
        env = self.schedule.env
        kinds = env["mail.mail"]._fields["failure_type"]._description_selection(env)
        words = env._("the mail server refused it")
        if kind and kind != "unknown":
            words = dict(kinds).get(kind, words)
        reason = env._(
            "%(report)s could not be sent to %(user)s (%(address)s): %(words)s.",
            report=self._report,
            user=self.user.name,
            address=self.user.email or "–",
            words=words,
        )
        cause = cause or self._cause
        self.schedule._not_reached(
            self.user, f"{reason} [{cause}]" if cause else reason
        )


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _statistics_deliveries(self):
        """The ``Delivery``s that these mails are."""
        # sudo: the mail queue says what happened, whoever the reports belong to
        mails = self.sudo().filtered(lambda mail: mail.model == REPORT)
        return [
            Delivery(mail, report, user)
            for mail in mails
            for report in self.env[REPORT].sudo().browse(mail.res_id).exists()
            for user in report.schedule_id.recipient_ids
            if user.partner_id in mail.recipient_ids
        ]

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        # before: a mail that was sent is deleted
        deliveries = self._statistics_deliveries()
        result = super()._postprocess_sent_message(
            success_pids, success_emails, failure_reason, failure_type
        )
        for delivery in deliveries:
            if failure_type and delivery.user.partner_id not in success_pids:
                delivery.failed(failure_type, failure_reason)
            else:
                delivery.arrived()
        return result
