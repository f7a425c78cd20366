from odoo import fields, models
from odoo.exceptions import UserError


class Reason(models.TransientModel):
    """The one dialog that asks for a reason, an answer or an outcome."""

    _name = "ozel_kalem.reason"
    _description = "Reason"

    res_model = fields.Char(required=True)
    res_ids = fields.Char(required=True)
    method = fields.Char(required=True)
    text = fields.Text(required=True)

    def action_confirm(self):
        """Call the action that opened the dialog with the text given.

        :raise UserError: when the model doesn't list the method as one that
            takes a text
        """
        self.ensure_one()
        if self.res_model not in self.env:
            raise UserError(self.env._("There is no such kind of record."))
        records = self.env[self.res_model].browse(
            int(res_id) for res_id in self.res_ids.split(",")
        )
        allowed = getattr(records, "_reason_actions", dict)()
        if self.method not in allowed:
            raise UserError(self.env._("This action asks for no text."))
        result = getattr(records, self.method)(self.text)
        opens = isinstance(result, dict) and result.get("type")
        return result if opens else {"type": "ir.actions.act_window_close"}
