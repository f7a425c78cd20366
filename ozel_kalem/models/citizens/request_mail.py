import logging
import re

from odoo import api, models
from odoo.tools import email_normalize, parse_contact_from_email

from ...tools import incoming_mail, mail_text, register_numbers
from ...tools.local_time import local_today
from ...tools.turkish import fold

_logger = logging.getLogger(__name__)

LONGEST_SUBJECT = 250
AUTOMATIC_HEADERS = {
    "Auto-Submitted": "auto-replied",
    "X-Auto-Response-Suppress": "All",
    "Precedence": "bulk",
}


class Request(models.Model):
    """An e-mail to the office's address becomes a request; answers find theirs."""

    _inherit = "ozel_kalem.request"

    # ------------------------------------------------------------- what comes

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """Make a request of an e-mail, or find the one that it names.

        What can't be matched goes to the unmatched mails; they are returned, and
        take the message, in the request's place.

        :param msg_dict: what the mail gateway has read, see ``mail.thread``
        :param custom_values: the defaults of the address that it came to
        """
        defaults = dict(custom_values or {})
        company = self.env["res.company"].browse(
            defaults.get("company_id") or self.env.company.id
        )
        # sudo: the gateway registers, whoever it runs as
        Request = self.sudo().with_company(company)
        Request = Request.with_context(lang=company._ozel_kalem_lang())
        text = mail_text.html_to_text(msg_dict.get("body") or "")
        named = Request._named_in(msg_dict.get("subject"), company)
        if named and named._is_from_applicant(msg_dict):
            named.message_update(msg_dict)
            return named
        reason = Request._unmatched_reason(msg_dict, text, named)
        if reason:
            return Request._keep_unmatched(msg_dict, text, reason, named, company)
        office = Request.env["ozel_kalem.office"]._for(company.id)
        request = Request.create(
            {
                "partner_id": Request._person_of_mail(msg_dict["email_from"]).id,
                "subject": Request._mail_subject(msg_dict.get("subject"), text),
                "text": text,
                "channel": "email",
                "user_id": office._officer().id,
                "company_id": company.id,
                **defaults,
            }
        )
        request._log_mail_notes()
        request._send_receipt()
        return request

    def message_update(self, msg_dict, update_vals=None):
        """Take a mail of the citizen in, and tell whoever has to know.

        :param msg_dict: what the mail gateway has read
        :param update_vals: values to write, see ``mail.thread``
        """
        result = super().message_update(msg_dict, update_vals)
        if self._is_from_staff(msg_dict):
            return result
        # The mail that he answers was an internal notice of ours; his answer isn't.
        msg_dict["is_internal"] = False
        msg_dict.pop("parent_id", None)
        # sudo: the gateway plans, whoever it runs as
        for request in self.sudo():
            request = request._in_office_language()
            request._log_mail_notes()
            request._plan_for_answer()
        return result

    def _plan_for_answer(self):
        """Put it on the officer's list when nobody would look at it otherwise."""
        if self.closed_on:
            summary = self.env._("The citizen wrote again after it was closed")
        elif self.paused_on:
            summary = self.env._("The citizen wrote: are the papers complete?")
        else:
            summary = self.env._("The citizen wrote again")
        office = self.env["ozel_kalem.office"]._for(self.company_id.id)
        user = self.user_id.filtered("active") or office._officer()
        planned = self.activity_ids.filtered(
            lambda activity: activity.summary == summary and activity.user_id == user
        )
        if user and not planned:
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=local_today(),
                summary=summary,
                user_id=user.id,
            )

    @api.model
    def _detect_loop_sender_domain(self, email_from_normalized):
        return [
            ("partner_id.email_normalized", "=", email_from_normalized),
            ("channel", "=", "email"),
        ]

    # ---------------------------------------------------------------- matching

    @api.model
    def _unmatched_reason(self, msg_dict, text, named):
        address = email_normalize(msg_dict.get("email_from") or "")
        if not address:
            return "no_sender"
        if reason := self.env.context.get("ozel_kalem_mail_reason"):
            return reason
        if named:
            return "other_person"
        if not text and not msg_dict.get("attachments"):
            return "no_text"
        if not self._person_among(self._people_of(address), msg_dict["email_from"]):
            return "several_people" if self._people_of(address) else ""
        return ""

    @api.model
    def _people_of(self, address):
        # sudo: the gateway looks people up, whoever it runs as
        return self.env["res.partner"].sudo()._of_address(address)

    @api.model
    def _person_among(self, people, email_from):
        """Who of those that share an address has written, if that can be told."""
        if len(people) < 2:
            return people
        name, _address = parse_contact_from_email(email_from)
        return people.filtered(lambda person: fold(person.name) == fold(name))[:1]

    @api.model
    def _person_of_mail(self, email_from):
        """The person of a From header, created when nobody has the address."""
        name, address = parse_contact_from_email(email_from)
        people = self._people_of(address)
        if people:
            return self._person_among(people, email_from) or people[:1]
        name = " ".join((name or "").split())[:100]
        return people.create({"name": name or address, "email": address})

    @api.model
    def _named_in(self, subject, company):
        """The request whose number is in the subject, in the register's own spelling."""
        register = self.env["ozel_kalem.register"]._get(self._register_code, company)
        # sudo: how numbers are spelled is no secret
        pattern = register.sudo().pattern
        for word in re.findall(r"[\w./-]*\d[\w./-]*", subject or "")[:50]:
            word = word.strip(".-/")
            if register_numbers.parse_number(pattern, word):
                found = self.search(
                    [("name", "=", word), ("register_id", "=", register.id)], limit=1
                )
                if found:
                    return found
        return self.browse()

    def _is_from_applicant(self, msg_dict):
        address = email_normalize(msg_dict.get("email_from") or "")
        return bool(address) and address == self.partner_id.email_normalized

    @api.model
    def _is_from_staff(self, msg_dict):
        # sudo: whether the sender has a user of the office
        author = self.env["res.partner"].sudo().browse(msg_dict.get("author_id") or ())
        return bool(author.user_ids.filtered(lambda user: not user.share))

    @api.model
    def _keep_unmatched(self, msg_dict, text, reason, named, company):
        mail = self.env["ozel_kalem.unmatched.mail"].create(
            {
                "email_from": msg_dict.get("email_from"),
                "email_normalized": email_normalize(msg_dict.get("email_from") or ""),
                "subject": msg_dict.get("subject"),
                "text": text,
                "reason": reason,
                "request_id": named.id,
                "company_id": company.id,
            }
        )
        self._log_notes_on(mail)
        return mail

    @api.model
    def _mail_subject(self, subject, text):
        first_line = next(iter((text or "").splitlines()), "")
        subject = (subject or "").strip() or first_line
        return subject[:LONGEST_SUBJECT] or self.env._("E-mail without a subject")

    # ------------------------------------------------------------- what we say

    def _notify_by_email_get_headers(self, headers=None):
        headers = super()._notify_by_email_get_headers(headers)
        if self.env.context.get("ozel_kalem_automatic"):
            headers.update(AUTOMATIC_HEADERS)
        return headers

    def _notify_get_reply_to_batch(self, defaults=None, author_ids=None):
        """Answers come back to the office's address."""
        found = super()._notify_get_reply_to_batch(defaults, author_ids)
        Office = self.env["ozel_kalem.office"]
        for request in self:
            if address := Office._petition_address(request.company_id.id):
                found[request.id] = address
        return found

    # ------------------------------------------------------------------ notes

    def _log_mail_notes(self):
        self._log_notes_on(self)

    @api.model
    def _log_notes_on(self, record):
        """Say on the record what became of its mail on the way in."""
        notes = self.env.context.get("ozel_kalem_mail_notes") or ()
        if lines := [self._mail_note(kind, name) for kind, name in notes]:
            record._message_log(body="\n".join(lines))

    @api.model
    def _mail_note(self, kind, name):
        texts = {
            incoming_mail.TOO_BIG: self.env._(
                "The e-mail was too large and was cut: ask for the rest."
            ),
            incoming_mail.TOO_MANY_FILES: self.env._(
                "Left out, too many enclosures: %(name)s", name=name
            ),
            incoming_mail.FILE_TOO_BIG: self.env._(
                "Left out, too large: %(name)s", name=name
            ),
            incoming_mail.TEXT_CUT: self.env._("The text was too long and was cut."),
            incoming_mail.WINMAIL: self.env._(
                "%(name)s is a wrapper that only Outlook opens: ask for the files "
                "themselves.",
                name=name,
            ),
            incoming_mail.SEVERAL_SENDERS: self.env._(
                "The e-mail names several senders: %(name)s", name=name
            ),
        }
        return texts[kind]
