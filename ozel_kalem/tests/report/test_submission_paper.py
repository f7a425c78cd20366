from odoo.exceptions import AccessError
from odoo.tests import tagged

from ...tools.local_time import local_today
from .test_paper import PaperCase, text

COVER = "ozel_kalem.report_submission_cover"


@tagged("post_install", "-at_install", "ozel_kalem", "ok_report")
class TestSubmissionCover(PaperCase):
    """The sheet with which a record is put before the principal."""

    def submit(self, source, user=None, **values):
        submission = (
            self.env["ozel_kalem.submission"]
            .with_user(user or self.director)
            .create(
                {
                    "res_model": source._name,
                    "res_id": source.id,
                    "principal_id": self.principal.id,
                    "summary": "Kaldırımın bu hafta onarılması önerilmektedir.",
                    **values,
                }
            )
        )
        submission.action_submit()
        return submission

    def request(self, **values):
        return self.env["ozel_kalem.request"].create(
            {
                "partner_id": self.citizen.id,
                "subject": "Iğdır Sokak'ta çöken kaldırım",
                "request_type": "complaint",
                "channel": "letter",
                **values,
            }
        )

    def page(self, submission, user=None):
        [page] = self.pages(COVER, submission, user)
        return text(page)

    def test_who_what_until_when(self):
        request = self.request()
        submission = self.submit(request)
        page = self.page(submission)
        for part in (
            submission.name,
            request.name,
            "Mayor",
            "Iğdır Sokak'ta çöken kaldırım",
            "Ayşe Yılmaz",
            "Kaldırımın bu hafta onarılması önerilmektedir.",
            f"{request.deadline:%d.%m.%Y}",
            "None before this one.",
            *("Agreed", "Not agreed", "Let us talk about it"),
            f"..... / ..... / {local_today().year}",
        ):
            self.assertIn(part, page)

    def test_earlier_contacts_are_counted_as_the_reader_sees_them(self):
        self.request()
        self.request(request_type="aid", user_id=self.director.id)
        self.make("ozel_kalem.visit", partner_id=self.citizen.id)
        source = self.request(user_id=self.public_relations.id)
        submission = self.submit(source, self.public_relations)
        self.assertEqual(submission._cover_contacts(), "Request: 1, Visit: 1")
        everything = submission.with_user(self.director)._cover_contacts()
        self.assertEqual(everything, "Request: 2, Visit: 1")
        self.assertIn(
            "Request: 1, Visit: 1", self.page(submission, self.public_relations)
        )

    def test_any_record_that_can_be_submitted(self):
        instruction = self.instruction("Mazgallar temizlensin")
        page = self.page(self.submit(instruction))
        self.assertIn(instruction.name, page)
        self.assertIn(f"{instruction.deadline:%d.%m.%Y}", page)
        self.assertNotIn("Applicant", page)

    def test_the_decision_is_marked(self):
        submission = self.submit(self.request())
        submission.with_user(self.principal_user).action_reject("Bütçe yok")
        page = self.page(submission)
        self.assertRegex(page, r"X\s+Not agreed")
        self.assertIn("Bütçe yok", page)
        self.assertEqual(page.count("X"), 1)

    def test_who_may_not_read_the_record_reads_nothing_of_it(self):
        request = self.request(user_id=self.director.id)
        submission = self.submit(request)
        submission.sudo().user_id = self.protocol
        mine = submission.with_user(self.protocol)
        self.assertFalse(request.with_user(self.protocol).has_access("read"))
        self.assertIsNone(mine._cover_source())
        page = self.page(submission, self.protocol)
        self.assertNotIn("Ayşe", page)
        self.assertIn(submission.summary, page)
        self.assertFalse(submission.with_user(self.registrar).has_access("read"))
        self.flush()
        with self.assertRaises(AccessError):
            self.pdf(COVER, submission, self.registrar)

    def test_a_confidential_one_is_stamped_and_its_opening_written_down(self):
        submission = self.submit(self.request(confidentiality="private"))
        page = self.page(submission)
        self.assertIn("PRIVATE", page)
        log = self.env["ozel_kalem.access.log"].sudo().search([], limit=1)
        self.assertEqual(log.user_id, self.director)
