from odoo import models


class Request(models.Model):
    """What a unit needs of a request, whose form it never sees."""

    _inherit = "ozel_kalem.request"

    def _prepare_referral(self, note, purpose):
        """The office's note, then the citizen's words, then where it is."""
        values = super()._prepare_referral(note, purpose)
        parts = (note, self.text, self._place_text())
        values["body"] = "\n\n".join(filter(None, map(str.strip, filter(None, parts))))
        return values

    def _place_text(self):
        """Neighbourhood and spot in one line; nothing where none is known."""
        # sudo: the neighbourhoods are known to the whole office
        place = ", ".join(
            filter(None, (self.sudo().neighbourhood_id.name, self.location))
        )
        return place and self.env._("Place: %(place)s", place=place)
