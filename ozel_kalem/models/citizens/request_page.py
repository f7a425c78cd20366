from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import email_normalize

from ...tools.local_time import local_date, local_today
from ...tools.turkish import short_date

RATINGS = [
    ("1", "Very dissatisfied"),
    ("2", "Dissatisfied"),
    ("3", "Neither nor"),
    ("4", "Satisfied"),
    ("5", "Very satisfied"),
]
UNHAPPY = ("1", "2")
LONGEST_REMARK = 2000
# What a file of the applicant's has as its description.
FROM_APPLICANT = "ozel_kalem.applicant"
# The steps that the page draws, and the first states of each.
STEPS = {
    "new": 0,
    "assessed": 1,
    "referred": 1,
    "answered": 2,
    "redirected": 3,
    "notified": 3,
    "rejected": 3,
    "cancelled": 3,
}


def _label(record, name):
    """What the selection field ``name`` says, in the user's language."""
    labels = dict(record._fields[name]._description_selection(record.env))
    return labels.get(record[name], "")


class Request(models.Model):
    """What the applicant sees of his request on the public page, and does there.

    The page is made of ``_page_values`` and of nothing else: no template and no
    controller touches the record. A private or sealed request shows number and
    stage alone; an aid request neither what was asked nor what was answered, as
    both may say something about health.
    """

    _inherit = "ozel_kalem.request"

    contact_email = fields.Char(
        "E-mail of the application",
        copy=False,
        help="As the applicant gave it; codes for the request's page go there.",
    )
    contact_phone = fields.Char("Telephone of the application", copy=False)
    contact_verified_on = fields.Datetime(
        "Contact proved on",
        readonly=True,
        copy=False,
        help="When the applicant has shown that the e-mail or telephone is his: by "
        "a code that was sent there, or by his account.",
    )
    information_text_id = fields.Many2one(
        "ozel_kalem.information.text",
        "Information text shown",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    satisfaction = fields.Selection(RATINGS, readonly=True, copy=False)
    satisfaction_text = fields.Text(
        "Why so satisfied or not", readonly=True, copy=False
    )
    satisfaction_on = fields.Datetime("Rated on", readonly=True, copy=False)

    # ----------------------------------------------------------- who may see

    @api.model
    def _portal_domain(self, partner):
        """Requests that a person sees in his account.

        What a stranger filed under his name isn't his, until somebody has shown
        that the e-mail or the telephone of the application is.
        """
        proved = Domain("contact_verified_on", "!=", False)
        return Domain("partner_id", "=", partner.id) & (
            Domain("channel", "!=", "web") | proved
        )

    def _code_email(self):
        """Where a code may be mailed: the request's own address."""
        self.ensure_one()
        if self.is_anonymous:
            return False
        return email_normalize(self.contact_email or self.partner_email or "")

    def _code_phone(self):
        self.ensure_one()
        return not self.is_anonymous and (self.contact_phone or self.partner_phone)

    # -------------------------------------------------------------- the page

    def _page_values(self):
        """All that the page shows, as plain values (sudo).

        ``level`` is ``stub`` (private, sealed), ``aid`` or ``full``.
        """
        self.ensure_one()
        values = {
            "level": self._page_level(),
            "number": self.name,
            "stage": self._page_stage(),
            "step": STEPS[self.state],
        }
        if values["level"] != "stub":
            values.update(self._page_dates(), **self._page_acts())
        if values["level"] == "full":
            values.update(self._page_texts())
        return values

    def _page_level(self):
        if self.confidentiality != "normal":
            return "stub"
        return "aid" if self.request_type == "aid" else "full"

    def _page_stage(self):
        return {
            "new": self.env._("We have registered your request."),
            "assessed": self.env._("Your request is being looked at."),
            "referred": self.env._("Your request is with the unit in charge."),
            "answered": self.env._("The answer is ready. You will be told."),
            "notified": self.env._("Your request has been answered."),
            "redirected": self.env._(
                "Your request is another institution's business and was sent there."
            ),
            "rejected": self.env._("Your request couldn't be examined."),
            "cancelled": self.env._("Your request is no longer followed."),
        }[self.state]

    def _page_dates(self):
        return {
            "received_on": short_date(local_date(self.received_on)),
            "expected_on": not self.closed_on
            and not self.paused_on
            and self.deadline
            and short_date(self.deadline),
            "kind": _label(self, "request_type"),
        }

    def _page_acts(self):
        """What the applicant can do now."""
        return {
            "awaits_papers": bool(self.paused_on and not self.closed_on),
            "may_rate": self.state == "notified" and not self.satisfaction,
            "rating": self.satisfaction and _label(self, "satisfaction"),
            "may_reopen": self._may_be_reopened(),
            "reopen_until": self.notified_on and short_date(self._reopen_until()),
            "ratings": self._fields["satisfaction"]._description_selection(self.env),
        }

    def _page_texts(self):
        told = self.state == "notified"
        notice = self._last_notice()
        return {
            "subject": self.subject,
            "text": self.text,
            "files": self._own_files().mapped("name"),
            "missing_papers": self.paused_on and self.pause_reason,
            "institution": self.redirected_to_id.name,
            "result": told and _label(self, "result"),
            "answer": told and self.answer,
            "refusal_reason": self.state == "rejected" and self.refusal_reason,
            "notice": notice
            and {
                "on": short_date(local_date(notice.closed_on)),
                "how": _label(notice, "channel"),
                "subject": notice.subject,
                "body": notice.body,
            },
        }

    def _last_notice(self):
        """The last thing that the applicant, and no other, was told.

        Not the answer once more, which the page shows by itself, nor one that is
        no longer the answer.
        """
        told = self.notice_ids.filtered(
            lambda notice: (
                notice.state == "delivered"
                and notice.partner_id == self.partner_id
                and notice.confidentiality == "normal"
            )
        ).sorted("closed_on")[-1:]
        is_answer = told.body == self.answer or not self.closed_on
        return told.browse() if told.closes_source and is_answer else told

    def _own_files(self):
        """Files that the applicant sent by the page; nothing the office attached."""
        return self.env["ir.attachment"].search(
            [
                ("res_model", "=", self._name),
                ("res_id", "=", self.id),
                ("res_field", "=", False),
                ("description", "=", FROM_APPLICANT),
            ],
            order="id",
        )

    # ------------------------------------------------------ what he does there

    def _rate_from_page(self, rating, text):
        """Keep how satisfied the applicant is, once for each answer.

        :raise UserError: without an answer to rate, a second time, or with a
            rating that doesn't exist
        """
        self.ensure_one()
        self.lock_for_update()
        if self.state != "notified" or self.satisfaction:
            raise UserError(self.env._("There is no answer to rate now."))
        if rating not in dict(RATINGS):
            raise UserError(self.env._("Choose one of the five answers, please."))
        self.write(
            {
                "satisfaction": rating,
                "satisfaction_text": self._remark(text),
                "satisfaction_on": fields.Datetime.now(),
            }
        )

    def _reopen_from_page(self, reason):
        """The applicant objects to the answer: the office takes it up again.

        :param reason: his; goes to the chatter
        :raise UserError: too late, without a reason, or when he is content
        """
        self.ensure_one()
        self.lock_for_update()
        if not self._may_be_reopened():
            raise UserError(self.env._("This answer can't be objected to any more."))
        reason = self._required_text(
            self._remark(reason), self.env._("Why you object to the answer")
        )
        rated = _label(self, "satisfaction")
        self.action_reopen(
            self.env._(
                "The applicant objects (%(rating)s): %(reason)s",
                rating=rated,
                reason=reason,
            )
        )
        self.write(
            {
                "satisfaction": False,
                "satisfaction_text": False,
                "satisfaction_on": False,
            }
        )
        self._remind_responsible(
            self.env._("The applicant objects to the answer: look at it again")
        )

    def _add_papers_from_page(self, files):
        """Papers that the applicant was asked for; the clock goes on standing.

        :param files: ``[(name, mimetype, content)]``, checked by the caller
        :raise UserError: when no papers are awaited
        """
        self.ensure_one()
        if not (self.paused_on and not self.closed_on):
            raise UserError(self.env._("No papers are awaited for this request."))
        names = self._attach_from_applicant(files).mapped("name")
        self.message_post(
            body=self.env._("Papers from the applicant: %(names)s", names=names)
        )
        self._remind_responsible(
            self.env._("Papers have come: check them, then start the clock again")
        )

    def _attach_from_applicant(self, files):
        return self.env["ir.attachment"].create(
            [
                {
                    "name": name,
                    "mimetype": mimetype,
                    "raw": content,
                    "description": FROM_APPLICANT,
                    "res_model": self._name,
                    "res_id": self.id,
                }
                for name, mimetype, content in files
            ]
        )

    def _remind_responsible(self, summary):
        """One activity for whoever is responsible, else for the directors."""
        office = self.env["ozel_kalem.office"]._for(self.company_id.id)
        users = self.user_id.filtered("active") or office._directors()
        waiting = self.activity_ids.filtered(lambda act: act.summary == summary)
        for user in users - waiting.user_id:
            self.activity_schedule(
                "ozel_kalem.activity_type_request",
                date_deadline=local_today(),
                summary=summary,
                user_id=user.id,
            )

    # --------------------------------------------------------------- helpers

    def _may_be_reopened(self):
        return bool(
            self.state == "notified"
            and self.satisfaction in UNHAPPY
            and self.notified_on
            and local_today() <= self._reopen_until()
        )

    def _reopen_until(self):
        office = self.env["ozel_kalem.office"]._for(self.company_id.id)
        return local_date(self.notified_on) + timedelta(days=office.reopen_days)

    @api.model
    def _remark(self, text):
        text = text.replace("\0", "").strip() if isinstance(text, str) else ""
        return text[:LONGEST_REMARK]
