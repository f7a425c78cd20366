from datetime import datetime, time, timedelta
from unittest.mock import Mock, patch

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from odoo.addons.ozel_kalem.tests.common import OzelKalemCase

from ...models.programme.board_news import CHANNEL
from ...models.programme.sight import Sight
from ...tools.local_time import local_today

QUERIES = 15
HISTORY = {"ozel_kalem_history": True}


@tagged("post_install", "-at_install")
class TestBoard(OzelKalemCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.board = cls.env["ozel_kalem.board"]
        # ten o'clock in Istanbul
        cls.today = local_today()
        cls.soon = datetime.combine(cls.today, time(7))

    def board_of(self, user):
        self.env.invalidate_all()
        return self.board.with_user(user)

    def appointment(self, **values):
        vals = {
            "principal_id": self.principal.id,
            "partner_id": self.citizen.id,
            "subject": "Yol",
            "start": self.soon,
            "stop": self.soon + timedelta(minutes=20),
            "state": "scheduled",
            **values,
        }
        return self.env["ozel_kalem.appointment"].with_context(**HISTORY).create(vals)

    def visit(self, **values):
        vals = {"principal_id": self.principal.id, "visitor_name": "Ali", **values}
        return self.env["ozel_kalem.visit"].with_context(**HISTORY).create(vals)

    def engagement(self, **values):
        return self.make(
            "ozel_kalem.engagement",
            **{
                "principal_id": self.principal.id,
                "start": self.soon,
                "stop": self.soon + timedelta(hours=1),
                "is_parallel": True,
                "parallel_reason": "test",
                **values,
            },
        )

    def submission(self, **values):
        source = self.make("ozel_kalem.instruction", principal_id=self.principal.id)
        submission = self.env["ozel_kalem.submission"].create(
            {
                "res_model": source._name,
                "res_id": source.id,
                "principal_id": self.principal.id,
                "summary": "Bir paragraf",
                **values,
            }
        )
        submission.action_submit()
        return submission

    def titles(self, lines):
        return [line["title"] for line in lines]

    # ------------------------------------------------------------------ data

    def test_reception_has_four_columns(self):
        appointment = self.appointment()
        tomorrow = self.soon + timedelta(days=1)
        self.appointment(start=tomorrow, stop=tomorrow + timedelta(minutes=20))
        self.visit(visitor_name="Waits")
        self.visit(visitor_name="Inside").action_admit()
        self.visit(visitor_name="Left").action_leave()
        self.visit(visitor_name="Refused").action_turn_away("Başkan dışarıda")
        board = self.board_of(self.secretary).get_reception(self.principal.id)
        self.assertEqual([line["id"] for line in board["expected"]], appointment.ids)
        self.assertEqual(self.titles(board["expected"]), ["Ayşe Yılmaz"])
        self.assertEqual(self.titles(board["waiting"]), ["Waits"])
        self.assertEqual(self.titles(board["inside"]), ["Inside"])
        self.assertEqual(set(self.titles(board["left"])), {"Left", "Refused"})

    def test_reception_shows_all_principals_or_one(self):
        other = self.env["ozel_kalem.principal"].create(
            {"name": "Deputy mayor", "partner_id": self.citizen.id}
        )
        self.visit(visitor_name="Mine")
        self.visit(visitor_name="Theirs", principal_id=other.id)
        board = self.board_of(self.secretary)
        self.assertLessEqual(
            {"Mine", "Theirs"}, set(self.titles(board.get_reception()["waiting"]))
        )
        alone = board.get_reception(other.id)
        self.assertEqual(self.titles(alone["waiting"]), ["Theirs"])
        self.assertEqual(alone["principal_id"], other.id)

    def test_reception_keeps_the_last_twenty_who_left(self):
        for _number in range(22):
            self.visit(state="left")
        board = self.board_of(self.secretary).get_reception(self.principal.id)
        self.assertEqual(len(board["left"]), 20)
        self.assertEqual(board["left_count"], 22)

    def test_arrival_entry_and_leaving_move_across_the_board(self):
        appointment = self.appointment()
        board = self.board_of(self.secretary)
        appointment.with_user(self.secretary).action_arrive()
        state = board.get_reception(self.principal.id)
        self.assertFalse(state["expected"])
        visit = self.env["ozel_kalem.visit"].browse(state["waiting"][0]["id"])
        visit.with_user(self.secretary).action_admit()
        self.assertEqual(len(board.get_reception(self.principal.id)["inside"]), 1)
        visit.with_user(self.secretary).action_leave()
        self.assertEqual(appointment.state, "done")
        self.assertEqual(len(board.get_reception(self.principal.id)["left"]), 1)

    def test_day_shows_the_programme_of_the_day(self):
        first = self.engagement(subject="Açılış", kind="opening", location="Park")
        self.engagement(
            subject="Yarın",
            start=self.soon + timedelta(days=1),
            stop=self.soon + timedelta(days=1, hours=1),
        )
        self.engagement(subject="Düştü").action_cancel("Yağmur")
        board = self.board_of(self.secretary)
        day = board.get_day(self.principal.id)
        self.assertEqual(self.titles(day["timeline"]), ["Açılış"])
        self.assertEqual(day["timeline"][0]["id"], first.id)
        self.assertEqual(day["timeline"][0]["place"], "Park")
        tomorrow = fields.Date.to_string(self.today + timedelta(days=1))
        self.assertEqual(
            self.titles(board.get_day(self.principal.id, tomorrow)["timeline"]),
            ["Yarın"],
        )

    def test_an_engagement_over_midnight_is_on_both_days(self):
        self.engagement(subject="Gece", stop=self.soon + timedelta(hours=20))
        board = self.board_of(self.secretary)
        tomorrow = fields.Date.to_string(self.today + timedelta(days=1))
        for date in (None, tomorrow):
            day = board.get_day(self.principal.id, date)
            self.assertEqual(self.titles(day["timeline"]), ["Gece"])

    def test_an_engagement_of_weeks_is_on_each_of_its_days(self):
        self.engagement(
            subject="Tedavi",
            start=self.soon - timedelta(days=40),
            stop=self.soon + timedelta(days=3),
        )
        day = self.board_of(self.secretary).get_day(self.principal.id)
        self.assertEqual(self.titles(day["timeline"]), ["Tedavi"])

    def test_day_has_what_waits(self):
        self.visit(visitor_name="Waits")
        self.visit(visitor_name="For others", seeks="other")
        note = self.make("ozel_kalem.note", principal_id=self.principal.id)
        told = self.make("ozel_kalem.note", principal_id=self.principal.id)
        told.action_deliver()
        told.action_acknowledge()
        submission = self.submission()
        late = self.make(
            "ozel_kalem.instruction",
            principal_id=self.principal.id,
            deadline=self.today,
        )
        day = self.board_of(self.principal_user).get_day()
        self.assertEqual(day["principal_id"], self.principal.id)
        self.assertEqual(self.titles(day["waiting"]), ["Waits"])
        self.assertEqual([line["id"] for line in day["notes"]], note.ids)
        self.assertEqual([line["id"] for line in day["decisions"]], submission.ids)
        self.assertEqual(day["instructions"]["count"], 1)
        self.assertEqual(day["instructions"]["first"][0]["id"], late.id)
        submission.with_user(self.principal_user).action_approve()
        self.assertFalse(self.board_of(self.principal_user).get_day()["decisions"])

    def test_the_next_three_visitors(self):
        far = self.soon + timedelta(days=3)
        for number in range(4):
            self.appointment(
                subject=f"Konu {number}",
                description=f"Amaç {number}\nAyrıntı" if number else False,
                start=far + timedelta(minutes=number),
                stop=far + timedelta(minutes=number + 1),
            )
        date = fields.Date.to_string(self.today + timedelta(days=3))
        day = self.board_of(self.secretary).get_day(self.principal.id, date)
        self.assertEqual(
            [line["purpose"] for line in day["visitors"]],
            ["Konu 0", "Amaç 1", "Amaç 2"],
        )

    def test_a_bad_date_and_a_foreign_principal_are_refused(self):
        board = self.board_of(self.secretary)
        with self.assertRaises(ValidationError):
            board.get_day(self.principal.id, "yarın")
        with self.assertRaises(AccessError):
            board.get_day(self.principal.id + 1000)
        with self.assertRaises(AccessError):
            board.get_reception(self.principal.id + 1000)

    # ---------------------------------------------------------------- rights

    def test_without_a_role_there_is_no_board(self):
        for user in (self.employee, self.deputy, self.liaison, self.manager):
            with self.assertRaises(AccessError, msg=user.name):
                self.board_of(user).get_reception()
            with self.assertRaises(AccessError, msg=user.name):
                self.board_of(user).get_day()

    def test_only_who_reads_all_decisions_is_told_that_none_waits(self):
        for user, told in (
            (self.principal_user, True),
            (self.director, True),
            (self.secretary, False),
        ):
            with self.subTest(user.name):
                day = self.board_of(user).get_day(self.principal.id)
                self.assertEqual(bool(day["sees_decisions"]), told)

    def test_a_deputy_sees_the_day_while_acting(self):
        self.delegate()
        submission = self.submission()
        day = self.board_of(self.deputy).get_day()
        self.assertEqual(day["principal_id"], self.principal.id)
        self.assertTrue(day["may_decide"])
        self.assertEqual([line["id"] for line in day["decisions"]], submission.ids)

    def delegate(self):
        today = self.today
        self.env["ozel_kalem.delegation"].create(
            {
                "principal_id": self.principal.id,
                "employee_id": self.deputy_employee.id,
                "date_start": today - timedelta(days=1),
                "date_end": today + timedelta(days=1),
            }
        ).action_activate()

    def test_buttons_only_where_they_work(self):
        rights = {
            self.secretary: (True, True, False),
            self.director: (True, True, False),
            self.public_relations: (True, False, False),
            self.protocol: (False, False, False),
            self.registrar: (False, False, False),
            self.principal_user: (False, False, True),
        }
        for user, (receives, moves, decides) in rights.items():
            reception = self.board_of(user).get_reception()
            self.assertEqual(reception["may_receive"], receives, user.name)
            self.assertEqual(reception["may_move"], moves, user.name)
            day = self.board_of(user).get_day(self.principal.id)
            self.assertEqual(day["may_decide"], decides, user.name)
            note = self.make("ozel_kalem.note", principal_id=self.principal.id)
            writes = note.with_user(user).has_access("write")
            self.assertEqual(day["may_write_notes"], writes, user.name)

    def test_confidential_items_show_their_number_alone(self):
        secret = {"confidentiality": "private", "user_id": self.director.id}
        engagement = self.engagement(subject="Gizli", **secret)
        engagement.action_confirm()
        visit = self.visit(visitor_name="Gizli", **secret)
        appointment = self.appointment(subject="Gizli", **secret)
        board = self.board_of(self.secretary)
        day, reception = board.get_day(self.principal.id), board.get_reception()
        self.assertEqual(self.titles(day["timeline"]), ["Busy"])
        self.assertFalse(day["timeline"][0]["id"])
        self.assertNotIn("Gizli", str(day) + str(reception))
        board = self.board_of(self.director)
        day, reception = board.get_day(self.principal.id), board.get_reception()
        self.assertEqual(day["timeline"][0]["id"], engagement.id)
        self.assertIn(visit.name, str(reception["waiting"]))
        self.assertIn(appointment.name, str(reception["expected"]))
        self.assertNotIn("Gizli", str(day) + str(reception))
        self.assertNotIn("Ayşe", str(reception["expected"]))

    def test_the_board_finds_what_a_search_finds(self):
        """The rules answered once let through what Odoo's own search does."""
        self.delegate()
        named = {"authorised_user_ids": [(4, self.protocol.id)]}
        for level in ("normal", "private", "sealed"):
            for values in ({}, named, {"user_id": self.registrar.id}):
                values = {
                    "principal_id": self.principal.id,
                    "confidentiality": level,
                    **values,
                }
                for model in ("visit", "note", "appointment", "instruction"):
                    self.make(f"ozel_kalem.{model}", **values)
                self.engagement(**values)
                self.submission(**values)
        sealed = self.make("ozel_kalem.note", confidentiality="sealed")
        sealed.with_user(self.secretary)._open_seal("Başkan telefonda sordu, acele")
        for user in (
            self.secretary,
            self.public_relations,
            self.protocol,
            self.registrar,
            self.director,
            self.principal_user,
            self.deputy,
            self.liaison,
            self.employee,
        ):
            self.env.invalidate_all()
            env = self.env(user=user)
            sight = Sight(env)
            for model in (
                "visit",
                "appointment",
                "engagement",
                "note",
                "submission",
                "instruction",
            ):
                Model = env[f"ozel_kalem.{model}"]
                found = sight.find(Model._name, [], "id", "id", None)
                expected = (
                    Model.search([], order="id").ids if Model.has_access("read") else []
                )
                self.assertEqual(found.ids, expected, f"{user.name}: {model}")

    # --------------------------------------------------------------- queries

    def test_queries_do_not_grow(self):
        self.assertEqual(self.count_queries(8), self.count_queries(80))

    def count_queries(self, number):
        for _index in range(number):
            partner = self.env["res.partner"].create({"name": f"Kişi {_index}"})
            self.appointment(partner_id=partner.id)
            self.visit(partner_id=partner.id)
            self.visit(state="left", partner_id=partner.id)
            self.visit().action_admit()
            self.engagement(description="<p>Amaç</p>")
            self.make("ozel_kalem.note", principal_id=self.principal.id)
            self.make(
                "ozel_kalem.instruction",
                principal_id=self.principal.id,
                deadline=self.today,
            )
            self.submission()
        self.flush()
        counts = {}
        users = (
            self.secretary,
            self.public_relations,
            self.director,
            self.principal_user,
        )
        for user in users:
            for method in ("get_reception", "get_day"):
                call = getattr(self.board_of(user), method)
                call()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                call()
                counts[user.login, method] = self.env.cr.sql_log_count - before
        self.assertLessEqual(max(counts.values()), QUERIES, counts)
        return counts

    # ------------------------------------------------------------------- bus

    def test_a_change_is_told_once_and_without_content(self):
        self.env.cr.precommit.run()
        sent = self.env["bus.bus"].search([])
        visit = self.visit()
        visit.action_admit()
        self.appointment().action_arrive()
        self.env.cr.precommit.run()
        messages = self.env["bus.bus"].search([]) - sent
        mine = messages.filtered(lambda message: CHANNEL in message.message)
        self.assertEqual(len(mine), 1)
        self.assertEqual(mine.message, f'{{"type":"{CHANNEL}","payload":{{}}}}')
        self.assertIn(f'"res.company",{self.company.id}', mine.channel)

    def test_each_kind_of_record_is_told(self):
        makers = {
            "visit": self.visit,
            "appointment": self.appointment,
            "engagement": self.engagement,
            "note": lambda: self.make("ozel_kalem.note"),
            "submission": self.submission,
        }
        for name, make in makers.items():
            self.env.cr.precommit.run()
            make()
            self.assertIn(
                self.company.id, self.env.cr.precommit.data.get(CHANNEL, ()), name
            )

    def hears(self, user):
        """Whether ``user`` gets the channel that his browser asks for."""
        session = Mock(session=Mock(uid=user.id))
        path = "odoo.addons.bus.models.ir_websocket.wsrequest"
        socket = self.env["ir.websocket"].with_user(user)
        with patch(path, session):
            channels = list(map(str, socket._build_bus_channel_list([CHANNEL])))
        self.assertNotIn(CHANNEL, channels, "the name alone is nobody's channel")
        return str((self.company, CHANNEL)) in channels

    def test_only_the_office_hears_of_changes(self):
        for user in (self.secretary, self.protocol, self.principal_user):
            self.assertTrue(self.hears(user), user.name)
        for user in (self.employee, self.deputy, self.liaison, self.manager):
            self.assertFalse(self.hears(user), user.name)
        self.delegate()
        self.assertTrue(self.hears(self.deputy))

    # ------------------------------------------------------------------ menu

    def has_menu(self, user):
        menus = self.env["ir.ui.menu"].with_user(user).load_menus(False)
        return self.env.ref("ozel_kalem.menu_day_screen").id in menus

    def test_the_day_screen_is_for_whom_it_serves(self):
        for user in (self.secretary, self.director, self.principal_user):
            self.assertTrue(self.has_menu(user), user.name)
        for user in (self.protocol, self.liaison, self.employee, self.deputy):
            self.assertFalse(self.has_menu(user), user.name)
        self.delegate()
        self.assertTrue(self.has_menu(self.deputy))
