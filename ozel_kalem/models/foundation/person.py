from stdnum.exceptions import ValidationError as NumberError
from stdnum.tr import tckimlik

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ...tools.phone import normal_phone

OFFICE = "ozel_kalem.group_office"
IDENTITY_READERS = (
    "ozel_kalem.group_public_relations,ozel_kalem.group_aid,ozel_kalem.group_director"
)
# What may still be sent to somebody who doesn't want to be called or written to:
# the answer that the law owes him.
WANTED_CHANNELS = ("letter", "in_person")


class ResPartner(models.Model):
    """The person: one page for all that ever passed between him and the office."""

    _inherit = "res.partner"

    ozel_kalem_identity = fields.Char(
        "T.C. identity number",
        copy=False,
        index="btree_not_null",
        groups=IDENTITY_READERS,
        help="Only where the law asks for it; it is checked and shown masked.",
    )
    ozel_kalem_identity_masked = fields.Char(
        "Identity number", compute="_compute_ozel_kalem_identity_masked", groups=OFFICE
    )
    ozel_kalem_deceased = fields.Boolean(
        "Deceased", groups=OFFICE, help="Nothing is sent any more."
    )
    ozel_kalem_do_not_contact = fields.Boolean(
        "Doesn't want to be contacted",
        groups=OFFICE,
        help="Only the answers that the law owes go out, by letter or in person.",
    )
    ozel_kalem_frequent = fields.Boolean(
        "Comes often", groups=OFFICE, help="Look at what was said before."
    )
    ozel_kalem_contact_count = fields.Integer(
        "Contacts with the office",
        compute="_compute_ozel_kalem_contact_count",
        groups=OFFICE,
    )

    @api.depends("ozel_kalem_identity")
    def _compute_ozel_kalem_identity_masked(self):
        for partner in self:
            # sudo: the mask is what roles without the number see of it
            number = partner.sudo().ozel_kalem_identity
            partner.ozel_kalem_identity_masked = number and (
                f"{number[:2]}*******{number[-2:]}"
            )

    @api.constrains("ozel_kalem_identity")
    def _check_ozel_kalem_identity(self):
        for partner in self.filtered("ozel_kalem_identity"):
            try:
                tckimlik.validate(partner.ozel_kalem_identity)
            except NumberError as error:
                raise ValidationError(
                    self.env._(
                        "“T.C. identity number” isn't right: eleven digits, of which "
                        "the last two check the others. Ask for it again, or leave "
                        "it empty."
                    )
                ) from error

    # ------------------------------------------------------------- found by

    @api.model
    def _search_display_name(self, operator, value):
        """A person is found by his whole telephone number too, however it is typed."""
        domain = super()._search_display_name(operator, value)
        if not self.env.user.has_group("ozel_kalem.group_office"):
            return domain
        if operator not in ("ilike", "=ilike", "=") or not isinstance(value, str):
            return domain
        return Domain(domain) | self._ozel_kalem_of_number(value)

    @api.model
    def _ozel_kalem_of_number(self, text):
        """Domain of whoever has this whole telephone number."""
        number = normal_phone(text) or ""
        whole = number.startswith("+")
        return Domain("ozel_kalem_phone", "=", number) if whole else Domain.FALSE

    # ------------------------------------------------------------- time line

    def _ozel_kalem_contacts(self, kinds=None):
        """(model, domain) of what the reader may see of these people's contacts.

        :param kinds: names of models; all numbered ones with a person when left out
        """
        names = self.env.registry.descendants(["ozel_kalem.mixin.register"], "_inherit")
        people = Domain("partner_id", "in", self.ids)
        for name in sorted(kinds or names):
            Model = self.env[name]
            if Model._abstract or "partner_id" not in Model._fields:
                continue
            if Model.has_access("read"):
                yield Model, people & Model._contact_domain()

    @api.model
    def _ozel_kalem_contact_action(self, title, contacts):
        """Open the register book on these (model, domain)."""
        domains = [
            Domain("res_model", "=", Model._name)
            & Domain("res_id", "in", Model.search(domain).ids)
            for Model, domain in contacts
        ]
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "ozel_kalem.register.entry",
            "view_mode": "list",
            "domain": list(Domain.OR(domains)),
            "context": {"create": False},
        }

    def _compute_ozel_kalem_contact_count(self):
        for partner in self:
            partner.ozel_kalem_contact_count = sum(
                Model.search_count(domain)
                for Model, domain in partner._origin._ozel_kalem_people()._ozel_kalem_contacts()
            )

    def action_ozel_kalem_contacts(self):
        """Open the time line of the person: whatever passed between him and us.

        It is the register book, of what the reader may read himself.
        """
        self.ensure_one()
        self.check_access("read")
        return self._ozel_kalem_contact_action(
            self.env._("%(person)s and the office", person=self.name),
            self._ozel_kalem_people()._ozel_kalem_contacts(),
        )

    def _ozel_kalem_people(self):
        """The person, with those who belong to an institution."""
        people = self.env["res.partner"].with_context(active_test=False)
        return people.search([("id", "child_of", self.ids)])

    # ---------------------------------------------------------------- notices

    def _ozel_kalem_check_contact(self, channel):
        """Refuse to tell somebody who is dead, or doesn't want to be contacted.

        :param channel: of a notice
        :raise UserError: with what can be done instead
        """
        # sudo: the flags bind those as well who may not read them
        for partner in self.sudo():
            if partner.ozel_kalem_deceased:
                raise UserError(
                    self.env._(
                        "%(person)s is marked as deceased: nothing is sent. Tell the "
                        "family, or correct the mark.",
                        person=partner.name,
                    )
                )
            if partner.ozel_kalem_do_not_contact and channel not in WANTED_CHANNELS:
                raise UserError(
                    self.env._(
                        "%(person)s doesn't want to be contacted this way. What the "
                        "law owes goes by letter or in person.",
                        person=partner.name,
                    )
                )
