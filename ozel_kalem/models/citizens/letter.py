import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.local_time import local_date
from ...tools.turkish import short_date

KINDS = [
    ("interim", "Interim answer"),
    ("extension", "More time"),
    ("final", "Answer"),
    ("refusal", "Refusal with its reasons"),
    ("redirect", "Sent to another institution"),
]
PLACEHOLDER = re.compile(r"\{(\w+)\}")
# Which letter a citizen gets at which point of his request.
KIND_OF_STATE = {
    "answered": "final",
    "notified": "final",
    "rejected": "refusal",
    "redirected": "redirect",
}


class Letter(models.Model):
    """The wording of what citizens are told; the office edits it."""

    _name = "ozel_kalem.letter"
    _description = "Letter Wording"
    _order = "kind, sequence, id"

    name = fields.Char(required=True, translate=True)
    kind = fields.Selection(KINDS, required=True)
    sequence = fields.Integer(default=10)
    body = fields.Text(
        required=True,
        translate=True,
        help="{person}, {number}, {date}, {subject}, {deadline}, {answer}, {reason}, "
        "{institution}, {law} and {appeal} are filled in.",
    )
    company_id = fields.Many2one("res.company", index="btree_not_null")
    active = fields.Boolean(default=True)

    @api.constrains("body")
    def _check_body(self):
        known = set(self.env["ozel_kalem.request"]._letter_values())
        for letter in self:
            unknown = set(PLACEHOLDER.findall(letter.body)) - known
            if unknown:
                raise ValidationError(
                    self.env._(
                        "“Body”: {%(name)s} isn't filled in by anything. Choose from "
                        "%(known)s.",
                        name=sorted(unknown)[0],
                        known=", ".join(f"{{{name}}}" for name in sorted(known)),
                    )
                )

    @api.model
    def _of_kind(self, kind, company):
        """The first wording of this kind: the company's own, else everybody's."""
        return self.search(
            [("kind", "=", kind), ("company_id", "in", (company.id, False))],
            order="company_id, sequence, id",
            limit=1,
        )

    def _fill(self, request):
        """The letter to the applicant of ``request``."""
        self.ensure_one()
        values = request._letter_values()
        # the citizen reads his own language, or the office's
        lang = request.partner_id.lang or self.env.lang
        body = self.with_context(lang=lang).body
        filled = PLACEHOLDER.sub(lambda found: values.get(found[1]) or "", body)
        return re.sub(r"\n{3,}", "\n\n", filled).strip()


class Request(models.Model):
    _inherit = "ozel_kalem.request"

    def _letter_values(self):
        """What the placeholders of a letter stand for, as texts."""
        return {
            "person": self.partner_id.name,
            "number": self.name,
            "date": self.received_on and short_date(local_date(self.received_on)),
            "subject": self.subject,
            "deadline": self.deadline and short_date(self.deadline),
            "answer": self.answer,
            "reason": self.refusal_reason
            if self.state == "rejected"
            else self.extension_reason,
            "institution": self.redirected_to_id.name,
            "appeal": self._appeal_text(),
            "law": self._interim_law(),
        }

    def _interim_law(self):
        """By which law a petition must be answered; what was spoken has none."""
        if self.legal_ground != "3071":
            return ""
        return self.env._(" (Law 3071, article 7)")

    def _appeal_text(self):
        """Where one goes who isn't content; nothing after a positive answer."""
        refused = self.state == "rejected" or self.result in ("negative", "partial")
        if not refused:
            return ""
        texts = {
            "4982": self.env._(
                "You may object to the Board of Review of Access to Information within "
                "15 days of this notice (Law 4982, article 13)."
            ),
            "6698": self.env._(
                "You may complain to the Personal Data Protection Board within 30 days "
                "of this answer and 60 days of your application (Law 6698, article 14)."
            ),
            "3071": self.env._(
                "Against acts of the administration you may go to the administrative "
                "court within the time of Law 2577."
            ),
        }
        return texts.get(self.legal_ground, "")

    def _letter(self, kind):
        """The letter of this kind, filled in; empty when the office has none."""
        self.ensure_one()
        # sudo: the office's wordings are no secret
        letter = self.env["ozel_kalem.letter"].sudo()._of_kind(kind, self.company_id)
        return letter._fill(self) if letter else ""

    def _letter_paragraphs(self):
        """The text of the letter on paper, whose salutation stands above it."""
        if self.state == "cancelled":
            return self._cancelled_paragraphs()
        whole = self._notice_text() or self._letter("interim") or ""
        greeting, _blank, text = whole.partition("\n\n")
        text = text if greeting.endswith(",") else whole
        return [part for part in text.split("\n\n") if part]

    def _cancelled_paragraphs(self):
        """What became of a cancelled request; why is the office's own note."""
        self = self.with_context(lang=self.partner_id.lang or self.env.lang)
        closed = self.env._(
            "Your application “%(subject)s” of %(date)s, number %(number)s, has been "
            "closed.",
            **self._letter_values(),
        )
        # sudo: the number alone, and only of what is the person's own
        first = self.duplicate_of_id.sudo()
        if not first or first.partner_id != self.partner_id:
            return [closed]
        return [
            closed,
            self.env._("The same matter goes on as %(number)s.", number=first.name),
        ]

    def _notice_text(self):
        plain = super()._notice_text()
        kind = KIND_OF_STATE.get(self.state)
        return (kind and self._letter(kind)) or plain
