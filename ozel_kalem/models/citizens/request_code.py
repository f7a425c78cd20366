import re
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL, consteq, plaintext2html
from odoo.tools.misc import hmac

from ...tools.local_time import to_local

DIGITS = 6
MINUTES = 10
TRIES = 5
HOUR = 3600
LONGEST_NUMBER = 40
_YEAR_AND_NUMBER = re.compile(r"\D*(\d{4})\D+0*(\d{1,8})\D*")


class RequestCode(models.Model):
    """A code that opens one request's page for whoever gets the request's mail.

    Six digits, kept as a keyed hash, good for ten minutes, five tries and one use.
    Somebody who asks for an unknown number gets the same answer after the same
    work: a row without a request, which can be tried five times and never fits.
    The codes themselves are made and mailed by a cron job, so that no answer says
    by its time whether there was anything to mail.

    How many codes can be asked for is limited for each network and for each number
    (settings of the office); with six codes an hour a guesser has 30 tries at a
    million.
    """

    _name = "ozel_kalem.request.code"
    _description = "Code for a Request's Page"
    _rec_name = "id"
    _order = "id desc"

    request_id = fields.Many2one("ozel_kalem.request", index=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True)
    code_hash = fields.Char()
    sent_on = fields.Datetime()
    expires_on = fields.Datetime(required=True)
    used_on = fields.Datetime()
    tries = fields.Integer(required=True, default=0, aggregator=None)

    _waiting_idx = models.Index("(id) WHERE sent_on IS NULL")

    # ---------------------------------------------------------------- asking

    @api.model
    def _ask(self, number, company):
        """Prepare a code for the request with this number, or for none.

        :param number: as somebody typed it: 2026/00123, 2026-123 …
        :return: the code; empty when this number was asked for too often
        """
        office = self.env["ozel_kalem.office"]._for(company.id)
        number = " ".join(number.replace("\0", "").split())[:LONGEST_NUMBER]
        parts = _YEAR_AND_NUMBER.fullmatch(number)
        # counted as it was typed, not as it was found: the limit is the same for
        # numbers that don't exist
        asked = f"{parts[1]}/{parts[2]}" if parts else number
        allowed = self.env["ozel_kalem.rate.limit"]._allows(
            "code of", f"{company.id}:{asked}", office.web_codes_per_request, HOUR
        )
        request = self._find_request(number, parts, company)
        if not allowed:
            return self.browse()
        code = self.create(
            {
                "request_id": request.id,
                "company_id": company.id,
                "expires_on": fields.Datetime.now() + timedelta(minutes=MINUTES),
            }
        )
        self.env.ref("ozel_kalem.ir_cron_request_code")._trigger()
        return code

    @api.model
    def _find_request(self, number, parts, company):
        Request = self.env["ozel_kalem.request"].with_context(active_test=False)
        domain = [("company_id", "=", company.id)]
        found = Request.search([*domain, ("name", "=", number)], limit=1)
        alike = Request.search(
            [
                *domain,
                ("register_id.code", "=", Request._register_code),
                ("register_year", "=", int(parts[1]) if parts else 0),
                ("register_number", "=", int(parts[2]) if parts else 0),
            ],
            limit=1,
        )
        return found or alike

    # --------------------------------------------------------------- sending

    @api.model
    def _cron_send(self):
        """Make and send the codes that were asked for."""
        todo = self.search([("sent_on", "=", False)], order="id")
        commit = self.env["ir.cron"]._commit_progress
        commit(remaining=len(todo))
        for code in todo:
            if code.try_lock_for_update():
                code._send()
            if not commit(1):
                break

    def _send(self):
        """Give the code its digits, and send them to the request's own contact."""
        now = fields.Datetime.now()
        digits = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
        late = self.expires_on < now
        self.write(
            {
                "sent_on": now,
                "code_hash": self._hash(digits),
                "expires_on": self.expires_on
                if late
                else now + timedelta(minutes=MINUTES),
            }
        )
        if self.request_id and not late:
            office = self.env["ozel_kalem.office"]._for(self.company_id.id)
            lang = office.company_id.partner_id.lang or self.env.lang
            self.with_context(lang=lang)._deliver(digits)

    def _deliver(self, digits):
        request, email = self.request_id, self.request_id._code_email()
        if email:
            self._mail(email, digits)
        notices = self.env["ozel_kalem.notice"]
        if (phone := request._code_phone()) and notices._sms_is_installed():
            notices._send_text(
                phone,
                self.env._(
                    "Your code for request %(number)s: %(code)s. Give it to nobody.",
                    number=request.name,
                    code=digits,
                ),
            )

    def _mail(self, email, digits):
        """Mail the digits, beside the record: nobody reads them in its chatter."""
        company = self.company_id
        office = self.env["ozel_kalem.office"]._for(company.id)
        text = self.env._(
            "Your code: %(code)s\n\n"
            "You asked for it on %(moment)s to see your request %(number)s. Write "
            "it on the page where you asked for it. It is good for %(minutes)s "
            "minutes and for one use.\n\n"
            "Give this code to nobody; our staff never ask for it. If you "
            "didn't ask for it, you needn't do anything.\n\n%(office)s",
            code=digits,
            moment=f"{to_local(self.create_date):%d.%m.%Y %H:%M}",
            number=self.request_id.name,
            minutes=MINUTES,
            office=office.name or company.name,
        )
        mail = self.env["mail.mail"].create(
            {
                "subject": self.env._(
                    "Your code for request %(number)s", number=self.request_id.name
                ),
                "email_to": email,
                "email_from": office.email or company.email_formatted,
                "body_html": plaintext2html(text),
                "auto_delete": True,
            }
        )
        mail.send(raise_exception=False)

    # ---------------------------------------------------------------- trying

    def _open_with(self, digits):
        """The request that the code opens, empty when it opens none.

        Counts the try first: of two at the same instant, one waits for the other.
        """
        self.ensure_one()
        self.flush_recordset()
        counted = self.env.execute_query(
            SQL(
                "UPDATE ozel_kalem_request_code SET tries = tries + 1"
                " WHERE id = %s AND tries < %s AND used_on IS NULL"
                " AND expires_on > clock_timestamp() AT TIME ZONE 'UTC'"
                " RETURNING id",
                self.id,
                TRIES,
            )
        )
        self.invalidate_recordset()
        digits = "".join(letter for letter in digits if letter in "0123456789")
        fits = self._fits(digits)
        if not (counted and fits and self.request_id):
            return self.request_id.browse()
        self.used_on = fields.Datetime.now()
        if self._proves_contact(digits) and not self.request_id.contact_verified_on:
            self.request_id.contact_verified_on = self.used_on
        return self.request_id

    def _fits(self, digits):
        fits = consteq(self._hash(digits), self.code_hash or self._hash("none"))
        return bool(fits and self.code_hash)

    def _proves_contact(self, digits):
        """Whether these digits went to the request's own e-mail or telephone."""
        return True

    def _is_over(self):
        """Whether no digits will open anything any more."""
        self.ensure_one()
        return bool(
            self.used_on
            or self.tries >= TRIES
            or self.expires_on <= fields.Datetime.now()
        )

    def _hash(self, digits):
        return hmac(self.sudo().env, "ozel_kalem.request.code", f"{self.id}:{digits}")

    @api.autovacuum
    def _gc_codes(self):
        day = fields.Datetime.subtract(fields.Datetime.now(), days=1)
        self.search([("create_date", "<", day)]).unlink()
