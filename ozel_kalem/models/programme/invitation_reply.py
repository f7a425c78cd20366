import logging
import re
from datetime import datetime, timedelta

from odoo import api, fields, models
from odoo.tools import consteq, email_normalize
from odoo.tools.misc import hmac

from ...tools.ics_reply import LARGEST, read_reply, untagged
from ...tools.local_time import day_start, local_today, to_utc

_logger = logging.getLogger(__name__)

ANSWERED = {
    "ACCEPTED": "accepted",
    "DECLINED": "declined",
    "TENTATIVE": "tentative",
}
UID = re.compile(r"ozel_kalem-engagement-([0-9]{1,9})@.{1,64}")
DIGEST = 16
REFERENCE = re.compile(rf"\.([0-9]{{1,9}}-[0-9a-f]{{{DIGEST}}})@ozel-kalem>")
# So many of them, of a mail's parts, are looked at.
REFERENCES, PARTS = 5, 50
SCOPE = "ozel_kalem.invitation.reply"
CALENDARS = ("text/calendar", "application/ics")
YEARS = (1900, 2200)


class Office(models.Model):
    """The address within Odoo to which calendars answer.

    It isn't the petition address, which takes no answers of machines.
    """

    _inherit = "ozel_kalem.office"

    answer_alias_id = fields.Many2one(
        "mail.alias", readonly=True, copy=False, ondelete="set null"
    )
    answer_alias_name = fields.Char(
        "Answers to invitations",
        compute="_compute_answer_alias_name",
        inverse="_inverse_answer_alias_name",
    )
    answer_alias_domain_id = fields.Many2one(
        string="Domain of the answers",
        related="answer_alias_id.alias_domain_id",
        readonly=False,
    )
    answer_email = fields.Char(related="answer_alias_id.alias_full_name")

    @api.depends("answer_alias_id.alias_name")
    def _compute_answer_alias_name(self):
        for office in self:
            office.answer_alias_name = office.answer_alias_id.alias_name

    def _inverse_answer_alias_name(self):
        # sudo: whoever keeps the office's settings names its address
        Alias = self.env["mail.alias"].sudo()
        for office in self:
            name = office.answer_alias_name
            if office.answer_alias_id:
                office.answer_alias_id.sudo().alias_name = name
            elif name:
                office.answer_alias_id = Alias.create(
                    {
                        "alias_name": name,
                        "alias_domain_id": office.company_id.alias_domain_id.id,
                        "alias_model_id": self.env["ir.model"]._get_id(self._name),
                        "alias_force_thread_id": office.id,
                        "alias_parent_model_id": self.env["ir.model"]._get_id(
                            self._name
                        ),
                        "alias_parent_thread_id": office.id,
                    }
                )


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def message_route(
        self, message, message_dict, model=None, thread_id=None, custom_values=None
    ):
        """Answers to our invitations go to their engagement, wherever they came in."""
        if not message_dict.get("is_bounce"):
            # sudo: who answers has no user; what is done is what the file may ask
            Engagement = self.env["ozel_kalem.engagement"].sudo()
            routes = Engagement._route_answer(message, message_dict)
            if routes is not None:
                return routes
        return super().message_route(
            message, message_dict, model, thread_id, custom_values
        )


class Engagement(models.Model):
    _inherit = "ozel_kalem.engagement"

    @api.model
    def _route_answer(self, message, message_dict):
        """Take up an answer to one of our invitations (sudo).

        :return: the routes that are left to be followed; None if the mail is no
            answer of that kind
        """
        reply = _reply_in(message)
        engagement = self._invited_as(reply.uid) if reply else self.browse()
        if engagement:
            # calendars answer by themselves; who is away hasn't answered at all
            if not _says_auto(message, "auto-replied"):
                engagement._take_reply(reply, message_dict.get("email_from"))
            return []
        engagement = self._answered_in(message_dict)
        if not engagement:
            return None
        if _says_auto(message, "auto-"):
            return []
        return [(engagement._name, engagement.id, {}, self.env.uid, None)]

    @api.model
    def _invited_as(self, uid):
        """The engagement whose entry has this UID, or none."""
        matched = UID.fullmatch(uid)
        engagement = self.browse(int(matched[1]) if matched else ()).exists()
        if engagement and engagement._invitation_uid() == uid:
            return engagement._in_office_language()
        return self.browse()

    @api.model
    def _answered_in(self, message_dict):
        """The engagement to whose mail these few words reply, or none."""
        names = ("references", "in_reply_to")
        said = " ".join(message_dict.get(name) or "" for name in names)
        for found in REFERENCE.findall(said)[-REFERENCES:]:
            engagement = self.browse(int(found.partition("-")[0])).exists()
            if engagement and consteq(engagement._reply_reference(), found):
                return engagement
        return self.browse()

    def _reply_reference(self):
        """What the Message-Ids of this engagement's mails say; nobody can guess it."""
        return f"{self.id}-{hmac(self.env(su=True), SCOPE, self.id)[:DIGEST]}"

    def _take_reply(self, reply, email_from):
        """Record an answer, or note why it is none."""
        sender = email_normalize(email_from or "") or ""
        # nobody answers in another's name
        partstats = [
            partstat
            for address, partstat in reply.answers
            if sender and untagged(address) == untagged(sender)
        ]
        rows = self._rows_of(sender) if partstats else self.invitation_ids.browse()
        if not rows:
            self._note_reply(reply, sender, self.env._("not on the list"))
        for row in rows:
            row._take_reply(reply, partstats[0])

    def _rows_of(self, address):
        rows = self.invitation_ids.filtered("email")
        exact = rows.filtered(lambda row: row.email == address)
        alike = rows.filtered(lambda row: untagged(row.email) == untagged(address))
        return exact or (alike if len(alike) == 1 else alike.browse())

    def _note_reply(self, reply, sender, reason):
        """File an answer that changes nothing."""
        said = [partstat[:20] for _address, partstat in reply.answers[:3]]
        self._message_log(
            body=self.env._(
                "Answer by e-mail from %(sender)s, not recorded (%(reason)s): "
                "%(answer)s",
                sender=sender[:200] or "?",
                reason=reason,
                answer=" – ".join(filter(None, [", ".join(said), reply.comment])),
            )
        )

    def _ask_secretary(self, person, text):
        """One activity for each person, however often he proposes."""
        summary = self.env._("%(person)s proposes another time", person=person)
        known = self.activity_ids.filtered(lambda a: a.summary == summary)[:1]
        if known:
            known.note = text
            return
        office = self.env["ozel_kalem.office"]._for(self.company_id.id)
        user = self.user_id.filtered("active") or office._directors()[:1]
        # the assignment's mail would tell more than a mail may
        self.with_context(mail_activity_quick_update=True).activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=local_today(),
            summary=summary,
            note=text,
            user_id=user.id,
        )


class EngagementAttendee(models.Model):
    _inherit = "ozel_kalem.engagement.attendee"

    reply_stamp = fields.Datetime(
        readonly=True, groups=fields.NO_ACCESS, help="When the last reply was written."
    )

    def _take_reply(self, reply, partstat):
        """Record what this person's calendar answers (sudo)."""
        if reply.stamp and self.reply_stamp and reply.stamp < self.reply_stamp:
            _logger.info("An older answer came later: %s", reply.uid)
            return
        reason = self._refuses_reply(reply)
        state = ANSWERED.get(partstat)
        if not reason and reply.method != "COUNTER" and not state:
            reason = self.env._("neither yes nor no")
        if reason:
            self.engagement_id._note_reply(reply, self.email, reason)
            return
        self.reply_stamp = reply.stamp
        if reply.method == "COUNTER":
            self._propose(reply)
        else:
            self._answer(state, reply.comment)

    def _refuses_reply(self, reply):
        if not self._is_open():
            return self.env._("no longer open")
        # what waits in the queue is what the answer would have to be to
        known = self.engagement_id.ics_sequence
        if reply.sequence < (known if self.is_pending else self.last_sent_sequence):
            return self.env._("to an earlier version")
        return None

    def _propose(self, reply):
        """Tell the secretary that another time is proposed; nothing is changed."""
        person = self.partner_id.display_name
        text = self.env._(
            "%(person)s proposes another time: %(when)s",
            person=person,
            when=self._proposed_period(reply),
        )
        text = f"{text} – {reply.comment}" if reply.comment else text
        engagement = self.engagement_id
        engagement._message_log(body=text, author_id=self.partner_id.id)
        engagement._ask_secretary(person, text)

    def _proposed_period(self, reply):
        start, stop = reply.start, reply.stop or reply.start
        known = type(start) is type(stop) and start is not None
        known = known and YEARS[0] <= start.year and stop.year <= YEARS[1]
        if not known or stop < start:
            return self.env._("see the mail")
        days = not isinstance(start, datetime)
        if days:
            start, stop = day_start(start), day_start(stop + timedelta(days=1))
        else:
            start, stop = to_utc(start), to_utc(stop)
        return self.engagement_id._told_period(
            {
                "start": fields.Datetime.to_string(start),
                "stop": fields.Datetime.to_string(stop),
                "all_day": days,
            }
        )


def _reply_in(message):
    """The answer that a calendar put into a mail, or None."""
    for part in _parts(message):
        if part.get_content_type() in CALENDARS:
            # base64 is a third longer
            if len(part.get_payload() or "") > 2 * LARGEST:
                return None
            return read_reply(part.get_payload(decode=True) or b"")
    return None


def _parts(message):
    """A mail's own parts, without those of mails that are attached to it."""
    waiting = [message]
    for _part in range(PARTS):
        if not waiting:
            break
        part = waiting.pop(0)
        if not part.is_multipart():
            yield part
        elif part.get_content_maintype() == "multipart":
            waiting[:0] = part.get_payload()


def _says_auto(message, kind):
    """Whether a mail says that a machine wrote it (RFC 3834)."""
    said = str(message.get("Auto-Submitted", "no")).strip().lower()
    return said.startswith(kind) or "X-Autoreply" in message
