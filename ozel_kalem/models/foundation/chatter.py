"""What a chatter shows of a record, read in a few statements.

Core asks for each list of each message, and for each kind of follower, on its
own. Nothing is left out or added here: what is asked for together fills the
cache that core's own methods read from.
"""

from odoo import api, models
from odoo.fields import Domain

from .lines import fill_lines, know, read_lines

MESSAGE_LINES = (
    "attachment_ids",
    "message_link_preview_ids",
    "notification_ids",
    "partner_ids",
    "reaction_ids",
    "starred_partner_ids",
)


class MailMessage(models.Model):
    _inherit = "mail.message"

    @api.model
    def _message_fetch(self, domain, *, thread=None, **kwargs):
        found = super()._message_fetch(domain, thread=thread, **kwargs)
        if isinstance(thread, self.env.registry["ozel_kalem.mixin.thread"]):
            found["messages"]._read_for_chatter()
        return found

    def set_message_done(self):
        """Spare the question for messages of which nobody is known to be told."""
        field = self._fields["notification_ids"]
        untold = not any(field._cache_missing_ids(self)) and not any(
            message.notification_ids for message in self.sudo()
        )
        return None if untold else super().set_message_done()

    def _read_for_chatter(self):
        # sudo: only fills the cache, of which core shows what the reader may see
        messages = self.sudo()
        read_lines(messages, [messages._fields[name] for name in MESSAGE_LINES])
        Tracking = self.env["mail.tracking.value"].sudo()
        tracked = Tracking.search_fetch([("mail_message_id", "in", self.ids)])
        fill_lines(messages, messages._fields["tracking_value_ids"], tracked)
        know_field_names(messages.tracking_value_ids.field_id)
        know_people(messages.author_id | messages.partner_ids, self.env.user)


class MailFollowers(models.Model):
    _inherit = "mail.followers"

    def _told_of_discussions(self):
        """Those who get what is written to all, and whom the reader may see."""
        if not self:
            return self
        discussions = self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_comment")
        readable = self.partner_id._filtered_access("read").filtered("active")
        return self.filtered(
            lambda follower: (
                follower.partner_id in readable
                and discussions in follower.subtype_ids.ids
            )
        )


def know_people(partners, users):
    """Fetch ``partners`` with all users that they are, and ``users`` as well."""
    Users = users.sudo().with_context(active_test=False)
    found = Users.search_fetch(
        Domain("id", "in", users.ids) | Domain("partner_id", "in", partners.ids)
    )
    fill_lines(partners, partners._fields["user_ids"], found)
    know(partners)


def know_field_names(tracked):
    """Fill in the names of tracked fields, which the registry knows anyway.

    :param tracked: records of ``ir.model.fields``
    """
    known = {}
    for name, model in tracked.env.registry.items():
        if getattr(model, "_workflow", None):
            ids = tracked._get_ids(name)
            fields = model._fields
            known.update({ids[f]: (name, f) for f in ids if f in fields})
    for record in tracked.sudo():
        if record.id in known:
            model, name = known[record.id]
            kind = tracked.env[model]._fields[name].type
            values = {"model": model, "name": name, "ttype": kind}
            for field, value in values.items():
                record._fields[field]._insert_cache(record, [value])
