from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ...tools import register_numbers

# The upper bits of our advisory lock keys; the rest is register and year.
LOCK_SPACE = 0x6F6B << 48


class Register(models.Model):
    """A book in which records get their number, year by year."""

    _name = "ozel_kalem.register"
    _description = "Register"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="The kind of record that it numbers.")
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        index=True,
        ondelete="cascade",
    )
    pattern = fields.Char(
        "Number pattern",
        required=True,
        default="{year}/{number:05d}",
        help="{year}, {yy} and {number:05d} may be used. "
        "Numbers that were given keep their look.",
    )
    active = fields.Boolean(default=True)

    _code_uniq = models.Constraint(
        "UNIQUE (company_id, code)", "This company already has a register of this code."
    )

    @api.constrains("pattern")
    def _check_pattern(self):
        for register in self:
            try:
                register_numbers.validate_pattern(register.pattern)
            except ValueError as error:
                raise ValidationError(
                    self.env._(
                        "“Number pattern” %(pattern)s can't be used: %(error)s",
                        pattern=register.pattern,
                        error=error,
                    )
                ) from error

    @api.model_create_multi
    def create(self, vals_list):
        registers = super().create(vals_list)
        self.env.registry.clear_cache()
        return registers

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    @api.model
    @tools.ormcache("code", "company_id")
    def _get_id(self, code, company_id):
        # sudo: every user who may create a record may learn its register's id
        register = self.sudo().search(
            [("code", "=", code), ("company_id", "=", company_id)], limit=1
        )
        return register.id

    @api.model
    def _get(self, code, company):
        """The register ``code`` of ``company``.

        :raise UserError: when the company has none, naming the remedy
        """
        register_id = self._get_id(code, company.id)
        if not register_id:
            raise UserError(
                self.env._(
                    "%(company)s has no register “%(code)s”. "
                    "Create it under Özel Kalem / Configuration / Registers.",
                    company=company.name,
                    code=code,
                )
            )
        return self.browse(register_id)

    @tools.ormcache("self.id")
    def _pattern(self):
        # sudo: every user who may create a record may learn how it is numbered
        return self.sudo().pattern

    def _lock(self, year):
        """Wait until this transaction alone draws numbers of ``year``.

        The lock ends with the transaction: after its commit can be seen, or
        after it was rolled back. See docs/adr/0002-register-numbers.md.
        """
        self.ensure_one()
        key = LOCK_SPACE | (self.id << 12) | (year & 0xFFF)
        self.env.cr.execute(SQL("SELECT pg_advisory_xact_lock(%s)", key))
