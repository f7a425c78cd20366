import ipaddress

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import hmac

# One household has one such network; single IPv6 addresses are for free.
IPV6_NETWORK = 64


class RateLimit(models.Model):
    """So many acts of one stranger in so much time, counted in the database.

    Several workers and hosts count together, because nothing is kept in a process.
    Whom a counter belongs to is stored as a keyed hash, so that the table lists no
    addresses of people. Two acts in the same instant are counted one after the
    other (Odoo repeats the one that lost); a refused act counts, too, but doesn't
    make the window longer.
    """

    _name = "ozel_kalem.rate.limit"
    _description = "Rate Limit"
    _log_access = False
    _rec_name = "key"

    key = fields.Char(required=True)
    window_end = fields.Datetime(required=True, index=True)
    count = fields.Integer(required=True, aggregator=None)

    _key_uniq = models.UniqueIndex("(key)", "There is already a counter for this.")

    @api.model
    def _allows(self, kind, whom, limit, seconds):
        """Count an act, and tell whether it is one of those allowed.

        :param kind: which act, so that acts are counted apart
        :param whom: who does it: a network address, a mailbox, a telephone
        :param limit: how many in a window
        :param seconds: how long a window is
        """
        key = hmac(self.sudo().env, "ozel_kalem.rate.limit", f"{kind}:{whom}")
        [[count]] = self.env.execute_query(
            SQL(
                """
                INSERT INTO ozel_kalem_rate_limit AS known (key, window_end, count)
                VALUES (%(key)s, %(now)s + %(length)s * interval '1 second', 1)
                ON CONFLICT (key) DO UPDATE SET
                    count = CASE WHEN known.window_end <= %(now)s THEN 1
                                 ELSE known.count + 1 END,
                    window_end = CASE WHEN known.window_end <= %(now)s
                                      THEN excluded.window_end
                                      ELSE known.window_end END
                RETURNING count
                """,
                key=key,
                now=SQL("(clock_timestamp() AT TIME ZONE 'UTC')"),
                length=seconds,
            )
        )
        return count <= limit

    @api.model
    def _network(self, address):
        """Whose acts are counted together: an IPv4 address, an IPv6 household."""
        try:
            ip = ipaddress.ip_address(address or "")
        except ValueError:
            return "unknown"
        if ip.version == 4:
            return str(ip)
        if ip.ipv4_mapped:
            return str(ip.ipv4_mapped)
        return str(ipaddress.ip_network((int(ip), IPV6_NETWORK), strict=False))

    @api.autovacuum
    def _gc_windows(self):
        self.env.cr.execute(
            SQL(
                "DELETE FROM ozel_kalem_rate_limit"
                " WHERE window_end < now() AT TIME ZONE 'UTC'"
            )
        )
