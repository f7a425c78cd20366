from odoo import models


class SheetMixin(models.AbstractModel):
    """A selection of records that can be had as an XLSX workbook."""

    _name = "ozel_kalem.mixin.sheet"
    _description = "Sheet"

    def _sheet_title(self):
        """The workbook's title, also its file name."""
        return self._description

    def _write_xlsx(self, stream):
        """Write the workbook, with the reader's own rights, to ``stream``."""
        raise NotImplementedError

    def action_xlsx(self):
        """Download the workbook."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/ozel_kalem/sheet/{self._name}/{self.id}",
            "target": "download",
        }
