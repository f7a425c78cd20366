from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import html2plaintext

from ...tools.local_time import local_date, local_today
from .board import APPOINTMENT_FIELDS, VISIT_FIELDS, bounds
from .board_lines import guarded, identity, one_line, values, visit_line
from .sight import LIST_LIMIT, Sight

ROLES = (
    "ozel_kalem.group_principal",
    "ozel_kalem.group_director",
    "ozel_kalem.group_secretary",
)
FIRST_LINES = 5
NEXT_VISITORS = 3

ENGAGEMENT_FIELDS = (
    "subject kind start stop all_day location description state confidentiality "
    "principal_id"
)
NOTE_FIELDS = (
    "name subject text sender recipient received_on latest_on state confidentiality"
)
SUBMISSION_FIELDS = "name subject summary wanted submitted_on confidentiality"
INSTRUCTION_FIELDS = "name subject deadline confidentiality"


class Board(models.AbstractModel):
    _inherit = "ozel_kalem.board"

    @api.readonly
    @api.model
    def get_day(self, principal_id=None, date=None):
        """The principal's day: programme, door, notes, decisions, instructions.

        :param principal_id: the reader himself, or whom he serves, when left out
        :param date: of the programme, ISO 8601; today when left out
        :raise AccessError: for whoever isn't of the office and acts for nobody
        :raise ValidationError: when ``date`` is no date
        """
        sight = Sight(self.env)
        principals = self._principals(sight)
        principal = self._chosen(principals, principal_id)
        principal = principal or self._own_principal(principals, sight)
        day = self._checked_day(date)
        serves, door = self._serves(), self._door_rights()
        decides = principal.id in sight.acting_ids or self.env.user.has_group(
            "ozel_kalem.group_principal"
        )
        waiting = sight.find(
            "ozel_kalem.visit",
            [
                ("principal_id", "=", principal.id),
                ("state", "=", "waiting"),
                ("seeks", "=", "principal"),
            ],
            VISIT_FIELDS,
            "arrived_on, id",
        )
        return {
            **self._header(principals, principal),
            "date": fields.Date.to_string(day),
            "is_today": day == local_today(),
            "timeline": self._timeline(sight, principal, day),
            "waiting": [visit_line(visit) for visit in waiting],
            "visitors": self._next_visitors(sight, principal, day),
            "notes": self._notes(sight, principal),
            "decisions": self._decisions(sight, principal),
            "instructions": self._instructions(sight, principal),
            "may_decide": decides,
            "sees_decisions": decides
            or self.env.user.has_group("ozel_kalem.group_director"),
            "may_write_notes": serves or decides,
            "serves": serves,
            "may_admit": door["may_move"] or principal._may_call_in(sight.acting_ids),
            **door,
        }

    # ----------------------------------------------------------- who may look

    @api.model
    def _has_day_menu(self):
        return any(map(self.env.user.has_group, ROLES)) or bool(
            self.env["ozel_kalem.principal"]._acting_ids()
        )

    def _own_principal(self, principals, sight):
        office = self.env["ozel_kalem.office"]._for(self.env.company.id)
        return (
            principals.filtered(lambda p: p.user_id.id == self.env.uid)
            or principals.filtered(lambda p: p.id in sight.acting_ids)
            or principals & office.principal_id
            or principals
        )[:1]

    def _serves(self):
        """Whether the reader hands notes over instead of receiving them."""
        return any(
            map(
                self.env.user.has_group,
                ("ozel_kalem.group_secretary", "ozel_kalem.group_director"),
            )
        )

    def _checked_day(self, date):
        try:
            return local_date(date) if date else local_today()
        except ValueError as error:
            raise ValidationError(
                self.env._(
                    "“%(date)s” is not a date. Write it as 2026-10-07.", date=date
                )
            ) from error

    # ------------------------------------------------------------- programme

    def _timeline(self, sight, principal, day):
        begin, end = bounds(day)
        own = Domain("principal_id", "=", principal.id)
        period = Domain("start", "<", end) & Domain("stop", ">", begin)
        engagements = sight.find(
            "ozel_kalem.engagement",
            (own | Domain("represented_id", "=", principal.id))
            & period
            & Domain("state", "!=", "cancelled"),
            ENGAGEMENT_FIELDS,
            "start, id",
        )
        lines = self._engagement_lines(engagements, principal)
        if not sight.sees_all:
            busy = self.env["ozel_kalem.busy.time"].search_fetch(
                own & period & Domain("id", "not in", engagements.ids),
                ["start", "stop"],
            )
            lines += [self._busy_line(time_) for time_ in busy]
            lines.sort(key=lambda line: line["start"])
        return lines

    def _engagement_lines(self, engagements, principal):
        labels = {
            name: dict(engagements._fields[name]._description_selection(self.env))
            for name in ("kind", "state")
        }
        return [
            {
                **identity(engagement),
                **values(engagement, "kind", "state", "all_day", "start", "stop"),
                "kind_label": labels["kind"][engagement.kind],
                "state_label": labels["state"][engagement.state],
                "deputy": engagement.principal_id != principal
                and engagement.principal_id._short_name(),
                **guarded(
                    engagement,
                    title=engagement.subject,
                    place=engagement.location,
                    purpose=one_line(html2plaintext(engagement.description or "")),
                ),
            }
            for engagement in engagements
        ]

    def _busy_line(self, busy):
        """Time that is taken; the reader learns nothing more of it."""
        return {
            "id": False,
            "key": f"busy-{busy.id}",
            **values(busy, "start", "stop"),
            "title": self.env._("Busy"),
            "place": False,
            "purpose": False,
            "kind": "other",
            "kind_label": False,
            "state": "confirmed",
            "state_label": False,
            "all_day": False,
            "deputy": False,
        }

    def _next_visitors(self, sight, principal, day):
        begin, end = bounds(day)
        now = fields.Datetime.now()
        appointments = sight.find(
            "ozel_kalem.appointment",
            Domain("principal_id", "=", principal.id)
            & Domain("start", ">=", begin)
            & Domain("start", "<", end)
            & (
                Domain("state", "=", "arrived")
                | Domain("state", "=", "scheduled") & Domain("stop", ">", now)
            ),
            APPOINTMENT_FIELDS,
            "start, id",
            NEXT_VISITORS,
        )
        return self._appointment_lines(appointments)

    # ------------------------------------------------------------ what waits

    def _notes(self, sight, principal):
        mine = [] if self._serves() else [("recipient", "=", "principal")]
        notes = sight.find(
            "ozel_kalem.note",
            [
                ("principal_id", "=", principal.id),
                ("state", "in", ("waiting", "delivered")),
                *mine,
            ],
            NOTE_FIELDS,
            "state desc, latest_on, id",
        )
        return [
            {
                **identity(note),
                **values(note, "recipient", "received_on", "latest_on", "state"),
                **guarded(
                    note,
                    title=note.subject,
                    text=one_line(note.text),
                    sender=note.sender,
                ),
            }
            for note in notes
        ]

    def _decisions(self, sight, principal):
        submissions = sight.find(
            "ozel_kalem.submission",
            [("principal_id", "=", principal.id), ("state", "=", "submitted")],
            SUBMISSION_FIELDS,
            "id",
        )
        wanted = dict(submissions._fields["wanted"]._description_selection(self.env))
        return [
            {
                **identity(submission),
                "number": submission.name,
                "wanted": wanted[submission.wanted],
                **values(submission, "submitted_on"),
                **guarded(
                    submission, title=submission.subject, summary=submission.summary
                ),
            }
            for submission in submissions
        ]

    def _instructions(self, sight, principal):
        due = sight.find(
            "ozel_kalem.instruction",
            [
                ("principal_id", "=", principal.id),
                ("closed_on", "=", False),
                ("paused_on", "=", False),
                ("deadline", "<=", local_today()),
            ],
            INSTRUCTION_FIELDS,
            "deadline, id",
        )
        return {
            "count": len(due),
            "more": len(due) == LIST_LIMIT,
            "first": [
                {
                    **identity(instruction),
                    **values(instruction, "deadline"),
                    "days_late": (local_today() - instruction.deadline).days,
                    **guarded(instruction, title=instruction.subject),
                }
                for instruction in due[:FIRST_LINES]
            ],
        }


class IrUiMenu(models.Model):
    _inherit = "ir.ui.menu"

    @api.model
    def _ozel_kalem_hidden_ids(self):
        """Show the day screen to whom it serves, and to a deputy for his days."""
        hidden = super()._ozel_kalem_hidden_ids()
        if not self.env["ozel_kalem.board"]._has_day_menu():
            hidden.add(self.env.ref("ozel_kalem.menu_day_screen").id)
        return hidden

    @api.model
    def _ozel_kalem_starts(self):
        """Whoever has the day screen begins with it, protocol with the programme."""
        return [
            *((role, "ozel_kalem.menu_day_screen") for role in ROLES),
            *super()._ozel_kalem_starts(),
            ("ozel_kalem.group_protocol", "ozel_kalem.menu_engagement"),
        ]
