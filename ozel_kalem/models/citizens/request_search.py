from odoo import fields, models
from odoo.fields import Domain

# So many people are handed to the database by id, which lets it use its indexes.
FEW_PEOPLE = 500


class Request(models.Model):
    """Found by what one remembers of it."""

    _inherit = "ozel_kalem.request"

    remembered = fields.Char(
        "Number, person or subject",
        compute="_compute_remembered",
        search="_search_remembered",
        help="What somebody looking for it types without choosing where to look.",
    )

    def _compute_remembered(self):
        for request in self:
            request.remembered = request.display_name

    def _search_remembered(self, operator, value):
        """By number, subject, or the applicant's name or telephone."""
        if operator != "ilike":
            return NotImplemented
        Person = self.env["res.partner"].with_context(active_test=False)
        # name and number alone: the other columns of a person have no index
        meant = Domain("complete_name", operator, value)
        named = Person._search(meant | Person._ozel_kalem_of_number(value))
        named.limit = FEW_PEOPLE + 1
        few = [partner_id for [partner_id] in self.env.execute_query(named.select())]
        if len(few) > FEW_PEOPLE:
            few = named
            named.limit = None
        return (
            Domain("name", operator, value)
            | Domain("subject", operator, value)
            | Domain("partner_id", "in", few)
        )
