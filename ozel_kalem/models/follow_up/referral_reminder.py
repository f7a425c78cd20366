from datetime import timedelta

from odoo import api, models

from ...tools.local_time import local_today
from .referral import WAITING_STATES


class Referral(models.Model):
    """Units are reminded before and after the deadline, then the director is told."""

    _inherit = "ozel_kalem.referral"

    @api.model
    def _cron_remind(self):
        """Remind units before and after the deadline, each level once."""
        todo = self.search(
            [
                ("state", "in", WAITING_STATES),
                ("deadline", "!=", False),
                ("deadline", "<=", local_today() + timedelta(days=31)),
            ]
        )
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(todo))
        while todo:
            chunk, todo = todo[:100].try_lock_for_update(), todo[100:]
            for referral in chunk:
                referral._in_office_language()._remind()
            if not cron._commit_progress(len(chunk)):
                break

    def _due_reminder_level(self):
        """The reminder level that this day calls for."""
        self.ensure_one()
        office = self.env["ozel_kalem.office"]._for(self.company_id.id)
        late = (local_today() - self.deadline).days
        if late >= office.director_after_days:
            return "3"
        if late >= office.urgent_after_days:
            return "2"
        return "1" if late >= -office.remind_before_days else "0"

    def _remind(self):
        self.ensure_one()
        level = self._due_reminder_level()
        if level <= self.reminder_level or self._source_stands_still():
            return
        self.write(
            {
                "reminder_level": level,
                "reminder_count": self.reminder_count + 1,
                "last_reminder_on": local_today(),
            }
        )
        if level == "1":
            subject = self.env._("Reminder: %(number)s", number=self.name)
        else:
            subject = self.env._("Urgent: %(number)s is overdue", number=self.name)
        if self.institution_id:
            self._ask_office(
                self.env._(
                    "Remind %(institution)s of %(number)s",
                    institution=self._receiver_name(),
                    number=self.name,
                )
            )
        self._notify_unit(subject)
        if level == "3":
            self._tell_directors()

    def _source_stands_still(self):
        """Whether the clock of the record behind it waits for the applicant."""
        # sudo: nothing of the record is told
        source = self.sudo()._source()
        return bool(source and "paused_on" in source and source.paused_on)

    def _tell_directors(self):
        for user in self.env["ozel_kalem.office"]._for(self.company_id.id)._directors():
            self.activity_schedule(
                "ozel_kalem.activity_type_overdue",
                date_deadline=local_today(),
                summary=self.env._(
                    "%(unit)s is late with %(number)s",
                    unit=self._receiver_name(),
                    number=self.name,
                ),
                user_id=user.id,
            )
