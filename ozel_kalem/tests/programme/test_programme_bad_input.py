"""What people type wrong: told in words, and nothing of it stays."""

from ast import literal_eval
from datetime import date, datetime, timedelta

from freezegun import freeze_time
from lxml import etree
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ...tools.local_time import local_today
from ..common import OzelKalemCase

NOW = "2026-11-20 08:00:00"  # Friday, 11:00 in Istanbul
MONDAY = datetime(2026, 11, 23, 7)
HOUR = timedelta(hours=1)
MOBILE = "0532 123 45 67"


class BadInputCase(OzelKalemCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.principal.resource_calendar_id = cls.env["resource.calendar"].create(
            {"name": "Makam", "tz": "Europe/Istanbul"}
        )
        cls.Appointment = cls.env["ozel_kalem.appointment"].with_user(cls.secretary)
        cls.Engagement = cls.env["ozel_kalem.engagement"].with_user(cls.secretary)
        cls.Call = cls.env["ozel_kalem.call"].with_user(cls.secretary)
        cls.Visit = cls.env["ozel_kalem.visit"].with_user(cls.secretary)

    def appointment(self, **values):
        return self.Appointment.create(
            {
                "principal_id": self.principal.id,
                "partner_id": self.citizen.id,
                "subject": "Kaldırım",
                **values,
            }
        )

    def engagement(self, start=MONDAY, stop=None, **values):
        return self.Engagement.create(
            {
                "principal_id": self.principal.id,
                "subject": "Toplantı",
                "kind": "meeting",
                "start": start,
                "stop": stop or start + HOUR,
                **values,
            }
        )

    def call(self, **values):
        return self.Call.create({"principal_id": self.principal.id, **values})

    def assertRefused(self, pattern, function, *args, **kwargs):
        """Refused with words, and the database is as it was."""
        # a constraint's message is what people read
        with mute_logger("odoo.sql_db"), self.env.cr.savepoint() as point:
            try:
                function(*args, **kwargs)
                self.env.flush_all()
            except (UserError, ValidationError) as error:
                message = str(error)
            except IntegrityError as error:
                model = self.env[self._model_of(error.diag.table_name)]
                point.rollback()
                message = model._sql_error_to_message(error)
            else:
                self.fail("It was taken.")
            point.rollback()
        self.env.invalidate_all()
        self.assertRegex(message, pattern)

    def _model_of(self, table):
        return next(
            name for name, model in self.registry.items() if model._table == table
        )

    def assertImportRefused(self, model, values, pattern):
        """The importer names the line and the remedy, and creates nothing."""
        before = model.search_count([])
        with mute_logger("odoo.sql_db"):
            result = model.load(list(values), [list(map(str, values.values()))])
        self.assertFalse(result["ids"])
        self.assertRegex(result["messages"][0]["message"], pattern)
        self.env.invalidate_all()
        self.assertEqual(model.search_count([]), before)

    def import_values(self, **values):
        return {
            "principal_id/.id": self.principal.id,
            "subject": "İçe aktarılan",
            **values,
        }


@tagged("post_install", "-at_install", "ozel_kalem", "ok_programme")
@freeze_time(NOW)
class TestTimes(BadInputCase):
    def test_stop_before_start(self):
        appointment = self.appointment()
        pattern = "“Stop”.*after “Start”"
        self.assertRefused(
            pattern, appointment.action_schedule, MONDAY, MONDAY - timedelta(minutes=5)
        )
        self.assertRefused(pattern, appointment.action_schedule, MONDAY, MONDAY)
        self.assertRefused(pattern, self.engagement, MONDAY, MONDAY - HOUR)
        engagement = self.engagement()
        self.assertRefused(pattern, engagement.write, {"stop": MONDAY})
        self.assertRefused(
            pattern, appointment.write, {"start": MONDAY, "stop": MONDAY - HOUR}
        )
        self.assertEqual(appointment.state, "requested")
        self.assertImportRefused(
            self.Engagement,
            self.import_values(start="2026-11-23 08:00:00", stop="2026-11-23 07:00:00"),
            pattern,
        )

    def test_the_past_is_over(self):
        appointment = self.appointment()
        pattern = r"“Start” has passed: .*11[:.]00.* Choose a time from now on\. Free: "
        yesterday = datetime(2026, 11, 19, 8)
        self.assertRefused(pattern, appointment.action_schedule, yesterday)
        self.assertRefused(
            pattern,
            appointment.write,
            {"state": "scheduled", "start": yesterday, "stop": yesterday + HOUR},
        )
        self.assertEqual((appointment.state, appointment.start), ("requested", False))
        self.assertFalse(appointment.engagement_id)
        dialog = self.env["ozel_kalem.appointment.schedule"].with_user(self.secretary)
        form = Form(dialog.with_context(default_appointment_id=appointment.id))
        form.start = yesterday
        self.assertRefused(pattern, form.save().action_confirm)
        appointment.action_schedule(MONDAY)
        self.assertRefused(pattern, appointment.write, {"start": yesterday})
        self.assertEqual(appointment.start, MONDAY)

    def test_who_stands_at_the_door_is_let_in_at_once(self):
        appointment = self.appointment()
        appointment.action_schedule(fields.Datetime.now() - timedelta(minutes=5))
        self.assertEqual(appointment.state, "scheduled")

    def test_years_that_are_over_may_be_brought_in(self):
        appointment = self.appointment()
        director = appointment.with_user(self.director)
        director.with_context(ozel_kalem_history=True).action_schedule(
            datetime(2026, 11, 2, 8)
        )
        self.assertEqual(appointment.state, "scheduled")

    def test_a_booked_time_names_free_ones(self):
        self.appointment().action_schedule(MONDAY, MONDAY + HOUR)
        other = self.appointment(subject="Park")
        self.assertRefused(
            r"booked already.*Free: .*23.*11[:.]00.*11[:.]30",
            other.action_schedule,
            MONDAY,
        )
        self.assertEqual((other.state, other.start), ("requested", False))

    def test_no_free_time_that_is_booked_is_named(self):
        self.appointment().action_schedule(MONDAY, MONDAY + HOUR)
        with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
            self.engagement(MONDAY).action_confirm()
        free = str(caught.exception).partition("Free: ")[2]
        self.assertTrue(free)
        self.assertNotRegex(free, "10[:.]")

    def test_dragging_a_scheduled_appointment_moves_what_is_booked(self):
        appointment = self.appointment()
        appointment.action_schedule(MONDAY, MONDAY + HOUR)
        moved = {"start": MONDAY + 3 * HOUR, "stop": MONDAY + 4 * HOUR}
        appointment.write(moved)
        engagement = appointment.engagement_id
        self.assertEqual(
            (engagement.start, engagement.stop), (moved["start"], moved["stop"])
        )
        self.engagement(MONDAY).action_confirm()
        self.assertRefused(
            "booked already",
            appointment.write,
            {"start": MONDAY, "stop": MONDAY + HOUR},
        )
        self.assertEqual(appointment.start, moved["start"])

    def test_a_state_written_over_rpc_books_as_the_button_does(self):
        self.engagement().action_confirm()
        appointment = self.appointment()
        vals = {"state": "scheduled", "start": MONDAY, "stop": MONDAY + HOUR}
        self.assertRefused("booked already", appointment.write, vals)
        later = {"start": MONDAY + HOUR, "stop": MONDAY + 2 * HOUR}
        appointment.write({**vals, **later})
        self.assertEqual(appointment.engagement_id.state, "confirmed")
        self.assertRefused("“Start” is empty", appointment.write, {"start": False})

    def test_another_principal_has_to_be_free_too(self):
        other = self.principal.copy({"name": "Başkan Yardımcısı"})
        self.engagement(principal_id=other.id).action_confirm()
        appointment = self.appointment()
        appointment.action_schedule(MONDAY)
        self.assertRefused(
            "booked already", appointment.write, {"principal_id": other.id}
        )
        appointment.write({"start": MONDAY + HOUR, "stop": MONDAY + 2 * HOUR})
        appointment.write({"principal_id": other.id})
        self.assertEqual(appointment.engagement_id.principal_id, other)

    def test_the_director_books_a_parallel_item_with_a_reason(self):
        self.engagement().action_confirm()
        appointment = self.appointment()
        arguments = {"parallel_reason": "Kapıda karşılar"}
        self.assertRefused("director", appointment.action_schedule, MONDAY, **arguments)
        appointment.with_user(self.director).action_schedule(MONDAY, **arguments)
        self.assertTrue(appointment.engagement_id.is_parallel)
        later = MONDAY + 5 * HOUR
        appointment.with_user(self.director).action_schedule(later)
        self.assertFalse(appointment.engagement_id.is_parallel)

    def test_a_parallel_item_that_is_one_no_longer_needs_a_free_time(self):
        self.engagement().action_confirm()
        parallel = self.engagement().with_user(self.director)
        parallel.write({"is_parallel": True, "parallel_reason": "Kapıda"})
        parallel.action_confirm()
        self.assertRefused("booked already.*Free", parallel.write, {"is_parallel": 0})

    def test_an_import_of_booked_items_is_refused_whole(self):
        self.engagement().action_confirm()
        Engagement = self.Engagement.with_user(self.director)
        values = self.import_values(
            start="2026-11-23 07:30:00", stop="2026-11-23 08:00:00", state="confirmed"
        )
        self.assertImportRefused(Engagement, values, "starts as “Tentative”")
        history = Engagement.with_context(ozel_kalem_history=True)
        self.assertImportRefused(history, values, "booked for this period")

    def test_the_projection_is_not_repeated(self):
        """A recurrence in Odoo's calendar would book times past the programme."""
        engagement = self.engagement()
        engagement.action_confirm()
        for user in (self.secretary, self.director, self.principal_user):
            event = engagement.sudo().calendar_event_ids.with_user(user)
            for vals in (
                {"recurrency": True, "rrule_type": "weekly", "count": 4},
                {"start": MONDAY + HOUR, "stop": MONDAY + 2 * HOUR},
            ):
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    event.write(vals)
        event = engagement.sudo().calendar_event_ids
        self.assertEqual((event.recurrency, event.start), (False, MONDAY))


@tagged("post_install", "-at_install", "ozel_kalem", "ok_programme")
@freeze_time(NOW)
class TestPeople(BadInputCase):
    def test_a_party_has_somebody_and_no_crowd(self):
        appointment, visit = self.appointment(), self.visit()
        for size in (0, -1, 10_000):
            pattern = "“Persons” must be from 1 to 9999"
            with self.subTest(size):
                for record in (appointment, visit):
                    self.assertRefused(pattern, record.write, {"party_size": size})
                self.assertRefused(pattern, self.appointment, party_size=size)
                self.assertRefused(pattern, self.visit, party_size=size)
                values = {"partner_id/.id": self.citizen.id, "party_size": size}
                self.assertImportRefused(
                    self.Appointment, self.import_values(**values), pattern
                )
        self.assertEqual((appointment.party_size, visit.party_size), (1, 1))

    def visit(self, **values):
        return self.Visit.create(
            {"principal_id": self.principal.id, "visitor_name": "Ali", **values}
        )

    def test_an_applicant_without_email_is_scheduled(self):
        for email in (False, "", "yok", "ali@"):
            with self.subTest(email):
                partner = self.env["res.partner"].create(
                    {"name": "E-postasız", "email": email}
                )
                appointment = self.appointment(partner_id=partner.id)
                slot = appointment.suggest_slots(1)[0]
                appointment.action_schedule(slot["start"], slot["stop"])
                self.assertEqual(appointment.engagement_id.state, "confirmed")


@tagged("post_install", "-at_install", "ozel_kalem", "ok_programme")
class TestPhoneNumbers(BadInputCase):
    SPELLINGS = (
        "05321234567",
        "+90 532 123 45 67",
        "532 123 45 67",
        "(0 532) 123 45 67",
        "00 90 532 123 45 67",
        "0532.123.45.67",
        "0532-123-45-67",
    )

    def test_it_is_kept_in_one_form(self):
        for text in self.SPELLINGS:
            with self.subTest(text):
                call = self.call(phone=text, caller_name="Nermin")
                self.assertEqual(call.phone, MOBILE)
                visit = self.Visit.create(
                    {
                        "principal_id": self.principal.id,
                        "visitor_name": "Nermin",
                        "phone": text,
                    }
                )
                self.assertEqual(visit.phone, MOBILE)
                call.phone = "153"
                call.write({"phone": text})
                self.assertEqual(call.phone, MOBILE)
        result = self.Call.load(
            ["principal_id/.id", "caller_name", "phone"],
            [[str(self.principal.id), "Nermin", text] for text in self.SPELLINGS],
        )
        imported = self.Call.browse(result["ids"])
        self.assertEqual(set(imported.mapped("phone")), {MOBILE})

    def test_the_caller_is_found_however_contacts_write_it(self):
        for kept in self.SPELLINGS:
            self.citizen.phone = kept
            for typed in self.SPELLINGS:
                with self.subTest(kept=kept, typed=typed):
                    form = Form(self.Call)
                    form.phone = typed
                    self.assertEqual(form.phone, MOBILE)
                    self.assertEqual(form.partner_id, self.citizen)
                    self.assertEqual(form.caller_name, self.citizen.name)

    def test_a_corrected_number_corrects_the_person(self):
        self.citizen.phone = MOBILE
        other = self.env["res.partner"].create({"name": "Mehmet", "phone": "153"})
        form = Form(self.Call)
        form.phone = MOBILE
        form.phone = "153"
        self.assertEqual((form.partner_id, form.caller_name), (other, "Mehmet"))
        form.phone = "112"
        self.assertFalse(form.partner_id)
        self.assertFalse(form.caller_name)

    def test_who_chose_the_person_keeps_him(self):
        form = Form(self.Call)
        form.phone = "112"
        form.partner_id = self.citizen
        self.assertEqual(form.save().partner_id, self.citizen)

    def test_an_unknown_caller_is_named_as_last_time(self):
        self.call(phone=MOBILE, caller_name="Nermin")
        form = Form(self.Call)
        form.phone = "+90 532 123 45 67"
        self.assertEqual(form.caller_name, "Nermin")
        self.assertFalse(form.partner_id)

    def test_a_call_is_searched_by_any_spelling_and_by_a_part(self):
        call = self.call(phone=MOBILE, caller_name="Nermin")
        for text in (*self.SPELLINGS, "0532", "123 45", "45 67"):
            with self.subTest(text):
                self.assertIn(call, self.Call.search([("phone_search", "ilike", text)]))
        self.assertIn(call, self.Call.search([("phone_search", "=", "905321234567")]))
        self.assertNotIn(call, self.Call.search([("phone_search", "ilike", "0533")]))
        self.assertFalse(self.Call.search([("phone_search", "ilike", "Nermin")]))
        found = [one[0] for one in self.Call.name_search("+90 532 1234567")]
        self.assertIn(call.id, found)

    def test_short_foreign_and_hidden_numbers_are_told_apart(self):
        known = {
            "0212 555 00 01": self.citizen,
            "+1 212 555 0001": self.env["res.partner"].create(
                {"name": "John", "phone": "+1 (212) 555-0001"}
            ),
            "153": self.env["res.partner"].create({"name": "Zabıta", "phone": "153"}),
        }
        for phone, partner in known.items():
            self.assertEqual(self.call(phone=phone).partner_id, partner, phone)
        for phone in ("112", "gizli numara", "+49 30 901820"):
            call = self.call(phone=phone, caller_name="Bilinmeyen")
            self.assertFalse(call.partner_id, phone)
        self.assertEqual(
            self.Call.search([("phone", "=", "gizli numara")]).earlier_count, 0
        )

    def test_the_history_of_a_number_and_of_a_person(self):
        unknown = [self.call(phone=MOBILE, caller_name="Bir") for _ in range(3)]
        self.assertEqual(unknown[-1].earlier_ids, unknown[1] + unknown[0])
        self.citizen.phone = "0000 000 00 11"
        calls = [self.call(phone=self.citizen.phone) for _ in range(7)]
        self.assertEqual(calls[-1].earlier_count, 6)
        self.assertEqual(len(calls[-1].earlier_ids), 5)
        self.appointment(partner_id=self.citizen.id)
        self.env.invalidate_all()
        self.assertEqual(calls[0].appointment_count, 1)
        found = self.Call.search(calls[-1].action_view_earlier()["domain"])
        self.assertEqual(len(found), 6)


@tagged("post_install", "-at_install", "ozel_kalem", "ok_programme")
class TestIstanbulDays(BadInputCase):
    """The server's clock is UTC; the office's day begins at 21:00 of the day before."""

    BORDER = "2026-11-22 21:10:00"  # Monday the 23rd, ten past midnight

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = cls.secretary | cls.director
        cls.users.tz = False

    def names(self, lines):
        return [line["title"] for line in lines]

    def test_the_board_shows_the_istanbul_day(self):
        with freeze_time("2026-11-20 08:00:00"):
            late, early = self.appointment(), self.appointment()
            late.partner_id = self.env["res.partner"].create({"name": "Pazar"})
            early.partner_id = self.env["res.partner"].create({"name": "Pazartesi"})
            late.action_schedule("2026-11-22 20:30:00")
            early.action_schedule("2026-11-22 21:00:00")
        board = self.env["ozel_kalem.board"].with_user(self.secretary)
        for moment, name in (
            ("2026-11-22 20:59:00", "Pazar"),
            (self.BORDER, "Pazartesi"),
        ):
            with self.subTest(moment), freeze_time(moment):
                self.env.invalidate_all()
                reception = board.get_reception(self.principal.id)
                self.assertEqual(self.names(reception["expected"]), [name])
                day = board.get_day(self.principal.id)
                self.assertEqual(day["date"], str(local_today()))
                self.assertEqual(len(day["timeline"]), 1)

    def test_slots_begin_on_the_istanbul_day(self):
        appointment = self.appointment()
        with freeze_time(self.BORDER):
            first = appointment.suggest_slots(1)[0]["start"]
        self.assertEqual(first, "2026-11-23 05:00:00")
        appointment.wished_from = date(2026, 11, 24)
        with freeze_time("2026-11-23 21:10:00"):
            first = appointment.suggest_slots(1)[0]["start"]
        self.assertEqual(first, "2026-11-24 05:00:00")

    def test_the_edition_of_a_day_holds_the_istanbul_day(self):
        with freeze_time("2026-11-20 08:00:00"):
            for subject, start in (
                ("Pazar gecesi", datetime(2026, 11, 22, 20)),
                ("Gece yarısı", datetime(2026, 11, 22, 21)),
                ("Akşam yemeği", datetime(2026, 11, 23, 17)),
                ("Salı", datetime(2026, 11, 23, 21)),
            ):
                self.engagement(
                    start, start + timedelta(minutes=30), subject=subject
                ).action_confirm()
        with freeze_time(self.BORDER):
            edition = (
                self.env["ozel_kalem.programme.edition"]
                .with_user(self.secretary)
                .create({"principal_id": self.principal.id, "date_from": local_today()})
            )
            edition.with_user(self.director).action_approve()
        titles = edition.line_ids.sorted("start").mapped("title")
        self.assertEqual(titles, ["Gece yarısı", "Akşam yemeği"])

    def test_todays_lists_are_the_istanbul_days(self):
        with freeze_time("2026-11-20 08:00:00"):
            self.appointment().action_schedule("2026-11-22 20:30:00")
            self.appointment().action_schedule("2026-11-22 21:00:00")
        for moment in ("2026-11-22 20:30:00", "2026-11-22 21:05:00"):
            with freeze_time(moment):
                self.call(caller_name="Nermin")
                self.Visit.create(
                    {"principal_id": self.principal.id, "visitor_name": "Ali"}
                )
                self.env["ozel_kalem.note"].with_user(self.secretary).create(
                    {"principal_id": self.principal.id, "subject": "Not"}
                )
        # what the browser gives whoever signs in for the first time
        self.secretary.tz = "Europe/Istanbul"
        for stem in ("call", "visit", "note", "appointment", "engagement"):
            name = f"ozel_kalem.{stem}"
            domain = self._filter_domain(name, "today")
            with self.subTest(name), freeze_time(self.BORDER):
                found = (
                    self.env[name]
                    .with_user(self.secretary)
                    .search([*domain, ("principal_id", "=", self.principal.id)])
                )
                self.assertEqual(len(found), 1)

    def _filter_domain(self, model, name):
        view = self.env[model].get_view(view_type="search")
        node = etree.fromstring(view["arch"]).find(f".//filter[@name='{name}']")
        return literal_eval(node.get("domain"))

    def test_a_public_day_after_midnight_is_of_that_day(self):
        day = (
            self.env["ozel_kalem.public.day"]
            .with_user(self.director)
            .create(
                {
                    "principal_id": self.principal.id,
                    "start": "2026-11-22 21:00:00",
                    "stop": "2026-11-22 23:00:00",
                }
            )
        )
        with freeze_time(self.BORDER):
            day.action_plan()
            timeline = (
                self.env["ozel_kalem.board"]
                .with_user(self.director)
                .get_day(self.principal.id)["timeline"]
            )
        self.assertEqual(self.names(timeline), [day.subject])
