"""Two officers answer the same request in the same instant."""

import contextlib
import time
from concurrent.futures import ThreadPoolExecutor

import psycopg2
import pytest

from support.server import Refused

pytestmark = pytest.mark.timeout(600)

REQUEST, DIALOG = "ozel_kalem.request", "ozel_kalem.request.answer"
OFFICERS = {"halkla": "Onarıldı.", "mudur": "Yapılamaz."}
PATIENCE = 60
WAITING = (
    "SELECT COUNT(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


@contextlib.contextmanager
def held(odoo, server, request):
    """Nobody writes the request meanwhile."""
    host = odoo.server
    connection = psycopg2.connect(
        dbname=server.db,
        host=host.host,
        port=host.port,
        user=host.user,
        password=host.password,
    )
    with contextlib.closing(connection), connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM ozel_kalem_request WHERE id = %s FOR UPDATE", [request]
        )
        yield
        connection.rollback()


def register(server):
    """A new request of somebody."""
    [person] = server.json2("halkla", "res.partner", "search", domain=[], limit=1)
    [request] = server.json2(
        *("halkla", REQUEST, "create"),
        vals_list=[{"partner_id": person, "subject": "Kaldırım", "channel": "letter"}],
    )
    return request


def confirm(server, user, dialog):
    """Press the button; the refusal comes back, None when it was kept."""
    try:
        server.json2(user, DIALOG, "action_confirm", ids=[dialog])
    except Refused as refusal:
        return refusal
    return None


def test_one_is_kept_and_the_other_is_told(odoo, server):
    """Both are in the middle of it; what is kept is whole, what is refused says why."""
    request = register(server)
    dialogs = {
        user: server.json2(
            *(user, DIALOG, "create"),
            vals_list=[{"request_id": request, "result": "positive", "text": text}],
        )[0]
        for user, text in OFFICERS.items()
    }
    with ThreadPoolExecutor(2) as pool:
        with held(odoo, server, request):
            running = {
                user: pool.submit(confirm, server, user, dialog)
                for user, dialog in dialogs.items()
            }
            end = time.monotonic() + PATIENCE
            while int(odoo.server.sql(WAITING, server.db)[0][0]) < len(OFFICERS):
                assert time.monotonic() < end, "both wait to write"
        refusals = {user: pressed.result() for user, pressed in running.items()}
    kept = [user for user, refusal in refusals.items() if refusal is None]
    assert len(kept) == 1, refusals
    [refused] = [refusal for refusal in refusals.values() if refusal]
    assert (refused.status, refused.name) == (422, "odoo.exceptions.UserError")
    [found] = server.json2(
        "mudur", REQUEST, "read", ids=[request], fields=["answer", "state"]
    )
    assert found["answer"] == OFFICERS[kept[0]]
    assert found["state"] == "answered"
