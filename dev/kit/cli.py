"""The subcommands of bin/dev."""

import argparse
import os
import sys

from . import (
    checking,
    coretests,
    databases,
    linting,
    odoo,
    packaging,
    paths,
    postgres,
    resetting,
    run,
    serving,
    testing,
    tools,
)
from .errors import KitError


def main(arguments):
    """Run one subcommand; errors that the user can cure are printed without a traceback."""
    if run.is_root():
        os.umask(0o022)
    try:
        if arguments[:1] == ["odoo"]:
            return _exec_odoo(arguments[1:])
        if arguments[:1] == ["python"]:
            return _exec_python(arguments[1:])
        options = _parser().parse_args(arguments)
        return options.act(options) or 0
    except (KitError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser():
    parser = argparse.ArgumentParser(
        prog="bin/dev", description="Development commands of the Özel Kalem module."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    _command(commands, "setup", _setup, "set up Odoo, Python and PostgreSQL")

    act = _command(
        commands,
        "run",
        serving.run_demo,
        "create or upgrade the demo office and serve it",
    )
    act.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8069))
    act.add_argument("--db", default=databases.DEMO)

    act = _command(
        commands,
        "serve",
        serving.serve,
        "serve a database in the foreground with Odoo's log",
    )
    act.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8069))
    act.add_argument("--db", default=databases.DEMO)
    act.add_argument("options", nargs="*", help="further options for Odoo, after --")

    act = _command(
        commands, "test", testing.odoo_tests, "run Odoo tests on a fresh database"
    )
    _test_options(act)

    act = _command(
        commands,
        "all-tests",
        testing.all_tests,
        "run every test: Odoo's runner, then pytest",
    )
    _test_options(act)

    act = _command(
        commands,
        "core-tests",
        coretests.core_tests,
        "Odoo's own tests without and with the module",
    )
    act.add_argument(
        "tags",
        nargs="?",
        default="",
        help="tags as Odoo's --test-tags knows them, such as /calendar",
    )

    act = _command(commands, "lint", linting.lint, "check the files")
    act.add_argument(
        "checks",
        nargs="*",
        choices=[*linting.CHECKS, []],
        metavar="CHECK",
        help=", ".join(linting.CHECKS),
    )
    act.add_argument(
        "--fix", action="store_true", help="let the tools repair what they can"
    )

    _command(
        commands,
        "tools",
        lambda _options: not tools.ensure(),
        "install Chromium, wkhtmltopdf, … by apt",
    )
    act = _command(commands, "i18n", checking.i18n, "bring the translations up to date")
    act.add_argument("--check", action="store_true", help="only compare, write nothing")
    _command(commands, "wheel", packaging.wheel, "build the wheel")

    _database_commands(
        _command(commands, "db", None, "databases: fresh, current, drop, list, base")
    )

    act = _command(commands, "psql", _psql, "PostgreSQL's own client on a database")
    act.add_argument("db", nargs="?", default=databases.DEMO)
    act.add_argument("options", nargs=argparse.REMAINDER)

    _command(
        commands,
        "stop",
        lambda _options: postgres.stop(),
        "stop the private PostgreSQL",
    )
    _command(
        commands, "reset", resetting.reset, "remove this checkout's databases and state"
    )
    return parser


def _test_options(act):
    act.add_argument(
        "tags",
        nargs="?",
        default="",
        help="tags as Odoo's --test-tags knows them, or a test class",
    )
    act.add_argument(
        "--db",
        help="run on this installed database instead (post_install tests only, quicker)",
    )
    act.add_argument(
        "-u", "--update", action="store_true", help="upgrade the module in --db first"
    )
    act.add_argument("--keep", action="store_true", help="keep the fresh database")
    act.add_argument(
        "-v", "--verbose", action="store_true", help="show Odoo's whole log"
    )


def _command(commands, name, act, text):
    parser = commands.add_parser(name, help=text, description=text)
    if act:
        parser.set_defaults(act=act)
    return parser


def _database_commands(parser):
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    act = _command(
        commands, "fresh", _db_fresh, "(re)create a database with the module"
    )
    act.add_argument("name")
    act.add_argument("--demo", action="store_true", help="with demo data")
    act.add_argument(
        "--without-module",
        action="store_true",
        help="only the modules that ours depends on",
    )
    act = _command(
        commands,
        "current",
        _db_current,
        "create the database, or upgrade the module in it",
    )
    act.add_argument("name")
    act.add_argument(
        "--demo", action="store_true", help="with demo data when it is created"
    )
    act = _command(commands, "drop", _db_drop, "remove databases")
    act.add_argument("names", nargs="+")
    _command(commands, "list", _db_list, "the databases with their sizes")
    act = _command(commands, "base", _db_base, "make the cached base template")
    act.add_argument("--demo", action="store_true")


def _setup(_options):
    ready = odoo.ensure()
    run.say(f"Ready: Odoo in {ready.home}, databases on {ready.server.host}")


def _db_fresh(options):
    databases.fresh(
        odoo.ensure(), options.name, options.demo, not options.without_module
    )
    run.say(f"{options.name} is ready")


def _db_current(options):
    databases.ensure_current(odoo.ensure(), options.name, options.demo)
    run.say(f"{options.name} is ready")


def _db_drop(options):
    ready = odoo.ensure()
    for name in options.names:
        databases.drop(ready, name)


def _db_list(_options):
    for name, size in databases.listing(odoo.ensure()):
        print(f"{name:32} {size}")


def _db_base(options):
    run.say(f"{databases.ensure_base(odoo.ensure(), options.demo)} is ready")


def _psql(options):
    ready = odoo.ensure()
    program = str(ready.server.program("psql"))
    os.execve(
        program,
        [program, "-d", options.db, *options.options],
        ready.server.environment(),
    )


def _exec_odoo(arguments):
    ready = odoo.ensure()
    command = ready.command(*arguments)
    os.execve(command[0], command, ready.environment())


def _exec_python(arguments):
    ready = odoo.ensure()
    variables = ready.environment()
    ours = [str(paths.DEV), str(paths.ROOT / "tests")]
    variables["PYTHONPATH"] = os.pathsep.join([variables["PYTHONPATH"], *ours])
    os.execve(ready.python, [str(ready.python), *arguments], variables)
