"""Odoo's own tests of the modules ours builds on: without our module, then with it."""

import json
import re
import subprocess

from . import databases, odoo, paths, run, serving
from .errors import KitError

MODULES = ("calendar", "resource", "portal", "hr", "mail")
BASE = "ok_core_base"
STARTED = re.compile(r"odoo\.addons\.(\S+): Starting (\S+) \.\.\.")
SKIPPED = re.compile(r"odoo\.addons\.(\S+): skipped (\S+) :")
FAILED = re.compile(r"odoo\.addons\.(\S+): (FAIL|ERROR): (?:Subtest )?(\S+)")
FOLDER = paths.STATE / "core-tests"


def core_tests(options):
    """Compare both runs; the exit code is 1 when our module breaks a test of Odoo's."""
    ready = odoo.ensure()
    databases.sweep(ready)
    tags = options.tags.split(",") if options.tags else [f"/{name}" for name in MODULES]
    broken = []
    for tag in tags:
        before = _results(ready, tag, with_module=False)
        after = _results(ready, tag, with_module=True)
        print(f"{tag:24} without: {_figures(before)}   with: {_figures(after)}")
        broken += [
            name
            for name, result in sorted(after.items())
            if result in ("FAIL", "ERROR") and before.get(name) == "passed"
        ]
        broken += [f"{name} (did not run)" for name in sorted(before.keys() - after)]
    for name in broken:
        print(f"fails only with {paths.MODULE}: {name}")
    return 1 if broken else 0


def _figures(results):
    kinds = list(results.values())
    count = {kind: kinds.count(kind) for kind in ("passed", "FAIL", "ERROR", "skipped")}
    return (
        f"{count['passed']} passed, {count['FAIL']} failed, "
        f"{count['ERROR']} errors, {count['skipped']} skipped"
    )


def _results(ready, tag, with_module):
    """The outcome of every test of the tag, kept from an earlier call with the same inputs."""
    inputs = run.digest(
        ready.identity(), BASE, tag, databases.module_digest() if with_module else ""
    )
    kept = FOLDER / f"{'with' if with_module else 'without'}-{inputs}.json"
    if not kept.exists():
        database = "ok_core_with" if with_module else "ok_core_without"
        databases.clone(ready, _ensure_base(ready), database)
        try:
            if with_module:
                _install(ready, database, paths.MODULE)
            found = _run(ready, database, tag)
        finally:
            databases.drop(ready, database)
        FOLDER.mkdir(parents=True, exist_ok=True)
        part = kept.with_suffix(".part")
        part.write_text(json.dumps(found, indent=1))
        part.replace(kept)
    return json.loads(kept.read_text())


def _ensure_base(ready):
    """The cached template in English, which Odoo's tests expect; its name."""
    modules = databases.CORE + databases.EXTRAS
    inputs = run.digest(ready.identity(), *modules)
    if databases.note(ready, BASE) != inputs:
        run.say("Making the base database of Odoo's tests (about a minute)")
        databases.drop(ready, BASE)
        ready.call("db", "init", BASE, what="Making a database", log=f"{BASE}.log")
        _install(ready, BASE, ",".join(modules))
        databases.remember(ready, BASE, inputs)
    return BASE


def _install(ready, database, modules):
    ready.call(
        *("-d", database, "-i", modules, *databases.QUIET),
        what="Installing modules",
        log=f"{database}-install.log",
    )


def _run(ready, database, tag):
    log = paths.LOGS / f"{database}{re.sub(r'[^a-z0-9]+', '-', tag.lower())}.log"
    run.say(f"Running Odoo's tests {tag} on {database} (log: {log})")
    arguments = [
        "-d",
        database,
        "--test-tags",
        tag,
        "--stop-after-init",
        "--http-port",
        str(serving.free_port()),
    ]
    with log.open("w") as output:
        subprocess.run(
            [
                str(ready.python),
                "-P",  # kit/odoo.py must not stand in for Odoo
                str(paths.DEV / "kit/all_positions.py"),
                *arguments,
            ],
            env=ready.environment(),
            cwd=paths.ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    found = outcomes(log.read_text(errors="replace"))
    if not found:
        raise KitError(f"No test of {tag} ran on {database} (log: {log}).")
    return found


def outcomes(text):
    """What became of each test, read from Odoo's log."""
    found = {f"{module}.{test}": "passed" for module, test in STARTED.findall(text)}
    found |= {f"{module}.{test}": "skipped" for module, test in SKIPPED.findall(text)}
    found |= {f"{module}.{test}": kind for module, kind, test in FAILED.findall(text)}
    return found
