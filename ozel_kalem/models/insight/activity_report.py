from datetime import date
from itertools import count

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ...tools.local_time import local_today
from ...tools.periods import Period
from .activity_outline import OUTLINE

DIRECTOR = "ozel_kalem.group_director"
APPROVERS = (DIRECTOR, "ozel_kalem.group_principal")
PAPER = "ozel_kalem.report_activity_report"
# What nobody changes any more once the report is submitted.
FIXED_FIELDS = {"year", "company_id", "principal_id"}


class ActivityReport(models.Model):
    """What the unit did in a year, as it accounts for it (D67; 5018 m. 41).

    While it is a draft its tables are live. With the approval they are frozen:
    what changes in the records later changes nothing in the report.
    """

    _name = "ozel_kalem.activity.report"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "ozel_kalem.mixin.workflow",
        "ozel_kalem.mixin.for.principal",
    ]
    _description = "Activity Report"
    _order = "year desc, id desc"
    _check_company_auto = True

    _workflow = {
        "draft": ("submitted",),
        "submitted": ("approved", "draft"),
        "approved": ("draft",),
    }
    _closed_states = ("approved",)
    _stamped_fields = (
        "submitted_on",
        "submitted_by_id",
        "approved_on",
        "approved_by_id",
        "acting_note",
        "frozen_on",
    )
    _state_requires = {"submitted": ("principal_id",)}
    _state_groups = {
        "submitted": (DIRECTOR,),
        "approved": APPROVERS,
        "draft": APPROVERS,
    }

    year = fields.Integer(
        required=True, default=lambda self: self._default_year(), aggregator=None
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    principal_id = fields.Many2one(
        "ozel_kalem.principal",
        "Submitted to",
        check_company=True,
        default=lambda self: self.env["ozel_kalem.principal"]._default_id(),
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("submitted", "Submitted for approval"),
            ("approved", "Approved"),
        ],
        required=True,
        default="draft",
        tracking=True,
        copy=False,
    )
    section_ids = fields.One2many(
        "ozel_kalem.activity.report.section", "report_id", "Sections", copy=True
    )
    empty_headings = fields.Text(
        "Left out, as nothing is written there", compute="_compute_empty_headings"
    )
    submitted_on = fields.Datetime(readonly=True, copy=False)
    submitted_by_id = fields.Many2one(
        "res.users", "Prepared by", readonly=True, copy=False
    )
    approved_on = fields.Datetime(readonly=True, copy=False)
    approved_by_id = fields.Many2one(
        "res.users", "Approved by", readonly=True, copy=False
    )
    acting_note = fields.Char("Approved as", readonly=True, copy=False, tracking=True)
    may_approve = fields.Boolean(compute="_compute_may_approve")
    frozen_on = fields.Datetime("Figures of", readonly=True, copy=False)
    # live figures, of tables that not everybody may see
    changes = fields.Html(
        compute="_compute_changes", sanitize=False, groups=",".join(APPROVERS)
    )

    _year_uniq = models.Constraint(
        "UNIQUE (company_id, year)", "There is an activity report of this year already."
    )
    _year_in_range = models.Constraint(
        "CHECK (year BETWEEN 2000 AND 2100)", "“Year” must be from 2000 to 2100."
    )

    @api.model
    def _default_year(self):
        """The year that ended last, unless its report is there already."""
        today = local_today()
        last = today.year - 1
        known = self.search_count(
            [("year", "=", last), ("company_id", "=", self.env.company.id)], limit=1
        )
        return today.year if known else last

    @api.depends("year")
    def _compute_display_name(self):
        for report in self:
            report.display_name = self.env._("Activity report %s", report.year)

    @api.depends("principal_id")
    @api.depends_context("uid")
    def _compute_may_approve(self):
        for report in self:
            report.may_approve = report._may_take(APPROVERS)

    @api.depends("section_ids.text", "section_ids.kind", "section_ids.table_id")
    def _compute_empty_headings(self):
        for report in self:
            left_out = report.section_ids - report._printed_sections()
            report.empty_headings = ", ".join(left_out.mapped("heading"))

    # ------------------------------------------------------------------ CRUD

    @api.model_create_multi
    def create(self, vals_list):
        reports = super().create(vals_list)
        for report in reports.filtered(lambda report: not report.section_ids):
            report._add_outline()
        return reports

    def write(self, vals):
        fixed = FIXED_FIELDS & vals.keys()
        if fixed and any(report.state != "draft" for report in self):
            raise UserError(
                self.env._("Only a draft can be changed. Reopen the report first.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_approved(self):
        if any(report.frozen_on for report in self):
            raise UserError(
                self.env._("A report that was approved once can't be deleted.")
            )

    def _add_outline(self):
        report = self.with_context(
            lang=self._paper_lang(), ozel_kalem_outline=True, tracking_disable=True
        )
        Table = self.env["ozel_kalem.statistics.table"]
        tables = {table.code: table.id for table in Table.search([])}
        report.section_ids = [
            Command.create(
                {
                    "sequence": 10 * number,
                    "key": entry.key,
                    "level": entry.level,
                    "heading": report.env._(entry.heading),
                    "kind": entry.kind,
                    "table_id": tables.get(entry.table),
                    "text": entry.html(report.env),
                    "is_declaration": entry.is_declaration,
                }
            )
            for number, entry in enumerate(OUTLINE, 1)
            if not entry.table or entry.table in tables
        ]

    # --------------------------------------------------------------- actions

    def action_submit(self):
        """Put the report before the principal.

        :raise UserError: when it was submitted already
        """
        self._take_step("submitted")

    def action_approve(self):
        """Approve the report; from now on its figures stay as they are."""
        self._take_step("approved")

    @api.model
    def _reason_actions(self):
        return {
            "action_reopen": self.env._("Why is the report taken up again?"),
        }

    def action_reopen(self, reason):
        """Back to the draft: texts stay, tables are live again.

        :param reason: why, for the chatter
        """
        reason = self._required_text(reason, self.env._("Reason"))
        self._take_step("draft")
        for report in self:
            report.message_post(body=self.env._("Reopened: %s", reason))

    def action_take_last_year(self):
        """Take over the texts of last year's report.

        Texts that were written this year already stay; sections that the office
        added last year are added.

        :return: a message that says how many were taken
        :raise UserError: when there is no report of last year, or no draft of this
        """
        self.ensure_one()
        last = self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("year", "<", self.year),
            ],
            limit=1,
        )
        if not last:
            raise UserError(self.env._("There is no report of an earlier year."))
        taken, kept = self.section_ids._take_texts(last.section_ids)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "%(taken)s texts of %(year)s were taken; %(kept)s that were "
                    "written this year stay.",
                    taken=taken,
                    kept=kept,
                    year=last.year,
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_preview(self):
        """Show the report on the screen as it would be printed."""
        self.ensure_one()
        report = self.env.ref(PAPER)
        return {
            **report.report_action(self, config=False),
            "report_type": "qweb-html",
        }

    def action_show_changes(self):
        """Show what would be another figure if the report were approved now."""
        self.ensure_one()
        if not self.frozen_on:
            raise UserError(
                self.env._("The figures are live: nothing was approved yet.")
            )
        view = self.env.ref("ozel_kalem.activity_report_view_changes")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What would differ now"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(view.id, "form")],
            "target": "new",
        }

    # -------------------------------------------------------------- workflow

    def _state_entered(self, state, before):
        super()._state_entered(state, before)
        now = fields.Datetime.now()
        for report in self:
            if state == "submitted":
                # sudo: a stamp of the step
                report.sudo().write(
                    {"submitted_on": now, "submitted_by_id": self.env.uid}
                )
                report._ask_approval()
                continue
            if state == "approved":
                report._freeze(now)
                report._sign(now)
            else:
                report._take_back_signature()
            report.activity_unlink(["mail.mail_activity_data_todo"])

    def _sign(self, moment):
        # sudo: a stamp of the step
        self.sudo().write(
            {
                "approved_on": moment,
                "approved_by_id": self.env.uid,
                "acting_note": self.principal_id._acting_note(),
            }
        )

    def _take_back_signature(self):
        # sudo: as it was stamped
        self.sudo().write(
            {"approved_on": False, "approved_by_id": False, "acting_note": False}
        )

    def _ask_approval(self):
        if user := self.principal_id._deciders():
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=user.id,
                summary=self.env._("%s waits for approval", self.display_name),
            )

    def _freeze(self, moment):
        # sudo: the principal approves figures without writing texts
        for section in self.section_ids.sudo():
            section._freeze()
        # sudo: a stamp of the step
        self.sudo().frozen_on = moment

    # --------------------------------------------------------------- reading

    def _period(self):
        return Period.of(date(self.year, 1, 1), date(self.year, 12, 31))

    def _paper_lang(self):
        """The language of the report: the municipality's, whoever reads it."""
        return self.company_id._ozel_kalem_lang() or "tr_TR"

    def _printed_sections(self):
        """Those with something below their heading, and the headings above these."""
        sections = self.section_ids.sorted(lambda section: section.sequence)
        printed, open_levels = self.section_ids.browse(), {}
        for section in sections:
            depth = section._depth()
            open_levels = {d: s for d, s in open_levels.items() if d < depth}
            open_levels[depth] = section
            if section._has_content():
                for above in open_levels.values():
                    printed |= above
        return printed.sorted(lambda section: section.sequence)

    def _paper_entries(self):
        """What is printed, section by section, tables and charts numbered."""
        printed = self._printed_sections()
        numbers = printed._numbers()
        tables, charts, entries = count(1), count(1), []
        for section in printed:
            figures = section._paper() or {"has_table": False, "chart": None}
            entries.append(
                {
                    "section": section,
                    "title": f"{numbers[section]} {section._title()}".strip(),
                    "figures": figures,
                    "table_number": figures["has_table"] and next(tables),
                    "chart_number": figures["chart"] and next(charts),
                }
            )
        return entries

    def _signatory(self):
        """Name and title of who approves: the principal, or who did it for him."""
        # sudo: the names of the principal and of his deputy are on every paper
        principal = self.principal_id.sudo()
        if self.acting_note:
            deputy = self.approved_by_id.sudo().name
            return deputy, principal.acting_title or principal.name
        return principal.partner_id.name, principal.title or principal.name

    def _signed_on(self):
        """When it was approved by principal or deputy; nothing where by another."""
        # sudo: only who the principal is
        own = self.approved_by_id == self.principal_id.sudo().user_id
        return (own or self.acting_note) and self.approved_on

    @api.model
    def _first_column_width(self, head):
        """How many millimetres the labels get beside the columns of figures."""
        return {2: 110, 3: 90, 4: 74, 5: 62, 6: 54, 7: 46}.get(len(head), 36)

    def _foot(self, office):
        """What stands at the foot of each page."""
        env = self.with_context(lang=self._paper_lang()).env
        return env._(
            "%(company)s %(office)s – Activity report %(year)s",
            company=office.company_id.name,
            office=office.name,
            year=self.year,
        )

    @api.depends("frozen_on")
    def _compute_changes(self):
        for report in self:
            qweb = self.env["ir.qweb"]
            report.changes = qweb._render(
                "ozel_kalem.activity_report_changes",
                {"sections": report._changed_sections()},
            )

    def _changed_sections(self):
        """``[(section, [Difference, …])]`` between what was approved and now."""
        found = [(section, section._differences()) for section in self.section_ids]
        return [(section, differences) for section, differences in found if differences]
