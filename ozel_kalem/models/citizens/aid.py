from odoo import api, fields, models

AID_KINDS = [
    ("food", "Food"),
    ("cash", "Cash"),
    ("medical", "Medical"),
    ("fuel", "Fuel"),
    ("education", "Education"),
    ("other", "Other aid"),
]


class Aid(models.Model):
    """What an aid request says about a household (KVKK art. 6): its own group's.

    The social unit decides; only its result is kept here (D12).
    """

    _name = "ozel_kalem.aid"
    _description = "Aid Details"
    _order = "id desc"
    _rec_name = "request_id"

    request_id = fields.Many2one(
        "ozel_kalem.request", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="request_id.company_id", store=True)
    kind = fields.Selection(AID_KINDS, required=True, default="food")
    household_size = fields.Integer("Persons in the household", aggregator=None)
    note = fields.Text("Household")
    outcome = fields.Selection(
        [
            ("review", "Under social review"),
            ("eligible", "Suitable"),
            ("not_eligible", "Not suitable"),
            ("delivered", "Delivered"),
        ],
        "The unit's result",
        required=True,
        default="review",
    )
    delivered_on = fields.Date()

    _request_uniq = models.Constraint(
        "UNIQUE (request_id)", "This request has its aid details already."
    )
    _size_positive = models.Constraint(
        "CHECK (household_size BETWEEN 0 AND 99)",
        "“Persons in the household” must be from 0 to 99.",
    )

    def _read_format(self, fnames, load="_classic_read"):
        """Reading is logged: the data is of a special category."""
        values = super()._read_format(fnames, load=load)
        if {"note", "household_size"} & set(fnames):
            self.env["ozel_kalem.access.log"]._log(self.request_id, "read")
        return values


class Request(models.Model):
    _inherit = "ozel_kalem.request"

    aid_ids = fields.One2many(
        "ozel_kalem.aid",
        "request_id",
        "Aid details",
        groups="ozel_kalem.group_aid,ozel_kalem.group_director",
    )
    applicant_masked = fields.Char(
        "Applicant (masked)", compute="_compute_applicant_masked"
    )

    @api.depends("partner_id")
    def _compute_applicant_masked(self):
        for request in self:
            words = (request.partner_id.name or "").split()
            request.applicant_masked = " ".join(f"{word[:2]}***" for word in words)

    @api.depends("request_type")
    def _compute_display_name(self):
        """An aid request shows its number alone, wherever its name travels."""
        super()._compute_display_name()
        for request in self.filtered(lambda request: request.request_type == "aid"):
            request.display_name = self.env._("%(number)s (aid)", number=request.name)

    def action_move_to_aid(self):
        """Hand it to those who look after aid; who moved it leaves it.

        Only who registered it goes on reading it, as what he wrote himself.

        :raise AccessError: for whoever may not change the request
        """
        self.check_access("write")
        # sudo: what is aid from now on is read by others than who moved it
        self.sudo().write({"request_type": "aid", "user_id": False})
        self.sudo().message_unsubscribe(self.env.user.partner_id.ids)
        action = self.env["ir.actions.actions"]._for_xml_id("ozel_kalem.request_action")
        # the form that is open can't be returned to
        return {**action, "target": "main"}

    def _mails_are_neutral(self, message):
        aid = len(self) == 1 and self.request_type == "aid"
        if aid and message.message_type != "user_notification":
            return True
        return super()._mails_are_neutral(message)
