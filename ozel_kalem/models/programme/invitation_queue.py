import logging
from collections import defaultdict
from smtplib import SMTPException, SMTPServerDisconnected

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import formataddr, split_every

from odoo.addons.base.models.ir_mail_server import MailDeliveryException

from .invitation_answer import PARTSTATS
from .letter import one_line

_logger = logging.getLogger(__name__)

# Rows stay locked while their mails leave: a move waits for so many at most.
CHUNK = 20
ATTEMPTS = 5


class EngagementAttendee(models.Model):
    """The queue of what is still to be told."""

    _inherit = "ozel_kalem.engagement.attendee"

    @api.model
    def _cron_send(self):
        """Send what is pending, all over one connection.

        May be killed at any point and run on several hosts: a row is taken by its
        lock and marked sent in the same transaction; what was on its way when the
        power went is sent once more.
        """
        todo = self.search([("is_pending", "=", True)], order="id")
        commit = self.env["ir.cron"]._commit_progress
        commit(remaining=len(todo))
        run = MailRun(self.env)
        try:
            for ids in split_every(CHUNK, todo.ids):
                rows = self.browse(ids)._claim()
                # before the first leaves: whoever may have it gets the cancellation
                rows.filtered(lambda row: row.method != "cancel").is_told = True
                commit()
                rows._claim()._send(run)
                if not commit(len(ids)):
                    break
        except (OSError, SMTPException, UserError) as error:
            _logger.warning("No mail server for the invitations: %s", error)
        finally:
            run.close()

    def _claim(self):
        rows = self.try_lock_for_update()
        rows.invalidate_recordset(["is_pending", "method"])
        return rows.filtered("is_pending")

    def _send(self, run):
        done = defaultdict(self.browse)
        for row in self:
            if error := run.send(row):
                row.write(
                    {
                        "error": error,
                        "attempts": row.attempts + 1,
                        "is_pending": row.attempts + 1 < ATTEMPTS,
                    }
                )
            else:
                done[row.engagement_id, row.method] |= row
        for (engagement, method), rows in done.items():
            if method == "cancel":
                rows.is_called = False
            rows.write(
                {
                    "is_pending": False,
                    "is_told": method != "cancel",
                    "last_sent_sequence": engagement.ics_sequence,
                    "sent_on": fields.Datetime.now(),
                    "attempts": 0,
                    "error": False,
                }
            )


class MailRun:
    """The letters and the connection of one run of the queue."""

    def __init__(self, env):
        self._server = env["ir.mail_server"].sudo()
        self._env = env
        self._letters, self._sessions = {}, {}

    def _letter(self, engagement, method):
        key = (engagement.id, engagement.ics_sequence, method)
        if key not in self._letters:
            self._letters[key] = engagement._invitation_letter(method)
        return self._letters[key]

    def send(self, row):
        """Send what ``row`` has to be told.

        :return: why it could not be delivered, or None
        :raise OSError, SMTPException, UserError: when no server can be reached
        """
        try:
            letter = self._letter(row.engagement_id, row.method)
            if not letter.sender:
                return self._env._("The office has no e-mail address to send from.")
            to = formataddr((one_line(row.partner_id.name), row.email))
            try:
                self._deliver(letter, to, row)
            except SMTPServerDisconnected:
                self._sessions.pop(letter.sender, None)
                self._deliver(letter, to, row)
        except SMTPServerDisconnected as error:
            self._sessions.pop(letter.sender, None)
            return str(error)
        except MailDeliveryException as error:
            return str(error.args[-1])
        except (AssertionError, ValueError) as error:
            return str(error)
        return None

    def _deliver(self, letter, to, row):
        session = self._sessions.get(letter.sender)
        if session is None:
            session = self._server._connect__(smtp_from=letter.sender)
            self._sessions[letter.sender] = session
        message = letter.addressed(to, row.email, row.token, PARTSTATS[row.state])
        self._server.send_email(message, smtp_session=session)

    def close(self):
        """Say good-bye to the servers."""
        for session in filter(None, self._sessions.values()):
            try:
                session.quit()
            except (OSError, SMTPException):
                _logger.debug("The mail server had gone already.")
