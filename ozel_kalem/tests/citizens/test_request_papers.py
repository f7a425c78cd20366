from odoo.tests import tagged

from .common import CitizensCase


@tagged("post_install", "-at_install", "ozel_kalem", "ok_citizens", "ok_report")
class TestRequestPapers(CitizensCase):
    """The papers of a request, as they are printed."""

    def html(self, name, records):
        report = self.env["ir.actions.report"].with_user(self.public_relations)
        html, _type = report._render_qweb_html(f"ozel_kalem.{name}", records.ids)
        return html.decode()

    def test_the_receipt_has_date_number_and_subject(self):
        html = self.html("report_request_receipt", self.request)
        for part in (self.request.name, "Kaldırım çöktü", "Ayşe YILMAZ"):
            self.assertIn(part, html)

    def test_the_letter_says_the_answer_once(self):
        self.request.action_answer("positive", "Kaldırımınız onarıldı.")
        html = self.html("report_request_letter", self.request)
        self.assertEqual(html.count("Kaldırımınız onarıldı."), 1)
        self.assertEqual(html.count("Ayşe"), 1)

    def test_the_letter_is_the_same_after_it_was_told(self):
        self.request.action_answer("positive", "Kaldırımınız onarıldı.")
        before = self.request._letter_paragraphs()
        self.tell().action_deliver("kendisi")
        self.assertEqual(self.request.state, "notified")
        self.assertEqual(self.request._letter_paragraphs(), before)
        self.assertGreater(len(before), 1)

    def test_an_interim_letter_greets_once_too(self):
        html = self.html("report_request_letter", self.request)
        self.assertEqual(html.count("Ayşe"), 1)

    def test_an_unsigned_one_is_nobody_s_name(self):
        unsigned = self.new_request(partner_id=False, is_anonymous=True)
        html = self.html("report_request_list", self.request | unsigned)
        self.assertIn(unsigned.partner_id.name, html)

    def test_the_form_can_be_printed_for_signing(self):
        self.request.text = "Sokağımdaki <b>kaldırım</b>"
        html = self.html("report_request_form", self.request)
        self.assertIn("&lt;b&gt;kaldırım", html)

    def test_the_list_masks_aid(self):
        aid = self.make(
            "ozel_kalem.request",
            request_type="aid",
            subject="Gıda desteği",
            user_id=self.public_relations.id,
        )
        html = self.html("report_request_list", self.request | aid)
        self.assertIn("Kaldırım çöktü", html)
        self.assertNotIn("Gıda desteği", html)
