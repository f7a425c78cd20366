from odoo import fields, models
from odoo.exceptions import UserError

REPORT = "ozel_kalem.report_minutes"


class MinutesDistribution(models.Model):
    """How minutes reach those who were invited, and how we know that they did."""

    _inherit = "ozel_kalem.minutes"

    def _distribute(self):
        # sudo: a stamp of the step
        self.sudo().distributed_on = fields.Datetime.now()
        # sudo: the participants are told by the office, whoever pressed
        office = self.sudo()
        inside = office.participant_ids.filtered("has_account")
        outside = office.participant_ids - inside
        by_mail = outside.filtered("partner_id.email")
        (inside | by_mail).sent_on = self.distributed_on
        office._notify_neutrally(
            inside._users().partner_id,
            self.env._("%(number)s was distributed", number=self.name),
        )
        self._mail_outside(by_mail.partner_id)

    def _mail_outside(self, partners):
        """Mail the paper to participants who have no account with us.

        Confidential minutes aren't mailed: only that the office has them.
        """
        if not partners:
            return
        subject = self.env._("Minutes %(number)s", number=self.name)
        if self.confidentiality != "normal":
            body = self.env._(
                "The minutes %(number)s are ready. Our office hands them to you.",
                number=self.name,
            )
            attachments = []
        else:
            body = self.env._("You find the minutes of the meeting enclosed.")
            attachments = [self._paper()]
        # sudo: as above
        self.sudo()._notify_neutrally(partners, subject, body, attachments=attachments)

    def _paper(self):
        """(file name, content) of the printed minutes, in the office's language."""
        lang = self.company_id.partner_id.lang or self.env.lang
        printer = self.env["ir.actions.report"].with_context(lang=lang)
        content, kind = printer._render_qweb_pdf(REPORT, self.ids)
        return f"{self.name.replace('/', '-')}.{kind}", content


class MinutesParticipant(models.Model):
    _name = "ozel_kalem.minutes.participant"
    _inherit = "ozel_kalem.mixin.receipt"
    _description = "Participant"
    _order = "minutes_id, id"
    _rec_name = "partner_id"

    minutes_id = fields.Many2one(
        "ozel_kalem.minutes", required=True, ondelete="cascade", index=True
    )
    partner_id = fields.Many2one("res.partner", "Person", required=True)
    presence = fields.Selection(
        [("present", "Present"), ("absent", "Absent"), ("excused", "Excused")],
        required=True,
        default="present",
    )
    seen_on = fields.Datetime("Read")
    has_account = fields.Boolean(compute="_compute_has_account")

    _person_uniq = models.Constraint(
        "UNIQUE (minutes_id, partner_id)", "This person is in the list already."
    )

    def _compute_has_account(self):
        for line in self:
            line.has_account = bool(line._users())

    def _users(self):
        # sudo: whether somebody is a user of ours, nothing of his account
        users = self.sudo().partner_id.user_ids
        return users.filtered(lambda user: user.active and not user.share)

    def _mine(self):
        return self.filtered(lambda line: line.partner_id == self.env.user.partner_id)

    def action_hand_over(self):
        """The office gave a copy by hand to somebody who can't confirm it himself.

        :raise UserError: when the minutes aren't distributed, or he has an account
        """
        self.check_access("write")
        for line in self:
            if line.minutes_id.state != "distributed" or line.has_account:
                raise UserError(
                    self.env._(
                        "%(person)s confirms the reading himself, once the minutes "
                        "are distributed.",
                        person=line.partner_id.name,
                    )
                )
        now = fields.Datetime.now()
        # sudo: the office's own receipt; the right to write was asked above
        for line in self.sudo().filtered(lambda line: not line.seen_on):
            line.write({"sent_on": line.sent_on or now, "seen_on": now})

    def _office_title(self):
        """“Söğütlü Mahallesi Muhtarı”: the office held, and where by outsiders."""
        self.ensure_one()
        partner = self.partner_id
        # sudo: the job title as it stands on every paper of the municipality
        job = self._users().employee_id[:1].job_title
        where = "" if job else partner.commercial_company_name
        return ", ".join(filter(None, (partner.function or job, where)))
