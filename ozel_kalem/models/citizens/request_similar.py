from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# Of two subjects, how much of their letters' triples they must share.
ALIKE = 0.4
LOOK_BACK = {"months": 6}
# How many of a topic's and of a neighbourhood's newest are compared: each costs.
COMPARED = 200
SHOWN = 5
# What the cards of an earlier request show, and what tells if it is the same matter.
OF_A_CARD = (
    "subject",
    "state",
    "received_on",
    "partner_id",
    "topic_id",
    "duplicate_of_id",
)


class Request(models.Model):
    """What came before: of the same person, and on the same matter."""

    _inherit = "ozel_kalem.request"

    earlier_ids = fields.Many2many(
        "ozel_kalem.request", string="Earlier requests", compute="_compute_earlier_ids"
    )
    similar_ids = fields.Many2many(
        "ozel_kalem.request", string="Perhaps the same", compute="_compute_similar_ids"
    )

    _topic_recent_idx = models.Index(
        "(topic_id, received_on DESC) WHERE topic_id IS NOT NULL"
    )
    _neighbourhood_recent_idx = models.Index(
        "(neighbourhood_id, received_on DESC) WHERE neighbourhood_id IS NOT NULL"
    )

    @api.depends("partner_id")
    def _compute_earlier_ids(self):
        for request in self:
            request.earlier_ids = request._is_somebody() and self.search_fetch(
                [
                    ("partner_id", "=", request.partner_id.id),
                    ("id", "!=", request._origin.id),
                ],
                OF_A_CARD,
                limit=SHOWN,
            )

    @api.depends("partner_id", "topic_id", "subject", "state")
    def _compute_similar_ids(self):
        for request in self:
            undecided = request.state in (False, "new", "assessed")
            request.similar_ids = undecided and request._find_similar(SHOWN)

    def _is_somebody(self):
        unknown = self.env["ir.model.data"]._xmlid_to_res_id(
            "ozel_kalem.partner_unknown", raise_if_not_found=False
        )
        return bool(self.partner_id) and self.partner_id._origin.id != unknown

    def get_similar(self, limit=SHOWN):
        """Requests that may be about the same matter.

        Of the same person on the same topic, or with an alike subject on this
        topic or in this neighbourhood; of the last half year.

        :param limit: how many, at most
        :return: list of ``{"id", "name", "subject", "state"}``, the person's own first
        """
        self.ensure_one()
        found = self._find_similar(limit)
        return found.read(["name", "subject", "state"])

    def _find_similar(self, limit):
        since = fields.Datetime.subtract(fields.Datetime.now(), **LOOK_BACK)
        recent = (
            Domain("id", "!=", self._origin.id or 0)
            & Domain("received_on", ">=", since)
            & Domain("duplicate_of_id", "=", False)
        )
        return (self._find_own(recent, limit) | self._find_alike(recent, limit))[:limit]

    def _find_own(self, recent, limit):
        if not self._is_somebody():
            return self.browse()
        own = recent & Domain("partner_id", "=", self.partner_id.id)
        if self.topic_id:
            own &= Domain("topic_id", "=", self.topic_id.id)
        newest = self.earlier_ids._origin.filtered_domain(own)[:limit]
        if len(newest) == limit or len(self.earlier_ids) < SHOWN:
            return newest
        return self.search(own, limit=limit)

    def _find_alike(self, recent, limit):
        """Alike subjects on the same topic or from the same neighbourhood."""
        near = [name for name in ("topic_id", "neighbourhood_id") if self[name]]
        if not (near and self.subject and self.env.registry.has_trigram):
            return self.browse()
        query = self._search(Domain.TRUE)
        unaccent = self.env.registry.unaccent
        alike = SQL(
            "similarity(%s, %s)",
            unaccent(self._field_to_sql(query.table, "subject", query)),
            unaccent(SQL("%s", self.subject)),
        )
        compared = SQL(" UNION ALL ").join(
            SQL("(%s)", self._newest(recent & Domain(name, "=", self[name].id)))
            for name in near
        )
        query.add_where(SQL("%s IN (%s)", SQL.identifier(query.table, "id"), compared))
        query.add_where(SQL("%s >= %s", alike, ALIKE))
        query.order, query.limit = SQL("%s DESC", alike), limit
        return self.browse(query)

    def _newest(self, domain):
        # sudo: only whom to compare with; the search around it keeps the rules
        return (
            self.sudo()
            ._search(domain, order="received_on desc", limit=COMPARED)
            .select()
        )

    def action_mark_as_duplicate(self):
        """Link the request of the context to this one as its duplicate (mükerrer)."""
        self.ensure_one()
        repeated = self.browse(self.env.context.get("repeated_request_id"))
        repeated.action_mark_duplicate(self.id)
        # the form that is open shows it; opening it once more would stack it
        return {"type": "ir.actions.client", "tag": "soft_reload"}
