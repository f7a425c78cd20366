from functools import cache

import lxml.html
from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import file_open, format_date, is_html_empty

from odoo.addons.base.models.ir_actions_report import _wkhtml

from ...tools import paper, turkish
from ...tools.local_time import local_date, to_local

SHEETS = "ozel_kalem/report/foundation"
LEVELS = ("normal", "private", "sealed")
# What Debian's build scales away; found by measuring.
UNPATCHED_ZOOM = 1.3036


@cache
def _source(name):
    with file_open(f"{SHEETS}/{name}") as source:
        return Markup(source.read())


class IrActionsReport(models.Model):
    """Reports on the office's own paper, the same with every wkhtmltopdf.

    Such a report calls ``ozel_kalem.paper`` once and ``ozel_kalem.paper_layout``
    for each document. Its style is in the page, so nothing is fetched while it
    prints; number, contact line and level are stamped afterwards.
    """

    _inherit = "ir.actions.report"

    ozel_kalem_paper = fields.Boolean(
        "Private office's paper",
        help="Printed without header and footer of the company's layout, with the "
        "page number and the private office's contact line on each page.",
    )

    def report_action(self, docids, data=None, config=True):
        """Print our papers without asking for the company's layout first."""
        config = config and not self.ozel_kalem_paper
        return super().report_action(docids, data=data, config=config)

    # ---------------------------------------------------------------- render

    @api.model
    def _for_paper(self, report):
        """``self`` in the reader's language, where nobody has set another."""
        lang = self.env.context.get("lang") or self.env.user.lang
        return self.with_context(lang=lang) if report.ozel_kalem_paper else self

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        report = self._get_report(report_ref)
        if report.ozel_kalem_paper and self.get_wkhtmltopdf_state() == "install":
            raise UserError(
                self.env._(
                    "Printing needs the program wkhtmltopdf, which isn't installed. "
                    "Ask your administrator for the package “%(package)s” "
                    "(apt install %(package)s).",
                    package="wkhtmltopdf",
                )
            )
        self = self._for_paper(report)
        return super()._render_qweb_pdf_prepare_streams(report_ref, data, res_ids)

    def _render_qweb_html(self, report_ref, docids, data=None):
        self = self._for_paper(self._get_report(report_ref))
        return super()._render_qweb_html(report_ref, docids, data=data)

    def _get_rendering_context(self, report, docids, data):
        data = super()._get_rendering_context(report, docids, data)
        if report.ozel_kalem_paper:
            # asked here: the letterhead is read with sudo, and what that fetches
            # would be printed from the cache, whoever prints
            data["docs"].check_access("read")
            data.update(self._paper_context(report, data["docs"]))
            self._log_printing(data.get("printed", data["docs"]))
        return data

    def _paper_context(self, report, docs):
        """What the templates on our paper can use."""
        paperformat = report.get_paperformat()
        width = paperformat.margin_left + paperformat.margin_right
        height = paperformat.margin_top + paperformat.margin_bottom
        return {
            "wk_patched": _wkhtml().is_patched_qt,
            "zoom": UNPATCHED_ZOOM,
            # a hair narrower than the page, or the right border is cut
            "page_width": paperformat.print_page_width - width - 0.3,
            "page_height": paperformat.print_page_height - height,
            "paper_css": _source("paper.css"),
            "paper_js": _source("paper.js"),
            "office": self._paper_office(docs[:1]),
            "office_of": self._paper_office,
            "level_of": self._paper_level,
            "director_of": self._paper_director,
            "upper": turkish.upper,
            "small": turkish.lower if self._prints_turkish() else str.lower,
            "person": turkish.person_name,
            "is_html_empty": is_html_empty,
            "day": self._paper_day,
            "moment": self._paper_moment,
            "hour": self._paper_hour,
            "weekday": self._paper_weekday,
            "now": fields.Datetime.now(),
        }

    @api.model
    def _prints_turkish(self):
        return (self.env.lang or "").startswith("tr")

    @api.model
    def _paper_office(self, record):
        """The office (sudo) whose letterhead a record is printed under."""
        company = self.env.company
        if "company_id" in record:
            # sudo: which company a record is of is on its paper anyway
            company = record.sudo().company_id or company
        office = self.env["ozel_kalem.office"]
        return office._for(company.id) or office.sudo().new({"company_id": company.id})

    @api.model
    def _paper_level(self, records):
        """The highest level of ``records`` as it is stamped; empty for normal ones."""
        if "confidentiality" not in records:
            return ""
        # sudo: the level is stamped, whoever prints
        found = records.sudo().mapped("confidentiality")
        level = max(found, key=LEVELS.index, default="normal")
        if level == "normal":
            return ""
        selection = records._fields["confidentiality"]._description_selection(self.env)
        label = dict(selection)[level]
        return turkish.upper(label) if self._prints_turkish() else label.upper()

    @api.model
    def _paper_director(self, office):
        """The name that stands under a signature of the director."""
        directors = office._directors()
        signing = directors & self.env.user or directors[:1]
        # sudo: the manager's name only
        name = office.sudo().department_id.manager_id.name or signing.name
        return turkish.person_name(name or "")

    @api.model
    def _paper_day(self, value):
        return turkish.short_date(local_date(value)) if value else ""

    @api.model
    def _paper_moment(self, value):
        return f"{self._paper_day(value)} {self._paper_hour(value)}" if value else ""

    @api.model
    def _paper_hour(self, value):
        return f"{to_local(value):%H:%M}" if value else ""

    @api.model
    def _paper_weekday(self, value):
        return (
            format_date(self.env, local_date(value), date_format="EEEE")
            if value
            else ""
        )

    @api.model
    def _log_printing(self, records):
        """A confidential record that is printed was opened."""
        if hasattr(records, "_log_reading"):
            records._log_reading(["subject"])

    # ----------------------------------------------------------------- print

    def _prepare_html(self, html, report_model=False):
        """One whole document for each article, with what its pages are stamped with."""
        if not self.ozel_kalem_paper:
            return super()._prepare_html(html, report_model=report_model)
        parser = lxml.html.HTMLParser(encoding="utf-8")
        root = lxml.html.fromstring(html, parser=parser)
        main = root.find("body/main")
        bodies, res_ids, stamps = [], [], []
        for article in main.findall("div[@class='article']"):
            main[:] = [article]
            page = lxml.html.tostring(root, encoding="unicode")
            bodies.append(f"<!DOCTYPE html>{page}")
            ours = article.get("data-oe-model") == report_model
            res_ids.append(int(article.get("data-oe-id")) if ours else None)
            stamps.append(self._paper_stamp(article))
        return bodies, res_ids, None, None, {"ozel_kalem_stamps": stamps}

    def _paper_stamp(self, article):
        office = self.env["ozel_kalem.office"]._for(
            int(article.get("data-paper-company"))
        )
        foot = article.get("data-paper-foot")
        return paper.Stamp(
            contact=(foot,) if foot else self._paper_contact(office),
            level=article.get("data-paper-level", ""),
            face=article.get("data-paper-face", "serif"),
            is_numbered=article.get("data-paper-numbered") != "0",
            covers=int(article.get("data-paper-covers", 0)),
            binding=int(article.get("data-paper-binding", 0)) * paper.mm,
        )

    @api.model
    def _paper_contact(self, office):
        """The parts of the contact line (RYY m24) that the office has filled in."""
        labelled = (
            (self.env._("Phone"), office.phone),
            (self.env._("KEP"), office.registered_email),
            (self.env._("E-mail"), office.email),
        )
        parts = [f"{label}: {value}" for label, value in labelled if value]
        address = (line.strip(" ,") for line in (office.address or "").splitlines())
        return (", ".join(filter(None, address)), *parts, office.website or "")

    @api.model
    def _run_wkhtmltopdf(
        self,
        bodies,
        report_ref=False,
        header=None,
        footer=None,
        landscape=False,
        specific_paperformat_args=None,
        set_viewport_size=False,
    ):
        """Print our papers one document per process, then stamp and join them."""
        report = self._get_report(report_ref) if report_ref else self
        if not report.ozel_kalem_paper:
            return super()._run_wkhtmltopdf(
                bodies,
                report_ref=report_ref,
                header=header,
                footer=footer,
                landscape=landscape,
                specific_paperformat_args=specific_paperformat_args,
                set_viewport_size=set_viewport_size,
            )
        stamps = (specific_paperformat_args or {}).get("ozel_kalem_stamps")
        arguments = self._build_wkhtmltopdf_args(report.get_paperformat(), landscape)
        # Nothing is fetched, so there is nothing to wait for.
        arguments[arguments.index("--javascript-delay") + 1] = "0"
        try:
            pdfs = paper.print_all(bodies, _wkhtml().bin, arguments)
            stamps = stamps or [paper.Stamp()] * len(pdfs)
            return paper.assemble(zip(pdfs, stamps, strict=True))
        except paper.FontError as error:
            raise UserError(
                self.env._(
                    "Printing needs a font with Turkish letters: %(error)s. "
                    "Ask your administrator for the package “%(package)s” "
                    "(apt install %(package)s).",
                    error=error,
                    package=paper.FONT_PACKAGES,
                )
            ) from error
        except paper.EngineError as error:
            raise UserError(
                self.env._("wkhtmltopdf could not print: %(error)s", error=error)
            ) from error
