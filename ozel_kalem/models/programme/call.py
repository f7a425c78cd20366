from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

# What the call's form tells of the caller: the last ones, and how many at most.
SHOWN_EARLIER = 5
MOST_EARLIER = 100


class Call(models.Model):
    """A telephone conversation of the principal's office (D05, D07)."""

    _name = "ozel_kalem.call"
    _inherit = [
        "ozel_kalem.mixin.register",
        "ozel_kalem.mixin.workflow",
        "ozel_kalem.mixin.acting",
        "ozel_kalem.mixin.phone",
    ]
    _description = "Telephone Call"
    _order = "id desc"
    _register_code = "call"
    _rec_names_search = ["name", "caller_name", "phone_search", "subject"]

    _workflow = {
        "open": ("connected", "noted", "call_back", "closed"),
        "connected": ("closed", "noted"),
        "noted": ("closed", "call_back"),
        "call_back": ("connected", "noted", "closed"),
        "closed": ("open",),
    }
    _closed_states = ("closed",)

    direction = fields.Selection(
        [("in", "Incoming"), ("out", "Outgoing")], required=True, default="in"
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Person",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        index="btree_not_null",
    )
    caller_name = fields.Char(
        "Caller",
        compute="_compute_caller_name",
        store=True,
        readonly=False,
        index="trigram",
    )
    seeks = fields.Selection(
        [("principal", "The mayor"), ("director", "The director"), ("other", "Others")],
        "For",
        required=True,
        default="principal",
    )
    subject = fields.Char("About")
    text = fields.Text("What was said")
    priority = fields.Selection([("0", "Normal"), ("1", "Urgent")], default="0")
    called_on = fields.Datetime(
        "Time", required=True, default=fields.Datetime.now, copy=False
    )
    call_back_on = fields.Datetime("Call back at", copy=False)
    attempt_count = fields.Integer("Attempts", readonly=True, copy=False)
    last_attempt_on = fields.Datetime("Last attempt", readonly=True, copy=False)
    earlier_ids = fields.Many2many(
        "ozel_kalem.call", string="Last calls", compute="_compute_earlier"
    )
    earlier_count = fields.Integer("Earlier calls", compute="_compute_earlier")
    appointment_count = fields.Integer(
        "Appointments", compute="_compute_appointment_count"
    )
    state = fields.Selection(
        [
            ("open", "Open"),
            ("connected", "Connected"),
            ("noted", "Note taken"),
            ("call_back", "To be called back"),
            ("closed", "Closed"),
        ],
        required=True,
        default="open",
        copy=False,
        group_expand=True,
    )

    _called_idx = models.Index("(called_on DESC, id DESC)")
    _call_back_idx = models.Index("(call_back_on, id) WHERE state = 'call_back'")

    @api.depends("phone_number")
    def _compute_partner_id(self):
        for call in self:
            known = call.partner_id
            if not known:
                call.partner_id = call._find_caller()
            elif not call._origin:
                call._correct_caller(known)

    def _correct_caller(self, known):
        """While it is typed, a corrected number corrects who was found by it."""
        found = self._find_caller()
        if found or known.ozel_kalem_phone:
            self.partner_id = found
            if self.caller_name == known.name:
                self.caller_name = found.name

    @api.depends("partner_id", "phone_number")
    def _compute_caller_name(self):
        for call in self:
            call.caller_name = (
                call.caller_name or call.partner_id.name or call._last_name()
            )

    def _last_name(self):
        """How somebody unknown gave his name when he called before."""
        if not self.phone_number:
            return False
        number = Domain("phone_number", "=", self.phone_number)
        before = number & Domain("id", "!=", self._origin.id)
        return self.search(before, limit=1).caller_name

    @api.model
    def _contact_domain(self):
        """A call that waits to be made is no contact yet."""
        return Domain("direction", "=", "in") | Domain("state", "!=", "call_back")

    def _find_caller(self):
        """The person who called from this number before, or who has it."""
        Partner = self.env["res.partner"]
        if not self.phone_number:
            return Partner
        known = self.search(
            [("phone_number", "=", self.phone_number), ("partner_id", "!=", False)],
            limit=1,
        ).partner_id
        return known or Partner.search(
            [("ozel_kalem_phone", "=", self.phone_number)], limit=1
        )

    @api.depends("partner_id", "phone_number")
    def _compute_earlier(self):
        for call in self:
            earlier = self.search(call._earlier_domain(), limit=SHOWN_EARLIER)
            call.earlier_ids = earlier
            call.earlier_count = len(earlier)
            if len(earlier) == SHOWN_EARLIER:
                call.earlier_count = self.search_count(
                    call._earlier_domain(), limit=MOST_EARLIER
                )

    @api.depends("partner_id")
    def _compute_appointment_count(self):
        Appointment = self.env["ozel_kalem.appointment"]
        counts = {}
        if Appointment.has_access("read"):
            counts = dict(
                Appointment._read_group(
                    [("partner_id", "in", self.partner_id.ids)],
                    ["partner_id"],
                    ["__count"],
                )
            )
        for call in self:
            call.appointment_count = counts.get(call.partner_id, 0)

    def _earlier_domain(self):
        """Other calls of this person, or of this number while he is unknown."""
        self.ensure_one()
        who = Domain("phone_number", "=", self.phone_number or "-")
        if self.partner_id:
            who = Domain("partner_id", "=", self.partner_id.id)
        return who & Domain("id", "!=", self._origin.id)

    @api.constrains("caller_name", "partner_id")
    def _check_caller(self):
        for call in self:
            if not (call.caller_name or "").strip() and not call.partner_id:
                raise ValidationError(
                    self.env._(
                        "“Caller” is empty. Write who called, or choose a person."
                    )
                )

    @api.depends("caller_name", "partner_id")
    def _compute_display_name(self):
        super()._compute_display_name()
        for call in self.filtered(lambda call: call.confidentiality == "normal"):
            who = call.caller_name or call.partner_id.name
            call.display_name = " ".join(filter(None, (call.name, who)))

    # --------------------------------------------------------------- actions

    def action_view_earlier(self):
        """Show the other calls of the same person or number."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.caller_name or self.partner_id.name or self.phone,
            "res_model": self._name,
            "view_mode": "list,form",
            "domain": list(self._earlier_domain()),
        }

    def action_view_appointments(self):
        """Show the appointments of the caller."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.partner_id.display_name,
            "res_model": "ozel_kalem.appointment",
            "view_mode": "list,form",
            "domain": [("partner_id", "=", self.partner_id.id)],
        }

    def action_connect(self):
        """The call was put through."""
        self._take_step("connected")

    def action_call_back(self):
        """To be called back."""
        for call in self:
            call.write(
                {
                    "state": "call_back",
                    "call_back_on": call.call_back_on or fields.Datetime.now(),
                }
            )

    def action_attempt(self):
        """Called back, nobody answered."""
        for call in self:
            call.write(
                {
                    "attempt_count": call.attempt_count + 1,
                    "last_attempt_on": fields.Datetime.now(),
                }
            )

    def action_close(self):
        """Nothing more to do."""
        self._take_step("closed")

    def action_make_note(self):
        """Take down a note for the principal or the director from this call.

        :return: the action that opens the note
        """
        self.ensure_one()
        note = self.env["ozel_kalem.note"].create(
            {
                "principal_id": self.principal_id.id,
                "subject": self._subject(),
                "text": self.text,
                "sender": self.caller_name or self.partner_id.name,
                "origin": f"{self._name},{self.id}",
                "recipient": "director" if self.seeks == "director" else "principal",
                "confidentiality": self.confidentiality,
            }
        )
        self._take_step("noted")
        return note._open()

    def action_make_appointment(self):
        """Request an appointment for the caller.

        :return: the action that opens the appointment
        """
        appointment = self._make("ozel_kalem.appointment")
        return appointment.get_formview_action()

    def action_make_request(self):
        """Register the caller's complaint or wish.

        :return: the action that opens the request
        """
        return self._make("ozel_kalem.request").get_formview_action()

    def _make(self, model):
        self.ensure_one()
        values = self.env[model]._prepare_follow_up_values(self)
        record = self.env[model].create(
            {
                **values,
                "subject": self._subject(),
                "partner_id": self._person().id,
                "channel": "phone",
            }
        )
        self._take_step("closed")
        return record

    def _subject(self):
        return self.subject or self.env._("Telephone call")

    def _person(self):
        """The caller as a person, created when he wasn't known."""
        if not self.partner_id:
            # sudo: taking a call creates the caller's card, whatever the
            # secretary's rights in Contacts
            partner = (
                self.env["res.partner"]
                .sudo()
                .create({"name": self.caller_name, "phone": self.phone})
            )
            self.partner_id = partner.with_env(self.env)
        return self.partner_id
