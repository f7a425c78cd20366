import re
import time
from datetime import timedelta

from odoo import fields, http
from odoo.tests import tagged
from odoo.tools import mute_logger

from .citizen_page import PDF, SECRET, CitizenPageCase

PAGE = "/talep/durum/sayfa"


@tagged("post_install", "-at_install", "ozel_kalem", "ok_citizens")
class TestCitizenPage(CitizenPageCase):
    """The page of one request, for its applicant and for nobody else."""

    def assertClosed(self):
        """The present visitor sees no request."""
        answer = self.url_open(PAGE, allow_redirects=False)
        self.assertEqual(answer.headers["Location"], "/talep/durum")
        self.assertNotIn(SECRET, answer.text)

    # -------------------------------------------------------------- the code

    def test_number_and_code_open_the_page(self):
        shown = self.open_page().text_content()
        for text in (self.request.name, "Kaldırım çöktü", SECRET, "registered"):
            self.assertIn(text, shown)
        self.assertIn(self.request.deadline.strftime("%d.%m.%Y"), shown)
        self.assertTrue(self.request.contact_verified_on)

    def test_the_number_may_be_typed_in_several_ways(self):
        year, number = self.request.register_year, self.request.register_number
        for typed in (
            f" {year} - {number} ",
            f"{year}/{number:07d}",
            f"No: {year}/{number}",
        ):
            with self.subTest(typed):
                self.visitor()
                self.ask_code(typed)
                self.assertEqual(len(self.mailed()), 1)

    def test_the_code_goes_to_the_request_s_own_address(self):
        self.request.contact_email = "own@citizens.example.com"
        self.ask_code(self.request.name)
        [(to, body)] = self.mailed()
        self.assertEqual(to, ["own@citizens.example.com"])
        self.assertNotIn("Kaldırım", body)
        self.assertFalse(
            self.request.message_ids.filtered(lambda message: "code" in message.body)
        )

    def test_an_unknown_number_gets_the_same_answers(self):
        words = []
        for number in (self.request.name, "2019/99999", "BELEDIYE-7"):
            self.visitor()
            answers = [self.ask_code(number)]
            answers.append(self.url_open("/talep/durum/kod"))
            answers += [self.try_code("000000") for _try in range(5)]
            words.append(
                [
                    (answer.status_code, re.sub("[0-9a-f]{40}o[0-9]+", "", answer.text))
                    for answer in answers
                ]
            )
        self.assertEqual(words[0], words[1])
        self.assertEqual(words[0], words[2])

    def test_an_unknown_number_costs_the_same_work(self):
        counts = []
        codes = self.env["ozel_kalem.request.code"]
        codes._ask("2019/1", self.company)
        for number in (self.request.name, "2019/99999"):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            codes._ask(number, self.company)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)

    def test_an_unknown_number_is_limited_like_a_known_one(self):
        self.office.web_codes_per_request = 2
        for number in (self.request.name, "2019/00007"):
            year, digits = number.split("/")
            self.visitor()
            self.ask_code(number)
            self.ask_code(f"{year}-{int(digits)}")
            answer = self.send("/talep/durum", self.see("/talep/durum"), number=number)
            self.assertEqual(answer.status_code, 429)

    def test_a_network_asks_for_so_many(self):
        self.office.web_codes_per_network = 1
        self.ask_code("2019/00001")
        answer = self.send("/talep/durum", self.see("/talep/durum"), number="2019/2")
        self.assertEqual(answer.status_code, 429)

    def test_five_tries_then_even_the_right_code_is_wrong(self):
        self.ask_code(self.request.name)
        digits = self.mailed_code()
        others = (f"{(int(digits) + n) % 10**6:06d}" for n in range(1, 6))
        for wrong in others:
            answer = self.try_code(wrong)
            self.assertEqual(answer.status_code, 403)
        self.assertIn("no longer good", self.text_of(answer))
        answer = self.url_open("/talep/durum/kod", allow_redirects=False)
        self.assertEqual(answer.status_code, 303)
        code = self.env["ozel_kalem.request.code"].search([], limit=1)
        self.assertFalse(code._open_with(digits))
        self.assertClosed()

    def test_a_code_is_kept_as_a_hash(self):
        self.ask_code(self.request.name)
        digits = self.mailed_code()
        self.env.cr.execute("SELECT to_jsonb(c)::text FROM ozel_kalem_request_code c")
        self.assertNotIn(digits, " ".join(row for (row,) in self.env.cr.fetchall()))

    def test_a_code_is_good_for_ten_minutes(self):
        self.ask_code(self.request.name)
        digits = self.mailed_code()
        code = self.env["ozel_kalem.request.code"].search([], limit=1)
        now = fields.Datetime.now()
        self.assertAlmostEqual(
            code.expires_on, now + timedelta(minutes=10), delta=timedelta(minutes=1)
        )
        code.expires_on = now - timedelta(seconds=1)
        self.assertEqual(self.try_code(digits).status_code, 403)
        self.assertClosed()

    def test_a_used_code_opens_nothing_again(self):
        self.ask_code(self.request.name)
        digits = self.mailed_code()
        form = self.values_on(self.see("/talep/durum/kod"), "/talep/durum/kod")
        self.assertEqual(self.try_code(digits).headers["Location"], PAGE)
        replayed = self.url_open(
            "/talep/durum/kod", data={**form, "code": digits}, allow_redirects=False
        )
        self.assertNotEqual(replayed.headers.get("Location"), PAGE)
        code = self.env["ozel_kalem.request.code"].search([], limit=1)
        self.assertFalse(code._open_with(digits))

    def test_a_code_fits_only_where_it_was_asked_for(self):
        other = self.new_request(subject="Başka", channel="email")
        self.ask_code(self.request.name)
        digits = self.mailed_code()
        self.visitor()
        self.ask_code(other.name)
        self.mailed()
        self.assertEqual(self.try_code(digits).status_code, 403)
        self.assertClosed()

    def test_before_the_code_is_sent_nothing_fits(self):
        for digits in ("none", "000000", "\0", "", "٠١٢٣٤٥", "1" * 500):
            self.visitor()
            self.ask_code("2019/1")
            answer = self.try_code(digits)
            self.assertIn(answer.status_code, (403, 422))

    def test_an_unsigned_petition_has_no_page(self):
        self.request.is_anonymous = True
        self.ask_code(self.request.name)
        self.assertFalse(self.mailed())

    def test_the_session_is_another_after_the_code(self):
        self.ask_code(self.request.name)
        digits = self.mailed_code()
        before = self.opener.cookies["session_id"]
        self.try_code(digits)
        after = self.opener.cookies["session_id"]
        self.assertNotEqual(before[:42], after[:42])
        self.visitor().cookies["session_id"] = before
        self.assertClosed()

    def test_the_page_closes_after_half_an_hour_and_by_the_button(self):
        shown = self.open_page()
        session = http.root.session_store.get(self.opener.cookies["session_id"])
        left = session["ozel_kalem_page"]["until"] - time.time()
        self.assertAlmostEqual(left, 1800, delta=60)
        self.send("/talep/durum/cikis", shown)
        self.assertClosed()
        self.env["ozel_kalem.rate.limit"].search([]).unlink()
        self.open_page()
        session = http.root.session_store.get(self.opener.cookies["session_id"])
        session["ozel_kalem_page"]["until"] = time.time() - 1
        http.root.session_store.save(session)
        self.assertClosed()

    def test_nothing_in_the_address_opens_another_request(self):
        other = self.new_request(subject="Komşunun derdi", channel="email")
        self.open_page()
        for query in (
            f"id={other.id}",
            f"number={other.name}",
            f"request_id={other.id}",
        ):
            self.assertNotIn("Komşunun", self.url_open(f"{PAGE}?{query}").text)
        self.visitor()
        for path in (PAGE, f"{PAGE}/{self.request.id}", f"/talep/{self.request.id}"):
            self.assertNotIn(SECRET, self.url_open(path).text)

    # ------------------------------------------------------- what it shows

    def test_the_office_s_own_words_stay_inside(self):
        self.refer()[0].with_user(self.liaison).action_answer("Birimin iç notu")
        self.request.message_post(body="Dikkat, sinirli")
        self.env["ir.attachment"].create(
            {
                "name": "ic_yazi.pdf",
                "res_model": self.request._name,
                "res_id": self.request.id,
                "raw": PDF,
            }
        )
        stranger = self.env["res.partner"].create({"name": "Muhtar Kemal"})
        told = self.tell()
        told.write(
            {
                "partner_id": stranger.id,
                "body": "Muhtara söylenen",
                "closes_source": False,
            }
        )
        told.action_deliver("telefonla")
        shown = self.open_page().text_content()
        for text in ("iç notu", "sinirli", "ic_yazi", "Muhtar"):
            self.assertNotIn(text, shown)
        self.assertIn("answer is ready", shown)

    def test_each_stage_is_a_sentence(self):
        sentences = set()
        for state in dict(self.request._fields["state"].selection):
            self.env.cr.execute(
                "UPDATE ozel_kalem_request SET state = %s WHERE id = %s",
                (state, self.request.id),
            )
            self.env.invalidate_all()
            sentences.add(self.request._page_values()["stage"])
        self.assertEqual(len(sentences), 8)

    def test_a_confidential_request_shows_number_and_stage(self):
        self.answered()
        for level in ("private", "sealed"):
            with self.subTest(level):
                self.request.confidentiality = level
                self.env["ozel_kalem.rate.limit"].search([]).unlink()
                page = self.open_page()
                shown = page.text_content()
                self.assertIn(self.request.name, shown)
                self.assertIn("has been answered", shown)
                for text in (SECRET, "Kaldırım", "onarıldı", "Positive"):
                    self.assertNotIn(text, shown)
                self.assertFalse(page.xpath("//form[contains(@action, 'puan')]"))
                token = self.values_on(page, "/talep/durum/cikis")["csrf_token"]
                answer = self.url_open(
                    "/talep/durum/puan", data={"csrf_token": token, "rating": "5"}
                )
                self.assertEqual(answer.status_code, 403)
                self.assertNotIn(SECRET, answer.text)

    def test_an_aid_request_shows_no_details(self):
        aid = self.make(
            "ozel_kalem.request",
            partner_id=self.citizen.id,
            request_type="aid",
            channel="email",
            subject="Tekerlekli sandalye",
            text="Felçliyim",
            user_id=self.director.id,
        )
        aid.action_answer("positive", "Sağlık kurulu raporunuza göre uygundur.")
        notice = aid._create_notice("phone", "Sandalyeniz hazır")
        notice.action_deliver("kendisi")
        shown = self.open_page(aid).text_content()
        self.assertIn(aid.name, shown)
        for text in ("Tekerlekli", "Felçli", "kurulu", "Sandalye", "Positive"):
            self.assertNotIn(text, shown)

    # ---------------------------------------------------------- what he does

    def test_the_answer_and_the_rating(self):
        self.answered()
        page = self.open_page()
        self.assertIn("Kaldırımınız onarıldı.", page.text_content())
        self.assertIn("Positive", page.text_content())
        answer = self.send(
            "/talep/durum/puan", page, rating="5", remark="<b>Sağ olun</b>"
        )
        self.assertEqual(answer.status_code, 303)
        self.assertEqual(self.request.satisfaction, "5")
        self.assertEqual(self.request.satisfaction_text, "<b>Sağ olun</b>")
        thanked = self.see(PAGE)
        self.assertIn("Thank you", thanked.text_content())
        self.assertFalse(thanked.xpath("//form[contains(@action, 'puan')]"))
        again = self.send("/talep/durum/puan", page, rating="1")
        self.assertEqual(again.status_code, 422)
        self.assertEqual(self.request.satisfaction, "5")

    def test_ratings_that_don_t_exist(self):
        self.answered()
        page = self.open_page()
        for rating in ("", "0", "6", "5 OR 1=1", "\0"):
            with self.subTest(rating):
                answer = self.send(
                    "/talep/durum/puan", page, rating=rating, remark="kalsın"
                )
                self.assertEqual(answer.status_code, 422)
                self.assertIn("kalsın", answer.text)
        self.assertFalse(self.request.satisfaction)

    def test_who_is_unhappy_has_it_taken_up_again(self):
        self.request.user_id = self.public_relations
        self.answered()
        page = self.open_page()
        self.send("/talep/durum/puan", page, rating="1", remark="Olmadı")
        page = self.see(PAGE)
        empty = self.send("/talep/durum/itiraz", page, remark="  ")
        self.assertEqual(empty.status_code, 422)
        answer = self.send("/talep/durum/itiraz", page, remark="Kaldırım hâlâ çökük")
        self.assertEqual(answer.status_code, 303)
        self.assertEqual(self.request.state, "assessed")
        self.assertEqual(self.request.reopened_count, 1)
        self.assertFalse(self.request.satisfaction)
        said = " ".join(self.request.message_ids.mapped("body"))
        self.assertIn("hâlâ çökük", said)
        activity = self.request.activity_ids
        self.assertEqual(activity.user_id, self.public_relations)
        self.assertIn("objects", activity.summary)
        self.assertNotIn("Kaldırımınız onarıldı", self.see(PAGE).text_content())

    def test_a_happy_or_late_objection_is_refused(self):
        self.answered()
        page = self.open_page()
        csrf = {"csrf_token": self.values_on(page, "/talep/durum/puan")["csrf_token"]}
        object_ = {**csrf, "remark": "Yeniden"}
        cases = ((False, 0), ("4", 0), ("1", 16))
        for rating, days in cases:
            with self.subTest(rating=rating, days=days):
                self.request.write(
                    {
                        "satisfaction": rating,
                        "notified_on": fields.Datetime.now() - timedelta(days=days),
                    }
                )
                answer = self.url_open(
                    "/talep/durum/itiraz", data=object_, allow_redirects=False
                )
                self.assertEqual(answer.status_code, 422)
                self.assertEqual(self.request.state, "notified")
        self.request.notified_on = fields.Datetime.now() - timedelta(days=15)
        self.url_open("/talep/durum/itiraz", data=object_, allow_redirects=False)
        self.assertEqual(self.request.state, "assessed")

    def test_missing_papers_come_and_the_officer_is_told(self):
        self.request.user_id = self.public_relations
        self.request.action_pause_deadline("Tapu fotokopisi eksik")
        page = self.open_page()
        self.assertIn("Tapu fotokopisi", page.text_content())
        bad = self.send(
            "/talep/durum/belge", page, files=[("files", ("tapu.pdf", b"MZ", "x/y"))]
        )
        self.assertEqual(bad.status_code, 422)
        none = self.send("/talep/durum/belge", page)
        self.assertEqual(none.status_code, 422)
        good = self.send(
            "/talep/durum/belge", page, files=[("files", ("tapu.pdf", PDF, "x/y"))]
        )
        self.assertEqual(good.status_code, 303)
        self.assertIn("tapu.pdf", self.see(PAGE).text_content())
        self.assertTrue(self.request.paused_on, "the officer looks first")
        self.assertEqual(self.request.activity_ids.user_id, self.public_relations)
        self.assertIn("tapu.pdf", self.request.message_ids[0].body)
        self.request.action_resume_deadline()
        late = self.send(
            "/talep/durum/belge", page, files=[("files", ("b.pdf", PDF, "x/y"))]
        )
        self.assertEqual(late.status_code, 422)

    def test_without_the_token_the_buttons_do_nothing(self):
        self.answered()
        self.open_page()
        for act in ("puan", "itiraz", "belge"):
            answer = self.url_open(
                f"/talep/durum/{act}",
                data={"rating": "1", "remark": "x"},
                allow_redirects=False,
            )
            self.assertEqual(answer.status_code, 400)
        self.assertFalse(self.request.satisfaction)

    def test_without_a_page_the_buttons_do_nothing(self):
        self.answered()
        token = self.values_on(self.see("/talep/durum"), "/talep/durum")["csrf_token"]
        for act in ("puan", "itiraz", "belge"):
            answer = self.url_open(
                f"/talep/durum/{act}",
                data={"rating": "1", "remark": "x", "csrf_token": token},
                allow_redirects=False,
            )
            self.assertEqual(answer.headers["Location"], "/talep/durum")
        self.assertFalse(self.request.satisfaction)


@tagged("post_install", "-at_install", "ozel_kalem", "ok_citizens")
class TestPortalRequests(CitizenPageCase):
    """A citizen's requests in his portal account."""

    def setUp(self):
        super().setUp()
        self.mine = self.new_request(
            partner_id=self.portal.partner_id.id,
            subject="Benim derdim",
            channel="phone",
        )
        self.authenticate(self.portal.login, self.portal.login)

    def test_one_s_own_and_no_other_s(self):
        shown = self.see("/my/requests").text_content()
        self.assertIn("Benim derdim", shown)
        self.assertNotIn(self.request.name, shown)
        self.assertIn(
            "Benim derdim", self.see(f"/my/requests/{self.mine.id}").text_content()
        )
        self.assertTrue(self.see("/my").xpath("//a[@href='/my/requests']"))

    @mute_logger("odoo.http")
    def test_another_s_id_is_unknown(self):
        known = self.url_open(f"/my/requests/{self.request.id}")
        unknown = self.url_open("/my/requests/99999999")
        self.assertEqual((known.status_code, unknown.status_code), (404, 404))
        self.assertNotIn(SECRET, known.text)
        page = self.see("/talep")
        token = self.values_on(page, "/talep")["csrf_token"]
        self.answered()
        for act in ("puan", "itiraz", "belge"):
            answer = self.url_open(
                f"/my/requests/{self.request.id}/{act}",
                data={"rating": "1", "remark": "x", "csrf_token": token},
            )
            self.assertEqual(answer.status_code, 404)
        self.assertFalse(self.request.satisfaction)
        for path in (
            "/my/requests/0",
            "/my/requests/-1",
            "/my/requests/x",
            "/my/requests/99999999999999999999",
            "/my/requests/page/99999",
        ):
            self.assertLess(self.url_open(path).status_code, 500)

    def test_he_rates_there(self):
        self.answered(self.mine)
        base = f"/my/requests/{self.mine.id}"
        page = self.see(base)
        self.send(f"{base}/puan", page, rating="2", remark="Az")
        self.assertEqual(self.mine.satisfaction, "2")
        self.send(f"{base}/itiraz", self.see(base), remark="Bir daha bakın")
        self.assertEqual(self.mine.state, "assessed")

    def test_what_a_stranger_filed_in_his_name_waits_for_proof(self):
        self.portal.partner_id.email = "portal@citizens.example.com"
        self.visitor()
        self.file(
            name=self.portal.name,
            email="portal@citizens.example.com",
            phone="",
            subject="Yabancının yazdığı",
        )
        filed = self.last_filed()
        self.assertEqual(filed.partner_id, self.portal.partner_id)
        self.authenticate(self.portal.login, self.portal.login)
        self.assertNotIn("Yabancının", self.see("/my/requests").text_content())
        self.visitor()
        self.mailed()
        self.open_page(filed)
        self.authenticate(self.portal.login, self.portal.login)
        self.assertIn("Yabancının", self.see("/my/requests").text_content())

    def test_nobody_without_an_account(self):
        self.visitor()
        answer = self.url_open("/my/requests", allow_redirects=False)
        self.assertIn("/web/login", answer.headers["Location"])
