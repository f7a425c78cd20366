import logging

import psycopg2
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

BATCH = 200
_logger = logging.getLogger(__name__)


class Retention(models.Model):
    """How long the personal data of one kind of record is kept (KVKK policy).

    Registered documents follow the archive's periods; this is for the working
    records. Nothing is erased before the director switches a line on.
    """

    _name = "ozel_kalem.retention"
    _description = "Retention Period"
    _order = "model_name, id"
    _rec_name = "model_name"

    model_name = fields.Selection(
        "_selection_model_name", "Kind of record", required=True
    )
    months = fields.Integer("Kept for (months)", required=True, default=24)
    runs = fields.Boolean(
        "Erase by itself", help="Each night, what is older and closed."
    )
    due_count = fields.Integer("Can be erased", compute="_compute_due_count")
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    last_run_on = fields.Datetime("Last run", readonly=True)
    last_run_count = fields.Integer("Erased in the last run", readonly=True)

    _kind_uniq = models.UniqueIndex(
        "(model_name, company_id)", "There is already a period for this kind."
    )
    _months_positive = models.Constraint(
        "CHECK (months BETWEEN 1 AND 1200)",
        "“Kept for (months)” must be from 1 to 1200.",
    )

    @api.model
    def _selection_model_name(self):
        names = self.env.registry.descendants(["ozel_kalem.mixin.personal"], "_inherit")
        return [
            (name, self.env["ir.model"]._get(name).name)
            for name in sorted(names)
            if not self.env[name]._abstract
        ]

    @api.depends("model_name")
    def _compute_display_name(self):
        """The kind of record as people call it, not as the database does."""
        kinds = dict(self._selection_model_name())
        for line in self:
            line.display_name = kinds.get(line.model_name, "")

    @api.constrains("model_name")
    def _check_model_name(self):
        known = dict(self._selection_model_name())
        if any(line.model_name not in known for line in self):
            raise ValidationError(self.env._("“Kind of record” isn't one of ours."))

    def _kept(self):
        """The kind of record (sudo), and the domain of those whose time is over."""
        self.ensure_one()
        # sudo: the policy holds for records that its keeper may not read
        Model = self.env[self.model_name].sudo().with_context(active_test=False)
        before = fields.Datetime.now() - relativedelta(months=self.months)
        domain = Model._retention_domain(before)
        if "company_id" in Model._fields:
            domain &= Domain("company_id", "=", self.company_id.id)
        return Model, domain

    def _due(self, limit=None, after=0):
        """The records whose time is over (sudo), of those that came ``after`` an id."""
        Model, domain = self._kept()
        return Model.search(domain & Domain("id", ">", after), order="id", limit=limit)

    @api.depends("months", "model_name")
    def _compute_due_count(self):
        for line in self:
            if not line.model_name:
                line.due_count = 0
                continue
            Model, domain = line._kept()
            line.due_count = Model.search_count(domain)

    def action_preview(self):
        """Show what would be erased: numbers and dates, no contents."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("To be erased: %(kind)s", kind=self.display_name),
            "res_model": "ozel_kalem.register.entry",
            "view_mode": "list",
            "domain": [
                ("res_model", "=", self.model_name),
                ("res_id", "in", self._due().ids),
            ],
            "context": {"create": False},
            "help": self.env._(
                "Nothing is due: no closed record of this kind is older than the "
                "months of its line."
            ),
        }

    def action_run(self):
        """Erase now what is due.

        :raise UserError: for anybody but the director
        """
        if not (self.env.su or self.env.user.has_group("ozel_kalem.group_director")):
            raise UserError(self.env._("Only the director erases personal data."))
        for line in self:
            line._run()

    def _run(self):
        erased = sum(erased for _tried, erased in self._erase_in_batches())
        # sudo: when it ran last is kept whoever may edit the policy
        self.sudo().write(
            {"last_run_on": fields.Datetime.now(), "last_run_count": erased}
        )

    def _erase_in_batches(self):
        """Erase what is due; yield of each batch how many were tried, and erased."""
        due = self._due(limit=BATCH)
        while due:
            last = due[-1].id
            yield len(due), self._erase_batch(due)
            due = self._due(limit=BATCH, after=last)

    def _erase_batch(self, due):
        """Erase ``due`` together, or one by one where one of them can't be.

        :return: how many were erased
        """
        try:
            with self.env.cr.savepoint():
                due._anonymise()
        except psycopg2.OperationalError:
            raise
        except Exception:
            if len(due) > 1:
                return sum(map(self._erase_batch, due))
            _logger.exception("%s can't be erased", due.name if "name" in due else due)
            return 0
        return len(due)

    @api.model
    def _cron_erase(self):
        """Each night: the lines that were switched on, in small steps."""
        cron = self.env["ir.cron"]
        lines = self.search([("runs", "=", True)])
        for line in lines:
            total = 0
            for tried, erased in line._erase_in_batches():
                total += erased
                cron._commit_progress(tried)
            line.write({"last_run_on": fields.Datetime.now(), "last_run_count": total})
