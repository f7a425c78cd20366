"""The register under many hands: numbers 1..n, whatever fails or is killed."""

import contextlib
import datetime
import http.client
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import psycopg2
import pytest

from register_load import Load

REQUESTS = 192
LOCK_SPACE = 0x6F6B << 48  # docs/adr/0002-register-numbers.md
DEAD = (ConnectionError, http.client.HTTPException)


class Office:
    """A server that can be ended and started again, and its register."""

    def __init__(self, odoo, server):
        self.server = server
        self._odoo = odoo

    def start(self, *options):
        """Serve with these options."""
        self.server.stop()
        self.server.start("--max-cron-threads=0", *options)
        return Load(self.server)

    def kill(self):
        """End the server as a power cut would."""
        self.server.process.send_signal(signal.SIGKILL)
        self.server.process.wait()

    def sql(self, query):
        """The rows of a query."""
        return self._odoo.server.sql(query, self.server.db)

    def numbers(self):
        """The numbers of this year's instructions, as the database has them."""
        rows = self.sql(
            "SELECT register_number FROM ozel_kalem_instruction"
            " WHERE register_year = EXTRACT(YEAR FROM now()) ORDER BY 1"
        )
        return [int(row[0]) for row in rows]

    def waiting(self):
        """How many transactions wait for their turn to draw."""
        rows = self.sql(
            "SELECT COUNT(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
            " WHERE locktype = 'advisory' AND NOT granted"
            " AND datname = current_database()"
        )
        return int(rows[0][0])

    @contextlib.contextmanager
    def register_held(self):
        """Nobody else draws an instruction's number meanwhile."""
        rows = self.sql("SELECT id FROM ozel_kalem_register WHERE code = 'instruction'")
        year = datetime.date.today().year
        keys = [LOCK_SPACE | (int(row[0]) << 12) | year for row in rows]
        host = self._odoo.server
        connection = psycopg2.connect(
            dbname=self.server.db,
            host=host.host,
            port=host.port,
            user=host.user,
            password=host.password,
        )
        with contextlib.closing(connection), connection.cursor() as cursor:
            for key in keys:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])
            yield
            connection.rollback()


@pytest.fixture(scope="module")
def office(odoo, make_server):
    """An office of its own: nobody else registers in it."""
    return Office(odoo, make_server("register", "--workers=0"))


def import_with_a_bad_line(server):
    """Import two instructions of which the second can't be."""
    principal = server.json2(
        "sekreter", "ozel_kalem.principal", "search", domain=[], limit=1
    )[0]
    return server.json2(
        "sekreter",
        "ozel_kalem.instruction",
        "load",
        fields=["subject", "principal_id/.id", "deadline"],
        data=[
            ["İlk satır doğru", str(principal), ""],
            ["İkinci satır yanlış", str(principal), "2000-01-01"],
        ],
    )


def await_condition(condition, what, seconds=60):
    """Return when the condition holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"not within {seconds} s: {what}"


def test_failures_come_after_the_draw(office):
    """What is to fail waits for the register first: it draws, then gives back."""
    load = office.start("--workers=0")
    before = office.numbers()
    with ThreadPoolExecutor() as pool:
        with office.register_held():
            failing = pool.submit(load.fail)
            await_condition(lambda: office.waiting() == 1, "the request draws")
            importing = pool.submit(import_with_a_bad_line, office.server)
            await_condition(lambda: office.waiting() == 2, "the import draws")
        status, answer = failing.result()
        found = importing.result()
    assert status == 403, answer
    assert not found["ids"]
    assert "Deadline" in found["messages"][0]["message"]
    assert office.numbers() == before
    assert not load.run(6).errors
    assert office.numbers() == list(range(1, len(before) + 5))


@pytest.mark.parametrize("workers", [0, 2], ids=["threads", "two workers"])
def test_no_gap_no_double_no_error(office, workers):
    """16 clients at once, each third transaction rolled back."""
    load = office.start(f"--workers={workers}")
    before = office.numbers()
    outcome = load.run(REQUESTS)
    assert not outcome.errors
    assert outcome.refused == REQUESTS // 3
    after = office.numbers()
    assert after == list(range(1, len(before) + len(outcome.numbers) + 1))
    assert sorted(outcome.numbers) == after[len(before) :]


def test_killed_while_drawing(office):
    """After SIGKILL and a new start the register goes on where it was."""
    load = office.start("--workers=0")
    before = len(office.numbers())
    with ThreadPoolExecutor() as pool:
        running = pool.submit(load.run, 10 * REQUESTS, DEAD)
        await_condition(
            lambda: len(office.numbers()) > before + 20 and office.waiting(),
            "requests wait in the middle of their draw",
        )
        office.kill()
        outcome = running.result()
    load = office.start("--workers=2")
    assert set(outcome.numbers) <= set(office.numbers()), "what was told is kept"
    assert not load.run(30).errors
    numbers = office.numbers()
    assert numbers == list(range(1, len(numbers) + 1))
