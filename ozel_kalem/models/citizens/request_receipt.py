import logging
import re

from odoo import models
from odoo.exceptions import UserError

from ...tools.local_time import local_date
from ...tools.turkish import short_date
from .request_page import _label

_logger = logging.getLogger(__name__)

# What a receipt repeats of a subject that anybody may have written.
LONGEST_REPEATED = 120
LINK = re.compile(r"://|www\.|@", re.IGNORECASE)


class Request(models.Model):
    """The receipt (alındı) that a machine may send: it names no person."""

    _inherit = "ozel_kalem.request"

    def _name_on_paper(self, person):
        """The applicant as papers write a name; an unsigned one isn't anybody's.

        :param person: writes a name as papers do
        """
        self.ensure_one()
        name = self.partner_id.name
        return name if self.is_anonymous else person(name)

    def _send_receipt(self):
        """Mail number, day and subject; a mail that can't go stops nothing."""
        self.ensure_one()
        text = self._receipt_text()
        try:
            with self.env.cr.savepoint():
                notice = self._create_notice("email", text, closes_source=False)
                notice.with_context(ozel_kalem_automatic=True).action_send()
        except UserError:
            # not why: the refusal says what is marked on the person
            _logger.info("%s: no receipt by e-mail", self.name)

    def _receipt_text(self):
        values = {**self._receipt_values(), "subject": self._harmless_subject()}
        lines = [
            self.env._("We have received your request."),
            "",
            self.env._("Number: %(number)s", **values),
            self.env._("Date: %(received_on)s", **values),
            self.env._("Subject: %(subject)s", **values),
        ]
        if values["expected_on"]:
            lines.append(
                self.env._("You will have an answer by %(expected_on)s.", **values)
            )
        lines += [
            "",
            self.env._(
                "You can follow it with this number here: %(address)s",
                address=f"{self.get_base_url()}/talep/durum",
            ),
        ]
        office = self.env["ozel_kalem.office"]._for(self.company_id.id)
        if office.alias_email:
            lines.append(self.env._("To add something, answer this e-mail."))
        return "\n".join(lines)

    def _harmless_subject(self):
        """The subject, unless somebody used it to have us mail his links."""
        return "–" if LINK.search(self.subject) else self.subject[:LONGEST_REPEATED]

    def _receipt_values(self):
        """What the result page and the receipt say."""
        self.ensure_one()
        return {
            "number": self.name,
            "received_on": short_date(local_date(self.received_on)),
            "subject": self.subject,
            "kind": _label(self, "request_type"),
            "expected_on": self.deadline and short_date(self.deadline),
            "email": self.contact_email,
        }
