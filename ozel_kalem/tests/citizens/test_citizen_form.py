import json

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .citizen_page import PDF, CitizenPageCase

SCRIPT = "<script>alert('x')</script><img src=x onerror=alert(1)>{{7*7}}"


@tagged("post_install", "-at_install", "ozel_kalem", "ok_citizens")
class TestCitizenForm(CitizenPageCase):
    """The public web form, as strangers use and abuse it."""

    # ------------------------------------------------------------- good ways

    def test_lists_follow_the_turkish_alphabet(self):
        places = self.env["ozel_kalem.neighbourhood"].create(
            [{"name": name} for name in ("Yeşiltepe", "İstasyon", "Dere", "Çayır")]
        )
        choices = self.env["ozel_kalem.request"]._web_choices()["neighbourhood_id"]
        mine = set(map(str, places.ids))
        shown = [label for value, label in choices if value in mine]
        self.assertEqual(shown, ["Çayır", "Dere", "İstasyon", "Yeşiltepe"])

    def test_a_request_with_a_paper_gets_its_number(self):
        answer = self.file(
            email="zeynep@citizens.example.com",
            topic_id=str(self.topic.id),
            neighbourhood_id=str(self.neighbourhood.id),
            location="Gül Sokak 4",
            files=[("files", ("dilekçe.pdf", PDF, "text/html"))],
        )
        self.assertEqual(answer.headers["Location"], "/talep/alindi")
        filed = self.last_filed()
        self.assertEqual(filed.state, "new")
        self.assertEqual(filed.legal_ground, "3071")
        self.assertEqual(filed.lead_department_id, self.unit)
        self.assertEqual(filed.neighbourhood_id, self.neighbourhood)
        self.assertFalse(filed.user_id)
        self.assertFalse(filed.contact_verified_on)
        self.assertTrue(filed.information_text_id)
        paper = self.env["ir.attachment"].search(
            [("res_model", "=", filed._name), ("res_id", "=", filed.id)]
        )
        self.assertEqual(paper.mimetype, "application/pdf")
        self.assertEqual(paper.raw, PDF)
        self.assertFalse(paper.public)
        shown = self.see("/talep/alindi").text_content()
        for text in (filed.name, "Sokak lambası", filed.deadline.strftime("%d.%m.%Y")):
            self.assertIn(text, shown)

    def test_the_receipt_is_mailed_and_closes_nothing(self):
        self.file(email="zeynep@citizens.example.com")
        filed = self.last_filed()
        [notice] = filed.notice_ids
        self.assertFalse(notice.closes_source)
        self.assertIn(filed.name, notice.body)
        self.assertTrue(notice.mail_message_id)
        with self.mock_mail_gateway():
            self.env["mail.mail"].process_email_queue()
        self.assertIn("zeynep@citizens.example.com", self._mails[0]["email_to"][0])
        self.assertEqual(notice.state, "delivered")
        self.assertEqual(filed.state, "new")

    def test_a_petition_of_somebody_who_gets_no_mail_is_registered(self):
        before = self.last_filed()
        for mark in ("ozel_kalem_deceased", "ozel_kalem_do_not_contact"):
            with self.subTest(mark):
                self.visitor()
                self.citizen[mark] = True
                answer = self.file(name=self.citizen.name, email=self.citizen.email)
                self.assertEqual(answer.headers.get("Location"), "/talep/alindi")
                filed = self.last_filed()
                self.assertNotEqual(filed, before)
                self.assertEqual(filed.partner_id, self.citizen)
                self.assertFalse(filed.notice_ids)
                self.citizen[mark] = False
                before = filed

    def test_a_telephone_alone_or_a_mail_alone_is_enough(self):
        self.assertEqual(self.file().status_code, 303)
        self.assertFalse(self.last_filed().notice_ids)
        answer = self.file(phone="", email="a@citizens.example.com")
        self.assertEqual(answer.status_code, 303)

    def test_the_same_page_sent_twice_is_one_request(self):
        page = self.see("/talep")
        values = {"name": "Ali", "phone": "05321234567", "subject": "s", "text": "t"}
        before = self.env["ozel_kalem.request"].search_count([])
        for _press in range(2):
            answer = self.send("/talep", page, **values)
            self.assertEqual(answer.headers["Location"], "/talep/alindi")
        self.env.invalidate_all()
        self.assertEqual(self.env["ozel_kalem.request"].search_count([]), before + 1)

    def test_the_version_that_was_shown_is_kept_and_can_t_change(self):
        self.file()
        first = self.last_filed().information_text_id
        with self.assertRaisesRegex(UserError, "new version"):
            first.text = "Başka"
        page = self.see("/talep")
        second = first.copy({"text": "Yeni metin", "valid_from": first.valid_from})
        values = {"name": "Ali", "phone": "05321234567", "subject": "s", "text": "t"}
        answer = self.send("/talep", page, **values)
        self.assertEqual(answer.status_code, 409)
        self.assertIn("Yeni metin", self.text_of(answer))
        self.file()
        self.assertEqual(self.last_filed().information_text_id, second)

    def test_a_closed_form_says_so(self):
        page = self.see("/talep")
        self.office.web_form_open = False
        self.assertIn("closed", self.see("/talep", 404).text_content())
        self.assertEqual(self.send("/talep", page).status_code, 404)

    def test_every_field_has_its_label_and_its_hint(self):
        for path in ("/talep", "/talep/durum"):
            page = self.see(path)
            for field in page.xpath("//input[@type!='hidden']|//select|//textarea"):
                with self.subTest(field.get("name")):
                    labels = page.xpath(f"//label[@for='{field.get('id')}']")
                    self.assertEqual(len(labels), 1)
                    self.assertTrue(labels[0].text_content().strip())
                    for described in (field.get("aria-describedby") or "").split():
                        self.assertTrue(page.xpath(f"//*[@id='{described}']"))
            self.assertEqual(len(page.xpath("//h1")), 1)
            self.assertFalse(page.xpath("//script"))
            ids = page.xpath("//@id")
            self.assertEqual(len(ids), len(set(ids)))
        groups = self.see("/talep").xpath("//fieldset")
        self.assertTrue(all(group.xpath("legend") for group in groups))

    # ------------------------------------------------------------- who it is

    def test_a_stranger_with_somebody_s_address_learns_and_changes_nothing(self):
        self.citizen.write({"street": "Gizli Sokak 5"})
        answer = self.file(name="Kötü Niyetli", email=self.citizen.email)
        self.assertEqual(answer.headers["Location"], "/talep/alindi")
        shown = self.see("/talep/alindi").text_content()
        self.assertNotIn("Gizli", shown)
        self.assertNotIn(self.citizen.name, shown)
        filed = self.last_filed()
        self.assertNotEqual(filed.partner_id, self.citizen)
        self.assertEqual(self.citizen.name, "Ayşe Yılmaz")

    def test_known_and_unknown_contacts_get_the_same_answer(self):
        answers = []
        for email in (self.citizen.email, "nobody@citizens.example.com"):
            self.visitor()
            self.file(name="Ayşe Yılmaz", email=email)
            shown = self.see("/talep/alindi").text_content()
            answers.append(shown.replace(email, "").replace(self.last_filed().name, ""))
        self.assertEqual(*answers)

    def test_name_and_mail_together_lead_to_the_person(self):
        self.file(name="AYŞE  YILMAZ", email=self.citizen.email.upper(), phone="")
        self.assertEqual(self.last_filed().partner_id, self.citizen)

    def test_an_account_is_its_own_person(self):
        self.authenticate(self.portal.login, self.portal.login)
        page = self.see("/talep")
        self.assertEqual(self.values_on(page, "/talep")["name"], self.portal.name)
        self.file(name="Başka Ad", email="other@citizens.example.com")
        filed = self.last_filed()
        self.assertEqual(filed.partner_id, self.portal.partner_id)
        self.assertTrue(filed.contact_verified_on)

    def test_an_account_s_name_and_mail_can_t_be_typed_over(self):
        self.portal.email = "portal@citizens.example.com"
        self.authenticate(self.portal.login, self.portal.login)
        page = self.see("/talep")
        for name in ("name", "email"):
            self.assertTrue(page.xpath(f"//input[@name='{name}'][@readonly]"))
            self.assertTrue(page.xpath(f"//*[@id='hint-{name}']"), "why it is fixed")
        self.assertFalse(page.xpath("//input[@name='phone'][@readonly]"))
        self.file(name="Başka Ad", email="other@citizens.example.com")
        self.assertEqual(self.last_filed().contact_email, self.portal.email)
        shown = self.see("/talep/alindi").text_content()
        self.assertIn(self.portal.email, shown)
        self.assertNotIn("other@", shown)
        wrong = self.file(name="Başka Ad", text="")
        self.assertEqual(wrong.status_code, 422)
        kept = self.values_on(self.parsed(wrong), "/talep")
        self.assertEqual(kept["name"], self.portal.name)

    # ---------------------------------------------------------- what is wrong

    def test_each_mistake_is_named_and_nothing_is_lost(self):
        cases = (
            ({"name": ""}, "name"),
            ({"name": " \t "}, "name"),
            ({"phone": "", "email": ""}, "phone"),
            ({"phone": "12"}, "phone"),
            ({"phone": "beni arayın"}, "phone"),
            ({"phone": "0532<script>1234567"}, "phone"),
            ({"email": "ayse@"}, "email"),
            ({"email": "a@b.example, c@d.example"}, "email"),
            ({"subject": "..."}, "subject"),
            ({"text": "\n"}, "text"),
            ({"text": "x" * 10001}, "text"),
            ({"subject": "ş" * 151}, "subject"),
            ({"request_type": "bribe"}, "request_type"),
            ({"topic_id": "999999"}, "topic_id"),
            ({"topic_id": "1; DROP TABLE"}, "topic_id"),
            ({"neighbourhood_id": "-1"}, "neighbourhood_id"),
        )
        before = self.last_filed()
        for values, field in cases:
            with self.subTest(values):
                answer = self.file(location="Gül Sokak 4", **values)
                self.assertEqual(answer.status_code, 422)
                page = self.parsed(answer)
                [wrong] = page.xpath(f"//p[@id='wrong-{field}']")
                self.assertTrue(wrong.text_content())
                [input_] = page.xpath(f"//*[@id='f-{field}']")
                self.assertEqual(input_.get("aria-invalid"), "true")
                self.assertEqual(input_.get("autofocus"), "autofocus")
                self.assertIn(f"wrong-{field}", input_.get("aria-describedby"))
                self.assertTrue(
                    page.xpath(f"//*[@role='alert']//a[@href='#f-{field}']")
                )
                kept = self.values_on(page, "/talep")
                self.assertEqual(kept["location"], "Gül Sokak 4")
        self.assertEqual(self.last_filed(), before)

    def test_scripts_are_text(self):
        answer = self.file(
            name=SCRIPT, subject=SCRIPT, text=SCRIPT, location=SCRIPT, phone="1"
        )
        self.assertNotIn("<script>alert", answer.text)
        self.assertEqual(
            self.values_on(self.parsed(answer), "/talep")["text"].strip(), SCRIPT
        )
        self.file(name=SCRIPT, subject=SCRIPT, text=SCRIPT, location=SCRIPT)
        filed = self.last_filed()
        self.assertEqual(filed.text, SCRIPT)
        self.assertEqual(filed.subject, SCRIPT)
        page = self.url_open("/talep/alindi")
        self.assertNotIn("<script>alert", page.text)
        self.assertNotIn("<img src=x", page.text)

    def test_nul_and_odd_letters(self):
        answer = self.file(name="Ze\0ynep", text="a\0b\r\nc ‮ 😀 \ud7ff")
        self.assertEqual(answer.status_code, 303)
        filed = self.last_filed()
        self.assertEqual(filed.partner_id.name, "Zeynep")
        self.assertTrue(filed.text.startswith("ab\nc"))

    # ------------------------------------------------------------------ files

    def test_files_are_judged_by_their_content(self):
        cases = (
            (
                "a program named as a PDF",
                ("fatura.pdf", b"MZ\x90\0", "application/pdf"),
            ),
            ("HTML named as a photograph", ("a.jpg", b"<html>", "image/jpeg")),
            ("an empty file", ("a.pdf", b"", "application/pdf")),
            ("SVG", ("a.svg", b"<svg onload='alert(1)'/>", "image/svg+xml")),
        )
        before = self.last_filed()
        for label, file in cases:
            with self.subTest(label):
                answer = self.file(files=[("files", file)])
                self.assertEqual(answer.status_code, 422)
                self.assertTrue(self.parsed(answer).xpath("//p[@id='wrong-files']"))
        self.assertEqual(self.last_filed(), before)

    def test_too_many_and_too_large_files(self):
        self.office.write({"web_files": 2, "web_file_megabytes": 1})
        several = [("files", (f"{n}.pdf", PDF, "x/y")) for n in range(3)]
        self.assertIn("At most 2", self.text_of(self.file(files=several)))
        large = [("files", ("a.pdf", PDF + bytes(1024 * 1024), "x/y"))]
        self.assertIn("too large", self.text_of(self.file(files=large)))

    def test_a_body_that_is_too_long_is_refused_by_its_length(self):
        self.office.write({"web_files": 1, "web_file_megabytes": 1})
        large = [("files", ("a.pdf", PDF + bytes(3 * 1024 * 1024), "x/y"))]
        answer = self.file(files=large)
        self.assertEqual(answer.status_code, 413)
        self.assertIn("Nothing was sent", self.text_of(answer))

    def test_a_name_with_a_path_stays_a_name(self):
        self.file(files=[("files", ("../../../etc/passwd.html", PDF, "text/html"))])
        self.assertEqual(self.last_filed()._own_files().name, "passwd.pdf")

    # ------------------------------------------------------- programs, misuse

    def test_without_the_token_nothing_happens_and_nothing_is_lost(self):
        before = self.last_filed()
        for values in ({"csrf_token": ""}, {"csrf_token": "ş"}, {"csrf_token": "aoo"}):
            answer = self.file(location="Gül Sokak", **values)
            self.assertEqual(answer.status_code, 400)
            kept = self.values_on(self.parsed(answer), "/talep")
            self.assertEqual(kept["location"], "Gül Sokak")
        self.assertEqual(self.last_filed(), before)

    def test_a_page_of_another_session_is_refused(self):
        page = self.see("/talep")
        stolen = self.values_on(page, "/talep")
        self.visitor()
        answer = self.file(page=stolen["page"])
        self.assertEqual(answer.status_code, 400)
        answer = self.file(**{k: stolen[k] for k in ("csrf_token", "page")})
        self.assertEqual(answer.status_code, 400)

    def test_a_page_that_isn_t_ours_is_refused(self):
        for page in ("", "x", "ş", "AQ", "A" * 400, "AQAAAAAAAAAA"):
            with self.subTest(page):
                self.assertEqual(self.file(page=page).status_code, 400)

    def test_who_fills_the_trap_is_asked_once_more(self):
        before = self.last_filed()
        answer = self.file(website="http://spam.example")
        self.assertEqual(answer.status_code, 400)
        self.assertEqual(self.last_filed(), before)
        page = self.parsed(answer)
        self.assertEqual(self.values_on(page, "/talep")["website"], "")
        self.assertEqual(self.send("/talep", page).status_code, 303)

    def test_who_is_too_fast_is_asked_once_more(self):
        self.office.web_form_seconds = 3600
        answer = self.file()
        self.assertEqual(answer.status_code, 400)
        self.office.web_form_seconds = 0
        self.assertEqual(self.send("/talep", self.parsed(answer)).status_code, 303)

    def test_so_many_from_one_network_and_for_one_contact(self):
        self.office.web_requests_per_contact = 2
        for _time in range(2):
            self.visitor()
            self.assertEqual(self.file().status_code, 303)
        self.visitor()
        again = self.file(phone="+90 (532) 123-45-67", text="Yine ben")
        self.assertEqual(again.status_code, 429)
        self.assertIn("Yine ben", again.text)
        self.assertEqual(self.file(phone="05329999999").status_code, 303)
        self.office.web_requests_per_network = 1
        self.assertEqual(self.file(phone="05328888888").status_code, 429)

    @mute_logger("odoo.http")
    def test_junk_is_answered_and_never_an_error_of_the_server(self):
        routes = (
            "/talep",
            "/talep/alindi",
            "/talep/durum",
            "/talep/durum/kod",
            "/talep/durum/sayfa",
            "/talep/durum/puan",
            "/talep/durum/itiraz",
            "/talep/durum/belge",
            "/talep/durum/cikis",
        )
        junk = (
            "?self=1&request=2&env=3&_query=4&act=5&office=6",
            "?number=%00&code=%00&page=%00",
            "?" + "a" * 4000,
            "?csrf_token[]=1&csrf_token=2&csrf_token=3",
            "?%ff%fe=%ff&x=%c0%80",
            "/../../etc/passwd",
            "/%2e%2e/%2e%2e",
            "/%00",
            "/" + "9" * 500,
            ";jsessionid=1",
        )
        for route in routes:
            for tail in junk:
                with self.subTest(route + tail[:40]):
                    answer = self.url_open(route + tail, allow_redirects=False)
                    self.assertLess(answer.status_code, 500)
            for body in (
                {"data": {"a": "b" * 100000}},
                {"data": {"csrf_token": "\0", "page": "\0", "number": "\0"}},
                {"files": {"csrf_token": ("x", b"y"), "name": ("x", b"y")}},
                {"data": b"\xff\xfe\0", "headers": {"Content-Type": "text/plain"}},
                {
                    "data": json.dumps({"jsonrpc": "2.0", "params": {}}),
                    "headers": {"Content-Type": "application/json"},
                },
                {
                    "data": b"no parts at all",
                    "headers": {"Content-Type": "multipart/form-data; boundary=x"},
                },
            ):
                with self.subTest(route, body=str(body)[:60]):
                    answer = self.url_open(route, allow_redirects=False, **body)
                    self.assertLess(answer.status_code, 500)
            for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE"):
                with self.subTest(route, method=method):
                    answer = self.url_open(route, method=method, allow_redirects=False)
                    self.assertLess(answer.status_code, 500)
