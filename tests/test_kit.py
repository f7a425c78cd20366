"""The tool chain's own judgement: what counts as a passed run, what is left behind."""

import os
import subprocess
import sys

import pytest

from kit import coretests, databases, debian, linting, paths, postgres, run, testing
from kit.errors import KitError

STAMP = "2026-01-02 03:04:05,678 42"
SUMMARY = (
    "odoo.tests.result: {} failed, {} error(s) of {} tests when loading database 'x'"
)
TEST = "odoo.addons.ozel_kalem.tests.test_x"


def log(*lines):
    return "\n".join(f"{STAMP} {line}" for line in lines)


def test_a_run_that_passed(capsys):
    text = log(
        f"INFO x {TEST}: skipped TestX.test_y : not today",
        f"INFO x {SUMMARY.format(0, 0, 5)}",
    )
    assert testing.report(text, 0) == 0
    assert capsys.readouterr().out == "4 passed, 0 failed, 1 skipped\n"


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([], 0),
        ([f"WARNING x {SUMMARY.format(0, 0, 0)}"], 0),
        ([f"INFO x {SUMMARY.format(0, 0, 5)}"], 255),
        ([f"ERROR x {SUMMARY.format(1, 0, 5)}"], 1),
        ([f"ERROR x {SUMMARY.format(0, 1, 5)}"], 0),
        (["ERROR x odoo.schema: no index", f"INFO x {SUMMARY.format(0, 0, 5)}"], 0),
    ],
    ids=["nothing", "no test", "exit code", "failure", "error", "logged error"],
)
def test_a_run_that_did_not_pass(lines, code):
    assert testing.report(log(*lines), code) == 1


@pytest.mark.parametrize(("in_ci", "expected"), [(True, 1), (False, 0)])
def test_a_missing_tool_fails_only_in_ci(monkeypatch, in_ci, expected):
    monkeypatch.setattr(paths, "CI", in_ci)
    text = log(
        f"INFO x {TEST}: skipped TestX.test_y : wkhtmltopdf is not here",
        f"INFO x {SUMMARY.format(0, 0, 5)}",
    )
    assert testing.report(text, 0) == expected


def test_outcomes_of_core_tests():
    core = "odoo.addons.hr.tests.test_x"
    text = log(
        f"INFO x {core}: Starting TestX.test_a ...",
        f"INFO x {core}: Starting TestX.test_b ...",
        f"ERROR x {core}: FAIL: Subtest TestX.test_b (<subtest>)",
        f"INFO x {core}: Starting TestX.test_c ...",
        f"INFO x {core}: skipped TestX.test_c : why not",
    )
    assert coretests.outcomes(text) == {
        "hr.tests.test_x.TestX.test_a": "passed",
        "hr.tests.test_x.TestX.test_b": "FAIL",
        "hr.tests.test_x.TestX.test_c": "skipped",
    }


def test_every_package_is_pinned_by_its_contents():
    wanted = debian._wanted()
    assert any(name.startswith("odoo-19_19.0") for name in wanted)
    for digest, suite in wanted.values():
        assert len(digest) == 64 and suite in ("sid", "bookworm")


def test_every_requirement_is_pinned():
    for path in paths.DEV.glob("requirements*.txt"):
        for line in path.read_text().split():
            assert "==" in line, f"{path.name}: {line}"


@pytest.mark.parametrize("name", ["Büyük", "a-b", "1a", "", "a;b", "a" * 64])
def test_strange_database_names_are_refused(name):
    with pytest.raises(KitError):
        databases._checked(name)


def test_uneven_csv_is_found(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text('id,name\n1,"a, b"\n')
    bad.write_text("id,name\n1,a,b\n")
    assert linting._is_csv(good)
    assert not linting._is_csv(bad)


def test_a_lack_of_disk_is_said_early(tmp_path, monkeypatch):
    monkeypatch.setattr(run, "MIN_FREE_BYTES", 2**62)
    with pytest.raises(KitError, match="Too little disk"):
        run.require_space(tmp_path)


def test_tests_do_not_count_as_a_change_of_the_module(tmp_path):
    (tmp_path / "tests").mkdir()
    (tmp_path / "a.py").write_text("a")
    before = run.tree_digest(tmp_path)
    (tmp_path / "tests/b.py").write_text("b")
    assert run.tree_digest(tmp_path) == before
    (tmp_path / "a.py").write_text("b")
    assert run.tree_digest(tmp_path) != before


def test_the_socket_path_fits_into_the_kernels_limit(odoo):
    if odoo.server.private:
        path = f"{odoo.server.host}/.s.PGSQL.{odoo.server.port}"
        assert len(os.fsencode(path)) < 108


def test_the_template_has_the_extensions(odoo):
    names = {
        name
        for (name,) in odoo.server.sql("SELECT extname FROM pg_extension", "odoo_tpl")
    }
    assert set(postgres.EXTENSIONS) <= names


def test_a_port_in_use_is_explained(server):
    done = subprocess.run(
        [sys.executable, paths.DEV / "main.py", "run", f"--port={server.port}"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert f"Port {server.port} cannot be used" in done.stderr
    assert "make run PORT=" in done.stderr
    assert "Traceback" not in done.stderr
