"""One petition delivered by several gateways at once: one request, and none lost."""

import contextlib
import datetime
import time
import xmlrpc.client
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage

import psycopg2
import pytest

from support.petition import DOOR, open_door, pipe

pytestmark = pytest.mark.timeout(600)

GATEWAYS = 8
LOCK_SPACE = 0x6F6B << 48  # docs/adr/0002-register-numbers.md
WAITING = (
    "SELECT pid FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
    " WHERE locktype = 'advisory' AND NOT granted AND objsubid = %s"
    " AND datname = current_database()"
)
DRAWING, DELIVERING = 1, 2  # what pg_locks calls locks of one and of two numbers


def petition(number):
    """A petition of somebody whom the office doesn't know yet."""
    mail = EmailMessage()
    mail["From"] = f"Nazlı Ekşioğlu <nazli{number}@vatandas.example>"
    mail["To"] = DOOR
    mail["Subject"] = f"Sokak lambası {number}"
    mail["Message-Id"] = f"<lamba-{number}@vatandas.example>"
    mail.set_content("Iğdır Sokak'taki lamba yanmıyor. Gereğini arz ederim.")
    return mail.as_bytes()


class Gate:
    """An office's mail gateway, and what its database has of a petition."""

    def __init__(self, odoo, server):
        self.server = server
        self._host = odoo.server

    def deliver(self, number):
        """Hand it over; the request's id, False for a second delivery."""
        return pipe(self.server, petition(number))

    def sql(self, query):
        """The rows of a query."""
        return self._host.sql(query, self.server.db)

    def requests(self, number):
        """Ids of the requests that were made of it."""
        query = f"subject = 'Sokak lambası {number}'"
        rows = self.sql(f"SELECT id FROM ozel_kalem_request WHERE {query}")
        return [int(row[0]) for row in rows]

    def people(self, number):
        """How many persons were made of its sender."""
        address = f"nazli{number}@vatandas.example"
        rows = self.sql(f"SELECT id FROM res_partner WHERE email = '{address}'")
        return len(rows)

    def await_waiting(self, lock, count):
        """The process ids of those who wait for a lock, once they are so many."""
        end = time.monotonic() + 60
        while len(found := [int(row[0]) for row in self.sql(WAITING % lock)]) < count:
            assert time.monotonic() < end, f"{found} wait, not {count}"
        return found

    @contextlib.contextmanager
    def register_held(self):
        """Nobody draws the number of a request meanwhile."""
        rows = self.sql("SELECT id FROM ozel_kalem_register WHERE code = 'request'")
        year = datetime.date.today().year
        connection = psycopg2.connect(
            dbname=self.server.db,
            host=self._host.host,
            port=self._host.port,
            user=self._host.user,
            password=self._host.password,
        )
        with contextlib.closing(connection), connection.cursor() as cursor:
            for row in rows:
                key = LOCK_SPACE | (int(row[0]) << 12) | year
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])
            yield
            connection.rollback()


@pytest.fixture(scope="module")
def gate(odoo, make_server, smtp_sink):
    """The demo office's gateway, in one process of many threads."""
    server = make_server("parallelmail", "--workers=0")
    open_door(server, smtp_sink)
    return Gate(odoo, server)


def outcomes(deliveries):
    """What came of deliveries: a request's id, False, or the error."""
    found = []
    for delivery in deliveries:
        try:
            found.append(delivery.result())
        except xmlrpc.client.Fault as fault:
            found.append(fault)
    return found


def test_delivered_by_many_at_once(gate):
    """All of them are in the middle of it when the first comes to its number."""
    with ThreadPoolExecutor(GATEWAYS) as pool:
        with gate.register_held():
            running = [pool.submit(gate.deliver, 1) for _gateway in range(GATEWAYS)]
            gate.await_waiting(DRAWING, 1)
            gate.await_waiting(DELIVERING, GATEWAYS - 1)
        found = outcomes(running)
    assert gate.requests(1) == [request for request in found if request is not False]
    assert len(gate.requests(1)) == 1
    assert gate.people(1) == 1


def test_two_processes_without_any_help(gate):
    """Two prefork workers, nobody holds anything back; many petitions, each twice."""
    gate.server.stop()
    gate.server.start("--max-cron-threads=0", "--workers=2")
    numbers = range(100, 120)
    with ThreadPoolExecutor(4) as pool:
        running = [pool.submit(gate.deliver, n) for n in numbers for _time in range(2)]
        found = outcomes(running)
    for number, (first, second) in zip(
        numbers, zip(found[::2], found[1::2], strict=True), strict=True
    ):
        assert [first or second] == gate.requests(number)
        assert False in (first, second)
        assert gate.people(number) == 1
    gate.server.stop()
    gate.server.start("--max-cron-threads=0", "--workers=0")


def test_the_second_takes_over_when_the_first_dies(gate):
    """What the first had begun is undone; the mail isn't lost."""
    with ThreadPoolExecutor(2) as pool:
        with gate.register_held():
            first = pool.submit(gate.deliver, 2)
            [drawing] = gate.await_waiting(DRAWING, 1)
            second = pool.submit(gate.deliver, 2)
            gate.await_waiting(DELIVERING, 1)
            gate.sql(f"SELECT pg_terminate_backend({drawing})")
            assert isinstance(outcomes([first])[0], xmlrpc.client.Fault)
            assert gate.await_waiting(DRAWING, 1) != [drawing]
        request = second.result()
    assert gate.requests(2) == [request]
    assert gate.people(2) == 1
    assert gate.deliver(2) is False, "the first's mail server tries again"
