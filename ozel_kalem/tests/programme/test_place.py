from psycopg2.errors import CheckViolation, UniqueViolation

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..common import OzelKalemCase


@tagged("post_install", "-at_install", "ozel_kalem", "ok_programme")
class TestPlace(OzelKalemCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hall, cls.quarter = cls.env["ozel_kalem.place"].create(
            [{"name": "Başkanlık katı"}, {"name": "Sazlık Mahallesi"}]
        )
        cls.way = cls.env["ozel_kalem.place.distance"].create(
            {"from_id": cls.hall.id, "to_id": cls.quarter.id, "minutes": 25}
        )

    def engage(self, start, stop, **values):
        """An engagement of 8 December 2026, at hours of Istanbul."""
        day = "2026-12-08"
        hours = [int(text[:2]) - 3 for text in (start, stop)]
        values.setdefault("subject", f"Kayıt {start}")
        return (
            self.env["ozel_kalem.engagement"]
            .with_user(self.secretary)
            .create(
                {
                    "principal_id": self.principal.id,
                    "start": f"{day} {hours[0]:02d}{start[2:]}:00",
                    "stop": f"{day} {hours[1]:02d}{stop[2:]}:00",
                    **values,
                }
            )
        )

    def test_a_way_holds_in_both_directions(self):
        between = self.env["ozel_kalem.place.distance"]._between(
            self.hall | self.quarter
        )
        self.assertEqual(between(self.hall.id, self.quarter.id), 25)
        self.assertEqual(between(self.quarter.id, self.hall.id), 25)
        self.assertIsNone(between(self.hall.id, self.hall.id))

    @mute_logger("odoo.sql_db")
    def test_the_way_back_is_not_entered_again(self):
        with self.assertRaises(UniqueViolation), self.env.cr.savepoint():
            self.way.copy({"from_id": self.quarter.id, "to_id": self.hall.id})

    @mute_logger("odoo.sql_db")
    def test_hostile_minutes(self):
        for minutes in (-1, 1441):
            with self.assertRaises(CheckViolation), self.env.cr.savepoint():
                self.way.minutes = minutes
                self.way.flush_recordset()
            self.env.invalidate_all()
        with self.assertRaises(CheckViolation), self.env.cr.savepoint():
            self.way.to_id = self.hall
            self.way.flush_recordset()
        self.env.invalidate_all()

    def test_a_place_gives_the_location_its_name(self):
        engagement = self.engage("09:00", "09:30", place_id=self.hall.id)
        self.assertEqual(engagement.location, "Başkanlık katı")
        named = self.engage(
            "10:00", "10:30", place_id=self.hall.id, location="Toplantı odası"
        )
        self.assertEqual(named.location, "Toplantı odası")

    def test_overlap_names_both(self):
        self.engage("10:00", "11:00", subject="Encümen")
        late = self.engage("10:30", "11:30", subject="Heyet")
        self.assertIn("10:00 Encümen", late.schedule_warning)
        self.assertIn("10:30 Heyet", late.schedule_warning)
        self.assertIn("30 minutes", late.schedule_warning)

    def test_the_way_takes_longer_than_the_gap(self):
        self.engage("10:00", "11:00", place_id=self.hall.id)
        there = self.engage("11:15", "11:45", place_id=self.quarter.id)
        self.assertIn("the way between them", there.schedule_warning)
        self.assertIn("10 minutes", there.schedule_warning)

    def test_the_buffer_is_gone(self):
        self.engage("10:00", "11:00")
        near = self.engage("11:05", "11:15")
        self.assertIn("buffer is gone: 5 minutes", near.schedule_warning)
        self.principal.buffer_minutes = 5
        near.invalidate_recordset()
        self.assertFalse(near.schedule_warning)

    def test_no_meal_is_left(self):
        noon = self.engage("11:30", "14:30")
        self.assertEqual(noon.schedule_warning, "No time to eat is left on this day.")
        morning = self.engage("08:00", "08:30")
        self.assertFalse(morning.schedule_warning)
        noon.kind = "reception"
        noon.invalidate_recordset(["schedule_warning"])
        self.assertFalse(noon.schedule_warning)

    def test_no_break_is_left(self):
        self.engage("14:00", "16:00")
        self.engage("16:10", "17:30")
        last = self.engage("17:40", "19:00")
        self.assertIn("no break is left", last.schedule_warning)

    def test_cancelled_and_parallel_items_warn_of_nothing(self):
        first = self.engage("10:00", "11:00")
        second = self.engage("10:30", "11:30")
        first.action_cancel("Ertelendi")
        second.invalidate_recordset(["schedule_warning"])
        self.assertFalse(second.schedule_warning)
        self.assertFalse(first.schedule_warning)

    def test_confidential_items_show_their_level_alone(self):
        self.engage("10:00", "11:00", subject="Gizli", confidentiality="private")
        late = self.engage("10:30", "11:30")
        self.assertIn("(private)", late.schedule_warning)
        self.assertNotIn("Gizli", late.schedule_warning)

    def test_the_warning_does_not_block_and_follows_the_form(self):
        self.engage("10:00", "11:00", place_id=self.hall.id)
        Engagement = self.env["ozel_kalem.engagement"].with_user(self.secretary)
        form = Form(
            Engagement.with_context(
                default_start="2026-12-08 08:10:00", default_stop="2026-12-08 08:40:00"
            )
        )
        form.subject = "Saha"
        form.principal_id = self.principal
        form.place_id = self.quarter
        self.assertEqual(form.location, "Sazlık Mahallesi")
        self.assertIn("15 minutes", form.schedule_warning)
        self.assertTrue(form.save().id)

    def test_settings_that_make_no_sense(self):
        for values in (
            {"meal_from": 14, "meal_until": 12},
            {"meal_minutes": 180},
            {"meal_until": 25},
        ):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                self.principal.write(values)

    def test_who_may_enter_places(self):
        for user in (self.secretary, self.director):
            self.env["ozel_kalem.place"].with_user(user).create({"name": user.name})
        for user in (self.registrar, self.employee):
            with self.assertRaises(AccessError):
                self.env["ozel_kalem.place"].with_user(user).create({"name": "x"})
