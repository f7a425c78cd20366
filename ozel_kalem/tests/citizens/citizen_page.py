"""What the tests of the citizens' pages share."""

from lxml import html

from odoo.tests import HttpCase
from odoo.tests.common import Opener

from odoo.addons.mail.tests.common import MockEmail

from .common import CitizensCase

PDF = b"%PDF-1.7\nDilek\xc3\xa7e"
SECRET = "Kimsenin bilmemesi gereken söz"


class CitizenPageCase(CitizensCase, HttpCase, MockEmail):
    """Visitors of the public pages, each with cookies of his own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._init_mail_gateway()
        cls.company.partner_id.lang = "en_US"
        cls.portal.lang = "en_US"
        cls.office.web_form_seconds = 0
        cls.request.write(
            {"channel": "email", "text": SECRET, "contact_email": cls.citizen.email}
        )

    def visitor(self):
        """Somebody new, whom the server has never seen."""
        self.opener = Opener(self)
        return self.opener

    def see(self, path, status=200):
        """The page at ``path``, as the present visitor sees it."""
        answer = self.url_open(path)
        self.assertEqual(answer.status_code, status, answer.text[:300])
        return html.fromstring(answer.content)

    def values_on(self, page, action):
        """What a form of ``page`` would send as it stands."""
        form = page.xpath(f"//form[@action='{action}']")[0]
        return {name: value or "" for name, value in form.form_values()}

    def send(self, action, shown, files=None, **values):
        """Fill a form of the page that is shown and press its button."""
        return self.url_open(
            action,
            data={**self.values_on(shown, action), **values},
            files=files,
            allow_redirects=False,
        )

    def parsed(self, answer):
        """The page that an answer is."""
        return html.fromstring(answer.content)

    def text_of(self, answer):
        """The words of an answer."""
        return " ".join(self.parsed(answer).text_content().split())

    # ------------------------------------------------------------------ form

    def file(self, files=None, **values):
        """Send the web form; the answer comes back."""
        page = self.see("/talep")
        filled = {
            "name": "Zeynep Ak",
            "phone": "0532 123 45 67",
            "subject": "Sokak lambası",
            "text": "Lamba yanmıyor.",
            **values,
        }
        return self.send("/talep", page, files=files, **filled)

    def last_filed(self):
        self.env.invalidate_all()
        return self.env["ozel_kalem.request"].search(
            [("channel", "=", "web")], limit=1, order="id desc"
        )

    # ------------------------------------------------------------------ code

    def ask_code(self, number):
        answer = self.send("/talep/durum", self.see("/talep/durum"), number=number)
        self.assertEqual(answer.status_code, 303)
        return answer

    def mailed(self):
        """Mails that the cron job sends now: ``[(to, text)]``."""
        job = self.env.ref("ozel_kalem.ir_cron_request_code")
        self.env.flush_all()
        with self.mock_mail_gateway():
            job.method_direct_trigger()
        self.env.invalidate_all()
        return [(mail["email_to"], mail["body"]) for mail in self._mails]

    def mailed_code(self):
        [(_to, body)] = self.mailed()
        found = html.fromstring(body).text_content()
        return found.partition("Your code: ")[2][:6]

    def try_code(self, digits):
        page = self.see("/talep/durum/kod")
        return self.send("/talep/durum/kod", page, code=digits)

    def open_page(self, request=None):
        """A new visitor opens the page of ``request`` by its code."""
        self.visitor()
        self.ask_code((request or self.request).name)
        answer = self.try_code(self.mailed_code())
        self.assertEqual(answer.headers["Location"], "/talep/durum/sayfa")
        return self.see("/talep/durum/sayfa")

    def answered(self, request=None, text="Kaldırımınız onarıldı."):
        """The office answers and tells it."""
        request = request or self.request
        request.action_answer("positive", text)
        self.tell(request).action_deliver("Ayşe Hanım, 10.30")
        self.assertEqual(request.state, "notified")
