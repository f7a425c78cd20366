from datetime import UTC, datetime, time, timedelta
from unittest.mock import patch

import vobject

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import BaseCase, HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.ozel_kalem.controllers import webcal

from ..common import OzelKalemCase

SUBJECT = "Kentsel dönüşüm; 2. etap"


@tagged("ozel_kalem", "ok_programme")
class TestBrake(BaseCase):
    def test_so_many_a_minute(self):
        brake = webcal.Brake(calls=3, seconds=60)
        self.assertEqual(
            [brake.lets_pass("a", now) for now in (0, 1, 2, 3, 59, 60, 61)],
            [True, True, True, False, False, True, True],
        )
        self.assertTrue(brake.lets_pass("b", 3))

    def test_it_does_not_grow(self):
        brake = webcal.Brake(callers=10)
        for number in range(100):
            brake.lets_pass(number, 0)
        self.assertEqual(len(brake._seen), 10)


@tagged("post_install", "-at_install", "ozel_kalem", "ok_programme")
class TestWebcal(OzelKalemCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.company.partner_id.lang = "en_US"
        self.principal_user.lang = "en_US"
        self.patch(webcal, "brake", webcal.Brake(calls=1000))
        self.url = self.share()

    def share(self, user=None):
        principal = self.principal.with_user(user or self.director)
        url = principal.action_create_webcal()["context"]["default_url"]
        self.env.flush_all()
        scheme, _colons, rest = url.partition("://")
        self.assertEqual(scheme, "webcal")
        return "/" + rest.partition("/")[2]

    def engage(self, days=1, **values):
        noon = datetime.combine(fields.Date.today() + timedelta(days=days), time(12))
        engagement = self.make(
            "ozel_kalem.engagement",
            **{
                "principal_id": self.principal.id,
                "subject": SUBJECT,
                "kind": "meeting",
                "location": "Meclis salonu",
                "start": noon,
                "stop": noon + timedelta(hours=1),
                **values,
            },
        )
        engagement.action_confirm()
        self.env.flush_all()
        return engagement

    def entries(self, **kwargs):
        answer = self.url_open(self.url, **kwargs)
        self.assertEqual(answer.status_code, 200)
        return vobject.readOne(answer.text).contents.get("vevent", [])

    def test_the_programme_is_read(self):
        engagement = self.engage()
        answer = self.url_open(self.url)
        self.assertEqual(answer.headers["Content-Type"], "text/calendar; charset=utf-8")
        self.assertEqual(answer.headers["Referrer-Policy"], "no-referrer")
        self.assertFalse(answer.cookies)
        [entry] = vobject.readOne(answer.text).vevent_list
        self.assertEqual(entry.summary.value, SUBJECT)
        self.assertEqual(entry.location.value, "Meclis salonu")
        self.assertEqual(
            entry.dtstart.value.astimezone(UTC).replace(tzinfo=None), engagement.start
        )

    def test_confidential_ones_are_busy(self):
        for days, level in ((1, "private"), (2, "sealed")):
            self.engage(days, confidentiality=level, user_id=self.director.id)
        text = self.url_open(self.url).text
        self.assertNotIn("Kentsel", text)
        self.assertNotIn("Meclis", text)
        self.assertEqual({entry.summary.value for entry in self.entries()}, {"Busy"})

    def test_what_belongs_to_it(self):
        kept = {self.engage(days).id for days in (-29, 0, 179)}
        for days in (-40, 200):
            self.engage(days)
        self.engage(3).action_cancel("ill")
        self.engage(4).action_archive()
        other = self.env["ozel_kalem.principal"].create(
            {"name": "Deputy", "partner_id": self.citizen.id}
        )
        self.engage(5, principal_id=other.id)
        self.make("ozel_kalem.engagement", principal_id=self.principal.id)
        self.env.flush_all()
        found = {entry.uid.value.partition("@")[0] for entry in self.entries()}
        self.assertEqual(found, {f"ozel_kalem-programme-{one}" for one in kept})

    def test_a_thousand_engagements_cost_no_more_queries(self):
        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.principal._webcal_file()
            return self.cr.sql_log_count - before

        self.engage(-1)
        few = queries()
        noon = datetime.combine(fields.Date.today(), time(12))
        self.env["ozel_kalem.engagement"].create(
            [
                {
                    "principal_id": self.principal.id,
                    "subject": SUBJECT,
                    "kind": "meeting",
                    "start": noon + timedelta(minutes=number),
                    "stop": noon + timedelta(minutes=number + 1),
                }
                for number in range(1000)
            ]
        )
        self.env.flush_all()
        self.cr.execute(
            "UPDATE ozel_kalem_engagement SET state = 'confirmed'"
            " WHERE principal_id = %s AND start >= %s",
            (self.principal.id, noon),
        )
        self.assertLessEqual(queries(), few)
        self.assertLess(few, 15)

    def test_nothing_new_is_not_sent_again(self):
        engagement = self.engage()
        first = self.url_open(self.url)
        tag = first.headers["ETag"]
        self.assertTrue(first.headers["Last-Modified"])
        again = self.url_open(self.url, headers={"If-None-Match": tag})
        self.assertEqual((again.status_code, again.text), (304, ""))
        engagement.action_cancel("ill")
        self.env.flush_all()
        after = self.url_open(self.url, headers={"If-None-Match": tag})
        self.assertEqual(after.status_code, 200)
        # what was taken away must be noticed by those who know only dates, too
        dated = {"If-Modified-Since": first.headers["Last-Modified"]}
        self.assertEqual(self.url_open(self.url, headers=dated).status_code, 200)

    def test_a_new_link_ends_the_old_one(self):
        old, self.url = self.url, self.share(self.principal_user)
        self.assertFalse(self.entries())
        with mute_logger("odoo.http", "werkzeug"):
            self.assertEqual(self.url_open(old).status_code, 404)

    def test_a_revoked_link_is_dead(self):
        self.principal.with_user(self.principal_user).action_revoke_webcal()
        self.env.flush_all()
        with mute_logger("odoo.http", "werkzeug"):
            self.assertEqual(self.url_open(self.url).status_code, 404)
        self.assertFalse(self.principal.webcal_created_on)

    def test_the_link_is_kept_nowhere(self):
        token = self.url.rpartition("/")[2].removesuffix(".ics")
        self.assertEqual(len(token), 43)
        self.assertNotIn(token, str(self.principal.sudo().webcal_digest))
        with self.assertRaises(AccessError):
            self.principal.with_user(self.director).read(["webcal_digest"])

    def test_who_shares(self):
        for name in (
            "secretary",
            "protocol",
            "registrar",
            "manager",
            "liaison",
            "employee",
            "portal",
        ):
            mine = self.principal.with_user(getattr(self, name))
            with self.subTest(name):
                for act in (mine.action_create_webcal, mine.action_revoke_webcal):
                    with self.assertRaises(AccessError):
                        act()
        deputy = self.new_user("deputy_mayor", "ozel_kalem.group_principal")
        with self.assertRaises(AccessError):
            self.principal.with_user(deputy).action_create_webcal()

    @mute_logger("odoo.http", "werkzeug")
    def test_hostile_links(self):
        digest = self.principal.sudo().webcal_digest
        token = self.url.rpartition("/")[2].removesuffix(".ics")
        for wrong in (
            "x",
            "x" * 43,
            "x" * 10_000,
            digest,
            token[:-1],
            token + "=",
            token.swapcase(),
            "%00" + token[1:],
            "%F0%9F%8E%89" * 43,
            "' OR ''='" + "x" * 34,
            "..%2F..%2F" + "x" * 37,
            "False",
            "%25" * 43,
        ):
            with self.subTest(wrong):
                answer = self.url_open(f"/ozel_kalem/webcal/{wrong}.ics")
                self.assertEqual(answer.status_code, 404)
        answer = self.url_open(self.url, data={"x": "1"})
        self.assertEqual(answer.status_code, 405)

    def test_too_many_calls_are_braked(self):
        with patch.object(webcal, "brake", webcal.Brake(calls=2)):
            codes = [self.url_open(self.url).status_code for _number in range(3)]
        self.assertEqual(codes, [200, 200, 429])
