from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

KEPT_DAYS = 30


class UnmatchedMail(models.Model):
    """A mail to the office's address that isn't a request yet.

    It has no number: an officer makes it a request, adds it to one, or discards it.
    """

    _name = "ozel_kalem.unmatched.mail"
    _inherit = ["mail.thread"]
    _description = "Unmatched E-mail"
    _order = "id desc"
    _rec_name = "subject"

    email_from = fields.Char("Sender", readonly=True)
    email_normalized = fields.Char(readonly=True, index="btree_not_null")
    subject = fields.Char(readonly=True)
    text = fields.Text("What it says", readonly=True)
    reason = fields.Selection(
        [
            ("no_sender", "No sender"),
            ("no_text", "Nothing is written in it"),
            ("several_people", "Several people have this address"),
            ("other_person", "Names the number of somebody else's request"),
            ("too_many", "Too many mails within an hour"),
        ],
        "Why it is here",
        readonly=True,
    )
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("registered", "Made a request"),
            ("discarded", "Discarded"),
        ],
        default="waiting",
        required=True,
        readonly=True,
        index=True,
    )
    partner_id = fields.Many2one(
        "res.partner", "Applicant", help="Empty: whoever has the sender's address."
    )
    request_id = fields.Many2one("ozel_kalem.request", index="btree_not_null")
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    done_by_id = fields.Many2one("res.users", "Dealt with by", readonly=True)
    done_on = fields.Datetime("Dealt with on", readonly=True)

    @api.depends("subject", "email_from", "request_id")
    def _compute_display_name(self):
        """The mail; once it is a request, that request as it may be named."""
        for mail in self:
            # sudo: a request's name tells no more than its level allows
            named = mail.request_id.sudo().display_name
            mail.display_name = mail.subject or mail.email_from or named

    def action_register(self):
        """Make a request of each mail; open it when it is one.

        :raise UserError: when several people could have written it
        """
        requests = self.env["ozel_kalem.request"]
        for mail in self._still_waiting():
            request = requests.create(mail._request_values())
            mail._move_to(request)
            requests |= request
        return self._open(requests)

    def action_add(self):
        """Add each mail to the request that was chosen.

        :raise UserError: when none was chosen
        """
        for mail in self._still_waiting():
            if not mail.request_id:
                raise UserError(
                    self.env._("“Request”: choose the request that it belongs to.")
                )
            mail.request_id.check_access("write")
            if not mail._has_arrived():
                mail.request_id._message_log(body=mail.text)
            mail._move_to(mail.request_id)
        return self._open(self.request_id)

    def action_discard(self):
        """It is no petition; it is deleted after thirty days."""
        self._still_waiting()._done("discarded")

    def _still_waiting(self):
        """These mails, which nobody else deals with at this moment.

        :raise UserError: when one was dealt with already
        """
        self.lock_for_update()
        if dealt := self.filtered(lambda mail: mail.state != "waiting"):
            raise UserError(
                self.env._(
                    "“%(mail)s” was dealt with by %(user)s already.",
                    mail=dealt[0].display_name,
                    user=dealt[0].done_by_id.name,
                )
            )
        return self

    def _request_values(self):
        self.ensure_one()
        person = self.partner_id
        if not person and self.email_normalized:
            self._check_one_sender()
            person = self.env["ozel_kalem.request"]._person_of_mail(self.email_from)
        # sudo: the stand-in for unknown people is archived
        unknown = self.env.ref("ozel_kalem.partner_unknown").sudo()
        return {
            "partner_id": (person or unknown).id,
            "is_anonymous": not person,
            "subject": self.env["ozel_kalem.request"]._mail_subject(
                self.subject, self.text
            ),
            "text": self.text,
            "channel": "email",
            "company_id": self.company_id.id,
            "received_on": self.create_date,
        }

    def _check_one_sender(self):
        Request = self.env["ozel_kalem.request"]
        people = Request._people_of(self.email_normalized)
        if people and not Request._person_among(people, self.email_from):
            raise UserError(
                self.env._(
                    "“%(mail)s”: several people have the address %(address)s. Open "
                    "the e-mail and choose under “Applicant” who wrote it.",
                    mail=self.display_name,
                    address=self.email_normalized,
                )
            )

    def _has_arrived(self):
        """Whether the mail itself is here, or nothing but what it says."""
        kinds = self.message_ids.mapped("message_type")
        return not self.text or "email" in kinds

    def _move_to(self, request):
        """The mail and its files belong to the request from now on."""
        self.message_change_thread(request)
        # sudo: files follow the mail that they came with
        files = self.env["ir.attachment"].sudo()
        files.search([("res_model", "=", self._name), ("res_id", "=", self.id)]).write(
            {"res_model": request._name, "res_id": request.id}
        )
        self._keep_no_text(request)
        self._done("registered")

    def _keep_no_text(self, request):
        """Who may read the request reads what was written, and nobody else."""
        self.write(
            {
                "request_id": request.id,
                "partner_id": False,
                "email_from": False,
                "email_normalized": False,
                "subject": False,
                "text": False,
            }
        )

    def _done(self, state):
        self.write(
            {
                "state": state,
                "done_by_id": self.env.uid,
                "done_on": fields.Datetime.now(),
            }
        )

    def _open(self, requests):
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Requests"),
            "res_model": requests._name,
        }
        if len(requests) == 1:
            return {**action, "view_mode": "form", "res_id": requests.id}
        return {
            **action,
            "view_mode": "list,form",
            "domain": [("id", "in", requests.ids)],
        }

    @api.autovacuum
    def _gc_discarded(self):
        """Nobody keeps what isn't his business: discarded mails go after a month."""
        limit = fields.Datetime.now() - timedelta(days=KEPT_DAYS)
        self.search([("state", "=", "discarded"), ("done_on", "<", limit)]).unlink()
