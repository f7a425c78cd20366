"""Many clients that register instructions at once, a third of them failing."""

import http.client
import itertools
import json
import statistics
import threading
import time
from dataclasses import dataclass, field

MODEL = "ozel_kalem.instruction"
# The secretary may register an instruction, but not read back this private field
# of an employee: the call fails after the number was drawn, and all is undone.
FORBIDDEN = {
    "principal_id": {"fields": {"employee_id": {"fields": {"private_email": {}}}}}
}


@dataclass
class Outcome:
    """What the clients met with."""

    numbers: list = field(default_factory=list)
    seconds: list = field(default_factory=list)
    refused: int = 0
    errors: list = field(default_factory=list)
    duration: float = 0.0

    def add(self, other):
        """Take in what came of a further run."""
        self.numbers += other.numbers
        self.seconds += other.seconds
        self.refused += other.refused
        self.errors += other.errors
        self.duration += other.duration

    @property
    def rate(self):
        """Requests answered in a second."""
        return (len(self.numbers) + self.refused) / self.duration

    @property
    def stretch(self):
        """The slowest request, in medians."""
        return max(self.seconds) / statistics.median(self.seconds)


class Load:
    """Registers instructions through /json/2 with many clients."""

    def __init__(self, server, user="sekreter", clients=16):
        self._server = server
        self._user = user
        self._clients = clients
        principals = server.json2(
            user, "ozel_kalem.principal", "search", domain=[], limit=1
        )
        self._vals = {"principal_id": principals[0], "mode": "verbal"}

    def run(self, count, tolerate=()):
        """Send so many requests and return what came of them.

        :param tolerate: exceptions of the connection that end a client quietly
        """
        outcome, turns = Outcome(), itertools.count()
        clients = [
            threading.Thread(target=self._work, args=(outcome, turns, count, tolerate))
            for _ in range(self._clients)
        ]
        start = time.monotonic()
        for client in clients:
            client.start()
        for client in clients:
            client.join()
        outcome.duration = time.monotonic() - start
        return outcome

    def fail(self):
        """Send the request that is refused after its number was drawn."""
        connection = self._connect()
        try:
            return self._call(connection, "beyhude", FORBIDDEN)
        finally:
            connection.close()

    def _connect(self):
        return http.client.HTTPConnection("127.0.0.1", self._server.port, timeout=60)

    def _work(self, outcome, turns, count, tolerate):
        connection = self._connect()
        try:
            while (turn := next(turns)) < count:
                self._register(connection, outcome, turn)
        except tolerate:
            pass
        except OSError as error:
            outcome.errors.append(repr(error))
        finally:
            connection.close()

    def _register(self, connection, outcome, turn):
        on_purpose = turn % 3 == 2
        start = time.monotonic()
        status, answer = self._call(
            connection,
            f"Talimat {turn}",
            FORBIDDEN if on_purpose else {"register_number": {}},
        )
        outcome.seconds.append(time.monotonic() - start)
        if on_purpose and status == 403:
            outcome.refused += 1
        elif not on_purpose and status == 200:
            outcome.numbers.append(answer[0]["register_number"])
        else:
            outcome.errors.append(f"{status} {answer}"[:300])

    def _call(self, connection, subject, specification):
        connection.request(
            "POST",
            f"/json/2/{MODEL}/web_save",
            json.dumps(
                {
                    "vals": self._vals | {"subject": subject},
                    "specification": specification,
                }
            ),
            {
                "Authorization": f"bearer {self._server.keys[self._user]}",
                "Content-Type": "application/json",
                "X-Odoo-Database": self._server.db,
            },
        )
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
