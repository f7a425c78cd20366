from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class ReceiptMixin(models.AbstractModel):
    """A line of a distribution list: what was sent to whom, and when he saw it.

    The office alone writes ``sent_on`` and ``seen_on``; what was sent is kept.
    A model says by ``_mine`` which lines are the current user's.
    """

    _name = "ozel_kalem.mixin.receipt"
    _description = "Reading Receipt"

    # What nobody but the office's own methods writes.
    _office_fields = {"sent_on", "seen_on"}

    sent_on = fields.Datetime("Sent", readonly=True, copy=False)
    seen_on = fields.Datetime("Seen", readonly=True, copy=False)

    @api.model_create_multi
    def create(self, vals_list):
        self._check_receipts(*vals_list)
        return super().create(vals_list)

    def write(self, vals):
        self._check_receipts(vals)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        if any(receipt.sent_on for receipt in self):
            raise UserError(self.env._("A receipt is kept: it was sent already."))

    def _check_receipts(self, *vals_list):
        ours = self._office_fields
        if not self.env.su and any(ours & vals.keys() for vals in vals_list):
            raise AccessError(self.env._("Receipts are written by the office alone."))

    def _mine(self):
        """Those of ``self`` that are addressed to the current user."""
        raise NotImplementedError

    def _unseen(self):
        return self.filtered(lambda line: line.sent_on and not line.seen_on)

    def action_see(self):
        """The reader confirms that he has seen it."""
        # sudo: a reader writes nothing but his own receipt
        self._mine()._unseen().sudo().write({"seen_on": fields.Datetime.now()})


class ReceiptedMixin(models.AbstractModel):
    """A document that is distributed against receipts, the lines of ``_receipts``."""

    _name = "ozel_kalem.mixin.receipted"
    _description = "Document with Receipts"

    _receipts = None

    unseen_count = fields.Integer("Not seen yet", compute="_compute_unseen_count")
    waits_for_me = fields.Boolean(compute="_compute_waits_for_me")

    @api.depends(lambda self: self._receipt_stamps())
    def _compute_unseen_count(self):
        for document in self:
            document.unseen_count = len(document[self._receipts]._unseen())

    @api.depends(lambda self: self._receipt_stamps())
    @api.depends_context("uid")
    def _compute_waits_for_me(self):
        for document in self:
            document.waits_for_me = bool(document._my_receipts())

    @api.model
    def _receipt_stamps(self):
        lines = self._receipts
        return [f"{lines}.sent_on", f"{lines}.seen_on"] if lines else []

    def _my_receipts(self):
        """The current user's own receipts (sudo) that he hasn't confirmed yet."""
        # sudo: everybody may know what was sent to himself
        return self.sudo()[self._receipts]._mine()._unseen()

    def action_confirm_reading(self):
        """The reader confirms that he has seen it."""
        for document in self:
            document.check_access("read")
            document._my_receipts().action_see()
