import base64
import email.policy
import email.utils
import re
from email.message import EmailMessage
from functools import lru_cache

from odoo.tools import html2plaintext

# Stands for the recipient's token in the text, which is made once for all.
TOKEN = "0recipient0token0"
# Quoted-printable text may be broken anywhere; the token gets a line of its own.
BROKEN_TOKEN = re.compile("(?:=\r\n)?".join(TOKEN))
# Stands for the calendar file, in which each recipient finds himself.
FILE = b"0calendar0file0"
FILE_SLOT = base64.encodebytes(FILE).decode().strip()


@lru_cache(64)
def _folded(name, value):
    return email.policy.SMTP.fold_binary(name, value)


class Folded(type(email.policy.SMTP)):
    """The usual policy, which writes the headers that all mails share once."""

    def fold_binary(self, name, value):
        """A header as it goes out."""
        return _folded(name, value)


class Letter:
    """One mail for many: written once, then addressed to each.

    Most of a mail's cost is its writing, so the body is kept as it goes out and only
    the recipient's token is put in.
    """

    def __init__(self, sender, reply_to, subject, html, file, method, thread):
        """Write it.

        :param file: a function that makes an address's calendar file
        :param thread: what the Message-Id of each mail says, whereby text replies
            are found again
        """
        self.sender, self._file, self._thread = sender, file, thread
        whole = EmailMessage(policy=email.policy.SMTP)
        plain = html2plaintext(html)
        whole.set_content(plain, cte="quoted-printable")
        whole.add_alternative(html, subtype="html", cte="quoted-printable")
        # as bytes: written as text, its lines would end by LF alone
        whole.add_alternative(
            FILE,
            maintype="text",
            subtype="calendar",
            params={"method": method, "charset": "utf-8"},
        )
        whole.add_attachment(
            FILE, maintype="application", subtype="ics", filename="invitation.ics"
        )
        body = whole.as_bytes().partition(b"\r\n\r\n")[2].decode("ascii")
        self._pieces = BROKEN_TOKEN.split(body)
        self._message = message = EmailMessage(policy=Folded(linesep="\r\n"))
        message["Subject"] = subject
        message["From"], message["Reply-To"] = sender, reply_to
        message["To"] = message["Message-Id"] = ""
        message["Date"] = email.utils.localtime()
        message["MIME-Version"] = "1.0"
        message["Content-Type"] = whole["Content-Type"]
        self._from = message["From"]

    def addressed(self, to, address, token, answer):
        """The message for one recipient; the next call changes it again.

        :param to: name and address
        :param answer: what the recipient has answered so far, a PARTSTAT
        """
        message = self._message
        message.replace_header("To", to)
        message.replace_header(
            "Message-Id", email.utils.make_msgid(self._thread, domain="ozel-kalem")
        )
        # a mail server that sends for one address alone has put its own there
        message.replace_header("From", self._from)
        body = f"=\r\n{token}=\r\n".join(self._pieces)
        file = base64.encodebytes(self._file(address, answer)).decode().strip()
        message.set_payload(body.replace(FILE_SLOT, file.replace("\n", "\r\n")))
        return message


def one_line(text):
    """``text`` without what would break a header: line ends, control characters."""
    return " ".join(
        "".join(filter(str.isprintable, word)) for word in (text or "").split()
    )
