"""Odoo's test runner, with an honest count."""

import os
import re
import subprocess
import sys

from . import databases, odoo, paths, run, serving, tools

SUMMARY = re.compile(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests")
SKIPPED = re.compile(r" INFO \S+ \S+: skipped (\S+) : (.*)")
WRONG = re.compile(r"^\S+ \S+ \d+ (?:ERROR|CRITICAL) \S+ (\S+): (.*)")
NEEDS_TOOL = re.compile(
    r"wkhtmltopdf|chrom|browser|pdfto|poppler|libreoffice|soffice|msgfmt|font",
    re.IGNORECASE,
)


def all_tests(options):
    """Odoo's runner, then pytest: everything that must pass before a change is handed in."""
    tools.ensure()
    code = odoo_tests(options)
    if not options.tags:
        code = _demo_tests(options) or code
    if not options.tags and any((paths.ROOT / "tests").rglob("test_*.py")):
        code = _pytest() or code
    return code


def odoo_tests(options):
    """Run the module's Odoo tests; the exit code is 0 only when some ran and all passed."""
    ready = odoo.ensure()
    tags = (
        ",".join(map(_full_tag, options.tags.split(",")))
        if options.tags
        else f"/{paths.MODULE}"
    )
    if options.db:
        return _run(
            ready,
            options.db,
            tags,
            ["-u", paths.MODULE] if options.update else [],
            options.verbose,
        )
    database = f"ok_test_{os.getpid()}"
    databases.module_digest()
    databases.sweep(ready)
    databases.clone(ready, databases.ensure_base(ready), database)
    try:
        return _run(ready, database, tags, ["-i", paths.MODULE], options.verbose)
    finally:
        if options.keep:
            run.say(f"Kept: {database}")
        else:
            databases.drop(ready, database)


def _demo_tests(options):
    """What needs the demo office: without one those tests are skipped."""
    ready = odoo.ensure()
    database = f"ok_test_demo_{os.getpid()}"
    databases.clone(ready, databases.ensure_demo_template(ready), database)
    try:
        return _run(ready, database, "ok_demo", [], options.verbose)
    finally:
        databases.drop(ready, database)


def report(text, code):
    """Print the closing line and decide the exit code from Odoo's log and its exit code."""
    counts = [tuple(map(int, match.groups())) for match in SUMMARY.finditer(text)]
    failed = sum(failures + errors for failures, errors, _total in counts)
    total = sum(total for _failures, _errors, total in counts)
    skips = SKIPPED.findall(text)
    for test, reason in skips:
        print(f"skipped: {test}: {reason}", file=sys.stderr)
    lacking = (
        [test for test, reason in skips if NEEDS_TOOL.search(reason)]
        if paths.CI
        else []
    )
    strays = [
        f"{logger}: {message}"
        for logger, message in _errors(text)
        if not message.startswith(("FAIL: ", "ERROR: "))
    ]
    for stray in strays:
        print(f"logged as an error: {stray}", file=sys.stderr)
    if lacking:
        print(
            f"error: with CI=true no tool may be missing: {', '.join(lacking)}",
            file=sys.stderr,
        )
    if not total:
        print("error: no Odoo test ran (see the log).", file=sys.stderr)
    print(
        f"{total - failed - len(skips)} passed, {failed} failed"
        + (f", {len(skips)} skipped" if skips else "")
    )
    return 1 if failed or code or strays or lacking or not total else 0


def _errors(text):
    matches = map(WRONG.match, text.splitlines())
    return [
        match.groups() for match in matches if match and not SUMMARY.search(match[2])
    ]


def _full_tag(tag):
    """A bare class name (TestX or TestX.test_y) means a class of our module."""
    return f"/{paths.MODULE}:{tag}" if re.fullmatch(r"Test\w*(\.\w+)?", tag) else tag


def _run(ready, database, tags, extra, verbose):
    log = run.new_log("odoo-tests")
    run.say(f"Running Odoo tests {tags} on {database} (log: {log})")
    command = ready.command(
        "-d",
        database,
        *extra,
        "--test-tags",
        tags,
        "--stop-after-init",
        "--http-port",
        serving.free_port(),
    )
    lines = []
    with log.open("w") as output:
        process = subprocess.Popen(
            command,
            env=ready.environment(),
            cwd=paths.ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        for line in process.stdout:
            output.write(line)
            lines.append(line)
            if verbose or not odoo.ORDINARY.match(line):
                sys.stderr.write(line)
        code = process.wait()
    run.say(f"Odoo's runner ended with exit code {code}")
    return report("".join(lines), code)


def _pytest():
    ready = odoo.ensure()
    run.say("Running pytest in tests/")
    return subprocess.run(
        [str(ready.python), "-m", "pytest", "tests"],
        env=ready.environment(),
        cwd=paths.ROOT,
        stdin=subprocess.DEVNULL,
    ).returncode
