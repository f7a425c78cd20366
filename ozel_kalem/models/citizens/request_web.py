import logging

from odoo import api, fields, models
from odoo.tools import email_normalize

from ...tools.phone import normal_phone
from ...tools.turkish import fold

_logger = logging.getLogger(__name__)

# What the form takes; a browser keeps to it, others are told.
LONGEST = {
    "name": 120,
    "phone": 30,
    "email": 120,
    "subject": 150,
    "text": 10000,
    "location": 250,
}
PHONE_DIGITS = range(10, 16)
PHONE_LETTERS = frozenset("0123456789 +()-/.")


class Request(models.Model):
    """A request that a citizen files himself, by the public web form.

    An address or a telephone in a form proves nothing. The person is an existing
    one only for the account that is logged in, or when the name *and* the given
    contact are his; nothing of him is shown, changed or mailed to another place,
    and his account doesn't list the request before its contact was proved.
    """

    _inherit = "ozel_kalem.request"

    form_key = fields.Char(
        readonly=True, copy=False, help="The page that was sent, which counts once."
    )

    _form_key_uniq = models.UniqueIndex(
        "(form_key) WHERE form_key IS NOT NULL", "This page was sent already."
    )

    # ---------------------------------------------------------------- checks

    @api.model
    def _check_web_values(self, values):
        """What is wrong with the texts of the form: ``{field name: message}``.

        :param values: the form's texts, without surrounding space
        """
        messages = {}
        messages["name"] = self.env._("Write your name and surname.")
        messages["subject"] = self.env._("Write in a few words what it is about.")
        messages["text"] = self.env._("Write what you ask for.")
        wrong = {
            name: message
            for name, message in messages.items()
            if not any(map(str.isalnum, values[name]))
        }
        wrong.update(self._check_web_contact(values))
        for name, longest in LONGEST.items():
            if len(values[name]) > longest:
                wrong[name] = self.env._(
                    "Too long: at most %(longest)s characters, these are %(length)s.",
                    longest=longest,
                    length=len(values[name]),
                )
        choices = self._web_choices()
        for name in ("request_type", "topic_id", "neighbourhood_id"):
            required = name == "request_type"
            if (values[name] or required) and values[name] not in dict(choices[name]):
                wrong[name] = self.env._("Choose one from the list.")
        return wrong

    @api.model
    def _check_web_contact(self, values):
        email, phone = values["email"], values["phone"]
        if not (email or phone):
            return {
                "phone": self.env._("Write a telephone number or an e-mail address.")
            }
        wrong = {}
        digits = sum(letter.isdecimal() for letter in phone)
        if phone and (digits not in PHONE_DIGITS or set(phone) - PHONE_LETTERS):
            wrong["phone"] = self.env._(
                "This is no telephone number. Write it like 0532 123 45 67."
            )
        if email and (not email_normalize(email) or not email.isprintable()):
            wrong["email"] = self.env._(
                "This is no e-mail address. Write it like name@example.com."
            )
        return wrong

    @api.model
    def _web_choices(self):
        """What can be chosen: ``{field name: [(value, label)]}``, values as text."""
        company = ("company_id", "in", [False, self.env.company.id])
        topics = self.env["ozel_kalem.topic"].search([company])
        places = self.env["ozel_kalem.neighbourhood"].search([company])
        return {
            "request_type": self._fields["request_type"]._description_selection(
                self.env
            ),
            "topic_id": [(str(topic.id), topic.complete_name) for topic in topics],
            "neighbourhood_id": [(str(place.id), place.name) for place in places],
        }

    # ---------------------------------------------------------------- filing

    @api.model
    def _file_from_web(self, values, files, account, text, form_key):
        """Register what the form says (sudo).

        :param values: texts that ``_check_web_values`` had nothing against
        :param files: ``[(name, mimetype, content)]``
        :param account: the person who is logged in, or nobody
        :param text: the information text that was on the page
        :param form_key: which page it was
        """
        email = email_normalize(values["email"]) or False
        phone = values["phone"] or False
        person = account or self._person_of(values["name"], email, phone)
        request = self.with_context(mail_create_nosubscribe=True).create(
            {
                "partner_id": person.id,
                "contact_email": email,
                "contact_phone": phone,
                "contact_verified_on": account and fields.Datetime.now(),
                "information_text_id": text.id,
                "form_key": form_key,
                "channel": "web",
                "user_id": False,
                "request_type": values["request_type"],
                "topic_id": int(values["topic_id"] or 0) or False,
                "neighbourhood_id": int(values["neighbourhood_id"] or 0) or False,
                "location": values["location"],
                "subject": values["subject"],
                "text": values["text"],
            }
        )
        request._attach_from_applicant(files)
        if email:
            request._send_receipt()
        return request

    @api.model
    def _person_of(self, name, email, phone):
        """The person whose name and contact these are, else a new one."""
        Partner = self.env["res.partner"]
        if email:
            known = Partner.search([("email_normalized", "=", email)], limit=20)
        else:
            known = Partner.search(
                [("ozel_kalem_phone", "=", normal_phone(phone))], limit=20
            )
        same = known.filtered(
            lambda partner: (
                not partner.is_company and fold(partner.name or "") == fold(name)
            )
        )
        return same[:1] or Partner.create(
            {"name": name, "email": email, "phone": phone, "lang": self.env.lang}
        )
