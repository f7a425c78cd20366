from datetime import datetime, timedelta
from itertools import cycle

from ...models.insight.statistics_build import Build
from ...tools.periods import Period
from ..citizens.common import CitizensCase

YEAR = ("2026-01-01", "2026-12-31")


class InsightCase(CitizensCase):
    """An office of 2026 with some of everything that is counted."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Table = cls.env["ozel_kalem.statistics.table"]
        cls.deputy = cls.env["ozel_kalem.principal"].create(
            {
                "name": "Başkan Yardımcısı",
                "partner_id": cls.citizen.id,
                "rank": "deputy",
            }
        )
        cls.request.received_on = "2026-03-02 09:00:00"
        cls.fill(12)

    @classmethod
    def fill(cls, count):
        """``count`` of each kind of record, spread over kinds, units and months."""
        moments = [
            datetime(2026, 1, 31, 20, 59) + timedelta(days=17 * number, hours=2)
            for number in range(count)
        ]
        cls.fill_requests(moments)
        cls.fill_programme(moments)
        cls.fill_instructions(moments)

    @classmethod
    def fill_requests(cls, moments):
        kinds = cycle(("complaint", "request", "information", "aid", "thanks"))
        channels = cycle(("letter", "phone", "email"))
        levels = cycle(("normal", "normal", "private", "sealed"))
        requests = cls.env["ozel_kalem.request"].create(
            [
                {
                    "partner_id": cls.citizen.id,
                    "subject": "s",
                    "request_type": next(kinds),
                    "channel": next(channels),
                    "confidentiality": next(levels),
                    "topic_id": number % 3 and cls.topic.id,
                    "neighbourhood_id": number % 2 and cls.neighbourhood.id,
                    "received_on": moment,
                    "user_id": cls.director.id,
                }
                for number, moment in enumerate(moments)
            ]
        )
        for request in requests[::3]:
            request.action_reject("Konusu belli değil")
        requests[1].action_cancel("Mükerrer")
        # one of them was answered long ago, in time
        closed = requests[3]
        closed.sudo().closed_on = closed.received_on + timedelta(days=5)
        aid = requests.filtered(lambda request: request.request_type == "aid")
        cls.env["ozel_kalem.aid"].create([{"request_id": one.id} for one in aid])

    @classmethod
    def fill_programme(cls, moments):
        principals = cycle((cls.principal, cls.deputy))
        kinds = cycle(("citizen", "ngo", "press"))
        for number, moment in enumerate(moments):
            principal = next(principals).id
            person = {"principal_id": principal, "partner_id": cls.citizen.id}
            seeks = ("principal", "director", "other")[number % 3]
            appointment = cls.env["ozel_kalem.appointment"].create(
                {
                    **person,
                    "subject": "s",
                    "received_on": moment,
                    "applicant_kind": next(kinds),
                }
            )
            if number % 4 == 0:
                appointment.action_reject("Programda yer yok")
            cls.env["ozel_kalem.visit"].create(
                {**person, "arrived_on": moment, "seeks": seeks, "party_size": 2}
            )
            call = cls.env["ozel_kalem.call"].create(
                {"caller_name": "A", "called_on": moment, "direction": "in"}
            )
            call.state = ("connected", "call_back", "noted")[number % 3]
            cls.env["ozel_kalem.engagement"].create(
                {
                    "principal_id": principal,
                    "subject": "s",
                    "start": moment,
                    "stop": moment + timedelta(hours=1),
                    "kind": ("meeting", "visit", "field")[number % 3],
                }
            ).action_confirm()

    @classmethod
    def fill_instructions(cls, moments):
        for number, moment in enumerate(moments[:4]):
            instruction = cls.env["ozel_kalem.instruction"].create(
                {
                    "principal_id": cls.principal.id,
                    "subject": "s",
                    "mode": "verbal",
                    "received_on": moment,
                }
            )
            ids = instruction.action_refer([cls.unit.id, cls.other_unit.id], "Gereği")
            cls.env["ozel_kalem.referral"].browse(ids[number % 2]).action_answer("Oldu")

    def table_of(self, code, user=None, dates=YEAR, **options):
        """The table as ``user`` gets it; the director's without one."""
        return (
            self.Table.with_user(user or self.director)
            .with_context(lang="en_US")
            .get_table(code, *dates, **options)
        )

    def build_of(self, code, dates=YEAR):
        table = self.Table.search([("code", "=", code)])
        first, last = map(datetime.fromisoformat, dates)
        return Build(table, Period.of(first.date(), last.date()), self.company)
