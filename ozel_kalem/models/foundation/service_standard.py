from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from ...tools import working_days
from ...tools.local_time import to_local

DURATION_UNITS = [
    ("hour", "Hours"),
    ("working_day", "Working days"),
    ("day", "Calendar days"),
]


class ServiceStandard(models.Model):
    """How long a service may take, and by which rule.

    The table is the one that BKK 2009/15169 m6 asks for (hizmet standartları),
    together with the clocks of 3071, 4982, 6698 and the RYY.
    """

    _name = "ozel_kalem.service.standard"
    _description = "Service Standard"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(copy=False)
    sequence = fields.Integer(default=10)
    duration = fields.Integer(required=True)
    duration_unit = fields.Selection(
        DURATION_UNITS, "Unit", required=True, default="working_day"
    )
    duration_text = fields.Char(
        "Printed as",
        translate=True,
        help="How the published table puts the duration where the clock can't, for "
        "example “30 dakika” or “aynı gün”.",
    )
    extension_duration = fields.Integer(
        "Extension", help="By how much the deadline may be extended, once."
    )
    legal_basis = fields.Char()
    warn_days = fields.Integer("Warn before (days)", default=2)
    document_text = fields.Text("Documents asked for")
    in_public_table = fields.Boolean("In the published table")
    company_id = fields.Many2one("res.company", index="btree_not_null")
    active = fields.Boolean(default=True)

    _code_uniq = models.UniqueIndex(
        "(code, COALESCE(company_id, 0)) WHERE code IS NOT NULL",
        "There is already a service standard with this code.",
    )
    _duration_positive = models.Constraint(
        "CHECK (duration BETWEEN 1 AND 9999 AND extension_duration BETWEEN 0 AND 9999)",
        "“Duration” must be from 1 to 9999, “Extension” from 0 to 9999.",
    )

    @api.constrains("duration_unit", "extension_duration")
    def _check_extension(self):
        for standard in self:
            if standard.duration_unit == "hour" and standard.extension_duration:
                raise ValidationError(
                    self.env._("A clock in hours has no “Extension”. Leave it at 0.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    @api.model
    def _get(self, code, company_id):
        """The standard with this code: the company's own, else everybody's."""
        return self.browse(self._get_id(code, company_id) or ())

    @api.model
    @tools.ormcache("code", "company_id")
    def _get_id(self, code, company_id):
        # sudo: how long a service takes is published
        return (
            self.sudo()
            .search(
                [("code", "=", code), ("company_id", "in", (company_id, False))],
                order="company_id.id",
                limit=1,
            )
            .id
        )

    def get_deadline(self, start):
        """The last day of a service that began at ``start``.

        :param start: date or datetime (UTC), or their ISO strings; the day of
            arrival is not counted
        :return: date in Europe/Istanbul
        :raise ValidationError: when ``start`` is no date
        """
        self.ensure_one()
        begin = self._local_start(start)
        try:
            return working_days.due_date(
                begin, self.duration, self.duration_unit, self._work_calendar()
            )
        except ValueError as error:
            raise ValidationError(
                self.env._("“%(start)s” leads out of the calendar.", start=start)
            ) from error

    def _work_calendar(self):
        company = self.company_id or self.env.company
        return self.env["ozel_kalem.holiday"]._work_calendar(company.id)

    def _local_start(self, start):
        try:
            return to_local(start)
        except ValueError as error:
            raise ValidationError(
                self.env._(
                    "“%(start)s” is not a date. Write it as 2026-10-07.", start=start
                )
            ) from error
