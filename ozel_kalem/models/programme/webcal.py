import hashlib
import secrets
from datetime import UTC, datetime, time, timedelta
from hmac import compare_digest

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ...tools import ics
from ...tools.local_time import ISTANBUL, local_today

DAYS_BACK = 30
DAYS_AHEAD = 180
REFRESH = timedelta(minutes=15)
TOKEN_BYTES = 32
TOKEN_LENGTH = 43


class Principal(models.Model):
    """A principal's programme for telephones, by a secret address.

    The address is shown once; what is kept of it can't be turned back into it.
    """

    _inherit = "ozel_kalem.principal"

    webcal_digest = fields.Char(readonly=True, copy=False, groups=fields.NO_ACCESS)
    webcal_created_on = fields.Datetime(
        "Calendar link made on", readonly=True, copy=False
    )
    may_share_webcal = fields.Boolean(compute="_compute_may_share_webcal")

    _webcal_digest_uniq = models.UniqueIndex(
        "(webcal_digest) WHERE webcal_digest IS NOT NULL"
    )

    @api.depends("user_id")
    @api.depends_context("uid")
    def _compute_may_share_webcal(self):
        director = self.env.su or self.env.user.has_group("ozel_kalem.group_director")
        for principal in self:
            principal.may_share_webcal = director or principal.user_id == self.env.user

    def action_create_webcal(self):
        """Make a new address; the old one, if any, leads nowhere from now on.

        :return: the dialog that shows it, once
        :raise AccessError: for others than the director and the principal
        """
        self.ensure_one()
        principal = self._check_may_share_webcal()
        token = secrets.token_urlsafe(TOKEN_BYTES)
        principal.webcal_digest = _digest(token)
        principal.webcal_created_on = fields.Datetime.now()
        base = self.get_base_url().rpartition("://")[2]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Calendar link"),
            "res_model": "ozel_kalem.webcal.link",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_url": f"webcal://{base}/ozel_kalem/webcal/{token}.ics",
            },
        }

    def action_revoke_webcal(self):
        """Let the address lead nowhere.

        :raise AccessError: for others than the director and the principal
        """
        principals = self._check_may_share_webcal()
        principals.write({"webcal_digest": False, "webcal_created_on": False})

    def _check_may_share_webcal(self):
        self.check_access("read")
        if not all(principal.may_share_webcal for principal in self):
            raise AccessError(
                self.env._(
                    "Only the director and the principal share the principal's calendar."
                )
            )
        # sudo: allowed by the line above, and principals don't write settings
        return self.sudo()

    # -------------------------------------------------------------- contents

    @api.model
    def _find_by_webcal_token(self, token):
        """The principal (sudo) to whom a token leads, or an empty recordset."""
        Principal = self.sudo()
        if not isinstance(token, str) or len(token) != TOKEN_LENGTH:
            return Principal
        digest = _digest(token)
        found = Principal.search([("webcal_digest", "=", digest)], limit=1)
        if found and compare_digest(found.webcal_digest, digest):
            return found
        return Principal

    def _webcal_file(self):
        """The programme from thirty days ago to half a year ahead.

        :return: (bytes, when something of it changed last)
        """
        self.ensure_one()
        today = local_today()
        first, last = (
            datetime.combine(today + timedelta(days=days), time(), ISTANBUL)
            .astimezone(UTC)
            .replace(tzinfo=None)
            for days in (-DAYS_BACK, DAYS_AHEAD + 1)
        )
        # sudo: the secret address is the principal's own key
        engagements = (
            self.env["ozel_kalem.engagement"]
            .sudo()
            .search_fetch(
                [
                    ("principal_id", "=", self.id),
                    ("state", "in", ("confirmed", "done")),
                    ("start", "<", last),
                    ("stop", ">", first),
                ],
                _WEBCAL_FIELDS,
                order="start, id",
            )
        )
        lang = self.user_id.lang or self.company_id.partner_id.lang
        file = ics.calendar(
            engagements.with_context(lang=lang)._webcal_events(),
            name=self.with_context(lang=lang).name,
            refresh=REFRESH,
        )
        changes = engagements.mapped("write_date")
        return file, max([first + timedelta(days=DAYS_BACK), *changes])


_WEBCAL_FIELDS = [
    "subject",
    "start",
    "stop",
    "all_day",
    "location",
    "confidentiality",
    "ics_sequence",
    "write_date",
]


class Engagement(models.Model):
    _inherit = "ozel_kalem.engagement"

    def _webcal_events(self):
        uuid = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        busy = self.env._("Busy")
        for engagement in self:
            is_open = engagement.confidentiality == "normal"
            start, stop = engagement.start, engagement.stop
            if engagement.all_day:
                start, stop = ics.whole_days(start, stop)
            yield ics.Event(
                # not the invitation's: who has both keeps both
                uid=f"ozel_kalem-programme-{engagement.id}@{uuid}",
                start=start,
                stop=stop,
                stamp=engagement.write_date,
                summary=engagement.subject if is_open else busy,
                location=(engagement.location or "") if is_open else "",
                sequence=engagement.ics_sequence,
            )


class WebcalLink(models.TransientModel):
    """Shows an address that is kept nowhere."""

    _name = "ozel_kalem.webcal.link"
    _description = "Calendar Link"

    url = fields.Char("Address", readonly=True, store=False)


def _digest(token):
    return hashlib.sha256(token.encode()).hexdigest()
