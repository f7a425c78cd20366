from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


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
    )

    @api.model
    def _ozel_kalem_visible_domain(self):
        """Events that the current user may know of: all that project nothing,
        and for the office all; attendees find their own.
        """
        if self.env.user.has_group("ozel_kalem.group_office"):
            return Domain.TRUE
        return Domain("ozel_kalem_engagement_id", "=", False) | Domain(
            "partner_ids", "in", self.env.user.partner_id.ids
        )

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
        domain = self._ozel_kalem_visible_domain()
        if domain.is_true():
            return domain
        # sudo: see above
        return Domain("id", "in", self.sudo()._search(domain))

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
    )

    @api.depends_context("uid")
    @api.depends("event_id")
    def _compute_ozel_kalem_is_visible(self):
        for attendee in self:
            # sudo: asks whether the event is visible, without reading it
            attendee.ozel_kalem_is_visible = attendee.sudo().event_id.ozel_kalem_is_visible

    def _search_ozel_kalem_is_visible(self, operator, value):
        if operator != "in":
            return NotImplemented
        Event = self.env["calendar.event"]
        domain = Event._ozel_kalem_visible_domain()
        if domain.is_true():
            return domain
        # sudo: the deciding column is closed to those it decides upon
        return Domain("event_id", "not in", Event.sudo()._search(~domain))


class BusyTime(models.Model):
    """When a principal is busy, and nothing more: for every employee."""

    _name = "ozel_kalem.busy.time"
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
