from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ...tools.local_time import day_start, local_today
from .board_lines import appointment_line, text, visit_line
from .sight import Sight

LEFT_LIMIT = 20
VISIT_FIELDS = (
    "name visitor_name institution party_size subject seeks badge state "
    "arrived_on admitted_on closed_on wait_minutes appointment_id confidentiality"
)
APPOINTMENT_FIELDS = (
    "name partner_id subject description party_size companions start stop state "
    "confidentiality"
)


class Board(models.AbstractModel):
    """What the two live screens show: the reception's here, the mayor's in
    ``day_screen.py`` (D02, D09).
    """

    _name = "ozel_kalem.board"
    _description = "Live Board"

    @api.readonly
    @api.model
    def get_reception(self, principal_id=None):
        """Who is expected today, waits, is inside, has left.

        :param principal_id: of one principal alone; of all when left out
        :raise AccessError: for whoever isn't of the office
        """
        sight = Sight(self.env)
        principals = self._principals(sight)
        chosen = self._chosen(principals, principal_id) or principals
        begin, end = bounds(local_today())
        expected = sight.find(
            "ozel_kalem.appointment",
            [
                ("principal_id", "in", chosen.ids),
                ("state", "=", "scheduled"),
                ("start", ">=", begin),
                ("start", "<", end),
            ],
            APPOINTMENT_FIELDS,
            "start, id",
        )
        present = sight.find(
            "ozel_kalem.visit",
            [
                ("principal_id", "in", chosen.ids),
                ("state", "in", ("waiting", "admitted")),
            ],
            VISIT_FIELDS,
            "arrived_on, id",
        )
        left_today = [
            ("principal_id", "in", chosen.ids),
            ("state", "in", ("left", "turned_away")),
            ("arrived_on", ">=", begin),
            ("arrived_on", "<", end),
        ]
        gone = sight.find(
            "ozel_kalem.visit",
            left_today,
            VISIT_FIELDS,
            "closed_on desc, id desc",
            LEFT_LIMIT,
        )
        return {
            **self._header(principals, principal_id and chosen),
            "expected": self._appointment_lines(expected),
            "waiting": [visit_line(v) for v in present if v.state == "waiting"],
            "inside": [visit_line(v) for v in present if v.state == "admitted"],
            "left": [visit_line(visit) for visit in gone],
            "left_count": sight.count("ozel_kalem.visit", left_today),
            **self._door_rights(),
        }

    # ----------------------------------------------------------- who may look

    @api.model
    def _is_open(self):
        """Whether the current user may look at the boards at all."""
        return bool(
            self.env.user.has_group("ozel_kalem.group_office")
            or self.env["ozel_kalem.principal"]._acting_ids()
        )

    def _principals(self, sight):
        """The principals whose boards the reader may see."""
        domain = Domain("company_id", "in", self.env.companies.ids)
        if not self.env.user.has_group("ozel_kalem.group_office"):
            if not sight.acting_ids:
                raise AccessError(self.env._("The boards are for the office alone."))
            domain &= Domain("id", "in", sight.acting_ids)
        return self.env["ozel_kalem.principal"].search_fetch(
            domain, ["name", "user_id"]
        )

    def _chosen(self, principals, principal_id):
        if not principal_id:
            return principals.browse()
        if principal_id not in principals.ids:
            raise AccessError(self.env._("You don't see the board of this principal."))
        return principals.browse(principal_id)

    def _door_rights(self):
        Visit, Appointment = (
            self.env["ozel_kalem.visit"],
            self.env["ozel_kalem.appointment"],
        )
        moves = Visit.has_access("write") and Appointment.has_access("write")
        return {"may_receive": Visit.has_access("create"), "may_move": moves}

    # ------------------------------------------------------------------ lines

    def _header(self, principals, chosen):
        return {
            "now": text(fields.Datetime.now()),
            "principals": [{"id": p.id, "name": p.name} for p in principals],
            "principal_id": chosen.id if chosen else False,
        }

    def _appointment_lines(self, appointments):
        appointments.partner_id.fetch(["name", "commercial_company_name"])
        return [appointment_line(appointment) for appointment in appointments]


def bounds(day):
    """The first moment of a day in Istanbul and of the next one, naive UTC."""
    return day_start(day), day_start(day + timedelta(days=1))
