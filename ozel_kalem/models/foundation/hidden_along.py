from odoo import api, models
from odoo.fields import Command

from .mixin_confidentiality import NAMING_FIELDS

# From the least guarded to the most.
LEVELS = ("normal", "private", "sealed")


class ConfidentialityMixin(models.AbstractModel):
    """What repeats a record is hidden along with it, and shown along with it."""

    _inherit = "ozel_kalem.mixin.confidentiality"

    def write(self, vals):
        if not NAMING_FIELDS & vals.keys():
            return super().write(vals)
        # sudo: the list of names, of which the user may be none
        before = {record: record._guard() for record in self.sudo()}
        result = super().write(vals)
        for record, (level, named) in before.items():
            now, still = record._guard()
            if (now, still) != (level, named) and {now, level} != {"normal"}:
                for repeating in record._repetitions():
                    repeating._guard_like(record, level, named - still)
        return result

    def _guard(self):
        """The level, and who is named whatever the level is."""
        return self.confidentiality, self.user_id | self.authorised_user_ids

    def _repetitions(self):
        """Recordsets of what says again what this record says."""
        self.ensure_one()
        return []

    @api.model
    def _guarded(self, source):
        return (
            "confidentiality" in source._fields and source.confidentiality != "normal"
        )

    @api.model
    def _named_with(self, source, vals):
        """Users who may read what repeats a confidential ``source``.

        :param vals: the values of a record that is being created, else empty
        """
        # sudo: the list of names, of which the user may be none
        return source.sudo()._guard()[1]

    @api.model
    def _guard_values(self, source, vals):
        """``vals`` of a new record of this kind, guarded like its ``source``."""
        if not self._guarded(source):
            return vals
        return {
            **vals,
            "confidentiality": source.confidentiality,
            "authorised_user_ids": self._also_named(
                vals, self._named_with(source, vals)
            ),
        }

    def _guard_like(self, source, level=None, unnamed=()):
        """Take over the named persons of ``source``, and its level.

        What is guarded more by itself stays so.

        :param level: the one that it had; what had the same goes along with it
        :param unnamed: users who aren't named on it any more
        """
        guarded = self._guarded(source)
        # sudo: whoever hides a record hides what others wrote about it
        now = source.sudo().confidentiality if guarded else LEVELS[0]
        for record in self.sudo():
            own = record.confidentiality
            values = {"confidentiality": max(own, now, key=LEVELS.index)}
            if own == level:
                values["confidentiality"] = now
            if guarded:
                named = record._named_with(source, {})
                gone = set(unnamed or ()).difference(named)
                values["authorised_user_ids"] = [
                    *(Command.link(user.id) for user in named),
                    *(Command.unlink(user.id) for user in gone),
                ]
            record.write(values)
