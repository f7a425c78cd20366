from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

# What a projection takes from its engagement.
PROJECTED_FIELDS = {
    "name",
    "start",
    "stop",
    "start_date",
    "stop_date",
    "duration",
    "allday",
    "partner_ids",
    "attendee_ids",
    "user_id",
    "privacy",
    "show_as",
    "active",
    "recurrency",
}


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    ozel_kalem_engagement_id = fields.Many2one(
        "ozel_kalem.engagement",
        "Engagement",
        index="btree_not_null",
        ondelete="cascade",
        copy=False,
        groups="ozel_kalem.group_office",
    )
    ozel_kalem_is_visible = fields.Boolean(
        compute="_compute_ozel_kalem_is_visible",
        search="_search_ozel_kalem_is_visible",
        groups=fields.NO_ACCESS,
    )

    @api.model
    def _ozel_kalem_visible_domain(self):
        """Events that the current user may know of: all that project nothing,
        those that he attends, and for the office those whose engagement it may
        read.
        """
        domain = Domain("ozel_kalem_engagement_id", "=", False) | Domain(
            "partner_ids", "in", self.env.user.partner_id.ids
        )
        if not self.env.user.has_group("ozel_kalem.group_office"):
            return domain
        named = self.env["ozel_kalem.engagement"]._named_domain()
        own = Domain("company_id", "in", self.env.companies.ids)
        return domain | Domain("ozel_kalem_engagement_id", "any", named & own)

    @api.depends("ozel_kalem_engagement_id", "partner_ids")
    @api.depends_context("uid")
    def _compute_ozel_kalem_is_visible(self):
        # sudo: the deciding column is closed to those it decides upon
        visible = self.sudo().filtered_domain(self._ozel_kalem_visible_domain())
        for event in self:
            event.ozel_kalem_is_visible = event.sudo() in visible

    def _search_ozel_kalem_is_visible(self, operator, value):
        if operator != "in":
            return NotImplemented
        # sudo: see above
        return Domain(
            "id", "in", self.sudo()._search(self._ozel_kalem_visible_domain())
        )

    def write(self, vals):
        if PROJECTED_FIELDS & vals.keys():
            self._ozel_kalem_check_projection()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_projection(self):
        self._ozel_kalem_check_projection()

    def _ozel_kalem_check_projection(self):
        """Attendees answer an invitation; the engagement alone moves it."""
        if self.env.su:
            return
        self.check_access("write")
        # sudo: attendees may not read the column
        if self.sudo().ozel_kalem_engagement_id:
            raise UserError(
                self.env._(
                    "This time is booked by the private office. "
                    "Ask the office to change or cancel it."
                )
            )

    def _mail_get_operation_for_mail_message_operation(self, message_operation):
        """Core reads each event that a message is about: not the hidden ones."""
        visible = self._filtered_access("read")
        operations = super(
            CalendarEvent, visible
        )._mail_get_operation_for_mail_message_operation(message_operation)
        operations.update(dict.fromkeys(self - visible, "read"))
        return operations

    def _ozel_kalem_silent(self):
        """An environment in which writing events sends nothing by itself."""
        return self.with_context(
            no_mail_to_attendees=True,
            dont_notify=True,
            skip_contact_description=True,
            mail_create_nolog=True,
            mail_create_nosubscribe=True,
            tracking_disable=True,
        )


class CalendarAttendee(models.Model):
    _inherit = "calendar.attendee"

    ozel_kalem_is_visible = fields.Boolean(
        compute="_compute_ozel_kalem_is_visible",
        search="_search_ozel_kalem_is_visible",
        groups=fields.NO_ACCESS,
    )

    @api.depends_context("uid")
    @api.depends("event_id")
    def _compute_ozel_kalem_is_visible(self):
        for attendee in self:
            # sudo: asks whether the event is visible, without reading it
            attendee.ozel_kalem_is_visible = (
                attendee.sudo().event_id.ozel_kalem_is_visible
            )

    def _search_ozel_kalem_is_visible(self, operator, value):
        if operator != "in":
            return NotImplemented
        Event = self.env["calendar.event"]
        domain = Event._ozel_kalem_visible_domain()
        # sudo: the deciding column is closed to those it decides upon
        return Domain("event_id", "not in", Event.sudo()._search(~domain))


class BusyTime(models.Model):
    """When a principal is busy, and nothing more: for every employee."""

    _name = "ozel_kalem.busy.time"
    _inherit = ["ozel_kalem.mixin.period"]
    _description = "Busy Time"
    _auto = False
    _order = "start, id"
    _rec_name = "principal_id"
    _depends = {
        "ozel_kalem.engagement": ["principal_id", "start", "stop", "state", "active"]
    }

    principal_id = fields.Many2one("ozel_kalem.principal", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    start = fields.Datetime(readonly=True)
    stop = fields.Datetime(readonly=True)

    @property
    def _table_query(self):
        return SQL(
            "SELECT id, principal_id, company_id, start, stop FROM ozel_kalem_engagement"
            " WHERE state IN ('confirmed', 'done') AND active IS TRUE"
        )
