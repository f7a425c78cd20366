from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import CitizensCase


@tagged("post_install", "-at_install", "ozel_kalem", "ok_citizens")
class TestAnswerDialog(CitizensCase):
    """Two officers with the same request before them."""

    def dialog(self, user, text):
        """The dialog as the officer fills it, not pressed yet."""
        form = Form(
            self.env["ozel_kalem.request.answer"]
            .with_user(user)
            .with_context(default_request_id=self.request.id)
        )
        form.result = "positive"
        form.text = text
        return form

    def test_the_slower_one_overwrites_nothing(self):
        mine = self.dialog(self.public_relations, "Onarıldı.")
        other = self.dialog(self.director, "Yapılamaz.")
        first = mine.save()
        first.action_confirm()
        first.env.flush_all()  # as the end of his own request does
        late = other.save()
        with self.assertRaises(UserError) as caught:
            late.action_confirm()
        self.assertIn(self.public_relations.name, str(caught.exception))
        self.assertEqual(self.request.answer, "Onarıldı.")

    def test_the_same_words_of_both_are_told_as_well(self):
        forms = [self.dialog(self.director, "Onarıldı.") for _time in range(2)]
        forms[0].save().action_confirm()
        with self.assertRaises(UserError):
            forms[1].save().action_confirm()

    def test_a_unit_s_answer_meanwhile_is_looked_at_first(self):
        referral = self.refer()
        form = self.dialog(self.public_relations, "Bakılıyor.")
        referral.with_user(self.liaison).action_answer("Onarıldı")
        with self.assertRaises(UserError):
            form.save().action_confirm()
        self.assertIn("Onarıldı", self.request.answer)

    def test_who_looks_again_changes_it(self):
        self.dialog(self.public_relations, "Onarıldı.").save().action_confirm()
        self.dialog(self.director, "Onarıldı, 2 Ekim.").save().action_confirm()
        self.assertEqual(self.request.answer, "Onarıldı, 2 Ekim.")

    def test_what_a_unit_owes_is_said_before_anything_is_typed(self):
        self.refer()
        with self.assertRaisesRegex(UserError, self.unit.name):
            self.request.action_open_answer()

    def test_the_units_words_are_proposed_without_their_names(self):
        for referral, text in zip(
            self.refer(units=self.unit | self.other_unit),
            ("Onarıldı.", "Ağaç budandı."),
            strict=True,
        ):
            referral.action_answer(text)
        form = Form(
            self.env["ozel_kalem.request.answer"]
            .with_user(self.public_relations)
            .with_context(default_request_id=self.request.id)
        )
        self.assertEqual(form.text, "Onarıldı.\n\nAğaç budandı.")
        self.assertIn(self.unit.name, form.units_text)
