"""The statistics over /json/2, by the very example of docs/api.md."""

import json
import os
import re
import subprocess

import pytest

from kit import paths
from support.server import Refused

TABLE = "ozel_kalem.statistics.table"
EXAMPLE = re.compile(r"```bash\n(.*?)```", re.DOTALL)
YEAR = {"date_from": "2026-01-01", "date_to": "2026-12-31"}


def run(command, server, who="mudur", key=None):
    """Run an example in a shell; its answer and curl's exit code."""
    done = subprocess.run(
        ["bash", "-c", command],
        env={
            **os.environ,
            "URL": server.url,
            "DATABASE": server.db,
            "KEY": key or server.keys[who],
        },
        capture_output=True,
        text=True,
        timeout=60,
    )
    return json.loads(done.stdout), done.returncode


@pytest.fixture(scope="module")
def examples():
    """The two commands of the documentation."""
    text = (paths.ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    return EXAMPLE.findall(text)


def test_the_examples_work_as_they_stand(server, examples):
    tables, table = examples
    answer, code = run(tables, server)
    assert not code, answer
    assert {"R01", "R08"} <= {one["code"] for one in answer}
    answer, code = run(table, server)
    assert not code, answer
    direct = server.json2(
        "mudur",
        TABLE,
        "get_table",
        code="R08",
        compare="last_year",
        context={"lang": "tr_TR"},
        **YEAR,
    )
    assert answer["rows"] == direct["rows"]
    assert answer["total"]["label"] == "Toplam"
    assert answer["period"]["label"] == "2026"
    counted = server.json2(
        "mudur",
        "ozel_kalem.request",
        "search_count",
        domain=[
            ("received_on", ">=", "2025-12-31 21:00:00"),
            ("received_on", "<", "2026-12-31 21:00:00"),
            ("state", "!=", "cancelled"),
        ],
    )
    assert answer["total"]["values"]["received"] == counted > 0


def test_the_documented_answer_has_the_real_one_s_keys(server, examples):
    text = (paths.ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    documented = json.loads(re.search(r"```json\n(.*?)```", text, re.DOTALL)[1])
    answer, _code = run(examples[1], server)
    assert documented.keys() <= answer.keys()
    assert documented["title"] == answer["title"]
    assert documented["columns"][0].keys() <= answer["columns"][0].keys()
    assert documented["rows"][0].keys() <= answer["rows"][0].keys()


def test_each_sees_the_tables_of_his_role(server, examples):
    codes = {
        who: {one["code"] for one in run(examples[0], server, who)[0]}
        for who in ("sekreter", "halkla", "mudur")
    }
    assert codes["sekreter"] < codes["halkla"] < codes["mudur"]


def test_a_figure_opens_as_many_records(server):
    found = server.json2(
        "mudur", TABLE, "get_records", code="R08", column="received", **YEAR
    )
    listed = server.json2(
        "mudur",
        found["res_model"],
        "search",
        domain=found["domain"],
        context={"active_test": False},
    )
    assert len(listed) == found["listed"] == found["count"] - found["restricted"]


def test_a_wrong_key_is_401(server, examples):
    answer, code = run(examples[1], server, key="0" * 40)
    assert code
    assert "rows" not in answer
    with pytest.raises(Refused) as refusal:
        with_key(server, "0" * 40).json2("x", TABLE, "get_tables")
    assert refusal.value.status == 401


def with_key(server, key):
    """The server as a stranger reaches it."""
    stranger = type(server)(server.odoo, server.db, server.log, server.port)
    stranger.keys["x"] = key
    return stranger


BAD = {
    "reversed": (
        {"code": "R08", "date_from": "2026-12-31", "date_to": "2026-01-01"},
        "before",
    ),
    "no dates": ({"code": "R08", "date_from": "dün", "date_to": ""}, "2026-01-31"),
    "null dates": (
        {"code": "R08", "date_from": None, "date_to": None},
        "2026-01-31",
    ),
    "numbers": ({"code": "R08", "date_from": 5, "date_to": [1]}, "2026-01-31"),
    "unknown": ({"code": "R99", **YEAR}, "R99"),
    "no code": ({"code": None, **YEAR}, "table"),
    "a list as code": ({"code": ["R08"], **YEAR}, "table"),
    "comparison": ({"code": "R08", "compare": "tomorrow", **YEAR}, "previous"),
    "company": ({"code": "R08", "company_id": 2_000_000_000, **YEAR}, "companies"),
    "company as text": ({"code": "R08", "company_id": "x", **YEAR}, "companies"),
    "first year": (
        {
            "code": "R08",
            "compare": "last_year",
            "date_from": "0001-01-01",
            "date_to": "0001-01-31",
        },
        "1900",
    ),
    "last year": (
        {"code": "R08", "date_from": "9999-12-01", "date_to": "9999-12-31"},
        "2199",
    ),
}


@pytest.mark.parametrize("arguments, told", BAD.values(), ids=BAD)
def test_bad_input_is_refused_in_words(server, arguments, told):
    with pytest.raises(Refused) as caught:
        server.json2(
            "mudur", TABLE, "get_table", context={"lang": "en_US"}, **arguments
        )
    refusal = caught.value
    assert refusal.status == 422, refusal
    assert told in refusal.message
    assert "Traceback" not in refusal.message


@pytest.mark.parametrize("who", ["birim", "vekil"])
def test_who_isn_t_of_the_office_gets_nothing(server, who):
    for method, arguments in (
        ("get_tables", {}),
        ("get_table", {"code": "R01", **YEAR}),
        ("get_records", {"code": "R01", "column": "asked", **YEAR}),
        ("search_read", {"domain": [], "fields": ["name"]}),
    ):
        with pytest.raises(Refused) as caught:
            server.json2(who, TABLE, method, **arguments)
        assert caught.value.status == 403, caught.value


def test_a_table_of_another_role_doesn_t_exist(server):
    messages = set()
    for code in ("R08", "R99"):
        with pytest.raises(Refused) as caught:
            server.json2("sekreter", TABLE, "get_table", code=code, **YEAR)
        assert caught.value.status == 422
        messages.add(caught.value.message.replace(code, "…"))
    assert len(messages) == 1, "the answer doesn't tell which tables there are"


def test_the_other_company_is_closed(server):
    other = server.shell(
        """
company = env["res.company"].create({"name": "Öbür Belediye"})
env.cr.commit()
print(f"other:{company.id}")
"""
    )
    other = int(other.split("other:")[1])
    with pytest.raises(Refused) as caught:
        server.json2("mudur", TABLE, "get_table", code="R01", company_id=other, **YEAR)
    assert caught.value.status == 422
    assert "Komşu" not in caught.value.message


def test_frozen_figures_and_the_queue_s_fields_are_not_written_over(server):
    """A closing can't be made with figures of one's own, nor written afterwards."""
    closing = server.json2(
        "mudur",
        "ozel_kalem.statistics.closing",
        "create",
        vals_list=[{"month": "2025-03-01", "figures": {"R08": []}}],
    )
    with pytest.raises(Refused) as caught:
        server.json2(
            "mudur",
            "ozel_kalem.statistics.closing",
            "write",
            ids=closing,
            vals={"figures": {}},
        )
    assert caught.value.status == 422
    server.json2("mudur", "ozel_kalem.statistics.closing", "action_reopen", ids=closing)
