from datetime import timedelta

from odoo import api, models
from odoo.tools import consteq, format_date
from odoo.tools.misc import hmac

from ...report.programme.qr import qr_image
from ...tools.local_time import to_local
from .edition import SHOWN_STATES
from .edition_item import NOTES
from .place import utc_days

TOKEN_SCOPE = "ozel_kalem.programme.edition"
SIGNATURE_LENGTH = 20
LONGEST_TOKEN = 40
ONE_DAY = timedelta(days=1)
# Lines for which the month's sheet has room, all weeks together; what a week takes
# at least, and what a day shows at least and at most.
MONTH_ROOM = 28
WEEK_LINES = 3
DAY_LINES = range(12, 3, -1)


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
        return [(day, lines._paper_of(day)) for day in days]

    def _paper_weeks(self):
        """Rows of seven cells of a calendar; None outside the month.

        A cell is (day, lines, number of the lines for which there is no room).
        """
        days = self._paper_days()
        before = [None] * days[0][0].weekday()
        cells = [*before, *days]
        cells += [None] * (-len(cells) % 7)
        weeks = [cells[start : start + 7] for start in range(0, len(cells), 7)]
        limit = _day_limit(weeks)
        return [[cell and _month_cell(*cell, limit) for cell in week] for week in weeks]


class LinePrint(models.Model):
    """An item on paper."""

    _inherit = "ozel_kalem.programme.line"

    def _paper_of(self, day):
        """The items of ``day`` in their order: what takes all of it comes first."""
        found = self.filtered(lambda line: line._is_on(day))
        return found.sorted(lambda line: (not line._fills(day), line.start, line.id))

    def _fills(self, day):
        """Whether ``day`` is taken as a whole."""
        first, last = utc_days(day, day)
        return self.all_day or (self.start <= first and self.stop >= last)

    def _paper_hours(self, day):
        """“09:00–09:45”, “…–02:30” of what began before, or that it takes the day."""
        if self._fills(day):
            return self.env._("All day")
        start, stop = to_local(self.start), to_local(self.stop)
        ends = stop.date() <= day or self.stop - self.start < ONE_DAY
        return f"{_hour(start, start.date() >= day)}–{_hour(stop, ends)}"

    def _paper_hour(self, day):
        """“09:00”, or “…02:30” of what began before."""
        if self._fills(day):
            return self.env._("All day")
        start = to_local(self.start)
        if start.date() < day:
            return f"…{to_local(self.stop):%H:%M}"
        return f"{start:%H:%M}"

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


def _day_limit(weeks):
    """How many lines a day may have, so that the month stays on one sheet."""
    busiest = [max(len(cell[1]) for cell in week if cell) for week in weeks]
    for limit in DAY_LINES:
        if sum(max(WEEK_LINES, min(limit, most)) for most in busiest) <= MONTH_ROOM:
            break
    return limit


def _month_cell(day, lines, limit):
    # the last line says how many more there are
    shown = lines if len(lines) <= limit else lines[: limit - 1]
    return day, shown, len(lines) - len(shown)


def _hour(moment, is_told):
    return f"{moment:%H:%M}" if is_told else "…"
