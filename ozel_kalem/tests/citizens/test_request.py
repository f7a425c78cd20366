from ast import literal_eval
from datetime import date

from freezegun import freeze_time
from lxml import etree

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import CitizensCase


@tagged("post_install", "-at_install", "ozel_kalem", "ok_citizens")
class TestRequest(CitizensCase):
    """A request from the petition to the citizen who was told."""

    # --------------------------------------------------------------- intake

    def test_the_contract_s_fields_are_enough(self):
        request = (
            self.env["ozel_kalem.request"]
            .with_user(self.secretary)
            .create(
                {
                    "partner_id": self.citizen.id,
                    "subject": "Sokak lambası yanmıyor",
                    "request_type": "request",
                    "channel": "phone",
                }
            )
        )
        self.assertEqual(request.state, "new")
        self.assertTrue(request.name)
        self.assertVisible(request, self.secretary)

    def test_the_law_follows_channel_and_kind(self):
        cases = (
            ("letter", "complaint", "3071"),
            ("email", "suggestion", "3071"),
            ("cimer", "information", "4982"),
            ("email", "thanks", "verbal"),
            ("phone", "request", "verbal"),
            ("social", "complaint", "verbal"),
            ("in_person", "aid", "verbal"),
            ("letter", "information", "4982"),
        )
        for channel, kind, ground in cases:
            with self.subTest(channel=channel, kind=kind):
                request = self.make(
                    "ozel_kalem.request", channel=channel, request_type=kind
                )
                self.assertEqual(request.legal_ground, ground)

    def test_the_law_gives_the_deadline(self):
        cases = (
            ("3071", "2026-09-14 08:00:00", date(2026, 10, 14)),
            ("4982", "2026-09-17 08:00:00", date(2026, 10, 8)),
            ("verbal", "2026-09-14 08:00:00", date(2026, 10, 5)),
            ("6698", "2026-10-07 08:00:00", date(2026, 11, 6)),
        )
        for ground, received, deadline in cases:
            with self.subTest(ground):
                request = self.make(
                    "ozel_kalem.request", legal_ground=ground, received_on=received
                )
                self.assertEqual(request.deadline, deadline)

    def test_the_topic_decides_unit_and_spoken_clock(self):
        quick = self.env["ozel_kalem.service.standard"].create(
            {"name": "Quick", "duration": 2, "duration_unit": "working_day"}
        )
        self.topic.service_standard_id = quick
        spoken = self.new_request(topic_id=self.topic.id, channel="phone")
        self.assertEqual(spoken.lead_department_id, self.unit)
        self.assertEqual(spoken.service_standard_id, quick)
        written = self.new_request(topic_id=self.topic.id)
        self.assertEqual(written.service_standard_id.code, "DIL-CEVAP")

    def test_an_exception_needs_its_reason(self):
        with self.assertRaisesRegex(ValidationError, "Why before others"):
            self.request.priority = "2"
        self.request.write({"priority": "2", "priority_reason": "Danger to life"})

    def test_a_day_in_the_future_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "future"):
            self.new_request(
                received_on=fields.Datetime.add(fields.Datetime.now(), days=1)
            )

    # --------------------------------------------------------------- the way

    def test_from_the_petition_to_the_citizen(self):
        request = self.request
        request.action_assess()
        referral = self.refer()
        self.assertEqual(request.state, "referred")
        referral.with_user(self.liaison).action_answer("Onarıldı")
        self.assertEqual(request.state, "answered")
        self.assertIn("Onarıldı", request.answer)
        request.action_answer("positive", "Kaldırımınız onarıldı.")
        self.assertFalse(request.closed_on)
        self.tell().action_deliver("Ayşe Hanım, 10.30")
        self.assertEqual(request.state, "notified")
        self.assertTrue(request.closed_on)
        self.assertEqual(referral.state, "accepted")

    def test_the_whole_is_answered_when_all_have_answered(self):
        referrals = self.refer(units=self.unit | self.other_unit)
        referrals[0].action_answer("A")
        self.assertEqual(self.request.state, "referred")
        with self.assertRaisesRegex(UserError, "Park ve Bahçeler"):
            self.request.action_answer("positive", "text")
        referrals[1].action_answer("B")
        self.assertEqual(self.request.state, "answered")

    def test_a_unit_that_returns_it_leaves_it_to_the_office(self):
        self.refer().action_return("Not ours")
        self.assertEqual(self.request.state, "assessed")

    def test_an_answer_that_is_sent_back_waits_for_the_unit_again(self):
        referral = self.refer()
        referral.action_answer("?")
        referral.action_send_back("Say what was done")
        self.assertEqual(self.request.state, "referred")

    def test_the_director_hears_how_a_telephone_matter_ended(self):
        for channel, told in (("letter", False), ("phone", True)):
            asked = self.new_request(channel=channel)
            asked.action_answer("positive", "Onarıldı.")
            self.tell(asked).action_deliver("Ayşe Hanım, 10.30")
            with self.subTest(channel):
                self.assertEqual(asked.state, "notified")
                words = self.env["mail.message"].search(
                    [
                        ("model", "=", asked._name),
                        ("res_id", "=", asked.id),
                        ("partner_ids", "in", self.director.partner_id.ids),
                        ("body", "ilike", asked.name),
                    ]
                )
                self.assertEqual(bool(words), told)
                self.assertNotIn("Onarıldı", "".join(words.mapped("body")))

    def test_no_request_is_closed_before_the_citizen_was_told(self):
        self.request.action_answer("positive", "Yapıldı.")
        with self.assertRaisesRegex(UserError, "hasn't been told"):
            self.request.action_notify()
        notice = self.tell()
        with self.assertRaisesRegex(UserError, "hasn't been told"):
            self.request.action_notify()
        self.assertEqual(self.request.state, "answered")
        notice.action_deliver("kendisi")
        self.request.action_notify()
        self.assertEqual(self.request.state, "notified")

    def test_what_can_t_be_done_is_refused_before_a_reason_is_typed(self):
        request = self.request.with_user(self.director)
        for method in ("action_extend_deadline", "action_close_unreachable"):
            with self.subTest(method), self.assertRaises(UserError):
                request.with_context(reason_action=method).action_ask_reason()
        asked = self.new_request(request_type="information")
        dialog = asked.with_context(
            reason_action="action_extend_deadline"
        ).action_ask_reason()
        self.assertEqual(dialog["res_model"], "ozel_kalem.reason")

    def test_a_state_written_by_hand_needs_the_notice_too(self):
        self.request.action_answer("positive", "Yapıldı.")
        with self.assertRaisesRegex(ValidationError, "How the citizen knows"):
            self.request.write({"state": "notified"})

    def test_nobody_writes_the_proof_by_hand(self):
        self.request.action_answer("positive", "Yapıldı.")
        with self.assertRaises(AccessError):
            self.request.told_proof = "söyledim"

    def test_an_old_notice_doesn_t_tell_a_new_answer(self):
        self.request.action_answer("negative", "Olmaz.")
        self.tell().action_deliver("kendisi")
        self.request.action_reopen("İtiraz etti")
        self.assertEqual(self.request.reopened_count, 1)
        self.request.action_answer("positive", "Yapıldı.")
        with self.assertRaisesRegex(UserError, "hasn't been told"):
            self.request.action_notify()

    def test_taken_up_again_it_takes_the_unit_s_new_words(self):
        self.refer().action_answer("Onarım kışa kaldı")
        self.request.action_answer("negative", "Bu yıl yapılamıyor.")
        self.tell().action_deliver("kendisi")
        self.request.action_reopen("Yol çöktü")
        self.assertFalse(self.request.result)
        self.refer().action_answer("Onarıldı")
        self.assertEqual(self.request.state, "answered")
        self.assertIn("Onarıldı", self.request.answer)
        self.assertNotIn("yapılamıyor", self.request.answer)
        self.tell().action_deliver("kendisi")
        self.assertEqual(self.request.state, "answered", "the office answers first")

    def test_what_is_sent_back_takes_the_unit_s_new_words(self):
        referral = self.refer()
        referral.action_answer("Bakılacak")
        referral.action_send_back("Ne yapıldı?")
        referral.action_answer("Onarıldı")
        self.assertIn("Onarıldı", self.request.answer)
        self.assertNotIn("Bakılacak", self.request.answer)

    def test_a_mail_with_the_first_answer_doesn_t_close_the_changed_one(self):
        self.request.action_answer("negative", "Olmaz.")
        first = self.tell(channel="email")
        self.request.action_answer("positive", "Yapıldı.")
        second = self.tell()
        first.action_deliver("posta sunucusu aldı")
        self.assertEqual(self.request.state, "answered")
        self.assertFalse(self.request.told_proof)
        second.action_deliver("kendisi")
        self.assertEqual(self.request.state, "notified")
        self.assertEqual(self.request.told_proof, "kendisi")

    def test_an_earlier_answer_isn_t_tried_again(self):
        self.request.action_answer("negative", "Olmaz.")
        notice = self.tell()
        notice.action_fail("açmadı")
        self.request.action_answer("positive", "Yapıldı.")
        with self.assertRaisesRegex(UserError, notice.name):
            notice.action_retry()

    def test_what_was_told_before_the_answer_changed_proves_nothing(self):
        self.refer().action_answer("Onarıldı")
        self.tell().action_deliver("kendisi")
        self.request.action_answer("positive", "Kaldırımınız onarıldı.")
        with self.assertRaisesRegex(UserError, "hasn't been told"):
            self.request.action_notify()

    def test_an_interim_notice_doesn_t_close(self):
        self.request.action_answer("positive", "Yapıldı.")
        notice = self.tell()
        notice.closes_source = False
        notice.action_deliver("alındı")
        self.assertEqual(self.request.state, "answered")

    def test_two_ways_must_have_failed_before_it_is_closed_untold(self):
        self.request.action_answer("negative", "Olmaz.")
        director = self.request.with_user(self.director)
        self.tell().action_fail("açmadı")
        self.tell().action_fail("yine açmadı")
        with self.assertRaisesRegex(UserError, "two different ways"):
            director.action_close_unreachable("Ulaşılamadı")
        self.tell(channel="letter").action_fail("taşınmış")
        with self.assertRaises(AccessError):
            self.request.action_close_unreachable("Ulaşılamadı")
        director.action_close_unreachable("Ulaşılamadı")
        self.assertEqual(self.request.state, "notified")
        self.assertEqual(self.request.told_proof, "Ulaşılamadı")

    def test_another_result_or_no_text_is_refused(self):
        for result, text in (("done", "text"), ("positive", "  "), (None, "text")):
            with self.subTest(result=result, text=text), self.assertRaises(UserError):
                self.request.action_answer(result, text)
        self.assertEqual(self.request.state, "new")

    def test_no_card_is_dragged_over_a_step(self):
        View = self.env["ir.ui.view"]
        views = View.search([("model", "=", "ozel_kalem.request")])
        for view in views.filtered(lambda view: view.type == "kanban"):
            with self.subTest(view.name):
                arch = self.env["ozel_kalem.request"].get_view(view.id, "kanban")
                self.assertIn('records_draggable="0"', arch["arch"])

    # -------------------------------------------------------- sideways, back

    def test_another_institution_s_business_is_sent_on_and_told(self):
        referral = self.refer()
        self.request.action_redirect(self.institution.id)
        self.assertEqual(self.request.state, "redirected")
        self.assertEqual(referral.state, "cancelled")
        self.assertIn(self.institution, self.request.referral_ids.institution_id)
        self.assertFalse(self.request.closed_on)
        self.tell().action_deliver("kendisi")
        self.assertEqual(self.request.state, "notified")
        self.assertIn("Su İdaresi", self.request.answer)

    def test_redirecting_needs_an_institution_that_exists(self):
        for partner_id in (False, None, 0, 999999999, "x", [1]):
            with self.subTest(partner_id), self.assertRaises(UserError):
                self.request.action_redirect(partner_id)
        self.assertEqual(self.request.state, "new")

    def test_rejecting_takes_the_units_work_back(self):
        referral = self.refer()
        self.request.action_reject("Belirli bir konu yok")
        self.assertEqual(self.request.state, "rejected")
        self.assertEqual(referral.state, "cancelled")

    def test_a_duplicate_leads_to_the_first(self):
        again = self.new_request(subject="Kaldırım yine")
        again.action_mark_duplicate(self.request.id)
        self.assertEqual(again.state, "cancelled")
        self.assertEqual(again.duplicate_of_id, self.request)
        self.assertEqual(self.request.duplicate_count, 1)
        with self.assertRaises(UserError):
            self.request.action_mark_duplicate(self.request.id)

    def test_similar_ones_are_the_same_person_s_on_the_same_topic(self):
        first = self.new_request(topic_id=self.topic.id)
        again = self.new_request(topic_id=self.topic.id, subject="Yine")
        self.assertIn(first.id, [found["id"] for found in again.get_similar()])

    def test_what_no_unit_owns_is_sent_on_or_refused(self):
        self.refer().action_answer("Bizim işimiz değil")
        self.request.action_redirect(self.institution.id)
        self.assertEqual(self.request.state, "redirected")
        self.tell().action_deliver("kendisi")
        self.assertIn("Su İdaresi", self.request.answer)
        self.assertNotIn("Bizim işimiz değil", self.request.answer)
        other = self.new_request()
        self.refer(other).action_answer("Bizim işimiz değil")
        other.action_reject("Belirli bir konu yok")
        self.assertEqual(other.state, "rejected")
        self.assertFalse(other.answer)

    def to_tell(self):
        """What the list “To be told” shows."""
        view = self.env.ref("ozel_kalem.request_view_search")
        node = etree.fromstring(view.arch).find(".//filter[@name='to_tell']")
        return self.env["ozel_kalem.request"].search(literal_eval(node.get("domain")))

    def test_a_refusal_waits_in_the_list_until_it_was_told(self):
        self.request.action_reject("Belirli bir konu yok")
        self.assertIn(self.request, self.to_tell())
        action = self.request.action_open_tell_many()
        self.assertEqual(action["context"]["default_request_ids"], self.request.ids)
        self.tell().action_deliver("kendisi")
        self.assertNotIn(self.request, self.to_tell())
        unsigned = self.new_request(is_anonymous=True)
        unsigned.action_reject("İmza yok")
        self.assertNotIn(unsigned, self.to_tell())

    def test_a_refusal_that_can_t_be_told_leaves_the_list(self):
        self.request.action_reject("Belirli bir konu yok")
        self.tell().action_fail("açmadı")
        self.tell(channel="letter").action_fail("taşınmış")
        self.request.with_user(self.director).action_close_unreachable("Ulaşılamadı")
        self.assertEqual(self.request.state, "rejected")
        self.assertNotIn(self.request, self.to_tell())

    def test_the_institution_keeps_what_was_sent_on_after_the_citizen_knows(self):
        self.request.action_redirect(self.institution.id)
        sent_on = self.request.referral_ids
        self.tell().action_deliver("kendisi")
        self.assertEqual(self.request.state, "notified")
        self.assertEqual(sent_on.state, "sent")

    def test_taken_up_again_it_is_neither_sent_on_nor_a_duplicate(self):
        self.request.action_redirect(self.institution.id)
        self.request.action_reopen("Bizim işimiz çıktı")
        self.assertFalse(self.request.redirected_to_id)
        again = self.new_request(subject="Yine")
        again.action_mark_duplicate(self.request.id)
        again.action_reopen("Başka bir konu")
        self.assertFalse(again.duplicate_of_id)

    # -------------------------------------------------------------- the clock

    def test_the_clock_stands_still_while_the_citizen_completes_his_papers(self):
        self.request.action_pause_deadline("İmza eksik")
        self.assertFalse(self.request.is_overdue)
        self.request.action_resume_deadline()
        self.assertFalse(self.request.paused_on)

    def test_a_closed_request_doesn_t_wait_for_papers_any_more(self):
        self.request.action_pause_deadline("İmza eksik")
        self.request.action_cancel("Vazgeçti")
        self.assertFalse(self.request.paused_on)

    def test_information_may_take_fifteen_days_more_once(self):
        request = self.new_request(request_type="information")
        request.received_on = "2026-09-22 08:00:00"
        self.assertEqual(request.deadline, date(2026, 10, 13))
        with freeze_time("2026-10-13 08:00:00"):
            request.action_extend_deadline("Başka birimin görüşü gerekiyor")
        self.assertEqual(request.deadline, date(2026, 11, 4))
        notice = request.notice_ids
        self.assertEqual(notice.state, "pending")
        self.assertFalse(notice.closes_source)
        with self.assertRaises(UserError):
            request.action_extend_deadline("Bir daha")

    def test_what_is_overdue_gets_no_more_time(self):
        request = self.new_request(request_type="information")
        request.received_on = "2026-09-22 08:00:00"
        with freeze_time("2026-10-14 08:00:00"):
            with self.assertRaisesRegex(UserError, "13.10.2026"):
                request.action_extend_deadline("Başka birimin görüşü gerekiyor")
            with self.assertRaises(UserError):
                request.with_context(
                    reason_action="action_extend_deadline"
                ).action_ask_reason()
        self.assertFalse(request.extended_by)

    # ------------------------------------------------------------------ roles

    def test_aid_is_for_its_own_group(self):
        aid = self.make(
            "ozel_kalem.request", request_type="aid", user_id=self.director.id
        )
        for user in (self.public_relations, self.registrar, self.secretary):
            self.assertHidden(aid, user)
        for user in (self.aid_officer, self.director, self.principal_user):
            self.assertVisible(aid, user)
        self.request.user_id = self.director
        other = self.make(
            "ozel_kalem.request", request_type="complaint", user_id=self.director.id
        )
        self.assertHidden(other, self.aid_officer)

    def test_the_secretary_takes_no_step(self):
        request = self.make(self.env["ozel_kalem.request"].with_user(self.secretary))
        with self.assertRaises(AccessError):
            request.action_assess()
