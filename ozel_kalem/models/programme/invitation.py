import email.policy
import email.utils
import logging
import re
import secrets
from collections import defaultdict
from email.message import EmailMessage
from functools import lru_cache
from smtplib import SMTPException, SMTPServerDisconnected

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import email_normalize, formataddr, html2plaintext, split_every
from odoo.tools.misc import format_date

from odoo.addons.base.models.ir_mail_server import MailDeliveryException

from ...tools import ics
from ...tools.local_time import to_local

_logger = logging.getLogger(__name__)

# What a recipient's entry is made of; the projection looks after the other fields.
TOLD_FIELDS = {"location", "all_day", "kind", "public_title", "confidentiality"}
UNTOLD_KINDS = ("personal", "other")
ANSWERS = {
    "needs_action": "needsAction",
    "accepted": "accepted",
    "declined": "declined",
    "tentative": "tentative",
}
OFFICE_WRITES = {"state", "email"}
# Rows stay locked while their mails leave: a move waits for so many at most.
CHUNK = 20
ATTEMPTS = 5
# Stands for the recipient's token in the text, which is made once for all.
TOKEN = "0recipient0token0"
# Quoted-printable text may be broken anywhere; the token gets a line of its own.
BROKEN_TOKEN = re.compile("(?:=\r\n)?".join(TOKEN))


class Engagement(models.Model):
    """Confirming invites, moving tells anew, cancelling takes back.

    ``ics_told`` is what the recipients were told last: only a difference from it
    is sent, whatever path changed the engagement. The request writes rows and
    wakes a cron; no mail leaves within it.
    """

    _inherit = "ozel_kalem.engagement"

    public_title = fields.Char(
        help="What invitations say. Without it they name the kind alone."
    )
    invitation_ids = fields.One2many(
        "ozel_kalem.engagement.attendee", "engagement_id", copy=False
    )
    ics_sequence = fields.Integer(
        "Version of the invitation", readonly=True, copy=False, default=0
    )
    ics_stamp = fields.Datetime(readonly=True, copy=False, groups=fields.NO_ACCESS)
    ics_told = fields.Json(readonly=True, copy=False, groups=fields.NO_ACCESS)

    def write(self, vals):
        result = super().write(vals)
        if TOLD_FIELDS & vals.keys():
            self._sync_invitations()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_invited(self):
        # sudo: whether somebody still believes in the engagement
        if self.sudo().invitation_ids.filtered("is_told"):
            raise UserError(
                self.env._(
                    "The cancellation hasn't reached all who were invited. "
                    "Try again in some minutes, or archive it."
                )
            )

    def _project(self):
        super()._project()
        self._sync_invitations()

    def _sync_invitations(self):
        """Queue what the recipients have to be told now, if anything.

        Nobody is told of what is over; a closed engagement says no more.
        """
        # sudo: whoever may book the principal's time may have people invited
        Attendee = self.env["ozel_kalem.engagement.attendee"].sudo()
        now, vals_list = fields.Datetime.now(), []
        for engagement in self.sudo():
            if engagement.state == "done" or engagement._is_over(now):
                continue
            vals_list += engagement._queue_invitations(now)
        Attendee.create(vals_list)
        if any(self.sudo().invitation_ids.mapped("is_pending")):
            Attendee._wake()

    def _is_over(self, now):
        told = fields.Datetime.to_datetime((self.ics_told or {}).get("stop"))
        return max(self.stop, told or self.stop) <= now

    def _queue_invitations(self, now):
        """Queue the rows that are there; return the values of those that aren't."""
        rows, wanted = self.invitation_ids, self._invited_partners()
        invited = rows.filtered(lambda row: row.method != "cancel")
        gone = invited.filtered(lambda row: row.partner_id not in wanted)
        back = (rows - invited).filtered(lambda row: row.partner_id in wanted)
        new = wanted - rows.partner_id
        telling, told = self._prepare_told(), self.ics_told
        changed = bool(wanted) and telling != told
        if not (gone or back or new or changed):
            return []
        vals = {"ics_stamp": now}
        if told and (changed or gone or back):
            vals["ics_sequence"] = self.ics_sequence + 1
        if wanted:
            vals["ics_told"] = telling
        self.write(vals)
        gone._queue("cancel")
        back._queue("request", state="needs_action")
        if changed and told:
            times = ("start", "stop", "all_day")
            moved = any(telling[name] != told[name] for name in times)
            (invited - gone)._queue(
                "update", **({"state": "needs_action"} if moved else {})
            )
        return [
            {
                "engagement_id": self.id,
                "partner_id": partner.id,
                "email": partner.email_normalized,
                "is_pending": bool(partner.email_normalized),
            }
            for partner in new
        ]

    def _invited_partners(self):
        """Who is to have the entry; the principal reads his own programme."""
        if not self.active or self.state != "confirmed":
            return self.partner_ids.browse()
        return self.partner_ids - self.principal_id.partner_id

    # ------------------------------------------------------------- contents

    def _in_office_language(self):
        """One language for all, so that one file serves all."""
        lang = self.company_id.partner_id.lang or self.env.lang
        return self.with_context(lang=lang)

    def _prepare_told(self):
        """What recipients may know of the engagement, and nothing more."""
        self = self._in_office_language()
        hidden = self.confidentiality != "normal"
        return {
            "start": fields.Datetime.to_string(self.start),
            "stop": fields.Datetime.to_string(self.stop),
            "all_day": self.all_day,
            "title": _one_line(self._public_title()),
            "location": "" if hidden else _one_line(self.location),
        }

    def _public_title(self):
        if self.confidentiality != "normal":
            return self.env._("Programme")
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        untold = self.kind in UNTOLD_KINDS
        return self.env._(
            "%(office)s – %(title)s",
            office=self._invitation_office()[0],
            title=self.public_title
            or (self.env._("Programme") if untold else kinds[self.kind]),
        )

    def _invitation_office(self):
        """(name, address) of the office that invites."""
        company = self.company_id
        office = self.env["ozel_kalem.office"]._for(company.id).with_env(self.env)
        Server = self.env["ir.mail_server"].sudo()
        known = (office.email, company.email, Server._get_default_from_address())
        address = next(filter(None, (email_normalize(one or "") for one in known)), "")
        return (_one_line(office.name or company.name), address)

    def _invitation_uid(self):
        uuid = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        return f"ozel_kalem-engagement-{self.id}@{uuid}"

    def _invitation_file(self, is_cancelled=False):
        """The calendar file that every recipient gets, the same for all.

        It lists nobody: the recipients are one group, whom the office stands for.

        :return: bytes
        """
        self = self._in_office_language()
        told = self._prepare_told() if not is_cancelled else self.ics_told
        name, address = self._invitation_office()
        organizer = ics.Person(address, name)
        guests = ics.Person(address, self.env._("Guests"), is_group=True)
        start, stop = map(fields.Datetime.to_datetime, (told["start"], told["stop"]))
        if told["all_day"]:
            start, stop = ics.whole_days(start, stop)
        event = ics.Event(
            uid=self._invitation_uid(),
            start=start,
            stop=stop,
            stamp=self.ics_stamp or fields.Datetime.now(),
            summary=told["title"],
            location=told["location"],
            sequence=self.ics_sequence,
            status="CANCELLED" if is_cancelled else "CONFIRMED",
            organizer=organizer,
            attendees=(guests,),
        )
        return ics.calendar(event, "CANCEL" if is_cancelled else "REQUEST")

    def _invitation_letter(self, method):
        """The mail of one ``method`` (request, update, cancel) to all recipients."""
        self = self._in_office_language()
        is_cancelled = method == "cancel"
        told = self.ics_told if is_cancelled else self._prepare_told()
        when = self._told_period(told)
        heads = {
            "request": self.env._("Invitation"),
            "update": self.env._("Changed"),
            "cancel": self.env._("Cancelled"),
        }
        office, address = self._invitation_office()
        base = f"{self.get_base_url()}/ozel_kalem/invitation/{TOKEN}"
        html = self.env["ir.qweb"]._render(
            "ozel_kalem.invitation_mail",
            {
                "head": heads[method],
                "told": told,
                "when": when,
                "office": office,
                "is_cancelled": is_cancelled,
                "base": base,
            },
        )
        return Letter(
            sender=formataddr((office, address)) if address else "",
            subject=f"{heads[method]}: {told['title']}, {when}",
            html=str(html),
            file=self._invitation_file(is_cancelled) if address else b"",
            method="CANCEL" if is_cancelled else "REQUEST",
        )

    def _told_period(self, told):
        """“7 Ekim 2026 Çarşamba, 09:00–09:45”, in the language of the context."""
        start, stop = map(fields.Datetime.to_datetime, (told["start"], told["stop"]))
        first, last = ics.whole_days(start, stop)

        def day(value):
            return format_date(self.env, value, date_format="d MMMM y EEEE")

        if told["all_day"]:
            return day(first) if first == last else f"{day(first)} – {day(last)}"
        start, stop = to_local(start), to_local(stop)
        if first == last:
            return f"{day(first)}, {start:%H:%M}–{stop:%H:%M}"
        return f"{day(first)} {start:%H:%M} – {day(stop.date())} {stop:%H:%M}"


class EngagementAttendee(models.Model):
    """What one person was told of an engagement, and what the person answered.

    ``method`` is what is told next while ``is_pending``, else what was told last.
    """

    _name = "ozel_kalem.engagement.attendee"
    _description = "Invitation to an Engagement"
    _order = "engagement_id desc, id"
    _rec_name = "partner_id"

    engagement_id = fields.Many2one(
        "ozel_kalem.engagement", required=True, readonly=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner", "Person", required=True, readonly=True, index=True
    )
    email = fields.Char("E-mail", help="Where the invitation goes.")
    state = fields.Selection(
        [
            ("needs_action", "No answer yet"),
            ("accepted", "Accepted"),
            ("declined", "Declined"),
            ("tentative", "Perhaps"),
        ],
        "Answer",
        required=True,
        default="needs_action",
    )
    method = fields.Selection(
        [
            ("request", "Invitation"),
            ("update", "Change"),
            ("cancel", "Cancellation"),
        ],
        "Message",
        required=True,
        readonly=True,
        default="request",
    )
    is_pending = fields.Boolean("To be sent", readonly=True)
    is_told = fields.Boolean(
        readonly=True, groups=fields.NO_ACCESS, help="May hold an invitation."
    )
    last_sent_sequence = fields.Integer("Version sent", readonly=True, default=-1)
    sent_on = fields.Datetime("Sent on", readonly=True)
    answered_on = fields.Datetime("Answered on", readonly=True)
    attempts = fields.Integer(readonly=True)
    error = fields.Char("Not delivered", readonly=True)
    token = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: secrets.token_urlsafe(24),
        groups=fields.NO_ACCESS,
    )

    _person_uniq = models.UniqueIndex(
        "(engagement_id, partner_id)", "This person is already on the list."
    )
    _token_uniq = models.UniqueIndex("(token)")
    _pending_idx = models.Index("(id) WHERE is_pending IS TRUE")

    @api.constrains("email")
    def _check_email(self):
        for row in self:
            if row.email and email_normalize(row.email) != row.email:
                raise ValidationError(
                    self.env._(
                        "“%(email)s” is not an e-mail address. "
                        "Write it as ayse@example.com.",
                        email=row.email,
                    )
                )

    def write(self, vals):
        if not self.env.su and vals.keys() - OFFICE_WRITES:
            raise UserError(
                self.env._("Only the answer and the e-mail address can be changed.")
            )
        if "state" in vals:
            vals = {
                **vals,
                "answered_on": vals["state"] != "needs_action"
                and fields.Datetime.now(),
            }
        result = super().write(vals)
        if "state" in vals:
            self._reflect_answer()
        return result

    # --------------------------------------------------------------- queueing

    def _queue(self, method, **vals):
        """Have ``method`` sent: no cancellation to those who know of nothing."""
        for row in self.filtered(lambda row: not row.email):
            row.email = row.partner_id.email_normalized
        told = self.filtered("is_told")
        quiet = self.filtered(lambda row: not row.email)
        if method == "cancel":
            quiet |= self - told
        elif method == "update":
            (self - quiet - told)._set_pending("request", **vals)
            quiet.write({**vals, "is_pending": False})
            (told - quiet)._set_pending("update", **vals)
            return
        quiet.write({**vals, "method": method, "is_pending": False})
        (self - quiet)._set_pending(method, **vals)

    def _set_pending(self, method, **vals):
        self.write(
            {
                **vals,
                "method": method,
                "is_pending": True,
                "attempts": 0,
                "error": False,
            }
        )

    def action_resend(self):
        """Send it once more, to the address that stands there now.

        :raise UserError: where there is no address, or nothing to invite to
        """
        self.check_access("write")
        for row in self.sudo():
            row.email = row.email or row.partner_id.email_normalized
            if not row.email:
                raise UserError(
                    self.env._(
                        "“E-mail” of %(person)s is empty. Fill it in, or telephone.",
                        person=row.partner_id.display_name,
                    )
                )
            if row.method != "cancel" and row.engagement_id.state != "confirmed":
                raise UserError(self.env._("The engagement isn't confirmed any more."))
            row._set_pending(row.method)
        self._wake()

    @api.model
    def _wake(self):
        # sudo: waking the queue is not the user's act
        self.env.ref("ozel_kalem.ir_cron_invitation").sudo()._trigger()

    # ---------------------------------------------------------------- answers

    def _answer(self, state):
        """Record what the person answered by the link in the mail (sudo).

        :return: whether there is still something to answer
        """
        self.ensure_one()
        if not self._is_open():
            return False
        if self.state != state:
            self.state = state
            self.engagement_id._message_log(
                body=self.env._(
                    "%(person)s: %(answer)s",
                    person=self.partner_id.display_name,
                    answer=dict(self._fields["state"]._description_selection(self.env))[
                        state
                    ],
                ),
                author_id=self.partner_id.id,
            )
        return True

    def _is_open(self):
        engagement = self.engagement_id
        return (
            self.method != "cancel"
            and engagement.active
            and engagement.state == "confirmed"
            and engagement.stop > fields.Datetime.now()
        )

    def _reflect_answer(self):
        """Give the projection's attendees the same answers."""
        # sudo: the projection is the office's, whoever answers
        Attendee = self.env["calendar.attendee"].sudo()
        found = Attendee.search(
            [
                ("event_id.ozel_kalem_engagement_id", "in", self.engagement_id.ids),
                ("partner_id", "in", self.partner_id.ids),
            ]
        ).with_context(ozel_kalem_reflecting=True)
        states = {
            (row.engagement_id, row.partner_id): ANSWERS[row.state]
            for row in self.sudo()
        }
        for state in ANSWERS.values():
            found.filtered(
                lambda a: (
                    a.state != state
                    and states.get((a.event_id.ozel_kalem_engagement_id, a.partner_id))
                    == state
                )
            ).write({"state": state})

    # ---------------------------------------------------------------- sending

    @api.model
    def _cron_send(self):
        """Send what is pending, all over one connection.

        May be killed at any point and run on several hosts: a row is taken by its
        lock and marked sent in the same transaction; what was on its way when the
        power went is sent once more.
        """
        todo = self.search([("is_pending", "=", True)], order="id")
        commit = self.env["ir.cron"]._commit_progress
        commit(remaining=len(todo))
        run = MailRun(self.env)
        try:
            for ids in split_every(CHUNK, todo.ids):
                rows = self.browse(ids)._claim()
                # before the first leaves: whoever may have it gets the cancellation
                rows.filtered(lambda row: row.method != "cancel").is_told = True
                commit()
                rows._claim()._send(run)
                if not commit(len(ids)):
                    break
        except (OSError, SMTPException, UserError) as error:
            _logger.warning("No mail server for the invitations: %s", error)
        finally:
            run.close()

    def _claim(self):
        rows = self.try_lock_for_update()
        rows.invalidate_recordset(["is_pending", "method"])
        return rows.filtered("is_pending")

    def _send(self, run):
        done = defaultdict(self.browse)
        for row in self:
            if error := run.send(row):
                row.write(
                    {
                        "error": error,
                        "attempts": row.attempts + 1,
                        "is_pending": row.attempts + 1 < ATTEMPTS,
                    }
                )
            else:
                done[row.engagement_id, row.method] |= row
        for (engagement, method), rows in done.items():
            rows.write(
                {
                    "is_pending": False,
                    "is_told": method != "cancel",
                    "last_sent_sequence": engagement.ics_sequence,
                    "sent_on": fields.Datetime.now(),
                    "attempts": 0,
                    "error": False,
                }
            )


class CalendarAttendee(models.Model):
    _inherit = "calendar.attendee"

    def write(self, vals):
        result = super().write(vals)
        if "state" in vals and not self.env.context.get("ozel_kalem_reflecting"):
            self._ozel_kalem_reflect_answer()
        return result

    def _ozel_kalem_reflect_answer(self):
        """An answer given in Odoo's calendar is an answer to the office."""
        # sudo: attendees see neither the engagement nor the list of guests
        answers = {core: ours for ours, core in ANSWERS.items()}
        for attendee in self.sudo():
            engagement = attendee.event_id.ozel_kalem_engagement_id
            row = engagement.invitation_ids.filtered(
                lambda row: row.partner_id == attendee.partner_id
            )
            state = answers.get(attendee.state)
            if row and row.state != state:
                row.state = state


@lru_cache(64)
def _folded(name, value):
    return email.policy.SMTP.fold_binary(name, value)


class Folded(type(email.policy.SMTP)):
    """The usual policy, which writes the headers that all mails share once."""

    def fold_binary(self, name, value):
        """A header as it goes out."""
        return _folded(name, value)


class Letter:
    """One mail for many: written once, then addressed to each.

    Most of a mail's cost is its writing, so the body is kept as it goes out and only
    the recipient's token is put in.
    """

    def __init__(self, sender, subject, html, file, method):
        self.sender = sender
        whole = EmailMessage(policy=email.policy.SMTP)
        plain = html2plaintext(html)
        whole.set_content(plain, cte="quoted-printable")
        whole.add_alternative(html, subtype="html", cte="quoted-printable")
        # as bytes: written as text, its lines would end by LF alone
        whole.add_alternative(
            file,
            maintype="text",
            subtype="calendar",
            params={"method": method, "charset": "utf-8"},
        )
        whole.add_attachment(
            file, maintype="application", subtype="ics", filename="invitation.ics"
        )
        body = whole.as_bytes().partition(b"\r\n\r\n")[2].decode("ascii")
        self._pieces = BROKEN_TOKEN.split(body)
        self._message = message = EmailMessage(policy=Folded(linesep="\r\n"))
        message["Subject"] = subject
        message["From"] = message["Reply-To"] = sender
        message["To"] = message["Message-Id"] = ""
        message["Date"] = email.utils.localtime()
        message["MIME-Version"] = "1.0"
        message["Content-Type"] = whole["Content-Type"]
        self._from = message["From"]

    def addressed(self, to, token):
        """The message for one recipient; the next call changes it again."""
        message = self._message
        message.replace_header("To", to)
        message.replace_header(
            "Message-Id", email.utils.make_msgid(domain="ozel-kalem")
        )
        # a mail server that sends for one address alone has put its own there
        message.replace_header("From", self._from)
        message.set_payload(f"=\r\n{token}=\r\n".join(self._pieces))
        return message


class MailRun:
    """The letters and the connection of one run of the queue."""

    def __init__(self, env):
        self._server = env["ir.mail_server"].sudo()
        self._env = env
        self._letters, self._sessions = {}, {}

    def _letter(self, engagement, method):
        key = (engagement.id, engagement.ics_sequence, method)
        if key not in self._letters:
            self._letters[key] = engagement._invitation_letter(method)
        return self._letters[key]

    def send(self, row):
        """Send what ``row`` has to be told.

        :return: why it could not be delivered, or None
        :raise OSError, SMTPException, UserError: when no server can be reached
        """
        try:
            letter = self._letter(row.engagement_id, row.method)
            if not letter.sender:
                return self._env._("The office has no e-mail address to send from.")
            to = formataddr((_one_line(row.partner_id.name), row.email))
            try:
                self._deliver(letter, to, row.token)
            except SMTPServerDisconnected:
                self._sessions.pop(letter.sender, None)
                self._deliver(letter, to, row.token)
        except SMTPServerDisconnected as error:
            self._sessions.pop(letter.sender, None)
            return str(error)
        except MailDeliveryException as error:
            return str(error.args[-1])
        except (AssertionError, ValueError) as error:
            return str(error)
        return None

    def _deliver(self, letter, to, token):
        session = self._sessions.get(letter.sender)
        if session is None:
            session = self._server._connect__(smtp_from=letter.sender)
            self._sessions[letter.sender] = session
        message = letter.addressed(to, token)
        self._server.send_email(message, smtp_session=session)

    def close(self):
        """Say good-bye to the servers."""
        for session in filter(None, self._sessions.values()):
            try:
                session.quit()
            except (OSError, SMTPException):
                _logger.debug("The mail server had gone already.")


def _one_line(text):
    """``text`` without what would break a header: line ends, control characters."""
    return " ".join(
        "".join(filter(str.isprintable, word)) for word in (text or "").split()
    )
