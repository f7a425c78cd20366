from datetime import datetime, timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from ..common import OzelKalemCase

DAY = datetime(2040, 5, 7)


class EngagementCase(OzelKalemCase):
    def engage(self, start=10, stop=11, state="confirmed", **values):
        engagement = self.make(
            "ozel_kalem.engagement",
            principal_id=values.pop("principal_id", self.principal.id),
            subject=values.pop("subject", "Zabıta meeting"),
            start=DAY + timedelta(hours=start),
            stop=DAY + timedelta(hours=stop),
            **values,
        )
        if state == "confirmed":
            engagement.action_confirm()
        return engagement

    def assertBooked(self, function, *args, **kwargs):
        """PostgreSQL refuses what ``function`` does; nothing of it stays."""
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                function(*args, **kwargs)
                self.env.flush_all()
        except (IntegrityError, UserError) as error:
            # a step says it in words, what is flushed later says it by itself
            cause = error if isinstance(error, IntegrityError) else error.__cause__
            self.assertIn("principal_overlap", cause.diag.constraint_name)
        else:
            self.fail("The time was booked twice.")
        self.env.invalidate_all()


@tagged("post_install", "-at_install", "ozel_kalem", "ok_foundation")
class TestEngagement(EngagementCase):
    def test_a_booked_time_is_not_booked_again(self):
        self.engage(10, 12)
        for start, stop in ((10, 12), (9, 11), (11, 13), (10.5, 11), (9, 13)):
            with self.subTest(start=start, stop=stop):
                self.assertBooked(self.engage(start, stop, "tentative").action_confirm)

    def test_the_refusal_names_what_is_booked_and_when_in_istanbul(self):
        self.engage(10, 12)
        second = self.engage(11, 13, "tentative")
        with self.assertRaisesRegex(UserError, r"Zabıta meeting.* 13[.:]00"):
            second.action_confirm()

    def test_the_refusal_tells_nothing_of_a_hidden_one(self):
        self.engage(10, 12, confidentiality="private")
        second = self.engage(11, 13, "tentative", subject="Other")
        with self.assertRaises(UserError) as caught:
            second.with_user(self.secretary).action_confirm()
        self.assertNotIn("Zabıta", str(caught.exception))

    def test_adjacent_times_are_fine(self):
        day = self.engage(10, 11) | self.engage(11, 12) | self.engage(9, 10)
        self.assertEqual(day.mapped("state"), ["confirmed"] * 3)

    def test_a_search_may_reach_from_the_first_day_to_the_last(self):
        engagement = self.engage()
        for first, last in (
            (DAY, "9999-12-31 23:59:59"),
            ("0001-01-01 00:00:00", DAY + timedelta(days=1)),
            ("0001-01-01 00:00:00", "9999-12-31 23:59:59"),
        ):
            with self.subTest(first=first, last=last):
                found = engagement.search([("start", "<", last), ("stop", ">", first)])
                self.assertIn(engagement, found)

    def test_tentative_ones_may_overlap(self):
        self.engage(10, 11)
        self.assertTrue(self.engage(10, 11, "tentative"))

    def test_another_principal_has_his_own_time(self):
        self.engage(10, 11)
        other = self.principal.copy({"name": "Deputy mayor"})
        self.assertTrue(self.engage(10, 11, principal_id=other.id))

    def test_a_confirmed_one_is_not_moved_onto_another(self):
        self.engage(10, 11)
        later = self.engage(11, 12)
        self.assertBooked(later.write, {"start": DAY + timedelta(hours=10.5)})

    def test_rpc_can_not_write_the_state_past_the_overlap(self):
        self.engage(10, 11)
        second = self.engage(10, 11, "tentative")
        self.assertBooked(
            second.with_user(self.secretary).write, {"state": "confirmed"}
        )

    def test_two_of_one_batch_do_not_overlap(self):
        both = self.engage(10, 11, "tentative") + self.engage(10, 11, "tentative")
        self.assertBooked(both.action_confirm)

    def test_none_is_born_confirmed(self):
        with self.assertRaises(UserError):
            self.make("ozel_kalem.engagement", state="confirmed")

    def test_history_is_kept_from_overlapping_too(self):
        Model = self.env["ozel_kalem.engagement"].with_context(ozel_kalem_history=True)
        values = self.sample_values(
            Model, principal_id=self.principal.id, state="done", subject="old"
        )
        first = Model.with_user(self.director).create(dict(values))
        self.assertEqual(len(first.sudo().calendar_event_ids), 1)
        self.assertBooked(Model.create, dict(values))

    def test_a_cancelled_one_frees_its_time(self):
        first = self.engage(10, 11)
        first.action_cancel("ill")
        self.assertTrue(self.engage(10, 11))
        first.action_reset()
        self.assertBooked(first.action_confirm)

    def test_an_archived_one_frees_its_time_and_claims_it_again(self):
        first = self.engage(10, 11)
        first.action_archive()
        second = self.engage(10, 11)
        with self.assertRaisesRegex(UserError, "booked already"):
            first.action_unarchive()
        self.env.invalidate_all()
        second.action_archive()
        first.action_unarchive()
        self.assertEqual(len(first.calendar_event_ids), 1)
        self.assertBooked(self.engage(10, 11, "tentative").action_confirm)

    def test_a_past_one_keeps_its_time(self):
        self.engage(10, 11).action_done("agreed")
        self.assertBooked(self.engage(10, 11, "tentative").action_confirm)

    def test_stop_comes_after_start(self):
        for stop in (10, 9):
            with (
                self.subTest(stop),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self.engage(10, stop, "tentative")

    # ---------------------------------------------------------------- period

    def test_a_period_finds_what_touches_it(self):
        Model = self.env["ozel_kalem.engagement"]
        first, second, third = (
            self.engage(hour, hour + 1, "tentative") for hour in (9, 10, 11)
        )
        mine = [("id", "in", (first + second + third).ids)]

        def found(*period):
            return Model.search([*mine, *period], order="start")

        touching = [("start", "<=", second.stop), ("stop", ">=", second.start)]
        self.assertEqual(found(*touching), first + second + third)
        inside = [("start", "<", second.stop), ("stop", ">", second.start)]
        self.assertEqual(found(*inside), second)
        as_text = [
            (name, operator, fields.Datetime.to_string(value))
            for name, operator, value in inside
        ]
        self.assertEqual(found(*as_text), second)
        self.assertEqual(found("|", *inside), first + second + third)
        self.assertFalse(
            found(("start", "<", second.start), ("stop", ">", second.stop))
        )
        self.assertEqual(
            Model.search_count([*mine, ("start", "<=", "2100-01-01"), *inside[1:]]), 2
        )

    def test_a_period_is_found_by_its_index(self):
        query = self.env["ozel_kalem.engagement"]._search(
            [
                ("start", "<", "2026-11-23 00:00:00"),
                ("stop", ">", "2026-11-16 00:00:00"),
            ]
        )
        # however few rows a test has
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        self.env.cr.execute(SQL("EXPLAIN %s", query.select()))
        plan = str(self.env.cr.fetchall())
        self.assertIn("ozel_kalem_engagement_period_idx", plan)

    # -------------------------------------------------------------- parallel

    def parallel(self, user, **values):
        engagement = self.engage(10, 11, "tentative")
        engagement.with_user(user).write({"is_parallel": True, **values})
        engagement.with_user(user).action_confirm()
        return engagement

    def test_the_director_declares_an_item_parallel(self):
        self.engage(10, 11)
        parallel = self.parallel(self.director, parallel_reason="joins at the door")
        self.assertEqual(parallel.state, "confirmed")

    def test_a_parallel_item_needs_a_reason(self):
        with self.assertRaisesRegex(ValidationError, "Parallel reason"):
            self.parallel(self.director)

    def test_nobody_else_declares_one(self):
        with self.assertRaises(AccessError):
            self.parallel(self.secretary, parallel_reason="why not")

    def test_a_copy_is_not_parallel(self):
        self.engage(10, 11)
        parallel = self.parallel(self.director, parallel_reason="joins at the door")
        self.assertFalse(parallel.copy().is_parallel)

    # --------------------------------------------------------------- actions

    def test_cancelling_needs_a_reason(self):
        for reason in ("", " ", None, False):
            with self.subTest(reason=reason), self.assertRaises(UserError):
                self.engage(10, 11, "tentative").action_cancel(reason)

    def test_the_outcome_is_optional_and_kept(self):
        first, second = self.engage(10, 11), self.engage(11, 12)
        first.action_done()
        second.action_done("agreed")
        self.assertEqual((first + second).mapped("state"), ["done", "done"])
        self.assertEqual(second.outcome, "agreed")

    def test_a_confirmed_one_is_not_deleted(self):
        with self.assertRaises(UserError):
            self.engage().with_user(self.secretary).unlink()
        self.engage(12, 13, "tentative").with_user(self.secretary).unlink()

    # ------------------------------------------------------------ projection

    def test_a_tentative_one_has_no_event(self):
        self.assertFalse(self.engage(10, 11, "tentative").calendar_event_ids)

    def test_a_confirmed_one_has_one_neutral_event(self):
        engagement = self.engage(10, 11, partner_ids=[Command.link(self.citizen.id)])
        event = engagement.calendar_event_ids
        self.assertEqual(len(event), 1)
        self.assertEqual((event.start, event.stop), (engagement.start, engagement.stop))
        self.assertEqual(event.privacy, "private")
        self.assertEqual(event.show_as, "busy")
        self.assertNotIn("Zabıta", event.name)
        self.assertEqual(event.partner_ids, self.citizen | self.principal.partner_id)

    def test_the_event_follows(self):
        engagement = self.engage(10, 11)
        event = engagement.calendar_event_ids
        guest = self.env["res.partner"].create({"name": "Guest"})
        engagement.write(
            {
                "start": DAY + timedelta(hours=14),
                "stop": DAY + timedelta(hours=15),
                "partner_ids": [Command.link(guest.id)],
            }
        )
        self.assertEqual(engagement.calendar_event_ids, event)
        self.assertEqual(event.start, DAY + timedelta(hours=14))
        self.assertIn(guest, event.partner_ids)

    def test_the_event_goes_with_the_booking(self):
        for leave in (
            lambda engagement: engagement.action_cancel("ill"),
            lambda engagement: engagement.action_reset(),
            lambda engagement: engagement.action_archive(),
        ):
            engagement = self.engage(10, 11)
            event = engagement.calendar_event_ids
            leave(engagement)
            self.assertFalse(event.exists())
            engagement.active = False
            if engagement.state == "confirmed":
                engagement.action_cancel("over")

    def test_an_archived_one_is_booked_again_with_its_event(self):
        engagement = self.engage(10, 11)
        engagement.action_archive()
        engagement.action_unarchive()
        self.assertEqual(len(engagement.calendar_event_ids), 1)

    def test_the_secretary_projects_without_rights_to_the_calendar(self):
        engagement = self.engage(10, 11, "tentative")
        engagement.with_user(self.secretary).action_confirm()
        self.assertEqual(len(engagement.calendar_event_ids), 1)

    def test_no_mail_is_sent_by_the_projection(self):
        before = self.env["mail.mail"].search_count([])
        self.engage(10, 11, partner_ids=[Command.link(self.citizen.id)])
        self.assertEqual(self.env["mail.mail"].search_count([]), before)


@tagged("post_install", "-at_install", "ozel_kalem", "ok_foundation")
class TestEngagementIsHidden(EngagementCase):
    """What employees outside the office can't find out about the principal."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.attendee = cls.new_user("attendee")

    def setUp(self):
        super().setUp()
        self.engagement = self.engage(
            10,
            11,
            partner_ids=[
                Command.link(self.citizen.id),
                Command.link(self.attendee.partner_id.id),
            ],
        )
        self.event = self.engagement.calendar_event_ids
        self.env.flush_all()
        self.env.invalidate_all()
        self.Event = self.env["calendar.event"].with_user(self.employee)

    def outsiders(self):
        return self.employee | self.liaison | self.manager | self.deputy

    def test_the_engagement_itself_is_closed(self):
        for user in self.outsiders():
            with self.subTest(user.name):
                Engagement = self.env["ozel_kalem.engagement"].with_user(user)
                self.assertFalse(Engagement.search([]))
                self.assertFalse(Engagement._read_group([], ["kind"], ["__count"]))
                with self.assertRaises(AccessError):
                    Engagement.browse(self.engagement.id).read(["subject"])

    def test_no_search_finds_the_event(self):
        partner = self.principal.partner_id
        for domain in (
            [],
            [("name", "ilike", "")],
            [("name", "=", self.event.name)],
            [("partner_ids", "in", partner.ids)],
            [("partner_ids.name", "ilike", partner.name)],
            [("user_id", "=", self.principal_user.id)],
            [("start", "=", self.engagement.start)],
            [("attendee_ids.partner_id", "=", self.citizen.id)],
            [("id", "=", self.event.id)],
        ):
            for user in self.outsiders():
                with self.subTest(domain=domain, user=user.name):
                    found = self.Event.with_user(user).search(domain)
                    self.assertNotIn(self.event, found)

    def test_it_can_not_be_counted_or_grouped(self):
        here = [("start", "=", self.engagement.start)]
        self.assertEqual(self.Event.search_count(here), 0)
        self.assertFalse(self.Event._read_group(here, ["user_id"], ["__count"]))
        self.assertFalse(
            self.Event.formatted_read_group(here, ["start:day"], ["__count"])
        )

    def test_it_can_not_be_read_or_changed_by_id(self):
        mine = self.event.with_user(self.employee)
        for act in (
            lambda: mine.read(["name"]),
            lambda: mine.read(["start", "stop", "attendee_ids"]),
            lambda: mine.write({"name": "x"}),
            lambda: mine.unlink(),
            lambda: mine.copy(),
        ):
            self.env.invalidate_all()
            with self.assertRaises(AccessError):
                act()

    def test_its_attendees_can_not_be_found(self):
        Attendee = self.env["calendar.attendee"].with_user(self.employee)
        ids = self.event.attendee_ids.ids
        for domain in (
            [("id", "in", ids)],
            [("event_id", "=", self.event.id)],
            [("partner_id", "=", self.citizen.id)],
            [("common_name", "ilike", self.citizen.name)],
            [("event_id.start", "=", self.engagement.start)],
        ):
            with self.subTest(domain=domain):
                self.assertFalse(Attendee.search(domain))
        self.assertFalse(
            Attendee._read_group([("id", "in", ids)], ["partner_id"], ["__count"])
        )
        with self.assertRaises(AccessError):
            Attendee.browse(ids).read(["partner_id"])

    def test_a_contact_s_page_does_not_show_it(self):
        for partner in (self.citizen, self.principal.partner_id):
            mine = partner.with_user(self.employee)
            self.assertNotIn(self.event, mine.meeting_ids)
            self.assertEqual(mine.meeting_count, 0)

    def test_no_contact_is_found_by_it(self):
        Partner = self.env["res.partner"].with_user(self.employee)
        found = Partner.search([("meeting_ids", "any", [("id", "=", self.event.id)])])
        self.assertFalse(found)

    def test_its_messages_and_activities_are_closed(self):
        self.event.message_post(body="secret talk")
        Message = self.env["mail.message"].with_user(self.employee)
        domain = [("model", "=", "calendar.event"), ("res_id", "=", self.event.id)]
        self.assertFalse(Message.search(domain))
        self.assertFalse(Message.search([("body", "ilike", "secret talk")]))

    def test_an_attendee_sees_his_own(self):
        self.assertVisible(self.event, self.attendee)
        mine = self.event.with_user(self.attendee)
        attendee = mine.attendee_ids.filtered(
            lambda a: a.partner_id == self.attendee.partner_id
        )
        self.assertTrue(attendee)
        attendee.do_accept()
        self.assertEqual(attendee.state, "accepted")

    def test_an_attendee_can_not_move_it(self):
        mine = self.event.with_user(self.attendee)
        for act in (
            lambda: mine.write({"start": DAY}),
            lambda: mine.write({"partner_ids": [Command.clear()]}),
            lambda: mine.action_archive(),
            lambda: mine.unlink(),
        ):
            with self.assertRaises(UserError):
                act()
        self.assertTrue(self.event.exists().active)

    def test_the_office_sees_it(self):
        for user in (self.secretary, self.protocol, self.director, self.principal_user):
            with self.subTest(user.name):
                self.assertVisible(self.event, user)

    def test_a_sealed_one_is_for_the_named_alone(self):
        self.engagement.write(
            {"confidentiality": "sealed", "user_id": self.secretary.id}
        )
        attendees = self.event.attendee_ids
        for user in (self.secretary, self.director, self.principal_user):
            self.assertVisible(self.engagement, user)
            self.assertVisible(self.event, user)
        for user in (self.protocol, self.public_relations, self.registrar):
            self.assertHidden(self.engagement, user)
            self.assertHidden(self.event, user)
            self.assertHidden(attendees, user)

    def test_busy_time_tells_when_and_nothing_else(self):
        Busy = self.env["ozel_kalem.busy.time"].with_user(self.employee)
        busy = Busy.search([("start", "=", self.engagement.start)])
        self.assertEqual(busy.principal_id, self.principal)
        self.assertEqual(busy.stop, self.engagement.stop)
        self.assertEqual(
            set(busy._fields) - set(self.env["base"]._fields) - {"id", "display_name"},
            {"principal_id", "company_id", "start", "stop"},
        )
        self.assertNotIn("Zabıta", str(busy.read()))
        for operation in ("write", "create", "unlink"):
            self.assertFalse(busy.has_access(operation))

    def test_busy_time_ends_with_the_booking(self):
        Busy = self.env["ozel_kalem.busy.time"].with_user(self.employee)
        here = [("start", "=", self.engagement.start)]
        self.assertEqual(Busy.search_count(here), 1)
        self.engagement.action_cancel("ill")
        self.assertEqual(Busy.search_count(here), 0)

    def test_other_employees_events_are_as_before(self):
        event = self.Event.create(
            {
                "name": "Tea",
                "start": DAY,
                "stop": DAY + timedelta(hours=1),
                "partner_ids": [Command.link(self.attendee.partner_id.id)],
            }
        )
        for user in self.attendee | self.manager | self.secretary:
            self.assertVisible(event, user)
        mine = event.with_user(self.attendee)
        mine.write({"name": "Coffee", "start": DAY + timedelta(minutes=10)})
        self.assertEqual(event.name, "Coffee")
        mine.unlink()
