"""The demo office of Çınarlıdere, as a demo database has it."""

from collections import Counter
from unittest import SkipTest

from odoo import fields
from odoo.exceptions import AccessDenied, AccessError
from odoo.tests import TransactionCase, tagged

from ...tools.local_time import to_local

INSTRUCTIONS = 14
STATES = {"open": 2, "in_progress": 10, "reported": 2}
# Referrals of each instruction: the lead unit first, "-" where nothing was referred.
REFERRALS = {
    1: "received received received",
    2: "answered received",
    3: "accepted",
    4: "received sent sent",
    5: "accepted",
    6: "answered",
    7: "received",
    8: "answered received",
    9: "received sent",
    10: "received received sent",
    11: "sent sent",
    12: "-",
    13: "received",
    14: "-",
}
STAFF = ("baskan", "mudur", "sekreter", "halkla", "protokol", "kalem", "idarimali")
LIAISONS = (
    "birim",
    "zabita",
    "veteriner",
    "planproje",
    "kultur",
    "bilgiislem",
    "basin",
    "yaziisleri",
    "destek",
    "hukuk",
    "mali",
    "sosyal",
)
DEPUTIES = ("vekil", "gunebakan")
# What opens for whom, besides the application itself.
MENUS = {
    "admin": ("inbox", "instruction", "access_log", "configuration"),
    "baskan": ("decisions", "instruction", "instruction_read_back", "engagement"),
    "mudur": ("decisions", "instruction", "access_log", "configuration"),
    "sekreter": ("instruction", "instruction_overdue", "engagement", "referral"),
    "halkla": ("instruction", "referral", "notice", "engagement"),
    "protokol": ("referral", "engagement", "register_entry"),
    "kalem": ("referral", "engagement", "register_entry"),
    "birim": ("inbox",),
}
CLOSED_MENUS = {
    "sekreter": ("inbox", "access_log", "configuration"),
    "kalem": ("inbox", "instruction", "configuration"),
    "birim": ("instructions", "follow_up", "registers", "configuration"),
}


class DemoCase(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not cls.env.ref("ozel_kalem.instruction_01", raise_if_not_found=False):
            raise SkipTest("the database holds no demo office")

    def record(self, name):
        """The record of our XML id."""
        return self.env.ref(f"ozel_kalem.{name}")

    def user(self, login):
        """The user of a login."""
        return self.env["res.users"].search([("login", "=", login)]).ensure_one()

    def instructions(self):
        """The instructions of the sample, by their number."""
        return {
            number: self.record(f"instruction_{number:02d}")
            for number in range(1, INSTRUCTIONS + 1)
        }


@tagged("post_install", "-at_install", "ozel_kalem", "ok_demo")
class TestDemoOffice(DemoCase):
    def test_company_and_office_are_the_municipality(self):
        company = self.env.ref("base.main_company")
        office = self.record("office_main")
        self.assertEqual(company.name, "Çınarlıdere Belediyesi")
        self.assertEqual(company.country_id.code, "TR")
        self.assertTrue(company.logo)
        self.assertEqual(office.with_context(lang="tr_TR").name, "Özel Kalem Müdürlüğü")
        self.assertEqual(office.institution_code, "99000002")
        self.assertEqual(office.principal_id, self.record("principal_baskan"))
        self.assertEqual(office.principal_id.user_id.login, "baskan")
        self.assertEqual(office.department_id.manager_id.user_id.login, "mudur")

    def test_only_the_municipality_has_people_and_units(self):
        for model in ("hr.employee", "hr.department", "hr.job"):
            with self.subTest(model):
                owners = self.env[model].search([])._get_external_ids().items()
                foreign = [
                    xml_ids
                    for _id, xml_ids in owners
                    if xml_ids and not any(x.startswith("ozel_kalem.") for x in xml_ids)
                ]
                self.assertLessEqual(
                    {x for xml_ids in foreign for x in xml_ids}, {"hr.employee_admin"}
                )

    def test_the_delegation_is_a_draft_of_next_week(self):
        delegation = self.record("delegation_basaran")
        self.assertEqual(delegation.user_id.login, "vekil")
        self.assertEqual(delegation.date_start.weekday(), 0)
        self.assertEqual((delegation.date_end - delegation.date_start).days, 4)
        self.assertGreater(delegation.date_start, delegation.create_date.date())

    def test_the_programme_of_7_october(self):
        Engagement = self.env["ozel_kalem.engagement"]
        day = Engagement.search(
            [
                ("principal_id", "=", self.record("principal_baskan").id),
                ("start", ">=", "2026-10-06 21:00:00"),
                ("start", "<", "2026-10-07 21:00:00"),
            ],
            order="start",
        ).with_context(tz="Europe/Istanbul")
        times = [
            fields.Datetime.context_timestamp(engagement, engagement.start).strftime(
                "%H:%M"
            )
            for engagement in day
        ]
        sample = [
            "09:00",
            "10:00",
            "11:00",
            "12:30",
            "14:00",
            "16:00",
            "17:00",
            "19:30",
        ]
        self.assertLessEqual(set(sample), set(times))
        self.assertEqual(self.record("engagement_is_yemegi").confidentiality, "private")
        elsewhere = self.record("engagement_universite")
        self.assertEqual(elsewhere.principal_id, self.record("principal_tepekoy"))


@tagged("post_install", "-at_install", "ozel_kalem", "ok_demo")
class TestDemoPeople(DemoCase):
    def test_everybody_signs_in_with_the_login(self):
        for login in ("admin", *STAFF, *LIAISONS, *DEPUTIES):
            with self.subTest(login):
                user = self.user(login)
                credential = {"type": "password", "login": login, "password": login}
                info = user.with_user(user)._check_credentials(
                    credential, {"interactive": True}
                )
                self.assertEqual(info["uid"], user.id)
                self.assertEqual(user.lang, "tr_TR")
                self.assertEqual(user.tz, "Europe/Istanbul")
                self.assertTrue(user.sudo().employee_ids)

    def test_another_password_is_refused(self):
        user = self.user("baskan")
        with self.assertRaises(AccessDenied):
            user.with_user(user)._check_credentials(
                {"type": "password", "login": "baskan", "password": "mudur"},
                {"interactive": True},
            )

    def menus(self, login):
        """Ids of the menus that a user sees."""
        Menu = self.env["ir.ui.menu"].with_user(self.user(login))
        return {menu_id for menu_id in Menu.load_menus(False) if menu_id != "root"}

    def test_everybody_finds_his_menus(self):
        for login, names in MENUS.items():
            with self.subTest(login):
                seen = self.menus(login)
                for name in ("root", *names):
                    self.assertIn(self.record(f"menu_{name}").id, seen, name)
                for name in CLOSED_MENUS.get(login, ()):
                    self.assertNotIn(self.record(f"menu_{name}").id, seen, name)

    def test_deputies_see_nothing_without_a_delegation(self):
        for login in DEPUTIES:
            with self.subTest(login):
                self.assertNotIn(self.record("menu_root").id, self.menus(login))
                Instruction = self.env["ozel_kalem.instruction"].with_user(
                    self.user(login)
                )
                self.assertFalse(Instruction.search([]))

    def test_admin_plays_every_role(self):
        privilege = self.record("privilege_ozel_kalem")
        self.assertLessEqual(privilege.group_ids, self.user("admin").all_group_ids)

    def test_nothing_that_the_demo_did_waits_to_be_mailed(self):
        subjects = (
            "ozel_kalem.referral",
            "ozel_kalem.instruction",
            "ozel_kalem.submission",
        )
        created = self.record("instruction_01").create_date
        mails = self.env["mail.mail"].search(
            [("model", "in", subjects), ("create_date", "=", created)]
        )
        self.assertFalse(mails)
        self.assertEqual(self.user("birim").notification_type, "email")


@tagged("post_install", "-at_install", "ozel_kalem", "ok_demo")
class TestDemoInstructions(DemoCase):
    def test_numbers_have_no_gap(self):
        for number, instruction in self.instructions().items():
            with self.subTest(number):
                self.assertEqual(instruction.register_number, number)
        registered = self.env["ozel_kalem.instruction"].with_context(active_test=False)
        numbers = registered.search([]).mapped("register_number")
        self.assertEqual(sorted(numbers), list(range(1, len(numbers) + 1)))

    def test_states(self):
        states = Counter(each.state for each in self.instructions().values())
        self.assertEqual(states, STATES)

    def test_referrals(self):
        for number, instruction in self.instructions().items():
            with self.subTest(number):
                referrals = instruction.referral_ids.sorted("id")
                self.assertEqual(
                    " ".join(referrals.mapped("state")) or "-", REFERRALS[number]
                )
                if referrals:
                    self.assertEqual(
                        instruction.lead_department_id, referrals[0].department_id
                    )

    def test_referrals_were_sent_after_their_record_came_and_before_the_answer(self):
        referrals = self.env["ozel_kalem.referral"].search([])
        self.assertGreater(len(referrals), 45)
        for referral in referrals:
            with self.subTest(referral.name):
                source = self.env[referral.res_model].browse(referral.res_id)
                sent = to_local(referral.sent_on)
                self.assertLess(source.received_on, referral.sent_on)
                self.assertLess(sent.weekday(), 5)
                self.assertTrue(8 <= sent.hour < 18)
                self.assertLess((referral.sent_on - source.received_on).days, 4)
                if referral.answered_on:
                    self.assertLess(referral.sent_on, referral.answered_on)

    def test_what_was_late_is_dated_as_it_was(self):
        late = self.record("instruction_03")
        self.assertEqual(str(late.deadline), "2026-10-05")
        self.assertEqual(str(late.closed_on.date()), "2026-10-06")
        self.assertTrue(late.result)

    def test_no_5_recurs_every_month(self):
        monthly = self.record("instruction_05")
        self.assertEqual(monthly.recurrence, "month")
        self.assertEqual(str(monthly.closed_on.date()), "2026-10-05")

    def test_all_units_of_no_6_have_answered_and_the_director_is_asked(self):
        checks = self.record("instruction_06").activity_ids
        self.assertIn(self.record("activity_type_check"), checks.activity_type_id)

    def test_no_14_is_sealed(self):
        sealed = self.record("instruction_14")
        self.assertEqual(sealed.confidentiality, "sealed")
        self.assertEqual(sealed.user_id.login, "mudur")
        for login in ("sekreter", "halkla", "birim"):
            with self.subTest(login), self.assertRaises(AccessError):
                sealed.with_user(self.user(login)).read(["subject"])

    def test_the_liaison_sees_the_referrals_of_his_unit_and_no_others(self):
        unit = self.record("department_fen")
        Referral = self.env["ozel_kalem.referral"]
        seen = Referral.with_user(self.user("birim")).search([])
        self.assertEqual(
            seen.sudo(), Referral.search([("department_id", "child_of", unit.id)])
        )
        ours = seen.sudo().filtered(lambda r: r.res_model == "ozel_kalem.instruction")
        sample = self.instructions()
        self.assertEqual(
            set(ours.mapped("res_id")), {sample[number].id for number in (1, 2, 3)}
        )
        with self.assertRaises(AccessError):
            sample[2].with_user(self.user("birim")).read(["subject"])

    def test_the_chatter_names_who_acted(self):
        referral = self.record("instruction_03").referral_ids
        authors = referral.message_ids.author_id
        self.assertIn(self.user("birim").partner_id, authors)
        self.assertIn(self.user("mudur").partner_id, authors)
        self.assertEqual(referral.answered_by_id.login, "birim")

    def test_submissions_and_notices(self):
        names = ("tezgah", "29_ekim", "hediye")
        submissions = [self.record(f"submission_{name}") for name in names]
        self.assertEqual(
            [submission.state for submission in submissions],
            ["submitted", "submitted", "approved"],
        )
        self.assertEqual(submissions[2].decided_by_id.login, "baskan")
        names = ("eposta", "telefon", "mektup")
        notices = [self.record(f"notice_{name}") for name in names]
        self.assertEqual(
            [notice.state for notice in notices], ["failed", "delivered", "pending"]
        )
