from datetime import timedelta

from odoo import api, models
from odoo.tools import consteq, format_date
from odoo.tools.misc import hmac

from ...report.programme.qr import qr_image
from ...tools.local_time import to_local
from .edition import SHOWN_STATES
from .edition_item import NOTES

TOKEN_SCOPE = "ozel_kalem.programme.edition"
SIGNATURE_LENGTH = 20
LONGEST_TOKEN = 40


class EditionPrint(models.Model):
    """An edition on paper, and the QR by which a sheet is known to be current."""

    _inherit = "ozel_kalem.programme.edition"

    # ------------------------------------------------------------------- QR

    def _token(self):
        """What the sheet's QR carries: which edition, signed."""
        self.ensure_one()
        signature = hmac(self.env(su=True), TOKEN_SCOPE, self.id)
        return f"{self.id}-{signature[:SIGNATURE_LENGTH]}"

    def _url(self):
        return f"{self.get_base_url()}/ozel_kalem/programme/{self._token()}"

    @api.model
    def _from_token(self, token):
        """The published edition (sudo) that a token was printed for, or none."""
        number = token.partition("-")[0]
        known = len(token) <= LONGEST_TOKEN and number.isascii() and number.isdecimal()
        if not known or int(number) >= 2**31:
            return self.sudo().browse()
        edition = self.sudo().browse(int(number))
        if not consteq(edition._token().encode(), token.encode()):
            return self.sudo().browse()
        return edition.exists().filtered(lambda one: one.state in SHOWN_STATES)

    # ----------------------------------------------------------------- paper

    def _paper_qr(self):
        """The QR of a published sheet; a draft is neither current nor superseded."""
        return qr_image(self._url()) if self.state in SHOWN_STATES else ""

    def _paper_printed(self):
        """Whose level is stamped: confidential items that the printer may read."""
        hidden = self.line_ids.filtered("is_confidential").engagement_id
        return hidden._filtered_access("read") or self

    def _paper_date(self, day):
        """“7 Ekim 2026 Çarşamba”."""
        return format_date(self.env, day, date_format="d MMMM y EEEE")

    def _paper_period(self):
        self.ensure_one()
        if self.kind == "day":
            return self._paper_date(self.date_from)
        return self._period_label()

    def _paper_weekdays(self):
        days = self._paper_days()
        first = 7 - days[0][0].weekday()
        week = [days[(first + number) % 7][0] for number in range(7)]
        return [format_date(self.env, day, date_format="EEEE") for day in week]

    def _paper_days(self, press=False):
        """[(day, lines)] of the sheet; several days where the kind has several."""
        self.ensure_one()
        lines = self.line_ids.filtered(lambda line: not line.is_removed)
        if press:
            lines = lines.filtered("is_public")
        count = (self.date_to - self.date_from).days + 1
        days = [self.date_from + timedelta(days=number) for number in range(count)]
        return [(day, lines.filtered(lambda line: line._is_on(day))) for day in days]

    def _paper_weeks(self):
        """Rows of seven (day, lines) for a calendar; None outside the month."""
        days = self._paper_days()
        before = [None] * days[0][0].weekday()
        cells = [*before, *days]
        cells += [None] * (-len(cells) % 7)
        return [cells[start : start + 7] for start in range(0, len(cells), 7)]


class LinePrint(models.Model):
    """An item on paper."""

    _inherit = "ozel_kalem.programme.line"

    def _paper_hours(self):
        """“09:00–09:45”, or that it takes the whole day."""
        if self.all_day:
            return self.env._("All day")
        return f"{to_local(self.start):%H:%M}–{to_local(self.stop):%H:%M}"

    def _paper_hour(self):
        return (
            self.env._("All day") if self.all_day else f"{to_local(self.start):%H:%M}"
        )

    def _paper_title(self, press=False):
        """The title for whoever prints: a confidential one only if he may read it."""
        title = self.title
        if press:
            title = self.public_title
        elif self.is_confidential:
            title = self._hidden("hidden_title") or title
        return f"{title} – {self.deputy}" if self.deputy else title

    def _paper_place(self):
        return self.place or self._hidden("hidden_place") or ""

    def _paper_text(self):
        """Title and place in one line, as on the pocket card."""
        place = self._paper_place()
        return f"{self._paper_title()} ({place})" if place else self._paper_title()

    def _paper_notes(self):
        """[(label, text)] of the notes that there are."""
        labels = [self._fields[name]._description_string(self.env) for name in NOTES]
        found = zip(labels, (self[name] for name in NOTES), strict=True)
        return [(label, text) for label, text in found if text]

    def _hidden(self, name):
        """What a confidential item is about, for those who may read it; logged."""
        if not self.is_confidential or not self.engagement_id.has_access("read"):
            return ""
        self.engagement_id._log_reading(["subject"])
        # sudo: the frozen words of what he may read was asked just before
        return self.sudo()[name] or ""
