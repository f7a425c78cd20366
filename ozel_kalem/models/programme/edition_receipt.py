from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Command


class EditionReceipt(models.Model):
    """Who is sent an edition, and who has seen it."""

    _inherit = "ozel_kalem.programme.edition"

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


class Reader(models.Model):
    """Who was sent an edition or a change of it, and when he saw it."""

    _name = "ozel_kalem.programme.reader"
    _inherit = "ozel_kalem.mixin.receipt"
    _description = "Reader of the Programme"
    _order = "edition_id desc, id"
    _rec_name = "user_id"
    _office_fields = {"sent_on", "seen_on", "change", "is_chosen"}

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

    _user_uniq = models.Constraint(
        "UNIQUE (edition_id, user_id)", "This reader is in the list already."
    )

    @api.depends("edition_id")
    @api.depends_context("lang")
    def _compute_number(self):
        for reader in self:
            reader.number = reader.edition_id.display_name

    def _mine(self):
        return self.filtered(lambda line: line.user_id == self.env.user)

    def _forget(self, change):
        """Take one change out of what they were told."""
        for reader in self.filtered("change"):
            told = f"\n{reader.change}\n".replace(f"\n{change}\n", "\n")
            reader.change = told.strip("\n")

    def _send(self):
        """Tell the readers that there is something, not what."""
        waiting = self.filtered(lambda reader: not reader.sent_on)
        if not waiting:
            return
        partners = waiting.user_id.partner_id - self.env.user.partner_id
        if partners:
            waiting.edition_id._notify_readers(partners)
        waiting.sent_on = fields.Datetime.now()
