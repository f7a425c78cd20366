from datetime import UTC, datetime, time, timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain
from odoo.tools import html2plaintext

from ...tools.local_time import ISTANBUL, local_date, local_today

# The browser asks for this channel; the server gives it the companies' own.
CHANNEL = "ozel_kalem.board"
DAY_SCREEN_ROLES = (
    "ozel_kalem.group_principal",
    "ozel_kalem.group_director",
    "ozel_kalem.group_secretary",
)
# No engagement lasts longer: a day's programme needs no look at older ones.
LONGEST = timedelta(days=31)
LEFT_LIMIT = 20
LIST_LIMIT = 100
FIRST_LINES = 5
NEXT_VISITORS = 3
LINE_LENGTH = 140

VISIT_FIELDS = (
    "name visitor_name institution party_size subject seeks badge state "
    "arrived_on admitted_on closed_on wait_minutes appointment_id confidentiality"
)
APPOINTMENT_FIELDS = (
    "name partner_id subject description party_size companions start stop state "
    "confidentiality"
)
ENGAGEMENT_FIELDS = (
    "subject kind start stop all_day location description state confidentiality"
)
NOTE_FIELDS = (
    "name subject text sender recipient received_on latest_on state confidentiality"
)
SUBMISSION_FIELDS = "name subject summary wanted submitted_on confidentiality"
INSTRUCTION_FIELDS = "name subject deadline confidentiality"


class Sight:
    """What the reader's own rules let through, one query for each model.

    Record rules ask which delegations are in force and which seals the reader
    opened, anew for each model. A board asks once and puts the answers in.
    """

    def __init__(self, env):
        self.env = env
        self.acting_ids = env["ozel_kalem.principal"]._acting_ids()
        visit = env["ozel_kalem.visit"]
        self.sees_all = visit._has_full_access()
        # the same on every record of a principal
        self._named = visit._named_domain()
        self._opened = {} if self.sees_all else self._opened_seals()

    def _opened_seals(self):
        # sudo: the reader's own grants, which he can't list himself
        grants = self.env["ozel_kalem.access.grant"].sudo()
        opened = {}
        for grant in grants.search_fetch(
            [
                ("user_id", "=", self.env.uid),
                ("expires_on", ">", fields.Datetime.now()),
            ],
            ["res_model", "res_id"],
        ):
            opened.setdefault(grant.res_model, []).append(grant.res_id)
        return opened

    def rule(self, name):
        """The reader's record rules on the model ``name``, as a domain."""

        def answered(condition):
            if condition.field_expr == "is_acting_mine":
                return Domain("principal_id", "in", self.acting_ids)
            if condition.field_expr == "is_accessible":
                return self._named | Domain("id", "in", self._opened.get(name, []))
            return condition

        return (
            self.env["ir.rule"]._compute_domain(name, "read").map_conditions(answered)
        )

    def find(self, name, domain, field_names, order, limit=LIST_LIMIT):
        """Records (sudo) of the model ``name`` that the reader may read.

        :param field_names: what is read of them, separated by spaces
        """
        Model = self.env[name]
        # sudo: the rules stand in the domain
        found = Model.sudo()
        if not Model.has_access("read"):
            return found
        return found.search_fetch(
            Domain(domain) & self.rule(name),
            field_names.split(),
            order=order,
            limit=limit,
        )


class Board(models.AbstractModel):
    """What the two live screens show: the reception's and the mayor's (D02, D09)."""

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
        begin, end = _bounds(local_today())
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
        gone = sight.find(
            "ozel_kalem.visit",
            [
                ("principal_id", "in", chosen.ids),
                ("state", "in", ("left", "turned_away")),
                ("arrived_on", ">=", begin),
                ("arrived_on", "<", end),
            ],
            VISIT_FIELDS,
            "closed_on desc, id desc",
            LEFT_LIMIT,
        )
        return {
            **self._header(principals, principal_id and chosen),
            "expected": self._appointment_lines(expected),
            "waiting": [_visit_line(v) for v in present if v.state == "waiting"],
            "inside": [_visit_line(v) for v in present if v.state == "admitted"],
            "left": [_visit_line(visit) for visit in gone],
            **self._door_rights(),
        }

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
            "waiting": [_visit_line(visit) for visit in waiting],
            "visitors": self._next_visitors(sight, principal, day),
            "notes": self._notes(sight, principal),
            "decisions": self._decisions(sight, principal),
            "instructions": self._instructions(sight, principal),
            "may_decide": decides,
            "may_write_notes": serves or decides,
            "serves": serves,
            "may_admit": door["may_move"] or principal._may_call_in(sight.acting_ids),
            **door,
        }

    # ----------------------------------------------------------- who may look

    @api.model
    def _is_open(self):
        """Whether the current user may look at the boards at all."""
        return bool(
            self.env.user.has_group("ozel_kalem.group_office")
            or self.env["ozel_kalem.principal"]._acting_ids()
        )

    @api.model
    def _has_day_menu(self):
        return any(map(self.env.user.has_group, DAY_SCREEN_ROLES)) or bool(
            self.env["ozel_kalem.principal"]._acting_ids()
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

    def _door_rights(self):
        Visit, Appointment = (
            self.env["ozel_kalem.visit"],
            self.env["ozel_kalem.appointment"],
        )
        moves = Visit.has_access("write") and Appointment.has_access("write")
        return {"may_receive": Visit.has_access("create"), "may_move": moves}

    def _checked_day(self, date):
        try:
            return local_date(date) if date else local_today()
        except ValueError as error:
            raise ValidationError(
                self.env._(
                    "“%(date)s” is not a date. Write it as 2026-10-07.", date=date
                )
            ) from error

    # ------------------------------------------------------------------ lines

    def _header(self, principals, chosen):
        return {
            "now": _text(fields.Datetime.now()),
            "principals": [{"id": p.id, "name": p.name} for p in principals],
            "principal_id": chosen.id if chosen else False,
        }

    def _appointment_lines(self, appointments):
        appointments.partner_id.fetch(["name", "commercial_company_name"])
        return [_appointment_line(appointment) for appointment in appointments]

    def _timeline(self, sight, principal, day):
        begin, end = _bounds(day)
        period = [
            ("principal_id", "=", principal.id),
            ("start", ">=", begin - LONGEST),
            ("start", "<", end),
            ("stop", ">", begin),
        ]
        engagements = sight.find(
            "ozel_kalem.engagement",
            [*period, ("state", "!=", "cancelled")],
            ENGAGEMENT_FIELDS,
            "start, id",
        )
        lines = self._engagement_lines(engagements)
        if not sight.sees_all:
            busy = self.env["ozel_kalem.busy.time"].search_fetch(
                [*period, ("id", "not in", engagements.ids)], ["start", "stop"]
            )
            lines += [self._busy_line(time_) for time_ in busy]
            lines.sort(key=lambda line: line["start"])
        return lines

    def _engagement_lines(self, engagements):
        labels = {
            name: dict(engagements._fields[name]._description_selection(self.env))
            for name in ("kind", "state")
        }
        return [
            {
                **_identity(engagement),
                **_values(engagement, "kind", "state", "all_day", "start", "stop"),
                "kind_label": labels["kind"][engagement.kind],
                "state_label": labels["state"][engagement.state],
                **_guarded(
                    engagement,
                    title=engagement.subject,
                    place=engagement.location,
                    purpose=_one_line(html2plaintext(engagement.description or "")),
                ),
            }
            for engagement in engagements
        ]

    def _busy_line(self, busy):
        """Time that is taken; the reader learns nothing more of it."""
        return {
            "id": False,
            "key": f"busy-{busy.id}",
            **_values(busy, "start", "stop"),
            "title": self.env._("Busy"),
            "place": False,
            "purpose": False,
            "kind": "other",
            "kind_label": False,
            "state": "confirmed",
            "state_label": False,
            "all_day": False,
        }

    def _next_visitors(self, sight, principal, day):
        begin, end = _bounds(day)
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
                **_identity(note),
                **_values(note, "recipient", "received_on", "latest_on", "state"),
                **_guarded(
                    note,
                    title=note.subject,
                    text=_one_line(note.text),
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
                **_identity(submission),
                "number": submission.name,
                "wanted": wanted[submission.wanted],
                **_values(submission, "submitted_on"),
                **_guarded(
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
                    **_identity(instruction),
                    **_values(instruction, "deadline"),
                    "days_late": (local_today() - instruction.deadline).days,
                    **_guarded(instruction, title=instruction.subject),
                }
                for instruction in due[:FIRST_LINES]
            ],
        }


class OnBoard(models.AbstractModel):
    """A record whose change the boards are told of, without its content."""

    _name = "ozel_kalem.mixin.on_board"
    _description = "On the Boards"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._tell_boards()
        return records

    def write(self, vals):
        result = super().write(vals)
        self._tell_boards()
        return result

    def unlink(self):
        self._tell_boards()
        return super().unlink()

    def _tell_boards(self):
        """One message for each company and transaction, sent when it commits."""
        told = self.env.cr.precommit.data.setdefault(CHANNEL, set())
        # sudo: which office the record is of
        for company in self.sudo().company_id:
            if company.id not in told:
                told.add(company.id)
                self.env["bus.bus"]._sendone((company, CHANNEL), CHANNEL, {})


class Visit(models.Model):
    _name = "ozel_kalem.visit"
    _inherit = ["ozel_kalem.visit", "ozel_kalem.mixin.on_board"]


class Appointment(models.Model):
    _name = "ozel_kalem.appointment"
    _inherit = ["ozel_kalem.appointment", "ozel_kalem.mixin.on_board"]


class Engagement(models.Model):
    _name = "ozel_kalem.engagement"
    _inherit = ["ozel_kalem.engagement", "ozel_kalem.mixin.on_board"]


class Note(models.Model):
    _name = "ozel_kalem.note"
    _inherit = ["ozel_kalem.note", "ozel_kalem.mixin.on_board"]


class Submission(models.Model):
    _name = "ozel_kalem.submission"
    _inherit = ["ozel_kalem.submission", "ozel_kalem.mixin.on_board"]


class IrWebsocket(models.AbstractModel):
    _inherit = "ir.websocket"

    def _build_bus_channel_list(self, channels):
        """Whoever may look at the boards hears of his companies' changes."""
        if CHANNEL in channels:
            channels = [channel for channel in channels if channel != CHANNEL]
            if self.env["ozel_kalem.board"]._is_open():
                companies = self.env.user.company_ids
                channels += [(company, CHANNEL) for company in companies]
        return super()._build_bus_channel_list(channels)


class IrUiMenu(models.Model):
    _inherit = "ir.ui.menu"

    @api.model
    def _ozel_kalem_hidden_ids(self):
        """Show the day screen to whom it serves, and to a deputy for his days."""
        hidden = super()._ozel_kalem_hidden_ids()
        if not self.env["ozel_kalem.board"]._has_day_menu():
            hidden.add(self.env.ref("ozel_kalem.menu_day_screen").id)
        return hidden


def _bounds(day):
    """The first moment of a day in Istanbul and of the next one, naive UTC."""
    return tuple(
        datetime.combine(date, time.min, ISTANBUL).astimezone(UTC).replace(tzinfo=None)
        for date in (day, day + timedelta(days=1))
    )


def _text(value):
    """A date or moment as the web client reads it."""
    if isinstance(value, datetime):
        return fields.Datetime.to_string(value)
    return fields.Date.to_string(value) if value else False


def _one_line(text):
    """The first line of a text, cut at a length that a glance takes in."""
    lines = (text or "").strip().splitlines()
    line = " ".join(lines[0].split()) if lines else ""
    return line if len(line) <= LINE_LENGTH else f"{line[:LINE_LENGTH].rstrip()}…"


def _identity(record):
    return {"id": record.id, "key": f"{record._name}-{record.id}"}


def _values(record, *names):
    dates = ("date", "datetime")
    return {
        name: _text(record[name])
        if record._fields[name].type in dates
        else record[name]
        for name in names
    }


def _guarded(record, title, **details):
    """What a record says; a confidential one shows its number alone.

    Screens stand where others pass by: even who may read it opens it first.
    """
    if record.confidentiality == "normal":
        return {"title": title, "is_hidden": False, **details}
    return {
        "title": record.display_name,
        "is_hidden": True,
        **dict.fromkeys(details, False),
    }


def _visit_line(visit):
    return {
        **_identity(visit),
        **_values(visit, "party_size", "seeks", "badge", "state", "wait_minutes"),
        **_values(visit, "arrived_on", "admitted_on", "closed_on"),
        "appointment_id": visit.appointment_id.id,
        **_guarded(
            visit,
            title=visit.visitor_name,
            institution=visit.institution,
            subject=visit.subject,
        ),
    }


def _appointment_line(appointment):
    partner = appointment.partner_id
    company = partner.commercial_company_name
    return {
        **_identity(appointment),
        **_values(appointment, "party_size", "state", "start", "stop"),
        **_guarded(
            appointment,
            title=partner.name,
            institution=company if company != partner.name else False,
            subject=appointment.subject,
            companions=appointment.companions,
            purpose=_one_line(appointment.description) or appointment.subject,
        ),
    }
