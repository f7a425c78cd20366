from odoo.tests import tagged

from ..common import OzelKalemCase


@tagged("post_install", "-at_install", "ozel_kalem", "ok_programme")
class TestMakesRequest(OzelKalemCase):
    """A call, a visit or a meeting becomes a citizen's request."""

    def opened(self, action):
        self.assertEqual(action["res_model"], "ozel_kalem.request")
        return self.env[action["res_model"]].browse(action["res_id"])

    def assertBorn(self, source, request):
        self.assertEqual(request.origin, source)
        self.assertEqual(source.request_count, 1)
        shown = source.action_view_requests()
        self.assertEqual(self.env[shown["res_model"]].search(shown["domain"]), request)
        self.assertVisible(request, self.secretary)

    def test_a_call_of_somebody_unknown(self):
        call = (
            self.env["ozel_kalem.call"]
            .with_user(self.secretary)
            .create(
                {
                    "direction": "in",
                    "caller_name": "Şule Işık",
                    "phone": "0532 123 45 67",
                    "subject": "Sokak lambası",
                    "text": "Üç gündür yanmıyor.",
                }
            )
        )
        request = self.opened(call.action_make_request())
        self.assertEqual(
            (request.channel, request.request_type, request.state),
            ("phone", "request", "new"),
        )
        self.assertEqual(request.subject, "Sokak lambası")
        self.assertEqual(request.text, "Üç gündür yanmıyor.")
        self.assertEqual(request.partner_id.name, "Şule Işık")
        self.assertEqual(request.partner_id.phone, "0532 123 45 67")
        self.assertTrue(request.deadline)
        self.assertEqual(call.state, "closed")
        self.assertBorn(call, request)

    def test_a_visit(self):
        visit = (
            self.env["ozel_kalem.visit"]
            .with_user(self.secretary)
            .create(
                {
                    "visitor_name": "Veli Kaya",
                    "phone": "0533 111 22 33",
                    "subject": "İş istiyor",
                    "principal_id": self.principal.id,
                }
            )
        )
        request = self.opened(visit.action_make_request())
        self.assertEqual(request.channel, "in_person")
        self.assertEqual(request.partner_id, visit.partner_id)
        self.assertEqual(request.partner_id.phone, "0533 111 22 33")
        self.assertEqual(visit.state, "waiting", "he is still at the door")
        self.assertBorn(visit, request)

    def test_a_meeting(self):
        appointment = self.make(
            self.env["ozel_kalem.appointment"].with_user(self.secretary),
            subject="Kooperatif için salon",
        )
        request = self.opened(appointment.action_make_request())
        self.assertEqual(request.partner_id, appointment.partner_id)
        self.assertEqual(request.subject, "Kooperatif için salon")
        self.assertBorn(appointment, request)

    def test_a_private_visit_s_request_is_private(self):
        visit = (
            self.env["ozel_kalem.visit"]
            .with_user(self.director)
            .create({"visitor_name": "Gizli Kişi", "confidentiality": "private"})
        )
        request = self.opened(visit.action_make_request())
        self.assertEqual(request.confidentiality, "private")
        self.assertHidden(request, self.public_relations)
