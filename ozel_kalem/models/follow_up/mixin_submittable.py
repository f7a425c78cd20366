from odoo import fields, models


class SubmittableMixin(models.AbstractModel):
    """A record that can be put before the principal for a decision."""

    _name = "ozel_kalem.mixin.submittable"
    _description = "Submittable"

    submission_ids = fields.One2many(
        "ozel_kalem.submission",
        "res_id",
        domain=lambda self: [("res_model", "=", self._name)],
        string="Submissions",
    )
    submission_count = fields.Integer(compute="_compute_submission_count")

    def _compute_submission_count(self):
        for record in self:
            record.submission_count = len(record.submission_ids)

    def action_prepare_submission(self):
        """Open a new submission about this record, to write its summary."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Submit to the principal"),
            "res_model": "ozel_kalem.submission",
            "view_mode": "form",
            "context": {
                "default_res_model": self._name,
                "default_res_id": self.id,
                "default_principal_id": self.principal_id.id
                if "principal_id" in self._fields
                else False,
                "default_confidentiality": self.confidentiality,
            },
        }

    def action_view_submissions(self):
        """Open the record's submissions."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Submissions"),
            "res_model": "ozel_kalem.submission",
            "view_mode": "list,form",
            "domain": [("res_model", "=", self._name), ("res_id", "=", self.id)],
        }

    def _submission_decided(self, submission):
        """React to the principal's decision on a submission of this record."""
