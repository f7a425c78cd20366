from odoo import models


class Instruction(models.Model):
    _inherit = "ozel_kalem.instruction"

    def _takes_old_number(self, vals, register):
        """Take the number as most modules do: before the INSERT, leaving gaps.

        The year is one in which no register draws.
        """
        number = int(self.env["ir.sequence"].next_by_code("bench_sequence"))
        vals.update(
            register_year=2000, register_number=number, name=f"2000/{number:05d}"
        )
        return True
