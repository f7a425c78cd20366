from email.message import EmailMessage

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.mail.tests.common import MockEmail

from .common import CitizensCase

PETITION = "Sayın Başkanım,\n\nÇınarlı'da ığdır ağaçları söküldü.\n\nAli Şimşek"


@tagged("post_install", "-at_install", "ozel_kalem", "ok_citizens")
class TestRequestIntakeMail(CitizensCase, MockEmail):
    """What reaches the office's petition address, however it is written."""

    quiet = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._init_mail_gateway()
        cls.office.write(
            {
                "alias_name": "dilekce",
                "alias_domain_id": cls.mail_alias_domain.id,
                "email": "ozelkalem@test.mycompany.com",
                "request_user_id": cls.public_relations.id,
            }
        )
        waiting = cls.env["mail.mail"].search([("state", "=", "outgoing")])
        waiting.state = "cancel"
        cls.address = f"dilekce@{cls.alias_domain}"

    def mail(self, text=PETITION, files=(), **headers):
        """A mail of a citizen, as EmailMessage."""
        message = EmailMessage()
        message["From"] = headers.pop("From", "Ali Şimşek <ali@citizens.example.com>")
        message["To"] = headers.pop("To", self.address)
        message["Subject"] = headers.pop("Subject", "Sökülen ağaçlar")
        message["Message-Id"] = headers.pop("id", f"<{id(message)}@citizens.example>")
        for name, value in headers.items():
            message[name.replace("_", "-")] = value
        message.set_content(text)
        for name, data in files:
            message.add_attachment(
                data, maintype="application", subtype="octet-stream", filename=name
            )
        return message

    def deliver(self, message):
        """Hand a mail to the gateway; what came of it: requests, unmatched mails."""
        raw = message if isinstance(message, bytes) else message.as_bytes()
        Request = self.env["ozel_kalem.request"]
        Unmatched = self.env["ozel_kalem.unmatched.mail"]
        before = Request.search([]), Unmatched.search([])
        with self.mock_mail_gateway():
            self.env["mail.thread"].message_process(None, raw)
            self.env["mail.mail"].sudo().process_email_queue()
        requests = Request.search([]) - before[0]
        return requests, Unmatched.search([]) - before[1]

    # ------------------------------------------------------------- a petition

    def test_a_petition_becomes_a_request(self):
        request, unmatched = self.deliver(self.mail(files=[("foto.jpg", b"\xff\xd8x")]))
        self.assertFalse(unmatched)
        self.assertEqual(request.partner_id.name, "Ali Şimşek")
        self.assertEqual(request.partner_id.email, "ali@citizens.example.com")
        self.assertEqual(request.subject, "Sökülen ağaçlar")
        self.assertEqual(request.text, PETITION)
        self.assertEqual(request.channel, "email")
        self.assertEqual(request.legal_ground, "3071")
        self.assertEqual(request.user_id, self.public_relations)
        self.assertEqual(request.state, "new")
        self.assertTrue(request.deadline)
        posted = request.message_ids.filtered(lambda m: m.message_type == "email")
        self.assertEqual(posted.attachment_ids.mapped("name"), ["foto.jpg"])
        self.assertEqual(posted.attachment_ids.raw, b"\xff\xd8x")
        self.assertEqual(posted.attachment_ids.res_id, request.id)
        self.assertEqual(posted.author_id, request.partner_id)
        self.assertNotIn(request.partner_id, request.message_partner_ids)
        self.assertIn(self.public_relations.partner_id, request.message_partner_ids)

    def test_a_known_address_is_the_known_person(self):
        request, _none = self.deliver(
            self.mail(From="A. YILMAZ <AYSE@Citizens.example.com>")
        )
        self.assertEqual(request.partner_id, self.citizen)

    def test_the_director_answers_when_nobody_is_named(self):
        self.office.request_user_id = False
        request, _none = self.deliver(self.mail())
        self.assertTrue(request.user_id.has_group("ozel_kalem.group_director"))

    def test_no_subject_takes_the_first_line(self):
        request, _none = self.deliver(self.mail(Subject=""))
        self.assertEqual(request.subject, "Sayın Başkanım,")

    # --------------------------------------------------------------- the receipt

    def test_the_receipt_says_number_date_and_subject_and_no_more(self):
        request, _none = self.deliver(self.mail())
        receipts = [m for m in self._mails if "ali@citizens" in str(m["email_to"])]
        self.assertEqual(len(receipts), 1)
        receipt = receipts[0]
        for text in (request.name, "Sökülen ağaçlar", f"{fields.Date.today():%Y}"):
            self.assertIn(text, receipt["body"] + receipt["subject"])
        for secret in ("Şimşek", "ığdır", "Test Public Relations", "/odoo/", "/mail/"):
            self.assertNotIn(secret, receipt["body"] + receipt["subject"])
        self.assertEqual(receipt["headers"]["Auto-Submitted"], "auto-replied")
        self.assertEqual(receipt["headers"]["X-Auto-Response-Suppress"], "All")
        self.assertIn(self.address, receipt["reply_to"])
        notice = request.notice_ids
        self.assertFalse(notice.closes_source)
        self.assertEqual(notice.state, "delivered")
        self.assertEqual(request.state, "new")

    def test_nobody_s_links_are_mailed_by_us(self):
        request, _none = self.deliver(self.mail(Subject="Bak: http://evil.example/x"))
        self.assertEqual(request.subject, "Bak: http://evil.example/x")
        receipts = [m for m in self._mails if "ali@citizens" in str(m["email_to"])]
        self.assertEqual(len(receipts), 1)
        self.assertNotIn("evil", receipts[0]["body"] + receipts[0]["subject"])

    def test_a_mail_of_somebody_who_gets_no_mail_is_registered(self):
        self.citizen.ozel_kalem_do_not_contact = True
        request, unmatched = self.deliver(self.mail(From=self.citizen.email))
        self.assertFalse(unmatched)
        self.assertEqual(request.partner_id, self.citizen)
        self.assertEqual(request.text, PETITION)
        self.assertFalse(request.notice_ids)
        receipts = [m for m in self._mails if "ayse@" in str(m["email_to"])]
        self.assertFalse(receipts)

    # ------------------------------------------------------------------- answers

    def answered(self, request, **headers):
        sent = request.notice_ids.mail_message_id.message_id
        return self.mail("Ek bilgi", In_Reply_To=sent, References=sent, **headers)

    def test_an_answer_lands_on_its_request(self):
        request, _none = self.deliver(self.mail())
        cases = (
            self.answered(request, Subject="Re: bir şey"),
            self.answered(request, Subject="Re: x", From="b@elsewhere.example.com"),
            self.mail("Ek bilgi", Subject=f"Ynt: {request.name} nolu dilekçem"),
            self.mail("Ek bilgi", Subject=f"[{request.name}]"),
        )
        for number, message in enumerate(cases):
            message.replace_header("Message-Id", f"<answer-{number}@citizens.example>")
            with self.subTest(message["Subject"]):
                before = request.message_ids
                self.assertFalse(any(self.deliver(message)))
                self.assertIn("Ek bilgi", (request.message_ids - before)[-1:].body)
        answer = request.message_ids.filtered(
            lambda m: m.message_type == "email" and m.author_id == request.partner_id
        )[0]
        self.assertEqual(answer.subtype_id, self.env.ref("mail.mt_comment"))
        self.assertIn(self.public_relations.partner_id, answer.notified_partner_ids)
        self.assertEqual(answer.notified_partner_ids, self.public_relations.partner_id)

    def test_a_stranger_s_mail_with_the_number_isn_t_his(self):
        request, _none = self.deliver(self.mail())
        stranger = self.mail(
            "Bana da bilgi verin",
            Subject=f"{request.name}",
            From="x@stranger.example.com",
            id="<stranger@x>",
        )
        before = request.message_ids
        new, unmatched = self.deliver(stranger)
        self.assertFalse(new)
        self.assertEqual(unmatched.reason, "other_person")
        self.assertEqual(unmatched.request_id, request)
        self.assertEqual(request.message_ids, before)
        self.assertFalse(self._mails, "the stranger learns nothing")
        unmatched.with_user(self.public_relations).action_add()
        self.assertIn(
            "Bana da bilgi verin", "".join(request.message_ids.mapped("body"))
        )

    def test_an_answer_to_a_closed_request_is_on_somebody_s_list(self):
        request, _none = self.deliver(self.mail())
        request.action_reject("Konu belirli değil")
        for number in range(2):
            answer = self.answered(request, id=f"<late-{number}@x>")
            self.deliver(answer)
        late = request.activity_ids
        self.assertEqual(len(late), 1)
        self.assertEqual(late.user_id, self.public_relations)
        self.assertEqual(request.state, "rejected")

    def test_an_answer_while_the_clock_stands_tells_the_officer(self):
        request, _none = self.deliver(self.mail())
        request.action_pause_deadline("İmza eksik")
        self.deliver(self.answered(request, id="<papers@x>"))
        self.assertEqual(request.activity_ids.user_id, self.public_relations)
        self.assertTrue(request.paused_on)

    # ----------------------------------------------------------------- unmatched

    def test_what_can_t_be_matched_waits_for_an_officer(self):
        twin = self.citizen.copy({"name": "Mehmet Yılmaz", "email": self.citizen.email})
        self.assertEqual(twin.email, self.citizen.email)
        cases = (
            (self.mail(From="nobody"), "no_sender"),
            (self.mail("  \n"), "no_text"),
            (self.mail(From=self.citizen.email), "several_people"),
        )
        for number, (message, reason) in enumerate(cases):
            message.replace_header("Message-Id", f"<odd-{number}@x>")
            with self.subTest(reason):
                request, unmatched = self.deliver(message)
                self.assertFalse(request)
                self.assertEqual(unmatched.reason, reason)
                self.assertFalse(self._mails, "nobody is answered")
        request, _none = self.deliver(
            self.mail(From=f"MEHMET YILMAZ <{self.citizen.email}>", id="<named@x>")
        )
        self.assertEqual(request.partner_id, twin)

    def test_an_officer_makes_it_a_request_with_one_press(self):
        _none, mail = self.deliver(
            self.mail(From="nobody", files=[("a.pdf", b"%PDF-1.4")])
        )
        action = mail.with_user(self.public_relations).action_register()
        request = self.env["ozel_kalem.request"].browse(action["res_id"])
        self.assertEqual(request.text, PETITION)
        self.assertTrue(request.is_anonymous)
        self.assertEqual(request.received_on, mail.create_date)
        self.assertEqual(request.message_ids.attachment_ids.name, "a.pdf")
        self.assertEqual(request.message_ids.attachment_ids.res_id, request.id)
        self.assertEqual(mail.state, "registered")
        with self.assertRaisesRegex(UserError, "already"):
            mail.with_user(self.public_relations).action_discard()
        self.assertHidden(mail, self.secretary)

    def test_who_of_several_people_wrote_is_chosen_by_the_officer(self):
        twin = self.citizen.copy({"name": "Mehmet Yılmaz", "email": self.citizen.email})
        _none, mail = self.deliver(self.mail(From=self.citizen.email))
        mail = mail.with_user(self.public_relations)
        with self.assertRaisesRegex(UserError, "“Applicant”"):
            mail.action_register()
        self.assertEqual(mail.state, "waiting")
        mail.partner_id = twin
        action = mail.action_register()
        request = self.env["ozel_kalem.request"].browse(action["res_id"])
        self.assertEqual(request.partner_id, twin)

    def test_a_mail_that_became_a_request_tells_its_number_alone(self):
        _none, mail = self.deliver(self.mail(From="nobody"))
        action = mail.with_user(self.public_relations).action_register()
        request = self.env["ozel_kalem.request"].browse(action["res_id"])
        request.confidentiality = "private"
        kept = mail.with_user(self.director).read()[0]
        for told in ("Sökülen", "ığdır", "nobody"):
            self.assertNotIn(told, str(kept))
        self.assertIn(request.name, mail.display_name)
        self.assertEqual(request.subject, "Sökülen ağaçlar")

    def test_a_mail_that_was_added_keeps_its_text_on_the_request(self):
        mail = self.env["ozel_kalem.unmatched.mail"].create(
            {
                "subject": "Ek",
                "text": "Bahçe kapısı da kırık",
                "request_id": self.request.id,
            }
        )
        mail.with_user(self.public_relations).action_add()
        self.assertFalse(mail.text)
        said = "".join(self.request.message_ids.mapped("body"))
        self.assertIn("Bahçe kapısı da kırık", said)

    def test_erasing_the_request_erases_its_mail(self):
        _none, mail = self.deliver(self.mail(From="nobody"))
        action = mail.with_user(self.public_relations).action_register()
        request = self.env["ozel_kalem.request"].browse(action["res_id"])
        waiting = self.env["ozel_kalem.unmatched.mail"].create(
            {"subject": "Başkasının", "request_id": request.id}
        )
        request.action_cancel("Vazgeçti")
        request._anonymise()
        self.assertFalse(mail.exists())
        self.assertTrue(waiting.exists(), "somebody else's petition")

    def test_an_officer_discards_it_with_one_press(self):
        _none, mail = self.deliver(self.mail(" "))
        mail.with_user(self.public_relations).action_discard()
        self.assertEqual(mail.state, "discarded")
        mail._gc_discarded()
        self.assertTrue(mail.exists())
        mail.done_on = fields.Datetime.subtract(fields.Datetime.now(), days=31)
        mail._gc_discarded()
        self.assertFalse(mail.exists())

    # ------------------------------------------------------------------- machines

    def test_machines_are_ignored_quietly(self):
        cases = (
            {"Auto_Submitted": "auto-replied"},
            {"Precedence": "bulk"},
            {"X_Auto_Response_Suppress": "All"},
            {"From": "MAILER-DAEMON@citizens.example.com"},
            {"From": f"Kendimiz <{self.address}>"},
            {"From": self.office.email},
        )
        for number, headers in enumerate(cases):
            with self.subTest(headers):
                message = self.mail(id=f"<machine-{number}@x>", **headers)
                self.assertFalse(any(self.deliver(message)))
                self.assertFalse(self._mails)

    def test_an_automatic_answer_to_our_receipt_ends_there(self):
        request, _none = self.deliver(self.mail())
        before = request.message_ids
        answer = self.answered(request, id="<away@x>", Auto_Submitted="auto-replied")
        self.deliver(answer)
        self.assertEqual(request.message_ids, before)
        self.assertFalse(self._mails)

    def test_a_flood_stops_and_leaves_one_line(self):
        self.office.mail_hourly_limit = 3
        requests, unmatched = zip(
            *(self.deliver(self.mail(id=f"<flood-{n}@x>")) for n in range(6)),
            strict=True,
        )
        self.assertEqual([len(r) for r in requests], [1, 1, 1, 0, 0, 0])
        self.assertEqual([u.reason for u in unmatched if u], ["too_many"])

    def test_the_same_mail_twice_is_one_request(self):
        message = self.mail(id="<twice@x>")
        self.assertEqual([len(self.deliver(message)[0]) for _time in range(2)], [1, 0])
        del message["Message-Id"]
        self.assertEqual([len(self.deliver(message)[0]) for _time in range(2)], [1, 0])

    # -------------------------------------------------------------------- hostile

    def test_hostile_mails_are_taken_or_listed(self):
        head = f"From: k@citizens.example.com\r\nTo: {self.address}\r\n".encode()
        broken = b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-'
        cases = {
            "no charset there is": head
            + b"Content-Type: text/plain; charset=x-none\r\n\r\n\xfe\xfd\xf0",
            "nul bytes": head + b"Subject: a\x00b\r\n\r\nmetin\x00metin",
            "broken mime": head + broken,
            "nothing but a body": head + b"\r\nmetin",
            "long subject": head + b"Subject: " + b"x\r\n " * 1000 + b"\r\n\r\nmetin",
            "script": head
            + b"Content-Type: text/html\r\n\r\n<script>alert(1)</script><p>metin",
            "two senders": b"From: a@b.example.com, c@d.example.com\r\nTo: "
            + self.address.encode()
            + b"\r\n\r\nmetin",
            "thousand recipients": b"From: k2@citizens.example.com\r\nTo: "
            + b"".join(b"r%d@x.example.com,\r\n " % n for n in range(1000))
            + self.address.encode()
            + b"\r\n\r\nmetin",
        }
        for name, raw in cases.items():
            with self.subTest(name):
                request, unmatched = self.deliver(raw)
                self.assertEqual(len(request) + len(unmatched), 1)
                kept = request or unmatched
                self.assertNotIn("\x00", kept.subject + (kept.text or ""))
                self.assertNotIn("alert", (kept.text or ""))
                self.assertLessEqual(len(kept.subject), 250)
                self.assertNotIn("<script", "".join(kept.message_ids.mapped("body")))

    def test_what_was_left_out_is_said(self):
        self.office.mail_megabytes = 1
        files = [("winmail.dat", b"\x78\x9f\x3e"), ("film.mp4", b"x" * 1_100_000)]
        request, _none = self.deliver(self.mail(files=files))
        said = "".join(request.message_ids.mapped("body"))
        self.assertIn("film.mp4", said)
        self.assertIn("Outlook", said)
        names = request.message_ids.attachment_ids.mapped("name")
        self.assertEqual(names, ["winmail.dat"])

    def test_others_mail_isn_t_touched(self):
        alias = self.env["mail.alias"].create(
            {
                "alias_name": "kisiler",
                "alias_domain_id": self.mail_alias_domain.id,
                "alias_model_id": self.env["ir.model"]._get_id("res.partner"),
            }
        )
        message = self.mail(To=alias.alias_full_name, Auto_Submitted="auto-replied")
        self.assertFalse(any(self.deliver(message)))
        self.assertTrue(
            self.env["res.partner"].search([("name", "=", "Sökülen ağaçlar")])
        )
