import json

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.mail.tools.discuss import Store

from .chatter import know_people

# Core shows so many followers at once, and asks for the others when it is told.
FOLLOWERS = 100
# The mail of a notice is written by the queue, not while somebody waits.
MAIL_LATER = "ozel_kalem_mail_later"
# What core answers for a part of the chatter that has nothing in it.
NOTHING = {
    "activities": {"activities": []},
    "attachments": {
        "attachments": [],
        "areAttachmentsLoaded": True,
        "isLoadingAttachments": False,
    },
    "scheduledMessages": {"scheduledMessages": []},
}


class ThreadMixin(models.AbstractModel):
    """A chatter whose mails leave by the queue and betray nothing.

    The notices that we write ourselves carry number and link; what people
    write on a private or sealed record isn't mailed at all, only that there is
    news. For models that inherit the confidentiality mixin as well.
    """

    _name = "ozel_kalem.mixin.thread"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Discreet Chatter"

    def _in_office_language(self):
        """The same, as the office writes: jobs and gateways have no language."""
        return self.with_context(lang=self.company_id[:1]._ozel_kalem_lang())

    def _notify_neutrally(self, partners, subject, body=None, attachments=None):
        """Notify ``partners``: number and link, no content.

        :param subject: text without anything that the record says
        :param body: the same; the subject when left out
        :param attachments: [(file name, content)] that those may have
        """
        self.ensure_one()
        if partners:
            self.message_notify(
                partner_ids=partners.ids,
                subject=subject,
                body=body or subject,
                attachments=attachments,
                email_layout_xmlid="mail.mail_notification_light",
                # the layout would show the display name, the subject with it
                force_record_name=self.name if "name" in self else self._description,
            )

    def _message_auto_subscribe_notify(self, partner_ids, template):
        """Tell the responsible without telling the mail server what about."""
        if not template or "user_assigned" not in template:
            return super()._message_auto_subscribe_notify(partner_ids, template)
        numbered = "name" in self._fields
        for record in self.filtered("name") if numbered else self:
            record._notify_responsible()
        return None

    def _notify_responsible(self):
        number = self.name if "name" in self._fields else self._description
        self.with_context(**{MAIL_LATER: True})._notify_neutrally(
            self.user_id.partner_id,
            self.env._("%(number)s was assigned to you", number=number),
        )

    def _notify_thread_by_email(self, message, recipients_data, **kwargs):
        """Mails leave through the queue at once: no SMTP inside a request."""
        by_mail = any(data["notif"] == "email" for data in recipients_data)
        if by_mail and self.env.context.get(MAIL_LATER):
            return self._notify_by_email_later(message, **kwargs)
        result = super()._notify_thread_by_email(
            message, recipients_data, **{**kwargs, "force_send": False}
        )
        if by_mail:
            # sudo: waking the mail queue is not the user's act
            queue = self.env["ir.model.data"]._xmlid_to_res_id(
                "mail.ir_cron_mail_scheduler_action"
            )
            self.env["ir.cron"].sudo().browse(queue)._trigger()
        return result

    def _notify_by_email_later(self, message, msg_vals=False, **kwargs):
        """Leave the mail to Odoo's job for messages that are due, which wakes now."""
        # sudo: as in core, which schedules for those who may not see the schedule
        self.env["mail.message.schedule"].sudo().create(
            {
                "mail_message_id": message.id,
                "scheduled_datetime": fields.Datetime.now(),
                "notification_parameters": json.dumps(kwargs),
            }
        )
        return True

    def _notify_by_email_get_base_mail_values(self, message, *args, **kwargs):
        values = super()._notify_by_email_get_base_mail_values(message, *args, **kwargs)
        if self._mails_are_neutral(message):
            values["subject"] = self.display_name
        return values

    def _notify_by_email_render_layout(self, message, recipients_group, **kwargs):
        """The mail of a confidential record says that there is news, not which."""
        if not self._mails_are_neutral(message):
            return super()._notify_by_email_render_layout(
                message, recipients_group, **kwargs
            )
        return Markup('<p>%s</p><p><a href="%s">%s</a></p>') % (
            self.env._("There is news on %(record)s.", record=self.display_name),
            recipients_group.get("button_access", {}).get("url", ""),
            self.env._("Open the record"),
        )

    def _mails_are_neutral(self, message):
        """Notices that we write ourselves are neutral already and keep their text."""
        if len(self) != 1 or self.confidentiality in ("normal", False):
            return False
        return message.message_type != "user_notification"

    # --------------------------------------------------------------- chatter

    @api.model
    def _get_thread_with_access(self, thread_id, *, mode="read", **kwargs):
        """Find out in one query that the record is there and may be read."""
        if mode == "read" and not kwargs:
            anyone = self.sudo(False).with_context(active_test=False)
            if anyone.search_fetch([("id", "=", thread_id)]):
                return self.browse(thread_id)
        return super()._get_thread_with_access(thread_id, mode=mode, **kwargs)

    def _thread_to_store(self, store, fields, *, request_list=None):
        """Ask once what the chatter has, and leave to core what it has."""
        if not request_list or len(self) != 1:
            super()._thread_to_store(store, fields, request_list=request_list)
            return
        left = set(request_list)
        used = self._chatter_uses()
        for part in left.intersection(NOTHING).difference(used):
            store.add(self, NOTHING[part], as_thread=True)
            left.discard(part)
        followers = self._all_followers()
        # sudo: whose names and users core shows to all who read the record
        trusted = self.sudo()
        people = followers.partner_id | trusted._mail_get_partners()[self.id]
        root = self.env["ir.model.data"]._xmlid_to_res_id("base.partner_root")
        people |= people.browse(root)
        know_people(people, trusted.user_id | self.env.user)
        if "followers" in left and len(followers) <= FOLLOWERS:
            store.add(self, self._followers_shown(followers), as_thread=True)
            left.discard("followers")
        if "suggestedRecipients" in left and "discussion" not in used:
            recipients = self._message_get_suggested_recipients(no_create=True)
            store.add(self, {"suggestedRecipients": recipients}, as_thread=True)
            left.discard("suggestedRecipients")
        super()._thread_to_store(
            store, fields, request_list=[part for part in request_list if part in left]
        )

    def _message_add_suggested_recipients(self, force_primary_email=False):
        """Propose the applicant; colleagues follow a record, or chose not to."""
        suggested = super()._message_add_suggested_recipients(force_primary_email)
        for record in self:
            # sudo: only left out of what is proposed
            colleague = record.sudo().user_id.partner_id
            own = self._mail_get_partners()[record.id]
            suggested[record.id]["partners"] -= colleague - own
        return suggested

    def _chatter_uses(self):
        """Which of the chatter's parts have anything in them."""
        return {part for (part,) in self.env.execute_query(self._chatter_question())}

    def _chatter_question(self):
        subtypes = self._creation_subtype().ids
        subtypes.append(self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_comment"))
        return SQL(" UNION ALL ").join(
            SQL(
                "SELECT %s WHERE EXISTS (SELECT FROM %s WHERE %s = %s AND %s = %s%s)",
                part,
                SQL.identifier(lines._table),
                lines._field_to_sql(lines._table, model_field),
                self._name,
                lines._field_to_sql(lines._table, "res_id"),
                self.id,
                extra,
            )
            for part, lines, model_field, extra in (
                ("activities", self.env["mail.activity"], "res_model", SQL()),
                ("attachments", self.env["ir.attachment"], "res_model", SQL()),
                (
                    "scheduledMessages",
                    self.env["mail.scheduled.message"],
                    "model",
                    SQL(),
                ),
                (
                    "discussion",
                    self.env["mail.message"],
                    "model",
                    SQL(" AND subtype_id IN %s", tuple(subtypes)),
                ),
            )
        )

    def _all_followers(self):
        """The followers, and the fields of the record that lists them."""
        followers = self.env["mail.followers"].search_fetch(
            [("res_model", "=", self._name), ("res_id", "=", self.id)], order="id"
        )
        self._fields["message_follower_ids"]._insert_cache(self, [followers._ids])
        return followers

    def _followers_shown(self, followers):
        """What core shows of the followers, each list of which it asks for."""
        mine = followers.filtered(lambda f: f.partner_id == self.env.user.partner_id)
        others = followers - mine
        talked_to = others._told_of_discussions()
        return {
            "followersCount": len(followers),
            "selfFollower": Store.One(mine),
            "followers": Store.Many(others, mode="REPLACE"),
            "recipientsCount": len(talked_to),
            "recipients": Store.Many(talked_to, mode="REPLACE"),
        }
