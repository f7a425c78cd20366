"""A mail server that keeps what it is given."""

import email
import email.policy
import time

from aiosmtpd.controller import Controller

from kit.serving import free_port

TAKE = """
env["ir.mail_server"].search([]).active = False
env["ir.mail_server"].create({
    "name": "sink", "smtp_host": "127.0.0.1", "smtp_port": %d
})
env.cr.commit()
"""
SEND = """
env["mail.mail"].process_email_queue()
env.cr.commit()
"""


class Sink:
    """Collects messages; `messages` are parsed, oldest first.

    Addresses in `refused` it doesn't take; while it `hangs_up`, it breaks off in
    the middle of each message.
    """

    def __init__(self):
        self.messages = []
        self.refused = set()
        self.hangs_up = False
        self._controller = Controller(self, hostname="127.0.0.1", port=free_port())

    @property
    def port(self):
        """Where it listens."""
        return self._controller.port

    def start(self):
        """Begin to listen."""
        self._controller.start()

    def stop(self):
        """Stop listening."""
        self._controller.stop()

    def take_from(self, server):
        """Have all mails of an office sent here, also those from its `shell`."""
        server.shell(TAKE % self.port)

    def clear(self):
        """Forget what came so far."""
        self.messages.clear()

    def wait(self, count=1, seconds=15):
        """The messages, once there are at least so many."""
        end = time.monotonic() + seconds
        while len(self.messages) < count and time.monotonic() < end:
            time.sleep(0.05)
        if len(self.messages) < count:
            raise AssertionError(
                f"{len(self.messages)} of {count} messages came in {seconds} s"
            )
        return list(self.messages)

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        """Take a recipient or don't (called by aiosmtpd)."""
        if address in self.refused:
            return "550 5.1.1 No such user here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, _session, envelope):
        """Keep a message (called by aiosmtpd)."""
        if self.hangs_up:
            server.transport.abort()
            return "421 Gone"
        message = email.message_from_bytes(
            envelope.content, policy=email.policy.default
        )
        message.envelope_from = envelope.mail_from
        message.envelope_to = list(envelope.rcpt_tos)
        self.messages.append(message)
        return "250 OK"
