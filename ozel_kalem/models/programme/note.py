from odoo import api, fields, models


class Note(models.Model):
    """A note to be handed over in time (D06)."""

    _name = "ozel_kalem.note"
    _inherit = [
        "ozel_kalem.mixin.register",
        "ozel_kalem.mixin.workflow",
        "ozel_kalem.mixin.acting",
        "ozel_kalem.mixin.on_board",
    ]
    _description = "Note"
    _order = "id desc"
    _register_code = "note"
    _rec_names_search = ["name", "subject", "sender"]

    _workflow = {
        "waiting": ("delivered",),
        "delivered": ("acknowledged", "waiting"),
        "acknowledged": (),
    }
    _closed_states = ("acknowledged",)

    recipient = fields.Selection(
        [("principal", "The mayor"), ("director", "The director")],
        "For",
        required=True,
        default="principal",
    )
    sender = fields.Char()
    subject = fields.Char(required=True, index="trigram")
    text = fields.Text("Note")
    received_on = fields.Datetime(
        "Taken", required=True, default=fields.Datetime.now, copy=False
    )
    latest_on = fields.Datetime("At the latest")
    delivered_on = fields.Datetime("Handed over on", readonly=True, copy=False)
    acknowledged_on = fields.Datetime("Acknowledged on", readonly=True, copy=False)
    acting_note = fields.Char("Read as", readonly=True, copy=False)
    reply = fields.Text(copy=False)
    was_late = fields.Boolean(
        "Handed over late", compute="_compute_was_late", store=True
    )
    is_overdue = fields.Boolean(
        "Overdue", compute="_compute_is_overdue", search="_search_is_overdue"
    )
    origin = fields.Reference(
        selection=lambda self: self.env["ozel_kalem.instruction"]._selection_origin(),
        copy=False,
        index="btree_not_null",
    )
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("delivered", "Handed over"),
            ("acknowledged", "Acknowledged"),
        ],
        required=True,
        default="waiting",
        copy=False,
        group_expand=True,
    )

    _open_idx = models.Index(
        "(principal_id, latest_on, id) WHERE state IN ('waiting', 'delivered')"
    )

    @api.depends("delivered_on", "latest_on")
    def _compute_was_late(self):
        for note in self:
            delivered, latest = note.delivered_on, note.latest_on
            note.was_late = bool(delivered and latest and delivered > latest)

    @api.depends("state", "latest_on")
    def _compute_is_overdue(self):
        now = fields.Datetime.now()
        for note in self:
            note.is_overdue = (
                note.state == "waiting"
                and bool(note.latest_on)
                and note.latest_on < now
            )

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("state", "=", "waiting"), ("latest_on", "<", fields.Datetime.now())]

    def action_deliver(self):
        """It was handed over."""
        self._take_step("delivered")

    def action_acknowledge(self):
        """The recipient has read it."""
        self._take_step("acknowledged")

    def _state_entered(self, state, before):
        super()._state_entered(state, before)
        now = fields.Datetime.now()
        if state == "delivered":
            self.write({"delivered_on": now})
        elif state == "acknowledged":
            for principal, notes in self.grouped("principal_id").items():
                notes.write(
                    {"acknowledged_on": now, "acting_note": principal._acting_note()}
                )

    def _open(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }
