from odoo import api, models

# The browser asks for this channel; the server gives it the companies' own.
CHANNEL = "ozel_kalem.board"


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


class Engagement(models.Model):
    _name = "ozel_kalem.engagement"
    _inherit = ["ozel_kalem.engagement", "ozel_kalem.mixin.on_board"]


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
