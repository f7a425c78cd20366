import re

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .citizen_page import SECRET, CitizenPageCase

PAGE = "/talep/durum/sayfa"


@tagged("post_install", "-at_install", "ozel_kalem", "ok_citizens")
class TestCitizenKey(CitizenPageCase):
    """The key on the receipt opens its request's page, and nothing else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.citizen.email = False
        cls.request.contact_email = False

    def key(self, request=None):
        """As it stands on the receipt that the officer prints."""
        report = self.env["ir.actions.report"].with_user(self.public_relations)
        html, _kind = report._render_qweb_html(
            "ozel_kalem.report_request_receipt", (request or self.request).ids
        )
        found = re.search(r">(\d{4} \d{4} \d{4})<", html.decode())
        return found and found[1]

    def assertOpens(self, answer):
        self.assertEqual(answer.headers.get("Location"), PAGE, answer.text[:300])

    def assertRefused(self, answer):
        self.assertIn(answer.status_code, (403, 422))
        self.assertNotIn(SECRET, answer.text)
        shown = self.url_open(PAGE, allow_redirects=False)
        self.assertEqual(shown.headers["Location"], "/talep/durum")

    def test_who_has_only_a_telephone_opens_his_page(self):
        self.ask_code(self.request.name)
        self.assertFalse(self.mailed(), "there is nowhere to send a code")
        key = self.key()
        self.assertRegex(key, r"^\d{4} \d{4} \d{4}$")
        self.assertOpens(self.try_code(key))
        shown = self.see(PAGE).text_content()
        self.assertIn(SECRET, shown)
        self.assertFalse(self.request.contact_verified_on, "paper proves no address")

    def test_it_needn_t_wait_for_the_code_and_is_typed_in_several_ways(self):
        key = self.key()
        for typed in (key.replace(" ", ""), key.replace(" ", "-"), f" {key} "):
            self.visitor()
            self.ask_code(self.request.name)
            self.assertOpens(self.try_code(typed))

    def test_a_receipt_printed_again_has_the_same_key(self):
        self.assertEqual(self.key(), self.key())

    def test_each_request_has_its_own(self):
        other = self.new_request(subject="Komşunun derdi", channel="in_person")
        self.assertNotEqual(self.key(), self.key(other))
        self.ask_code(self.request.name)
        self.assertRefused(self.try_code(self.key(other)))
        self.visitor()
        self.ask_code("2019/99999")
        self.assertRefused(self.try_code(self.key()))

    def test_nobody_s_key_opens_nothing(self):
        nobody = self.env["ozel_kalem.request"]
        self.assertFalse(nobody._is_page_key(nobody._page_key()))
        self.ask_code("2019/99999")
        self.assertRefused(self.try_code(nobody._page_key()))

    def test_a_part_of_it_isn_t_enough(self):
        key = self.key().replace(" ", "")
        self.ask_code(self.request.name)
        for part in (key[:6], key[:11], key + "0", f"0{key}", key[::-1]):
            with self.subTest(part):
                self.env["ozel_kalem.request.code"].search([], limit=1).tries = 0
                self.assertRefused(self.try_code(part))

    def test_five_guesses_then_even_the_key_is_wrong(self):
        key = self.key().replace(" ", "")
        self.ask_code(self.request.name)
        for n in range(1, 6):
            guess = f"{(int(key) + n) % 10**12:012d}"
            self.assertRefused(self.try_code(guess))
        code = self.env["ozel_kalem.request.code"].search([], limit=1)
        self.assertFalse(code._open_with(key))

    def test_codes_and_keys_have_their_tries_together(self):
        self.ask_code(self.request.name)
        for n in range(5):
            self.try_code("000000" if n % 2 else "0" * 12)
        code = self.env["ozel_kalem.request.code"].search([], limit=1)
        self.assertEqual(code.tries, 5)
        self.assertTrue(code._is_over())

    def test_the_number_is_limited_as_for_codes(self):
        self.office.web_codes_per_request = 1
        self.ask_code(self.request.name)
        self.visitor()
        answer = self.send(
            "/talep/durum", self.see("/talep/durum"), number=self.request.name
        )
        self.assertEqual(answer.status_code, 429)

    def test_the_same_form_sent_again_opens_nothing(self):
        key = self.key()
        self.ask_code(self.request.name)
        form = self.values_on(self.see("/talep/durum/kod"), "/talep/durum/kod")
        self.assertOpens(self.try_code(key))
        replayed = self.url_open(
            "/talep/durum/kod", data={**form, "code": key}, allow_redirects=False
        )
        self.assertNotEqual(replayed.headers.get("Location"), PAGE)

    def test_an_unknown_number_costs_the_same_work(self):
        counts = []
        for number in (self.request.name, "2019/99999"):
            code = self.env["ozel_kalem.request.code"]._ask(number, self.company)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            code._open_with("1" * 12)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)

    def test_a_new_key_makes_the_old_one_void(self):
        old = self.key()
        self.request.with_user(self.public_relations).action_renew_page_key()
        new = self.key()
        self.assertNotEqual(old, new)
        self.ask_code(self.request.name)
        self.assertRefused(self.try_code(old))
        self.assertOpens(self.try_code(new))
        with self.assertRaises(AccessError):
            self.request.with_user(self.registrar).action_renew_page_key()

    def test_an_unsigned_petition_has_none(self):
        key = self.request._page_key()
        self.request.is_anonymous = True
        self.assertFalse(self.key())
        self.ask_code(self.request.name)
        self.assertRefused(self.try_code(key))

    def test_a_confidential_one_shows_number_and_stage(self):
        key = self.key()
        self.request.confidentiality = "sealed"
        self.ask_code(self.request.name)
        self.assertOpens(self.try_code(key))
        shown = self.see(PAGE).text_content()
        self.assertIn(self.request.name, shown)
        self.assertNotIn(SECRET, shown)

    def test_no_machine_sends_it_and_no_row_has_it(self):
        key = self.key()
        self.assertNotIn(key, self.request._receipt_text())
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT to_jsonb(r)::text FROM ozel_kalem_request r WHERE id = %s",
            (self.request.id,),
        )
        [[row]] = self.env.cr.fetchall()
        self.assertNotIn(key.replace(" ", ""), row)
