from odoo.fields import Command

from ..common import OzelKalemCase


class FollowUpCase(OzelKalemCase):
    """An instruction of the secretary's, and what becomes of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.instruction = cls.new_instruction()

    @classmethod
    def new_instruction(cls, user=None, **values):
        """An instruction recorded by the secretary, or by ``user``."""
        vals = {
            "principal_id": cls.principal.id,
            "subject": "Repair the road at Çınaraltı",
            "words": "Have that road repaired before the feast.",
            **values,
        }
        Model = cls.env["ozel_kalem.instruction"].with_user(user or cls.secretary)
        return Model.create(vals).with_env(cls.env)

    def refer(
        self, units=None, note=None, purpose="action", instruction=None, user=None
    ):
        """The referrals that the secretary makes of the instruction."""
        record = (instruction or self.instruction).with_user(user or self.secretary)
        ids = record.action_refer((units or self.unit).ids, note, purpose)
        return self.env["ozel_kalem.referral"].browse(ids)

    def attachment(self, record=None, user=None, **values):
        vals = {"name": "evidence.txt", "raw": b"done", **values}
        if record:
            vals.update(res_model=record._name, res_id=record.id)
        return self.env["ir.attachment"].with_user(user or self.env.user).create(vals)

    def told(self, partner, since=0):
        """Messages that ``partner`` was notified of, and mails sent to him."""
        self.flush()
        messages = self.env["mail.message"].search(
            [("id", ">", since), ("notified_partner_ids", "in", partner.ids)]
        )
        mails = self.env["mail.mail"].search([("mail_message_id", "in", messages.ids)])
        return messages, mails

    def last_message(self):
        return self.env["mail.message"].search([], limit=1, order="id desc").id or 0

    def activities(self, record, user):
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", record._name),
                ("res_id", "=", record.id),
                ("user_id", "=", user.id),
            ]
        )

    def new_liaison(self, role, unit):
        user = self.new_user(role, "ozel_kalem.group_unit_liaison")
        self.env["hr.employee"].create(
            {"name": user.name, "user_id": user.id, "department_id": unit.id}
        )
        return user

    def linked(self, records):
        return [Command.link(record.id) for record in records]
