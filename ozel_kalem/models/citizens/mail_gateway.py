import logging
from datetime import timedelta

from odoo import api, fields, models, tools
from odoo.fields import Domain
from odoo.tools import email_normalize

from ...tools import incoming_mail
from ...tools.incoming_mail import MEGABYTE, Limits

_logger = logging.getLogger(__name__)

REQUEST = "ozel_kalem.request"
UNMATCHED = "ozel_kalem.unmatched.mail"
# The upper half of our advisory lock keys for messages that are being delivered.
DELIVERY_LOCK = 0x6F6B4D


class MailThread(models.AbstractModel):
    # The door of Odoo's mail gateway, for mails to the office's petition address.
    # They are made well-formed before anything reads them; what machines sent, and
    # what somebody sends without end, stays outside. Other mails aren't touched. (No
    # docstring: Odoo would keep it as the description of models that inherit
    # mail.thread.)

    _inherit = "mail.thread"

    @api.model
    def message_process(
        self,
        model,
        message,
        custom_values=None,
        save_original=False,
        strip_attachments=False,
        thread_id=None,
    ):
        """Process an incoming mail; see Odoo's mail gateway.

        :return: id of the record that took it, False when nothing did
        """
        raw = self._raw_mail(message)
        mail = incoming_mail.parse(raw)
        doors = self._petition_doors(model, mail)
        options = (custom_values, save_original, strip_attachments, thread_id)
        if doors is None:
            return super().message_process(model, message, *options)
        sender = incoming_mail.sender(mail)
        reason = incoming_mail.automatic_reason(mail) or self._loop_reason(sender)
        if reason:
            _logger.info(
                "Ignored mail %s from %s to the petitions: %s",
                incoming_mail.header(mail, "Message-Id"),
                sender,
                reason,
            )
            return False
        office = self.env["ozel_kalem.office"]._for(doors.company.id)
        surplus = office._mails_beyond_limit(sender)
        if surplus > 0:
            _logger.info("Ignored mail from %s: too many within an hour", sender)
            return False
        clean, notes = incoming_mail.tidy(raw, office._mail_limits(), doors.addresses)
        if self._is_delivered(clean):
            _logger.info("Ignored mail from %s: delivered before", sender)
            return False
        gateway = self.with_context(
            ozel_kalem_mail_notes=tuple((note.kind, note.name) for note in notes),
            ozel_kalem_mail_reason="too_many" if surplus == 0 else False,
        )
        return super(MailThread, gateway).message_process(model, clean, *options)

    @api.model
    def _raw_mail(self, message):
        message = getattr(message, "data", message)
        if isinstance(message, str):
            message = message.encode("utf-8", "surrogateescape")
        return bytes(message)

    @api.model
    def _petition_doors(self, model, mail):
        """The addresses by which a mail came to the petitions; None for others'.

        Bounces are others': Odoo writes them down where they belong.
        """
        report = str(mail.get_param("report-type") or "").lower()
        if (
            mail.get_content_type() == "multipart/report"
            and "disposition" not in report
        ):
            return None
        # sudo: the gateway knows all addresses
        aliases = self.env["mail.alias"].sudo()
        ours = aliases.search([("alias_model_id.model", "=", REQUEST)])
        doors = _Doors(ours, self.env.company)
        to = incoming_mail.recipients(mail)
        if self._is_for_bounces(to):
            return None
        answers = (
            self.env["mail.message"]
            .sudo()
            .search_count(
                Domain("message_id", "in", incoming_mail.references(mail))
                & Domain("model", "in", (REQUEST, UNMATCHED)),
                limit=1,
            )
        )
        if model == REQUEST or answers or doors.take(to):
            return doors
        return None

    @api.model
    def _is_for_bounces(self, addresses):
        domains = self.env["mail.alias.domain"].sudo().search([])
        return bool(set(domains.mapped("bounce_email")) & set(addresses))

    @api.model
    def _loop_reason(self, sender):
        """Whether a mail came from ourselves."""
        if not sender:
            return ""
        domains = self.env["mail.alias.domain"].sudo().search([])
        own = set(domains.mapped("catchall_email") + domains.mapped("bounce_email"))
        offices = self.env["ozel_kalem.office"].sudo().search([])
        own |= {email_normalize(o.email) for o in offices if o.email}
        # sudo: the gateway knows all addresses
        aliases = self.env["mail.alias"].sudo()
        if sender in own or aliases.search_count(
            [("alias_full_name", "=", sender)], limit=1
        ):
            return "own address"
        return ""

    @api.model
    def _is_delivered(self, clean):
        """Whether this message was delivered before, or just now by somebody else.

        Whoever delivers the same message waits here for the other's end; only a
        fresh cursor sees what he committed.
        """
        message_id = incoming_mail.header(incoming_mail.parse(clean), "Message-Id")
        self.env.cr.execute(
            "SELECT pg_advisory_xact_lock(%s, hashtext(%s))",
            (DELIVERY_LOCK, message_id),
        )
        query = "SELECT 1 FROM mail_message WHERE message_id = %s LIMIT 1"
        with self.env.registry.cursor() as fresh:
            fresh.execute(query, (message_id,))
            return bool(fresh.fetchone())


class _Doors:
    """The addresses of the petitions, and the company of the one that was used."""

    def __init__(self, aliases, company):
        self._aliases = aliases
        self.company = company
        self.addresses = []

    def take(self, recipients):
        """Whether one of ``recipients`` is such an address."""
        names = {address.partition("@")[0]: address for address in recipients}
        for alias in self._aliases.filtered("alias_name"):
            full = (alias.alias_full_name or "").lower()
            if full not in recipients and alias.alias_incoming_local:
                full = names.get(alias.alias_name.lower(), full)
            if full in recipients:
                self.addresses.append(full)
                self.company = self._company_of(alias) or self.company
        return bool(self.addresses)

    def _company_of(self, alias):
        office = alias.env["ozel_kalem.office"]
        if alias.alias_parent_model_id.model != office._name:
            return None
        return office.browse(alias.alias_parent_thread_id).exists().company_id


class Office(models.Model):
    """The office's petition address, and who looks after what comes in."""

    _name = "ozel_kalem.office"
    _inherit = ["ozel_kalem.office", "mail.alias.mixin.optional"]

    request_user_id = fields.Many2one(
        "res.users",
        "Officer for what comes in",
        domain="[('share', '=', False)]",
        help="Answers for requests that arrive by themselves: by e-mail, from a list.",
    )
    mail_hourly_limit = fields.Integer(
        "Mails per sender and hour",
        default=20,
        required=True,
        help="What one sender sends beyond it is ignored; the first such mail is "
        "listed with the unmatched ones.",
    )
    mail_megabytes = fields.Integer(
        "Enclosures of a mail (MB)",
        default=25,
        required=True,
        help="What is larger is left out, and the request says so.",
    )

    _mail_limits_positive = models.Constraint(
        "CHECK (mail_hourly_limit > 0 AND mail_megabytes BETWEEN 1 AND 100)",
        "“Mails per sender and hour” must be at least 1, “Enclosures of a mail” from "
        "1 to 100 MB.",
    )

    def _alias_get_creation_values(self):
        values = super()._alias_get_creation_values()
        values["alias_model_id"] = self.env["ir.model"]._get_id(REQUEST)
        if self.id:
            values["alias_defaults"] = repr({"company_id": self.company_id.id})
        return values

    @api.model
    @tools.ormcache("company_id")
    def _petition_address(self, company_id):
        """The address to which a company's requests come; False without one."""
        return self._for(company_id).alias_email

    def _officer(self):
        """Who answers for what arrives by itself: the one named, else a director."""
        return self.request_user_id.filtered("active") or self._directors()[:1]

    def _mail_limits(self):
        size = (self.mail_megabytes or 25) * MEGABYTE
        return Limits(raw_bytes=2 * size, files_bytes=size, file_bytes=size)

    def _mails_beyond_limit(self, sender):
        """By how many mails of the last hour a sender is over the limit.

        0 says that this one is the first too many.
        """
        if not sender:
            return -1
        since = Domain("create_date", ">", fields.Datetime.now() - timedelta(hours=1))
        # sudo: the gateway counts what it took itself
        people = self.env["res.partner"].sudo()._of_address(sender)
        messages = self.env["mail.message"].sudo()
        unmatched = self.env[UNMATCHED].sudo()
        count = unmatched.search_count(since & Domain("email_normalized", "=", sender))
        if people:
            count += messages.search_count(
                since
                & Domain("author_id", "in", people.ids)
                & Domain("message_type", "=", "email")
                & Domain("model", "=", REQUEST)
            )
        return count - (self.mail_hourly_limit or 20)


class ResPartner(models.Model):
    _inherit = "res.partner"

    # the gateway looks people up by it
    email_normalized = fields.Char(index="btree_not_null")

    @api.model
    def _of_address(self, address):
        """People with this e-mail address, the oldest first."""
        return self.search([("email_normalized", "=", address)], order="id")


class Alias(models.Model):
    _inherit = "mail.alias"

    def write(self, vals):
        result = super().write(vals)
        if not {"alias_name", "alias_domain_id"}.isdisjoint(vals):
            self.env.registry.clear_cache()
        return result


class AliasDomain(models.Model):
    _inherit = "mail.alias.domain"

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result
