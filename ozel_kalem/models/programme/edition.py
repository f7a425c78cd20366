from datetime import timedelta

from dateutil.relativedelta import relativedelta
from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import consteq, format_date
from odoo.tools.misc import hmac

from ...report.programme.qr import qr_image
from ...tools import turkish
from ...tools.local_time import to_local
from ..foundation.engagement import KINDS
from .place import utc_days

PERIODS = [("day", "Day"), ("week", "Week"), ("month", "Month")]
SHOWN_STATES = ("published", "superseded")
NOTES = ("protocol_note", "press_note", "vehicle_note")
# What a line is made of; compared to tell whether the programme has changed.
FROZEN_FIELDS = (
    "start",
    "stop",
    "all_day",
    "kind",
    "title",
    "place",
    *NOTES,
    "deputy",
    "is_confidential",
    "is_public",
    "public_title",
    "change",
    "is_removed",
)
TOKEN_SCOPE = "ozel_kalem.programme.edition"
SIGNATURE_LENGTH = 20
LONGEST_TOKEN = 40


class Principal(models.Model):
    _inherit = "ozel_kalem.principal"

    short_name = fields.Char(
        translate=True,
        help="How another principal's programme names this one, for example "
        "“Bşk. Yrd. Tepeköy”.",
    )

    def _short_name(self):
        return self.short_name or self.partner_id.name or self.name


class Engagement(models.Model):
    _inherit = "ozel_kalem.engagement"

    represented_id = fields.Many2one(
        "ozel_kalem.principal",
        "In place of",
        index="btree_not_null",
        check_company=True,
        help="The principal who was expected; his programme shows the item as well.",
    )
    protocol_note = fields.Char("Protocol")
    press_note = fields.Char("Press")
    vehicle_note = fields.Char("Vehicle")
    is_public = fields.Boolean(
        "In the press edition",
        help="Appointments appear only under a public title, personal and "
        "confidential items never.",
    )

    def _may_be_published(self):
        """Whether the press may learn of this engagement."""
        self.ensure_one()
        if self.confidentiality != "normal" or self.kind == "personal":
            return False
        return self.is_public and (
            self.kind != "appointment" or bool(self.public_title)
        )

    def _press_title(self):
        """The title for the press: of an appointment, nothing that names people."""
        self.ensure_one()
        title = self.public_title or self.subject
        if self.kind != "appointment":
            return title
        people = self.partner_ids.filtered(lambda partner: not partner.is_company)
        names = [turkish.fold(person.name) for person in people if person.name]
        if not any(name in turkish.fold(title) for name in names):
            return title
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        return kinds[self.kind]

    def _prepare_programme_line(self, principal):
        """Values of the line on ``principal``'s programme."""
        self.ensure_one()
        hidden = self.confidentiality != "normal"
        public = self._may_be_published()
        values = {
            "engagement_id": self.id,
            "start": self.start,
            "stop": self.stop,
            "all_day": self.all_day,
            "is_confidential": hidden,
            "is_public": public,
            "public_title": public and self._press_title(),
            "title": self.env._("Private programme"),
            "deputy": self.principal_id != principal
            and self.principal_id._short_name(),
        }
        if hidden:
            # kept for those who may read the engagement itself
            return {
                **values,
                "hidden_title": self.subject,
                "hidden_place": self.location,
            }
        notes = {name: self[name] for name in NOTES}
        return {
            **values,
            **notes,
            "kind": self.kind,
            "title": self.subject,
            "place": self.location,
        }


class Edition(models.Model):
    """The programme of a day, a week or a month, as it was published (D03)."""

    _name = "ozel_kalem.programme.edition"
    _inherit = [
        "ozel_kalem.mixin.register",
        "ozel_kalem.mixin.thread",
        "ozel_kalem.mixin.workflow",
        "ozel_kalem.mixin.acting",
    ]
    _description = "Programme Edition"
    _order = "date_from desc, version desc, id desc"
    _register_code = "programme"
    _mail_post_access = "read"

    _workflow = {
        "draft": ("approved",),
        "approved": ("submitted", "draft"),
        "submitted": ("published", "draft"),
        "published": ("superseded",),
        "superseded": (),
    }
    _closed_states = ("superseded",)
    _state_groups = {
        "approved": ("ozel_kalem.group_director",),
        "submitted": ("ozel_kalem.group_secretary", "ozel_kalem.group_director"),
        "published": ("ozel_kalem.group_secretary", "ozel_kalem.group_director"),
    }

    kind = fields.Selection(PERIODS, required=True, default="day")
    date_from = fields.Date(
        "From", required=True, help="Any day of the week or month will do."
    )
    date_to = fields.Date(
        "Until", compute="_compute_date_to", store=True, precompute=True
    )
    version = fields.Integer(readonly=True, copy=False, aggregator=None)
    line_ids = fields.One2many(
        "ozel_kalem.programme.line", "edition_id", "Items", readonly=True, copy=False
    )
    reader_ids = fields.One2many(
        "ozel_kalem.programme.reader", "edition_id", "Readers", copy=False
    )
    difference = fields.Text("What has changed", compute="_compute_difference")
    pending_difference = fields.Text(
        "Changed since", compute="_compute_pending_difference"
    )
    unseen_count = fields.Integer("Not seen yet", compute="_compute_unseen_count")
    waits_for_me = fields.Boolean(compute="_compute_waits_for_me")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("approved", "Approved"),
            ("submitted", "Put before the principal"),
            ("published", "Published"),
            ("superseded", "Superseded"),
        ],
        required=True,
        default="draft",
        tracking=True,
        copy=False,
    )
    published_on = fields.Datetime(readonly=True, copy=False)

    _version_uniq = models.UniqueIndex(
        "(principal_id, kind, date_from, version)",
        "This version of the programme is there already. Try again.",
    )
    _open_uniq = models.UniqueIndex(
        "(principal_id, kind, date_from)"
        " WHERE state IN ('draft', 'approved', 'submitted')",
        "A version of this programme is being prepared already.",
    )

    @api.depends("kind", "date_from")
    def _compute_date_to(self):
        for edition in self:
            edition.date_to = _period(edition.kind, edition.date_from)[1]

    @api.depends("name", "kind", "date_from", "version")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for edition in self:
            edition.display_name = self.env._(
                "%(number)s, %(period)s, version %(version)s",
                number=edition.name or self.env._("New"),
                period=edition._period_label(),
                version=edition.version,
            )

    @api.depends("line_ids.change")
    def _compute_difference(self):
        for edition in self:
            changes = edition.line_ids.filtered("change").mapped("change")
            edition.difference = "\n".join(changes)

    def _compute_pending_difference(self):
        self.pending_difference = ""
        for edition in self.filtered(lambda edition: edition.state == "published"):
            lines = edition._prepare_lines(edition.sudo().line_ids)
            changes = [values["change"] for values in lines if values["change"]]
            edition.pending_difference = "\n".join(changes)

    @api.depends("reader_ids.sent_on", "reader_ids.seen_on")
    def _compute_unseen_count(self):
        for edition in self:
            told = edition.reader_ids.filtered("sent_on")
            edition.unseen_count = len(told.filtered(lambda line: not line.seen_on))

    @api.depends("reader_ids.sent_on", "reader_ids.seen_on")
    @api.depends_context("uid")
    def _compute_waits_for_me(self):
        for edition in self:
            edition.waits_for_me = bool(edition._my_receipts())

    def _period_label(self):
        """“07.10.2026”, “05.10.2026 – 11.10.2026” or “October 2026”."""
        if not self.date_from:
            return ""
        first, last = self.date_from, self.date_to
        if self.kind == "month":
            return format_date(self.env, first, date_format="LLLL y")
        if self.kind == "week":
            return f"{turkish.short_date(first)} – {turkish.short_date(last)}"
        return turkish.short_date(first)

    # ------------------------------------------------------------------ CRUD

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            defaults = self.default_get(["kind", "date_from"])
            kind = vals.get("kind") or defaults["kind"]
            day = fields.Date.to_date(vals.get("date_from", defaults.get("date_from")))
            vals.update(kind=kind, date_from=_period(kind, day)[0])
            vals.pop("version", None)
        editions = super().create(vals_list)
        for edition in editions:
            # sudo: the version is given by the office, not by whoever writes
            edition.sudo().version = edition._previous(any_state=True).version + 1
            edition._fill()
            edition._take_readers()
        return editions

    def write(self, vals):
        fixed = {"principal_id", "kind", "date_from", "version", "published_on"}
        if fixed & vals.keys() and not self.env.su:
            raise UserError(
                self.env._(
                    "Principal, period and version of an edition are fixed. "
                    "Prepare another edition."
                )
            )
        return super().write(vals)

    def _previous(self, any_state=False):
        """The latest edition of the same period that was published, or any (sudo)."""
        self.ensure_one()
        states = [] if any_state else [("state", "in", SHOWN_STATES)]
        # sudo: versions are counted whoever prepares the next one
        return self.sudo().search(
            [
                ("principal_id", "=", self.principal_id.id),
                ("kind", "=", self.kind),
                ("date_from", "=", self.date_from),
                ("id", "!=", self.id),
                *states,
            ],
            order="version desc",
            limit=1,
        )

    # ----------------------------------------------------------------- lines

    def _engagements(self):
        """What the programme of this period holds at present (sudo)."""
        self.ensure_one()
        first, last = utc_days(self.date_from, self.date_to)
        # sudo: that the time is taken is on the sheet, what for isn't
        return (
            self.env["ozel_kalem.engagement"]
            .sudo()
            .search(
                [
                    "|",
                    ("principal_id", "=", self.principal_id.id),
                    ("represented_id", "=", self.principal_id.id),
                    ("state", "in", ("confirmed", "done")),
                    ("start", "<", last),
                    ("stop", ">", first),
                ],
                order="start, represented_id desc, id",
            )
        )

    def _prepare_lines(self, before):
        """Values of the lines of the programme as it is now.

        :param before: lines of the version that readers have
        """
        self.ensure_one()
        # one language for all: lines of two readers are compared
        self = self.with_context(lang=self.company_id.partner_id.lang or self.env.lang)
        old = {line.engagement_id.id: line for line in before if not line.is_removed}
        compares = bool(self.version > 1 or self.state in SHOWN_STATES)
        lines = []
        for engagement in self._engagements():
            values = engagement._prepare_programme_line(self.principal_id)
            known = old.pop(engagement.id, None)
            values["change"] = compares and self._describe_change(known, values)
            values["is_removed"] = False
            lines.append(values)
        for line in old.values():
            label = self._item_label(line)
            gone = self.env._("%(item)s: taken off the programme", item=label)
            values = line._frozen_values()
            values["engagement_id"] = line.engagement_id.id
            lines.append({**values, "change": gone, "is_removed": True})
        return lines

    def _fill(self):
        """Write the lines anew from the programme, and what has changed."""
        self.ensure_one()
        before = self._previous().line_ids
        lines = [
            {**values, "edition_id": self.id} for values in self._prepare_lines(before)
        ]
        # sudo: nobody writes lines, they come from the programme
        self.sudo().line_ids.unlink()
        self.env["ozel_kalem.programme.line"].sudo().create(lines)

    def _is_current(self):
        """Whether the lines say what the programme says."""
        now = self._prepare_lines(self._previous().line_ids)
        return [
            {
                name: values.get(name) or False
                for name in ("engagement_id", *FROZEN_FIELDS)
            }
            for values in now
        ] == [
            {"engagement_id": line.engagement_id.id, **line._frozen_values()}
            for line in self.sudo().line_ids.sorted("id")
        ]

    def _describe_change(self, old, new):
        """One line about an item, empty where a reader needs none."""
        if not old:
            return self.env._("%(item)s: added", item=self._item_label(new))
        parts = []
        if old.start != new["start"]:
            parts.append(self._moved_text(to_local(old.start), to_local(new["start"])))
        elif old.stop != new["stop"]:
            stop = self._hour(to_local(new["stop"]), "locative")
            parts.append(self.env._("ends at %(time)s", time=stop))
        if old.title != new["title"]:
            parts.append(self.env._("is now “%(title)s”", title=new["title"]))
        if (old.place or "") != (new.get("place") or ""):
            place = new.get("place") or "–"
            parts.append(self.env._("place: %(place)s", place=place))
        if any((old[name] or "") != (new.get(name) or "") for name in NOTES):
            parts.append(self.env._("notes have changed"))
        label = self._item_label(old)
        return f"{label}: {', '.join(parts)}" if parts else False

    def _moved_text(self, old, new):
        hour = self._hour(new, "dative")
        if old.date() == new.date():
            return self.env._("moved to %(time)s", time=hour)
        day = turkish.short_date(new.date())
        return self.env._("moved to %(day)s, %(time)s", day=day, time=hour)

    def _hour(self, moment, case):
        """“14:30”, in Turkish with the suffix that the sentence needs."""
        text = f"{moment:%H:%M}"
        if not (self.env.lang or "").startswith("tr"):
            return text
        return turkish.suffix(text, case)

    def _item_label(self, line):
        """“14:00 Kardeş belediye heyeti”, with the day where there are several."""
        start = to_local(line["start"])
        day = "" if self.kind == "day" else f"{turkish.short_date(start.date())} "
        hour = "" if line["all_day"] else f"{start:%H:%M} "
        return f"{day}{hour}{line['title']}"

    # --------------------------------------------------------------- actions

    def action_refresh(self):
        """Take the draft's lines from the programme anew."""
        for edition in self:
            if edition.state != "draft":
                raise UserError(self.env._("Only a draft is taken anew."))
            edition.check_access("write")
            edition._fill()

    def action_approve(self):
        """The director approves the programme as it is now."""
        self._take_step("approved")

    def action_submit(self):
        """Put it before the principal."""
        self._take_step("submitted")

    def action_publish(self):
        """Publish it and tell the readers.

        :raise UserError: when the programme has changed since it was approved
        """
        self._take_step("published")

    def action_reset(self):
        """Back to the draft."""
        self._take_step("draft")

    def action_new_version(self):
        """Prepare the next version of a published programme.

        :return: the action that opens it
        """
        self.ensure_one()
        if self.state != "published":
            raise UserError(self.env._("Only the published version gets a next one."))
        following = self.create(
            {
                "principal_id": self.principal_id.id,
                "company_id": self.company_id.id,
                "kind": self.kind,
                "date_from": self.date_from,
                "confidentiality": self.confidentiality,
            }
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": following.id,
            "view_mode": "form",
        }

    def action_confirm_reading(self):
        """The reader confirms that he has seen it."""
        for edition in self:
            edition.check_access("read")
            edition._my_receipts().action_see()

    def _my_receipts(self):
        return self.sudo().reader_ids.filtered(
            lambda line: (
                line.user_id == self.env.user and line.sent_on and not line.seen_on
            )
        )

    # ----------------------------------------------------------------- steps

    def _check_step(self, state):
        super()._check_step(state)
        if state != "published":
            return
        for edition in self:
            if not edition._is_current():
                raise UserError(
                    self.env._(
                        "The programme has changed since %(edition)s was approved. "
                        "Take it back to the draft and have it approved anew.",
                        edition=edition.display_name,
                    )
                )

    def _state_entered(self, state, before):
        super()._state_entered(state, before)
        for edition in self:
            if state in ("draft", "approved"):
                edition._fill()
            elif state == "submitted":
                edition.sudo()._notify_neutrally(
                    edition.principal_id._deciders().partner_id,
                    self.env._("%(number)s waits for you", number=edition.name),
                )
            elif state == "published":
                edition._publish()

    def _publish(self):
        previous = self._previous().filtered(lambda old: old.state == "published")
        previous.write({"state": "superseded"})
        self.sudo().published_on = fields.Datetime.now()
        self._add_touched()
        self.sudo().reader_ids._send()

    def _take_readers(self):
        """Chosen readers are those of the last edition of this kind."""
        last = self.sudo().search(
            [
                ("principal_id", "=", self.principal_id.id),
                ("kind", "=", self.kind),
                ("id", "!=", self.id),
            ],
            order="id desc",
            limit=1,
        )
        users = last.reader_ids.filtered("is_chosen").user_id.filtered("active")
        new = users - self.reader_ids.user_id
        self.sudo().reader_ids = [Command.create({"user_id": user.id}) for user in new]

    def _add_touched(self):
        """Whoever takes part in a changed item is told of that item alone."""
        readers = {line.user_id: line for line in self.sudo().reader_ids}
        told = {}
        for line in self.sudo().line_ids.filtered("change"):
            engagement = line.engagement_id
            people = engagement.partner_ids.user_ids | engagement.user_id
            for user in people.filtered(lambda user: user.active and not user.share):
                told.setdefault(user, []).append(line.change)
        for reader in readers.values():
            reader.change = self.difference
        self.env["ozel_kalem.programme.reader"].sudo().create(
            [
                {
                    "edition_id": self.id,
                    "user_id": user.id,
                    "is_chosen": False,
                    "change": "\n".join(changes),
                }
                for user, changes in told.items()
                if user not in readers and user != self.env.user
            ]
        )

    def action_send(self):
        """Send a published edition to readers who were chosen since."""
        self.check_access("write")
        for edition in self.filtered(lambda edition: edition.state == "published"):
            edition.sudo().reader_ids._send()

    def _notify_readers(self, partners):
        """Tell the readers that there is something, with a link to their own list.

        Not a notice on the edition: most of them may not open it.
        """
        path = self.env.ref("ozel_kalem.programme_reader_action").sudo().path
        subject = self.env._("%(number)s was published", number=self.name)
        thread = self.env["mail.thread"].with_context(mail_notify_force_send=False)
        thread.message_notify(
            partner_ids=partners.ids,
            subject=subject,
            body=Markup('<p>%s</p><p><a href="%s/odoo/%s">%s</a></p>')
            % (
                subject,
                self.get_base_url(),
                path,
                self.env._("Read what concerns you"),
            ),
            email_layout_xmlid="mail.mail_notification_light",
        )
        # sudo: waking the mail queue is not the user's act
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    # ------------------------------------------------------------------- QR

    def _token(self):
        """What the sheet's QR carries: which edition, signed."""
        self.ensure_one()
        signature = hmac(self.env(su=True), TOKEN_SCOPE, self.id)
        return f"{self.id}-{signature[:SIGNATURE_LENGTH]}"

    def _url(self):
        return f"{self.get_base_url()}/ozel_kalem/programme/{self._token()}"

    @api.model
    def _from_token(self, token):
        """The published edition (sudo) that a token was printed for, or none."""
        number = token.partition("-")[0]
        known = len(token) <= LONGEST_TOKEN and number.isascii() and number.isdecimal()
        if not known or int(number) >= 2**31:
            return self.sudo().browse()
        edition = self.sudo().browse(int(number))
        if not consteq(edition._token().encode(), token.encode()):
            return self.sudo().browse()
        return edition.exists().filtered(lambda one: one.state in SHOWN_STATES)

    # ----------------------------------------------------------------- paper

    def _paper_qr(self):
        """The QR of a published sheet; a draft is neither current nor superseded."""
        return qr_image(self._url()) if self.state in SHOWN_STATES else ""

    def _paper_printed(self):
        """Whose level is stamped: confidential items that the printer may read."""
        hidden = self.line_ids.filtered("is_confidential").engagement_id
        return hidden._filtered_access("read") or self

    def _paper_date(self, day):
        """“7 Ekim 2026 Çarşamba”."""
        return format_date(self.env, day, date_format="d MMMM y EEEE")

    def _paper_period(self):
        self.ensure_one()
        if self.kind == "day":
            return self._paper_date(self.date_from)
        return self._period_label()

    def _paper_weekdays(self):
        days = self._paper_days()
        first = 7 - days[0][0].weekday()
        week = [days[(first + number) % 7][0] for number in range(7)]
        return [format_date(self.env, day, date_format="EEEE") for day in week]

    def _paper_days(self, press=False):
        """[(day, lines)] of the sheet; several days where the kind has several."""
        self.ensure_one()
        lines = self.line_ids.filtered(lambda line: not line.is_removed)
        if press:
            lines = lines.filtered("is_public")
        count = (self.date_to - self.date_from).days + 1
        days = [self.date_from + timedelta(days=number) for number in range(count)]
        return [(day, lines.filtered(lambda line: line._is_on(day))) for day in days]

    def _paper_weeks(self):
        """Rows of seven (day, lines) for a calendar; None outside the month."""
        days = self._paper_days()
        before = [None] * days[0][0].weekday()
        cells = [*before, *days]
        cells += [None] * (-len(cells) % 7)
        return [cells[start : start + 7] for start in range(0, len(cells), 7)]


class Line(models.Model):
    """An item of an edition, as it was when the edition was approved."""

    _name = "ozel_kalem.programme.line"
    _description = "Programme Item"
    _order = "edition_id, start, id"
    _rec_name = "title"

    edition_id = fields.Many2one(
        "ozel_kalem.programme.edition", required=True, ondelete="cascade", index=True
    )
    engagement_id = fields.Many2one(
        "ozel_kalem.engagement", ondelete="set null", index="btree_not_null"
    )
    start = fields.Datetime(required=True)
    stop = fields.Datetime(required=True)
    all_day = fields.Boolean()
    kind = fields.Selection(KINDS)
    title = fields.Char("Item", required=True)
    place = fields.Char()
    protocol_note = fields.Char("Protocol")
    press_note = fields.Char("Press")
    vehicle_note = fields.Char("Vehicle")
    deputy = fields.Char("In his place")
    is_confidential = fields.Boolean("Confidential")
    is_public = fields.Boolean("In the press edition")
    public_title = fields.Char()
    change = fields.Char("What has changed")
    is_removed = fields.Boolean("Taken off")
    hidden_title = fields.Char(groups=fields.NO_ACCESS)
    hidden_place = fields.Char(groups=fields.NO_ACCESS)

    def _frozen_values(self):
        self.ensure_one()
        return {name: self[name] for name in FROZEN_FIELDS}

    def _is_on(self, day):
        first, last = utc_days(day, day)
        return self.start < last and self.stop > first

    # ----------------------------------------------------------------- paper

    def _paper_hours(self):
        """“09:00–09:45”, or that it takes the whole day."""
        if self.all_day:
            return self.env._("All day")
        return f"{to_local(self.start):%H:%M}–{to_local(self.stop):%H:%M}"

    def _paper_hour(self):
        return (
            self.env._("All day") if self.all_day else f"{to_local(self.start):%H:%M}"
        )

    def _paper_title(self, press=False):
        """The title for whoever prints: a confidential one only if he may read it."""
        title = self.title
        if press:
            title = self.public_title
        elif self.is_confidential:
            title = self._hidden("hidden_title") or title
        return f"{title} – {self.deputy}" if self.deputy else title

    def _paper_place(self):
        return self.place or self._hidden("hidden_place") or ""

    def _paper_text(self):
        """Title and place in one line, as on the pocket card."""
        place = self._paper_place()
        return f"{self._paper_title()} ({place})" if place else self._paper_title()

    def _paper_notes(self):
        """[(label, text)] of the notes that there are."""
        labels = [self._fields[name]._description_string(self.env) for name in NOTES]
        found = zip(labels, (self[name] for name in NOTES), strict=True)
        return [(label, text) for label, text in found if text]

    def _hidden(self, name):
        """What a confidential item is about, for those who may read it; logged."""
        if not self.is_confidential or not self.engagement_id.has_access("read"):
            return ""
        self.engagement_id._log_reading(["subject"])
        # sudo: the frozen words of what he may read was asked just before
        return self.sudo()[name] or ""


class Reader(models.Model):
    """Who was sent an edition or a change of it, and when he saw it."""

    _name = "ozel_kalem.programme.reader"
    _description = "Reader of the Programme"
    _order = "edition_id desc, id"
    _rec_name = "user_id"

    edition_id = fields.Many2one(
        "ozel_kalem.programme.edition", required=True, ondelete="cascade", index=True
    )
    number = fields.Char("Programme", compute="_compute_number", compute_sudo=True)
    user_id = fields.Many2one(
        "res.users",
        "Reader",
        required=True,
        index=True,
        domain="[('share', '=', False)]",
    )
    is_chosen = fields.Boolean(
        "Gets every edition",
        default=True,
        readonly=True,
        help="Others are told only of the items in which they take part.",
    )
    change = fields.Text("What has changed", readonly=True)
    sent_on = fields.Datetime("Sent", readonly=True, copy=False)
    seen_on = fields.Datetime("Seen", readonly=True, copy=False)

    _user_uniq = models.Constraint(
        "UNIQUE (edition_id, user_id)", "This reader is in the list already."
    )

    @api.depends("edition_id")
    @api.depends_context("lang")
    def _compute_number(self):
        for reader in self:
            reader.number = reader.edition_id.display_name

    @api.model_create_multi
    def create(self, vals_list):
        self._check_receipts(*vals_list)
        return super().create(vals_list)

    def write(self, vals):
        self._check_receipts(vals)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        if any(reader.sent_on for reader in self):
            raise UserError(self.env._("A receipt is kept: it was sent already."))

    def _check_receipts(self, *vals_list):
        ours = {"sent_on", "seen_on", "change", "is_chosen"}
        if not self.env.su and any(ours & vals.keys() for vals in vals_list):
            raise AccessError(self.env._("Receipts are written by the office alone."))

    def _send(self):
        """Tell the readers that there is something, not what."""
        waiting = self.filtered(lambda reader: not reader.sent_on)
        if not waiting:
            return
        partners = waiting.user_id.partner_id - self.env.user.partner_id
        if partners:
            waiting.edition_id._notify_readers(partners)
        waiting.sent_on = fields.Datetime.now()

    def action_see(self):
        """The reader confirms that he has seen it."""
        mine = self.filtered(lambda line: line.user_id == self.env.user)
        unseen = mine.filtered(lambda line: line.sent_on and not line.seen_on)
        # sudo: a reader writes nothing but his own receipt
        unseen.sudo().write({"seen_on": fields.Datetime.now()})


def _period(kind, day):
    """First and last day of the ``kind`` of period in which ``day`` lies."""
    if not day:
        return day, day
    if kind == "week":
        first = day - timedelta(days=day.weekday())
        return first, first + timedelta(days=6)
    if kind == "month":
        first = day.replace(day=1)
        return first, first + relativedelta(months=1, days=-1)
    return day, day
