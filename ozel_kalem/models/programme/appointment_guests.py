from odoo import models
from odoo.fields import Command

GUEST_FIELDS = {"partner_id", "participant_ids", "unit_ids", "department_ids"}


class Appointment(models.Model):
    """Who is invited to an appointment, from its booking to its end."""

    _inherit = "ozel_kalem.appointment"

    def write(self, vals):
        if not GUEST_FIELDS & vals.keys():
            return super().write(vals)
        before = {appointment: appointment._guests() for appointment in self}
        result = super().write(vals)
        for appointment, guests in before.items():
            appointment._change_guests(guests)
        return result

    def _guests(self):
        """Who is invited: the applicant, participants, the units concerned."""
        people = self.partner_id | self.participant_ids
        for unit in self.unit_ids | self.department_ids:
            people |= unit._ozel_kalem_contacts()
        return people

    def _change_guests(self, before):
        """Invite who has come in, take back who is out; leave the others alone."""
        # sudo: the programme item follows the appointment, whoever changed it
        engagement, guests = self.engagement_id.sudo(), self._guests()
        if before == guests or engagement.state not in ("tentative", "confirmed"):
            return
        commands = [Command.unlink(guest.id) for guest in before - guests]
        commands += [Command.link(guest.id) for guest in guests - before]
        engagement.write({"partner_ids": commands})
