from odoo import api, fields, models
from odoo.exceptions import UserError


class AppointmentSchedule(models.TransientModel):
    """Offers the earliest free times; one click books."""

    _name = "ozel_kalem.appointment.schedule"
    _description = "Schedule an Appointment"

    appointment_id = fields.Many2one("ozel_kalem.appointment", required=True)
    slot_ids = fields.One2many(
        "ozel_kalem.appointment.slot",
        "schedule_id",
        compute="_compute_slot_ids",
        store=True,
        readonly=False,
    )
    start = fields.Datetime("Another time")
    parallel_reason = fields.Char(
        help="Why it may take place beside what is booked already."
    )

    @api.depends("appointment_id")
    def _compute_slot_ids(self):
        for schedule in self:
            slots = schedule.appointment_id and schedule.appointment_id.suggest_slots(6)
            schedule.slot_ids = [(5,)] + [
                (0, 0, {name: fields.Datetime.to_datetime(slot[name]) for name in slot})
                for slot in slots or ()
            ]

    def action_confirm(self):
        """Book the time that was typed in."""
        self.ensure_one()
        if not self.start:
            raise UserError(self.env._("Choose one of the times, or type another one."))
        self.appointment_id.action_schedule(
            self.start, parallel_reason=self.parallel_reason
        )
        return {"type": "ir.actions.act_window_close"}


class AppointmentSlot(models.TransientModel):
    _name = "ozel_kalem.appointment.slot"
    _description = "Free Time"
    _order = "start"

    schedule_id = fields.Many2one("ozel_kalem.appointment.schedule", ondelete="cascade")
    start = fields.Datetime(readonly=True)
    stop = fields.Datetime(readonly=True)

    def action_choose(self):
        """Book this time."""
        self.ensure_one()
        self.schedule_id.appointment_id.action_schedule(self.start, self.stop)
        return {"type": "ir.actions.act_window_close"}
