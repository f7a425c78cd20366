from odoo.tests import tagged

from .common import CitizensCase


@tagged("post_install", "-at_install", "ozel_kalem", "ok_citizens")
class TestRequestReferral(CitizensCase):
    """What the unit reads of a request that was referred to it."""

    def read(self, referral):
        """The text as the unit's liaison sees it."""
        return referral.with_user(self.liaison).body

    def test_the_unit_reads_what_the_citizen_wrote_and_where_it_is(self):
        self.request.write(
            {
                "text": "Kaldırım taşları yerinden oynamış.",
                "neighbourhood_id": self.neighbourhood.id,
                "location": "Lale Sokak 4, okulun önü",
            }
        )
        self.request.action_refer(self.unit.ids, "Bugün bakılsın.")
        text = self.read(self.request.referral_ids)
        self.assertTrue(text.startswith("Bugün bakılsın."))
        self.assertIn("Kaldırım taşları yerinden oynamış.", text)
        self.assertIn("Çınarlı, Lale Sokak 4, okulun önü", text)

    def test_the_button_that_asks_nothing_sends_it_too(self):
        self.request.write({"text": "Çukur var.", "lead_department_id": self.unit.id})
        self.request.action_refer_chosen()
        self.assertEqual(self.read(self.request.referral_ids), "Çukur var.")

    def test_the_applicant_isn_t_named_unasked(self):
        self.request.text = "Çukur var."
        referral = self.refer()
        self.assertNotIn(self.citizen.name, self.read(referral))
        self.assertFalse(referral.with_user(self.liaison).contact_text)

    def test_a_copy_for_information_keeps_the_prepared_answer(self):
        self.request.action_answer("positive", "Kaldırımınız onarıldı.")
        self.request.action_refer(self.unit.ids, "Bilginize", "information")
        self.assertEqual(self.request.state, "answered")
        self.request.referral_ids.with_user(self.liaison).action_receive()
        self.assertEqual(self.request.state, "answered")
        self.assertEqual(self.request.answer, "Kaldırımınız onarıldı.")
        self.assertEqual(self.request.result, "positive")

    def test_a_unit_that_is_asked_again_is_waited_for(self):
        self.request.action_answer("positive", "Kaldırımınız onarıldı.")
        self.request.action_refer(self.unit.ids, "Görüşünüz?", "opinion")
        self.assertEqual(self.request.state, "referred")
