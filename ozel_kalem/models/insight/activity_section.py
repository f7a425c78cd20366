import base64
from collections import Counter
from datetime import datetime

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import html2plaintext, is_html_empty

from ...tools import charts, statistics_paper, turkish
from .activity_outline import BY_KEY

LEVELS = ("chapter", "section", "part")
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
WITH_TEXT = ("text", "text_table", "full")
WITH_TABLE = ("table", "text_table", "full")
WITH_CHART = ("chart", "full")
SUMMARY_LENGTH = 90
CHART_SIZE = 664, 240


class ActivityReportSection(models.Model):
    """A heading of an activity report and what stands below it."""

    _name = "ozel_kalem.activity.report.section"
    _description = "Section of an Activity Report"
    _order = "report_id, sequence, id"
    _rec_name = "heading"

    report_id = fields.Many2one(
        "ozel_kalem.activity.report", required=True, ondelete="cascade", index=True
    )
    report_state = fields.Selection(related="report_id.state")
    sequence = fields.Integer(default=10000)
    key = fields.Char(readonly=True, help="Which section of the outline it is.")
    level = fields.Selection(
        [
            ("front", "Before the chapters"),
            ("chapter", "Chapter (I.)"),
            ("section", "Section (A.)"),
            ("part", "Part (1.)"),
            ("annex", "Annex"),
        ],
        "Level of the heading",
        required=True,
        default="part",
    )
    number = fields.Char("No.", compute="_compute_number")
    heading = fields.Char(required=True)
    kind = fields.Selection(
        [
            ("text", "Text"),
            ("table", "Table"),
            ("chart", "Chart"),
            ("text_table", "Text and table"),
            ("full", "Text, table and chart"),
        ],
        "Content",
        required=True,
        default="text",
    )
    table_id = fields.Many2one(
        "ozel_kalem.statistics.table", ondelete="restrict", index=True
    )
    text = fields.Html(sanitize_style=True)
    summary = fields.Char("Beginning of the text", compute="_compute_summary")
    hint = fields.Char(compute="_compute_hint")
    is_own_text = fields.Boolean(
        copy=False, help="Written by the office, not by the outline."
    )
    is_declaration = fields.Boolean("Signed by the director")
    frozen = fields.Json("Approved figures", readonly=True, copy=False)
    preview = fields.Html(compute="_compute_preview", sanitize=False)

    # --------------------------------------------------------------- computes

    @api.depends(
        *(f"report_id.section_ids.{name}" for name in ("sequence", "level", "text")),
        *(f"report_id.section_ids.{name}" for name in ("kind", "table_id")),
    )
    def _compute_number(self):
        for report in self.report_id:
            numbers = report._printed_sections()._numbers()
            for section in self.filtered(lambda one: one.report_id == report):
                section.number = numbers.get(section, "")
        self.filtered(lambda section: not section.report_id).number = ""

    @api.depends("text")
    def _compute_summary(self):
        for section in self:
            plain = " ".join(html2plaintext(section.text or "").split())
            cut = plain[:SUMMARY_LENGTH].rstrip()
            section.summary = f"{cut}…" if len(plain) > SUMMARY_LENGTH else plain

    @api.depends("key")
    def _compute_hint(self):
        for section in self:
            entry = BY_KEY.get(section.key)
            section.hint = self.env._(entry.hint) if entry and entry.hint else ""

    @api.depends("kind", "table_id", "report_id")
    def _compute_preview(self):
        for section in self:
            paper = section._paper()
            section.preview = paper and self.env["ir.qweb"]._render(
                "ozel_kalem.activity_report_preview", paper
            )

    # ------------------------------------------------------------------ CRUD

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.context.get("ozel_kalem_outline"):
            vals_list = [
                {**vals, "is_own_text": bool(vals.get("text"))} for vals in vals_list
            ]
        sections = super().create(vals_list)
        sections._check_draft()
        return sections

    def write(self, vals):
        if set(vals) == {"frozen"} and self.env.su:
            return super().write(vals)
        self.check_access("write")
        self._check_draft()
        if "text" in vals and not self.env.context.get("ozel_kalem_outline"):
            vals = {**vals, "is_own_text": True}
        result = super().write(vals)
        self._check_draft()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_of_a_draft(self):
        self._check_draft()

    def _check_draft(self):
        if any(section.report_id.state != "draft" for section in self):
            raise UserError(
                self.env._("Only a draft can be changed. Reopen the report first.")
            )

    def action_open(self):
        """Open the section to write its text and see its table."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.heading,
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def _take_texts(self, earlier):
        """Take the texts of an earlier report's sections.

        :return: how many texts were taken, and how many of this year were kept
        """
        earlier = earlier.with_context(ozel_kalem_outline=True)
        own = {section._identity(): section for section in self}
        taken = kept = 0
        for section in earlier.filtered(lambda one: not is_html_empty(one.text)):
            mine = own.get(section._identity())
            if mine and mine.text == section.text:
                continue
            if mine and mine.is_own_text and not is_html_empty(mine.text):
                kept += 1
                continue
            taken += 1
            if mine:
                mine.with_context(ozel_kalem_outline=True).text = section.text
            else:
                section.copy({"report_id": self.report_id.id})
        return taken, kept

    def _identity(self):
        return self.key or turkish.fold(self.heading)

    # --------------------------------------------------------------- content

    def _depth(self):
        return LEVELS.index(self.level) if self.level in LEVELS else 0

    def _title(self):
        """The heading as it's printed: chapters in capitals."""
        if self._depth():
            return self.heading
        is_turkish = self.report_id._paper_lang().startswith("tr")
        return turkish.upper(self.heading) if is_turkish else self.heading.upper()

    def _has_content(self):
        return bool(self._text() or self._shows_table() or self.is_declaration)

    def _text(self):
        """What is printed of the text; empty where the kind has none."""
        shown = self.kind in WITH_TEXT and not is_html_empty(self.text)
        return self.text if shown else ""

    def _shows_table(self):
        return self.kind != "text" and bool(self.table_id)

    def _numbers(self):
        """``{section: "A."}`` of sections in their order."""
        counts, numbers = Counter(), {}
        for section in self.sorted(lambda one: (one.sequence, one.id or 0)):
            level = section.level
            counts[level] += 1
            for below in LEVELS[LEVELS.index(level) + 1 :] if level in LEVELS else ():
                counts[below] = 0
            numbers[section] = section._number(counts[level])
        return numbers

    def _number(self, count):
        if self.level == "front":
            return ""
        if self.level == "annex":
            return self.env._("Annex %s:", count)
        series = {"chapter": ROMAN, "section": LETTERS}.get(self.level)
        fits = series and count <= len(series)
        return f"{series[count - 1]}." if fits else f"{count}."

    # ---------------------------------------------------------------- tables

    def _shown_table(self):
        """The table that the report shows: frozen in an approved one."""
        if not self._shows_table():
            return None
        approved = self.report_id.state == "approved"
        return self.frozen or None if approved else self._live_table()

    def _live_table(self):
        report = self.report_id
        # sudo: the director chose the table, whoever of the approvers reads it
        table = self.table_id.sudo().with_context(lang=report._paper_lang())
        return table._built(report._period(), "last_year", report.company_id)

    def _freeze(self):
        frozen = self._live_table() if self._shows_table() else False
        # sudo: what is approved is frozen, and nobody else writes it
        self.sudo().write({"frozen": frozen})

    def _differences(self):
        if not (self.frozen and self._shows_table()):
            return []
        lang = self.report_id._paper_lang()
        return statistics_paper.differences(self.frozen, self._live_table(), lang)

    # ----------------------------------------------------------------- paper

    def _paper(self):
        """What the templates print of the table: texts, notes, chart; or None."""
        table = self._shown_table()
        if not table:
            return None
        lang = self.report_id._paper_lang()
        env = self.with_context(lang=lang).env
        return {
            "table": table,
            "paper": statistics_paper.on_paper(table, env._("Change (%)"), lang),
            "notes": [_source(env, table), *table["notes"], *table["flags"]],
            "has_table": self.kind in WITH_TABLE,
            "chart": self._chart(table, lang) if self.kind in WITH_CHART else None,
        }

    def _chart(self, table, lang):
        """The chart as a data URI; None where there is nothing to draw."""
        # its caption says what it's called
        drawn = charts.table_svg({**table, "title": ""}, *CHART_SIZE, lang)
        if not drawn:
            return None
        return f"data:image/svg+xml;base64,{base64.b64encode(drawn.encode()).decode()}"


def _source(env, table):
    """What a table was made of, and when."""
    moment = datetime.fromisoformat(table["generated_on"])
    return env._(
        "Source: %(records)s. The figures are as of %(day)s %(hour)s.",
        records=table["source"],
        day=turkish.short_date(moment.date()),
        hour=f"{moment:%H:%M}",
    )
