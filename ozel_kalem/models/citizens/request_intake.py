from odoo import api, fields, models
from odoo.fields import Domain

from ...tools.local_time import local_today
from ...tools.phone import normal_phone, readable_phone, split_phone
from ...tools.turkish import sort_key
from ..follow_up.referral import WAITING_STATES

# Set by the field in which a citizen is looked for or typed anew.
INTAKE = "ozel_kalem_intake"


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.depends_context(INTAKE)
    def _compute_display_name(self):
        """While a citizen is looked for, namesakes are told apart by telephone."""
        super()._compute_display_name()
        context = self.env.context
        if context.get(INTAKE) and context.get("formatted_display_name"):
            for partner in self.filtered("phone"):
                partner.display_name += f" \t --{readable_phone(partner.phone)}--"

    @api.model
    def name_create(self, name):
        """“Ayşe Yılmaz 0532 123 45 67” becomes a person with her telephone.

        Whoever is known by this name and number already isn't made again.
        """
        if not self.env.context.get(INTAKE):
            return super().name_create(name)
        who, phone = split_phone(name)
        known = self._ozel_kalem_known(who, phone)
        if known:
            return known.id, known.display_name
        partner_id, shown = super().name_create(who or readable_phone(phone))
        if phone:
            self.browse(partner_id).phone = readable_phone(phone)
        return partner_id, shown

    def _ozel_kalem_known(self, who, phone):
        """The person of this number who has this name, or no name was typed."""
        number = normal_phone(phone)
        if not number:
            return self.browse()
        found = self.search([("ozel_kalem_phone", "=", number)], limit=10)
        same = found.filtered(lambda p: sort_key(p.name) == sort_key(who))
        return same[:1] if who else found[:1]


class Request(models.Model):
    """Intake in one screen: who, what, and what follows from it."""

    _inherit = "ozel_kalem.request"

    topic_institution_id = fields.Many2one(
        related="topic_id.institution_id", string="Other institution"
    )
    is_unit_late = fields.Boolean(
        "Unit late", compute="_compute_is_unit_late", search="_search_is_unit_late"
    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("is_anonymous") and not vals.get("partner_id"):
                vals["partner_id"] = self._unknown_person().id
        return super().create(vals_list)

    def write(self, vals):
        if vals.get("is_anonymous") and not vals.get("partner_id"):
            vals = {**vals, "partner_id": self._unknown_person().id}
        return super().write(vals)

    @api.model
    def _unknown_person(self):
        return self.env.ref("ozel_kalem.partner_unknown")

    @api.onchange("is_anonymous")
    def _onchange_is_anonymous(self):
        unknown = self._unknown_person()
        if self.is_anonymous:
            self.partner_id = unknown
        elif self.partner_id == unknown:
            self.partner_id = False

    # --------------------------------------------------------- the unit's day

    def _compute_is_unit_late(self):
        late = self.filtered_domain(self._unit_late_domain())
        for request in self:
            request.is_unit_late = request in late

    def _search_is_unit_late(self, operator, value):
        return self._unit_late_domain() if operator == "in" else NotImplemented

    @api.model
    def _unit_late_domain(self):
        """A unit owes its answer, and its own day has passed."""
        # sudo: that a unit is late is known to whoever may read the request
        late = (
            self.env["ozel_kalem.referral"]
            .sudo()
            ._search(
                Domain("res_model", "=", self._name)
                & Domain("closed_on", "=", False)
                & Domain("state", "in", WAITING_STATES)
                & Domain("purpose", "!=", "information")
                & Domain("deadline", "<", local_today())
            )
        )
        return Domain("closed_on", "=", False) & Domain(
            "id", "in", late.subselect("res_id")
        )

    # ---------------------------------------------------------------- origin

    def _prepare_follow_up_values(self, source):
        values = super()._prepare_follow_up_values(source)
        if "text" in source and source.text:
            values["text"] = source.text
        return values
