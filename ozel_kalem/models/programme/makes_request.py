from odoo import fields, models


class MakesRequest(models.AbstractModel):
    """A contact from which a citizen's request is registered (D07, D10)."""

    _name = "ozel_kalem.mixin.makes_request"
    _description = "Makes Requests"

    request_count = fields.Integer("Requests", compute="_compute_request_count")

    def _compute_request_count(self):
        Request = self.env["ozel_kalem.request"]
        counts = {}
        if Request.has_access("read"):
            origins = [f"{self._name},{record.id}" for record in self._origin]
            counts = dict(
                Request._read_group(
                    [("origin", "in", origins)], ["origin"], ["__count"]
                )
            )
        for record in self:
            record.request_count = counts.get(f"{self._name},{record._origin.id}", 0)

    def action_view_requests(self):
        """Open the requests that were born from this contact."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Requests from %(number)s", number=self.name),
            "res_model": "ozel_kalem.request",
            "view_mode": "list,kanban,form",
            "mobile_view_mode": "kanban",
            "domain": [("origin", "=", f"{self._name},{self.id}")],
        }

    def _make_request(self, channel, subject, partner):
        Request = self.env["ozel_kalem.request"]
        return Request.create(
            {
                **Request._prepare_follow_up_values(self),
                "subject": subject,
                "partner_id": partner.id,
                "channel": channel,
            }
        )


class Call(models.Model):
    _name = "ozel_kalem.call"
    _inherit = ["ozel_kalem.call", "ozel_kalem.mixin.makes_request"]


class Visit(models.Model):
    _name = "ozel_kalem.visit"
    _inherit = ["ozel_kalem.visit", "ozel_kalem.mixin.makes_request"]

    def action_make_request(self):
        """Register what the visitor asks of the municipality.

        :return: the action that opens the request
        """
        self.ensure_one()
        subject = self.subject or self.env._("Visit")
        request = self._make_request("in_person", subject, self._person())
        return request.get_formview_action()

    def _person(self):
        """The visitor as a person, created when he wasn't known."""
        if not self.partner_id:
            # sudo: receiving somebody creates his card, whatever the rights in
            # Contacts
            partner = (
                self.env["res.partner"]
                .sudo()
                .create({"name": self.visitor_name, "phone": self.phone})
            )
            self.write({"partner_id": partner.id})
        return self.partner_id


class Appointment(models.Model):
    _name = "ozel_kalem.appointment"
    _inherit = ["ozel_kalem.appointment", "ozel_kalem.mixin.makes_request"]

    def action_make_request(self):
        """Register what was asked for in the meeting.

        :return: the action that opens the request
        """
        self.ensure_one()
        request = self._make_request("in_person", self.subject, self.partner_id)
        return request.get_formview_action()
