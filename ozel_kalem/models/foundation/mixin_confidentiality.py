from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

# What a stub of a sealed record shows; reading only these opens nothing.
STUB_FIELDS = {
    "id",
    "name",
    "display_name",
    "confidentiality",
    "register_id",
    "register_year",
    "register_number",
    "company_id",
    "is_accessible",
}
# Writing one of these changes who may see the record.
NAMING_FIELDS = {"confidentiality", "user_id", "authorised_user_ids"}
DISPLAY_FIELDS = ("name", "subject", "confidentiality")
GRANT_DURATION = timedelta(minutes=30)
GRANT_REASON_LENGTH = 20


class ConfidentialityMixin(models.AbstractModel):
    """Who may see a record, decided by columns of its own table.

    ``normal``: the staff of the area. ``private``: the responsible, the named
    persons, the director and the principal. ``sealed``: the same, and others
    find its number in the register book and nothing else. Two global record
    rules on ``is_accessible`` (read) and ``is_named`` (write) carry the level
    to searches, groupings, counters, messages, activities and attachments.
    """

    _name = "ozel_kalem.mixin.confidentiality"
    _description = "Confidentiality"

    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        default=lambda self: self.env.user,
        index=True,
        domain="[('share', '=', False)]",
    )
    confidentiality = fields.Selection(
        [("normal", "Normal"), ("private", "Private"), ("sealed", "Sealed")],
        required=True,
        default="normal",
    )
    authorised_user_ids = fields.Many2many(
        "res.users",
        string="Named persons",
        copy=False,
        domain="[('share', '=', False)]",
    )
    is_accessible = fields.Boolean(
        compute="_compute_is_accessible", search="_search_is_accessible"
    )
    is_named = fields.Boolean(compute="_compute_is_named", search="_search_is_named")

    _confidential_idx = models.Index(
        "(confidentiality, id) WHERE confidentiality <> 'normal'"
    )

    # ------------------------------------------------------------ visibility

    @api.model
    def _has_full_access(self):
        user = self.env.user
        return user.has_group("ozel_kalem.group_director") or user.has_group(
            "ozel_kalem.group_principal"
        )

    @api.model
    def _named_domain(self):
        """Records that the current user may open whatever their level.

        Evaluated at each query, so that a delegation ends on its day.
        """
        if self._has_full_access():
            return Domain.TRUE
        return (
            Domain("confidentiality", "=", "normal")
            | Domain("user_id", "=", self.env.uid)
            | Domain("authorised_user_ids", "in", [self.env.uid])
        )

    @api.depends("confidentiality", "user_id", "authorised_user_ids")
    @api.depends_context("uid")
    def _compute_is_named(self):
        # sudo: the question is whether this user is named, not whether he
        # may read the list of names
        named = self.sudo().filtered_domain(self._named_domain())
        for record in self:
            record.is_named = record.sudo() in named

    def _search_is_named(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._named_domain()

    @api.depends("is_named")
    @api.depends_context("uid")
    def _compute_is_accessible(self):
        hidden = self.filtered(lambda record: not record.is_named)
        opened = hidden and set(
            self.env["ozel_kalem.access.grant"]._opened_ids(self._name)
        )
        for record in self:
            record.is_accessible = record.is_named or record.id in opened

    def _search_is_accessible(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = self._named_domain()
        if domain.is_true():
            return domain
        opened = self.env["ozel_kalem.access.grant"]._opened_query(self._name)
        return domain | Domain("id", "in", opened)

    @api.depends(lambda self: [n for n in DISPLAY_FIELDS if n in self._fields])
    def _compute_display_name(self):
        """Number and subject; a confidential record shows its number alone.

        Display names travel to places that ask nobody's right: error
        messages, browser tabs, notifications, other models' lists.
        """
        levels = dict(self._fields["confidentiality"]._description_selection(self.env))
        for record in self:
            number = record.name if "name" in self._fields else None
            level = record.confidentiality
            hidden = level not in ("normal", False)
            text = f"({levels[level].lower()})" if hidden else record.subject
            record.display_name = " ".join(filter(None, (number, text)))

    # ------------------------------------------------------------------ CRUD

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and not self._has_full_access():
            for vals in vals_list:
                if vals.get("confidentiality", "normal") != "normal":
                    self._name_author(vals)
        return super().create(vals_list)

    def write(self, vals):
        if not NAMING_FIELDS & vals.keys():
            return super().write(vals)
        hides = vals.get("confidentiality", "normal") != "normal"
        if hides and not self.env.su and not self._has_full_access():
            self._name_author(vals)
        result = super().write(vals)
        self.filtered(
            lambda record: record.sudo().confidentiality != "normal"
        )._withdraw_from_unnamed()
        return result

    @api.model
    def _name_author(self, vals):
        """Whoever hides a record goes on seeing it, by name."""
        vals["authorised_user_ids"] = self._also_named(vals, self.env.user)

    @api.model
    def _also_named(self, vals, users):
        """The named persons of ``vals``, and ``users``, as commands."""
        # ids alone, as they come by RPC, don't stand beside a command
        named = [
            Command.link(name) if isinstance(name, int) else name
            for name in vals.get("authorised_user_ids") or []
        ]
        return [*named, *map(Command.link, users.ids)]

    def _withdraw_from_unnamed(self):
        """Take what people got of a confidential record on which they aren't, or
        are no longer, named.
        """
        if "message_follower_ids" not in self._fields:
            return
        for record in self.sudo():
            users = record.message_partner_ids.user_ids | record.activity_ids.user_id
            unnamed = users.filtered(
                lambda user, record=record: not record.with_user(user).is_named
            )
            record.message_unsubscribe(unnamed.partner_id.ids)
            record.activity_ids.filtered(lambda a: a.user_id in unnamed).unlink()
            told = record.message_ids.filtered("notified_partner_ids")
            told.notification_ids.filtered(
                lambda n: (
                    n.res_partner_id.user_ids
                    and not any(
                        record.with_user(user).is_named
                        for user in n.res_partner_id.user_ids
                    )
                )
            ).unlink()
            for message in told.filtered("partner_ids"):
                message.partner_ids -= unnamed.partner_id

    # ------------------------------------------------------------ access log

    def _read_format(self, fnames, load="_classic_read"):
        values = super()._read_format(fnames, load=load)
        self._log_reading(fnames)
        return values

    def export_data(self, fields_to_export):
        self._log_reading(fields_to_export)
        return super().export_data(fields_to_export)

    def _log_reading(self, fnames):
        if self.env.su or STUB_FIELDS.issuperset(fnames):
            return
        if hidden := self._origin.filtered(lambda r: r.confidentiality != "normal"):
            kind = "read" if len(self) == 1 else "list"
            self.env["ozel_kalem.access.log"]._log(hidden, kind)

    # ------------------------------------------------------------------ seal

    def _open_seal(self, reason):
        """Let the current user read a sealed record for thirty minutes.

        :param reason: at least twenty characters; kept for ever
        :raise UserError: when the reason is too short
        :raise AccessError: when he wouldn't see the record even without a seal
        """
        self.ensure_one()
        reason = self._required_text(reason, self.env._("Reason"))
        if len(reason) < GRANT_REASON_LENGTH:
            raise UserError(
                self.env._(
                    "“Reason” must have at least %(length)s characters: it is kept "
                    "and shown to the director.",
                    length=GRANT_REASON_LENGTH,
                )
            )
        # sudo: number and company of a stub, which every role may see
        stub = self.sudo()
        self.env["ozel_kalem.access.grant"].sudo().create(
            {
                "user_id": self.env.uid,
                "res_model": self._name,
                "res_id": self.id,
                "record_name": stub.name,
                "company_id": stub.company_id.id,
                "reason": reason,
                "expires_on": fields.Datetime.now() + GRANT_DURATION,
            }
        )
        self.invalidate_recordset(["is_accessible"])
        # the seal opens what the role would see otherwise, and no more
        self.check_access("read")
        self.env["ozel_kalem.access.log"]._log(self, "seal", reason)
        stub._tell_directors_of_seal(reason)

    def _tell_directors_of_seal(self, reason):
        office = self.env["ozel_kalem.office"]._for(self.company_id.id)
        self.env["mail.thread"].message_notify(
            partner_ids=office._directors().partner_id.ids,
            subject=self.env._("Sealed record %(number)s was opened", number=self.name),
            body=self.env._(
                "%(user)s opened the sealed record %(number)s for 30 minutes. "
                "Reason: %(reason)s",
                user=self.env.user.name,
                number=self.name,
                reason=reason,
            ),
        )
