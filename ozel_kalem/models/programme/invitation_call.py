from odoo import fields, models

# The call isn't needed any more: nobody has made it.
WITHDRAWN = "ozel_kalem_call_withdrawn"


class EngagementAttendee(models.Model):
    """Whom no mail reaches is told by telephone."""

    _inherit = "ozel_kalem.engagement.attendee"

    call_id = fields.Many2one(
        "ozel_kalem.call",
        "Call instead",
        readonly=True,
        index="btree_not_null",
        help="For who has no e-mail address: the call that waits to be made.",
    )

    def _telephone(self, method):
        """Keep one waiting call for each, which says what is to be told now (sudo)."""
        waiting = self.filtered(lambda row: row.call_id.state == "call_back")
        if method == "cancel":
            # who wasn't told yet needn't hear that it is off
            knowing = self._who_know()
            (waiting - knowing).call_id._withdraw()
            self, waiting = knowing, waiting & knowing
        for row in waiting:
            row.call_id.write(row._prepare_call_text(method))
        untold = self - waiting
        calls = self.env["ozel_kalem.call"].create(
            [row._prepare_call(method) for row in untold]
        )
        calls.action_call_back()
        for row, call in zip(untold, calls, strict=True):
            row.call_id = call

    def _prepare_call(self, method):
        engagement, partner = self.engagement_id, self.partner_id
        values = {
            "direction": "out",
            "principal_id": engagement.principal_id.id,
            "partner_id": partner.id,
            "caller_name": partner.name,
            "phone": partner.phone,
            "user_id": engagement.user_id.id,
            **self._prepare_call_text(method),
        }
        return self.env["ozel_kalem.call"]._guard_values(engagement, values)

    def _prepare_call_text(self, method):
        engagement = self.engagement_id._in_office_language()
        env = engagement.env
        told = engagement.ics_told
        labels = {
            "request": env._("Invite by telephone"),
            "update": env._("Tell the change by telephone"),
            "cancel": env._("Tell the cancellation by telephone"),
        }
        lines = (told["title"], engagement._told_period(told), told["location"])
        return {"subject": labels[method], "text": "\n".join(filter(None, lines))}

    def _set_pending(self, method, **vals):
        super()._set_pending(method, **vals)
        calls = self.call_id.filtered(lambda call: call.state == "call_back")
        calls._withdraw()


class Call(models.Model):
    """A call that tells a guest: once it is made, he knows."""

    _inherit = "ozel_kalem.call"

    def _withdraw(self):
        """Close what nobody needs to call any more."""
        self.with_context(**{WITHDRAWN: True}).action_close()

    def _state_entered(self, state, before):
        super()._state_entered(state, before)
        if self.env.context.get(WITHDRAWN):
            return
        made = self.filtered(lambda call: before[call] == "call_back")
        # sudo: whoever makes the call has told the guest
        rows = self.env["ozel_kalem.engagement.attendee"].sudo()
        for row in rows.search([("call_id", "in", made.ids)]):
            expects = row.method != "cancel"
            row.write({"is_called": expects, "is_told": row.is_told and expects})
