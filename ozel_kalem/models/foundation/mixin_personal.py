from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

ERASED = "—"


class PersonalMixin(models.AbstractModel):
    """A record whose personal data goes when its time is over (6698 art. 7).

    A model lists the fields that carry personal data in ``_personal_fields``.
    What is left is the skeleton of the register: number, dates, state, unit.
    """

    _name = "ozel_kalem.mixin.personal"
    _description = "Personal Data"

    _personal_fields = ()
    _retention_date = "create_date"

    anonymised_on = fields.Date(readonly=True, copy=False)

    @api.model
    def _retention_domain(self, before):
        """Closed records, not anonymised yet, that are older than ``before``."""
        return (
            Domain("closed_on", "!=", False)
            & Domain("closed_on", "<", before)
            & Domain("anonymised_on", "=", False)
        )

    def _anonymise(self):
        """Take the personal data out of closed records, and keep their skeleton.

        :raise UserError: when one is still open
        """
        if still_open := self.filtered(lambda record: not record.closed_on):
            raise UserError(
                self.env._(
                    "%(record)s is still open: finish it before its data is erased.",
                    record=still_open[0].name,
                )
            )
        # sudo: what is erased isn't read, and its parts are others' as well
        self.sudo()._erase()

    def _erase(self):
        if not self:
            return
        erase_talk(self)
        self._erase_parts()
        quiet = self.with_context(tracking_disable=True, mail_notrack=True)
        for record in quiet:
            record.write(
                {**record._erased_values(), "anonymised_on": fields.Date.today()}
            )

    def _erase_parts(self):
        """Erase what is written about the records elsewhere."""

    def _erased_values(self):
        self.ensure_one()
        return {
            name: self._erased_value(name)
            for name in self._personal_fields
            if self[name]
        }

    def _erased_value(self, name):
        field = self._fields[name]
        if field.type == "many2one" and field.required:
            return self.env.ref("ozel_kalem.partner_unknown").id
        if field.type == "char" or (field.type == "text" and field.required):
            return ERASED
        return False


def erase_talk(records):
    """Delete messages, activities, followers and files of ``records``."""
    mine = Domain("res_model", "=", records._name) & Domain("res_id", "in", records.ids)
    for model in ("ir.attachment", "mail.activity", "mail.followers"):
        records.env[model].search(mine).unlink()
    records.env["mail.message"].search(
        Domain("model", "=", records._name) & Domain("res_id", "in", records.ids)
    ).unlink()
