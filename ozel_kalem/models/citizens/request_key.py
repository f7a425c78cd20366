from odoo import fields, models
from odoo.tools import SQL, consteq
from odoo.tools.misc import hmac

KEY_DIGITS = 12
GROUP = 4


class Request(models.Model):
    """The key on the receipt, for citizens whom no code can reach.

    Twelve digits, which with the number open the request's page as a code does,
    by the same form and within the same limits. They are derived from the
    database's secret and never stored, so that a receipt printed again has the
    same; a new key makes the old one void.
    """

    _inherit = "ozel_kalem.request"

    # no default: a million rows aren't written for it
    page_key_serial = fields.Integer(
        "Keys before this one", readonly=True, copy=False, aggregator=None
    )

    def _page_key(self):
        """The twelve digits; of no request those that nobody has."""
        whose = f"{self.id}:{self._page_key_serial()}"
        derived = hmac(self.sudo().env, "ozel_kalem.request.key", whose)
        return f"{int(derived, 16) % 10**KEY_DIGITS:0{KEY_DIGITS}d}"

    def _page_key_serial(self):
        # one query for any number that is asked for, so that the time tells nothing
        self.flush_recordset(["page_key_serial"])
        rows = self.env.execute_query(
            SQL(
                "SELECT page_key_serial FROM ozel_kalem_request WHERE id = %s",
                self.id or 0,
            )
        )
        return rows and rows[0][0] or 0

    def _printed_page_key(self):
        """The key as it stands on paper; an unsigned petition has none."""
        self.ensure_one()
        if self.is_anonymous:
            return ""
        key = self._page_key()
        return " ".join(key[n : n + GROUP] for n in range(0, KEY_DIGITS, GROUP))

    def _is_page_key(self, digits):
        """Whether the digits are the key; the same work for no request at all."""
        fits = consteq(digits, self._page_key())
        return bool(fits and self and not self.is_anonymous)

    def action_renew_page_key(self):
        """Make the key void, and have another: the receipt was lost, or seen."""
        for request in self:
            request.page_key_serial += 1
            request._message_log(
                body=self.env._(
                    "The key of the citizen's page was renewed; what was printed "
                    "before opens nothing."
                )
            )


class RequestCode(models.Model):
    _inherit = "ozel_kalem.request.code"

    def _fits(self, digits):
        """The code that was sent, or the key on the receipt."""
        by_key = self.request_id._is_page_key(digits)
        by_code = super()._fits(digits)
        return by_key or by_code

    def _proves_contact(self, digits):
        """A key on paper says nothing about the e-mail or the telephone."""
        return len(digits) != KEY_DIGITS
