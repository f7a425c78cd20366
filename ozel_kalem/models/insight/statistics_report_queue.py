import logging
import time
from contextlib import contextmanager
from tempfile import TemporaryFile

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STATES = [
    ("draft", "Draft"),
    ("queued", "Waiting"),
    ("running", "Being prepared"),
    ("done", "Ready"),
    ("failed", "Not prepared"),
]
WAITING = ("queued", "running")
# A workbook at which the server died so often isn't begun once more.
ATTEMPTS = 3
# The first key of the lock, so that it meets nobody else's.
LOCK = 7_205_019
TELL_EVERY = 1.0


class StatisticsReport(models.Model):
    """The queue of the workbooks that are prepared in the background."""

    _inherit = "ozel_kalem.statistics.report"

    state = fields.Selection(
        STATES, required=True, default="draft", readonly=True, copy=False, index=True
    )
    progress = fields.Integer(
        "Progress (%)", readonly=True, copy=False, aggregator=None
    )
    failure = fields.Char("Why it failed", readonly=True, copy=False)
    attempts = fields.Integer(readonly=True, copy=False, aggregator=None)
    attachment_id = fields.Many2one(
        "ir.attachment", "Workbook", readonly=True, copy=False, index="btree_not_null"
    )

    def action_generate(self):
        """Have the workbook prepared in the background."""
        for report in self:
            report._table_codes()
            if report.state in WAITING:
                raise UserError(self.env._("This report is being prepared already."))
        self.write({"state": "queued", "progress": 0, "attempts": 0, "failure": False})
        # sudo: waking the queue isn't the user's act
        self.env.ref("ozel_kalem.ir_cron_statistics_report").sudo()._trigger()
        return True

    @api.model
    def _cron_generate(self):
        """Prepare the workbooks that wait.

        May be killed at any point and run on several hosts: each report is held by
        a lock of the connection. Who dies loses it, and the next run begins anew.
        """
        todo = self.search([("state", "in", WAITING)], order="id")
        commit = self.env["ir.cron"]._commit_progress
        commit(remaining=len(todo))
        for report in todo:
            with report._alone() as is_mine:
                if is_mine:
                    report._generate(commit)
            if not commit(1):
                break

    @contextmanager
    def _alone(self):
        """Hold the report against every other host, beyond each commit."""
        cr = self.env.cr
        cr.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK, self.id])
        [held] = cr.fetchone()
        try:
            yield held
        finally:
            if held:
                cr.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK, self.id])

    def _generate(self, commit):
        """Prepare one workbook; whatever happens is told to who asked."""
        self.invalidate_recordset()
        if not self.exists() or self.state not in WAITING:
            return
        self = self.with_context(lang=self.create_uid.lang)
        if self.attempts >= ATTEMPTS:
            self._fail(self.env._("The server was interrupted while preparing it."))
            return
        self.write({"state": "running", "attempts": self.attempts + 1})
        commit()
        try:
            with TemporaryFile() as stream:
                # one transaction for all figures, so that they agree
                with self.env.cr.savepoint():
                    self._as_asker()._write_xlsx(stream, self._tell())
                # the progress was written beside this transaction
                commit()
                self.invalidate_recordset()
                if self.exists():
                    self._deliver(stream)
        except UserError as error:
            self._fail(str(error))
        except psycopg2.OperationalError:
            raise
        except Exception:
            _logger.exception("Statistics report %s could not be prepared", self.id)
            self._fail(self.env._("An unexpected error; the server's log has it."))

    def _as_asker(self):
        """The report as who asked for it sees it, in his language.

        :raise UserError: when he is no longer here
        """
        user = self.create_uid
        if not user.active:
            raise UserError(self.env._("Who asked for it no longer works here."))
        return self.with_user(user).with_context(
            lang=user.lang,
            tz=user.tz,
            allowed_company_ids=self.company_id.ids,
        )

    def _tell(self):
        """A function that notes the progress, beside the running transaction."""
        noted = 0.0

        def tell(done, whole):
            nonlocal noted
            if time.monotonic() - noted < TELL_EVERY:
                return
            noted = time.monotonic()
            with self.env.registry.cursor() as cr:
                cr.execute(
                    "UPDATE ozel_kalem_statistics_report SET progress = %s WHERE id = %s",
                    [min(99, 100 * done // max(whole, 1)), self.id],
                )

        return tell

    # ----------------------------------------------------------------- outcome

    def _deliver(self, stream):
        """The file onto the chatter, and word to who asked."""
        stream.seek(0)
        name = f"{self._sheet_title()}.xlsx"
        attachment = self.env["ir.attachment"].create(
            {
                "name": name,
                "raw": stream.read(),
                "mimetype": XLSX,
                "res_model": self._name,
                "res_id": self.id,
            }
        )
        self.write(
            {
                "state": "done",
                "progress": 100,
                "failure": False,
                "attachment_id": attachment.id,
            }
        )
        self.message_post(
            body=self.env._("The workbook is ready: %s", name),
            attachment_ids=attachment.ids,
            partner_ids=self.create_uid.partner_id.ids,
            subtype_xmlid="mail.mt_note",
        )
        self._toast(self.env._("“%s” is ready.", self.name), "success")
        return attachment

    def _fail(self, reason):
        """Say in words why there is no workbook."""
        self.write({"state": "failed", "failure": reason})
        body = self.env._("The report could not be prepared: %s", reason)
        self.message_post(
            body=body,
            partner_ids=self.create_uid.partner_id.ids,
            subtype_xmlid="mail.mt_note",
        )
        self._toast(body, "danger")

    def _toast(self, message, kind):
        self.create_uid._bus_send(
            "simple_notification", {"type": kind, "message": message}
        )

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """Into the inbox, never by e-mail: figures don't leave the house by themselves."""
        recipients = super()._notify_get_recipients(message, msg_vals, **kwargs)
        for recipient in recipients:
            if recipient["uid"] and not recipient["share"]:
                recipient["notif"] = "inbox"
        return recipients
