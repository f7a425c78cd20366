from odoo import models
from odoo.fields import Domain


class PersonalMixin(models.AbstractModel):
    _inherit = "ozel_kalem.mixin.personal"

    def _erase_parts(self):
        """What was referred, told and submitted about the records goes with them."""
        super()._erase_parts()
        names = self.env.registry.descendants(["ozel_kalem.mixin.about"], "_inherit")
        for name in names:
            Model = self.env[name]
            if Model._abstract or "anonymised_on" not in Model._fields:
                continue
            Model.with_context(active_test=False).search(
                Domain("res_model", "=", self._name) & Domain("res_id", "in", self.ids)
            )._erase()


class Referral(models.Model):
    _name = "ozel_kalem.referral"
    _inherit = ["ozel_kalem.referral", "ozel_kalem.mixin.personal"]

    _personal_fields = (
        "subject",
        "body",
        "answer",
        "return_reason",
        "sent_back_reason",
        "cancel_reason",
        "asked_deadline_reason",
    )


class Submission(models.Model):
    _name = "ozel_kalem.submission"
    _inherit = ["ozel_kalem.submission", "ozel_kalem.mixin.personal"]

    _personal_fields = ("subject", "summary", "decision_note")


class Notice(models.Model):
    _name = "ozel_kalem.notice"
    _inherit = ["ozel_kalem.notice", "ozel_kalem.mixin.personal"]

    _personal_fields = ("partner_id", "subject", "body", "proof", "failure_reason")
