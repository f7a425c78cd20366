from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize, formataddr
from odoo.tools.misc import format_date

from ...tools import ics
from ...tools.local_time import to_local
from .letter import TOKEN, Letter, one_line

# What a recipient's entry is made of; the projection looks after the other fields.
TOLD_FIELDS = {"location", "all_day", "kind", "public_title", "confidentiality"}
UNTOLD_KINDS = ("personal", "other")


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
        if self.sudo().invitation_ids._who_know():
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
        rows = Attendee.create(vals_list)
        rows.filtered(lambda row: not row.email)._telephone("request")
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
        """Who is to have the entry; the principal reads his own programme.

        Who was invited before he went in another's place keeps it.
        """
        if not self.active or self.state != "confirmed":
            return self.partner_ids.browse()
        known = self.invitation_ids._who_know().partner_id
        return self.partner_ids - (self.principal_id.partner_id - known)

    # ------------------------------------------------------------- contents

    def _prepare_told(self):
        """What recipients may know of the engagement, and nothing more."""
        self = self._in_office_language()
        hidden = self.confidentiality != "normal"
        return {
            "start": fields.Datetime.to_string(self.start),
            "stop": fields.Datetime.to_string(self.stop),
            "all_day": self.all_day,
            "title": one_line(self._public_title()),
            "location": "" if hidden else one_line(self.location),
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
        return (one_line(office.name or company.name), address)

    def _invitation_uid(self):
        uuid = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        return f"ozel_kalem-engagement-{self.id}@{uuid}"

    def _invitation_file(self, is_cancelled=False):
        """The calendar file, which lists the office and nobody but its reader.

        Programmes offer to answer only to whom they find among the attendees.

        :return: a function of address and PARTSTAT that returns the file, bytes
        """
        self = self._in_office_language()
        told = self._prepare_told() if not is_cancelled else self.ics_told
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
            organizer=ics.Person(self._answer_address(), self._invitation_office()[0]),
        )
        return ics.addressed(event, "CANCEL" if is_cancelled else "REQUEST")

    def _answer_address(self):
        """Where answers go: into Odoo if it receives mail, else to the office."""
        office = self.env["ozel_kalem.office"]._for(self.company_id.id)
        return (
            email_normalize(office.answer_email or "") or self._invitation_office()[1]
        )

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
            reply_to=formataddr((office, self._answer_address())) if address else "",
            subject=f"{heads[method]}: {told['title']}, {when}",
            html=str(html),
            file=self._invitation_file(is_cancelled) if address else None,
            method="CANCEL" if is_cancelled else "REQUEST",
            thread=self._reply_reference(),
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
