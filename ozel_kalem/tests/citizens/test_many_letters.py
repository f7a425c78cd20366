from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import CitizensCase


@tagged("post_install", "-at_install", "ozel_kalem", "ok_citizens")
class TestManyLetters(CitizensCase):
    """What came before, what is the same, and many letters on one matter."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.neighbour = cls.env["res.partner"].create(
            {"name": "Işık Çelik", "email": "isik@citizens.example.com"}
        )

    def letters(self, count=3):
        people = self.env["res.partner"].create(
            [
                {"name": f"Citizen {number}", "email": f"c{number}@example.com"}
                for number in range(count - 1)
            ]
            + [{"name": "Without mail", "phone": "0212 555 00 99"}]
        )
        letters = self.env["ozel_kalem.request"]
        for person in people:
            letters |= self.new_request(partner_id=person.id, subject="Parka gölgelik")
        return letters

    def names(self, found):
        return [line["id"] for line in found]

    # --------------------------------------------------------------- similar

    def test_the_person_s_own_comes_first(self):
        alike = self.new_request(
            partner_id=self.neighbour.id,
            topic_id=self.topic.id,
            subject="Mazgal tıkalı, dükkânı su bastı",
        )
        own = self.new_request(topic_id=self.topic.id, subject="Başka söz")
        again = self.new_request(
            topic_id=self.topic.id, subject="MAZGAL TIKALI dükkanı su bastı"
        )
        self.assertEqual(self.names(again.get_similar()), [own.id, alike.id])
        self.assertEqual(again.similar_ids, own | alike)

    def test_another_matter_isn_t_similar(self):
        self.new_request(
            partner_id=self.neighbour.id,
            topic_id=self.topic.id,
            subject="Ağaç budama istiyoruz",
        )
        again = self.new_request(topic_id=self.topic.id, subject="Mazgal tıkalı")
        self.assertFalse(again.get_similar())

    def test_nothing_is_suggested_that_one_may_not_read(self):
        self.new_request(
            partner_id=self.neighbour.id,
            topic_id=self.topic.id,
            subject="Mazgal tıkalı",
            request_type="aid",
            user_id=self.director.id,
        ).sudo().user_id = self.director
        self.env.cr.execute(
            "UPDATE ozel_kalem_request SET create_uid = %s WHERE request_type = 'aid'",
            (self.director.id,),
        )
        self.env.invalidate_all()
        again = self.new_request(topic_id=self.topic.id, subject="Mazgal tıkalı")
        self.assertFalse(again.get_similar())
        self.assertTrue(again.with_user(self.director).get_similar())

    def test_the_own_is_found_among_many_of_the_same_person(self):
        own = self.new_request(topic_id=self.topic.id, subject="İlk söz")
        for number in range(6):
            self.new_request(topic_id=False, subject=f"Başka {number}")
        again = self.new_request(topic_id=self.topic.id, subject="Son söz")
        self.assertEqual(len(again.earlier_ids), 5)
        self.assertEqual(self.names(again.get_similar())[0], own.id)

    def test_the_form_shows_earlier_requests_of_the_person(self):
        again = self.new_request(subject="Yine")
        self.assertEqual(again.earlier_ids, self.request)

    def test_one_press_makes_it_a_duplicate(self):
        again = self.new_request(subject="Yine")
        action = self.request.with_context(
            repeated_request_id=again.id
        ).action_mark_as_duplicate()
        # the open form shows it; no second one is stacked on it
        self.assertEqual(action["tag"], "soft_reload")
        self.assertEqual(again.duplicate_of_id, self.request)
        self.assertEqual(again.state, "cancelled")

    def test_another_person_s_petition_isn_t_closed_as_a_duplicate(self):
        neighbour = self.citizen.copy({"name": "Mehmet Kaya"})
        again = self.new_request(partner_id=neighbour.id)
        with self.assertRaisesRegex(UserError, "One matter"):
            self.request.with_context(
                repeated_request_id=again.id
            ).action_mark_as_duplicate()
        self.assertEqual(again.state, "new")
        self.assertFalse(again.duplicate_of_id)

    # -------------------------------------------------------------- campaign

    def test_one_answer_reaches_everybody(self):
        letters = self.letters()
        letters.action_make_campaign()
        campaign = letters.campaign_id
        self.assertEqual((campaign.request_count, campaign.open_count), (3, 3))
        with self.assertRaisesRegex(UserError, "Answer to all"):
            campaign.action_answer_all()
        campaign.write({"result": "positive", "answer": "Gölgelik yapılıyor."})
        campaign.action_answer_all()
        self.assertEqual(set(letters.mapped("state")), {"answered"})
        action = campaign.action_tell_all()
        dialog = self.env[action["res_model"]].create(
            {"request_ids": action["context"]["default_request_ids"]}
        )
        self.assertEqual((dialog.mail_count, dialog.call_count), (2, 1))
        self.assertIn("Gölgelik yapılıyor.", dialog.preview)
        dialog.action_confirm()
        notices = letters.notice_ids
        self.assertEqual(
            sorted(notices.mapped("channel")), ["email", "email", "letter"]
        )
        self.assertEqual(set(notices.mapped("state")), {"pending"})

    def test_nobody_is_told_what_isn_t_ready(self):
        with self.assertRaisesRegex(UserError, "ready"):
            self.letters().action_open_tell_many()

    def test_how_many_have_no_answer_yet_is_said(self):
        letters = self.letters()
        letters[0].action_answer("informed", "Bilgi")
        action = letters.action_open_tell_many()
        dialog = (
            self.env[action["res_model"]].with_context(**action["context"]).create({})
        )
        self.assertEqual(dialog.request_ids, letters[0])
        self.assertEqual(dialog.unready_count, len(letters) - 1)

    def test_the_dead_are_left_out(self):
        letters = self.letters()
        letters.action_answer("informed", "Bilgi")
        letters[0].partner_id.ozel_kalem_deceased = True
        dialog = self.env["ozel_kalem.request.tell.many"].create(
            {"request_ids": letters.ids}
        )
        self.assertEqual(dialog.left_count, 1)
        dialog.action_confirm()
        self.assertFalse(letters[0].notice_ids)

    def test_pressed_twice_nobody_is_told_twice(self):
        letters = self.letters()
        letters.action_answer("informed", "Bilgi")
        Dialog = self.env["ozel_kalem.request.tell.many"]
        Dialog.create({"request_ids": letters.ids}).action_confirm()
        again = Dialog.create({"request_ids": letters.ids})
        self.assertEqual((again.mail_count, again.call_count), (0, 0))
        self.assertEqual((again.pending_count, again.left_count), (3, 0))
        again.action_confirm()
        self.assertEqual(len(letters.notice_ids), len(letters))

    def test_an_unusable_address_doesn_t_stop_the_others(self):
        letters = self.letters()
        letters.action_answer("informed", "Bilgi")
        letters[0].partner_id.email = "yok"
        dialog = self.env["ozel_kalem.request.tell.many"].create(
            {"request_ids": letters.ids}
        )
        self.assertEqual((dialog.mail_count, dialog.call_count), (1, 2))
        dialog.action_confirm()
        self.assertEqual(letters[0].notice_ids.channel, "letter")
        self.assertEqual(letters[1].notice_ids.channel, "email")

    def test_who_wrote_from_an_unusable_address_is_called(self):
        self.citizen.email = "yok"
        self.assertEqual(self.new_request(channel="web")._notice_channel(), "phone")

    def test_a_campaign_s_name_gives_away_nothing_guarded(self):
        for values in (
            {"confidentiality": "sealed"},
            {"confidentiality": "private"},
            {"request_type": "aid"},
        ):
            for topic in (self.topic, self.env["ozel_kalem.topic"]):
                with self.subTest(**values, topic=topic.name):
                    guarded = self.new_request(
                        subject="Gizli söz", topic_id=topic.id, user_id=self.director.id
                    )
                    guarded.sudo().write(values)
                    both = (guarded | self.new_request()).with_user(self.director)
                    both.action_make_campaign()
                    self.assertNotIn("Gizli", both.campaign_id.subject)
                    if topic:
                        self.assertEqual(both.campaign_id.subject, topic.name)
