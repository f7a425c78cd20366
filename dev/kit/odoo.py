"""Odoo's own command line inside this environment."""

import os
import re
import subprocess
import sys
from pathlib import Path

from . import debian, paths, postgres, python, run
from .errors import KitError

AUTO_INSTALL = os.environ.get("OZEL_KALEM_AUTO_INSTALL", "").lower() in (
    "1",
    "true",
    "yes",
)

ORDINARY = re.compile(
    r"\d{4}-\d\d-\d\d \S+ \d+ (INFO|DEBUG|RUNBOT) |Running as user 'root'"
)
WRONG = re.compile(r" ERROR | CRITICAL |demo data failed to install")
NOBODY_LISTENS = "http://127.0.0.1:9/"


class Odoo:
    """A ready environment: Odoo's code, its Python and a running PostgreSQL."""

    def __init__(self, home, interpreter, server):
        self.home = home
        self.python = interpreter
        self.server = server

    @property
    def script(self):
        """The program that starts Odoo."""
        source = self.home / "odoo-bin"
        return source if source.exists() else self.home / "odoo/__main__.py"

    @property
    def addons(self):
        """Odoo's own add-on folders."""
        found = [self.home / "odoo/addons", self.home / "addons"]
        return [
            folder
            for folder in found
            if (folder / "base").is_dir() or (folder / "web").is_dir()
        ]

    def command(self, *arguments):
        """The command line that runs Odoo with these arguments."""
        start = [self.script] if self.script.name == "odoo-bin" else ["-m", "odoo"]
        return [str(part) for part in (self.python, *start, *arguments)]

    def environment(self):
        """The variables with which Odoo finds its code, its configuration and PostgreSQL."""
        found = self.server.environment()
        search = [str(self.home), *filter(None, [os.environ.get("PYTHONPATH")])]
        found |= {
            "PYTHONPATH": os.pathsep.join(search),
            "ODOO_RC": str(paths.CONF),
            "PYTHONUNBUFFERED": "1",
        }
        found["PATH"] = os.pathsep.join(
            [str(self.python.parent), os.environ.get("PATH", os.defpath)]
        )
        return found

    def call(self, *arguments, what, log):
        """Run Odoo quietly with its output in a log file; fail when it logged an error."""
        log = paths.LOGS / log
        text = run.call(
            self.command(*arguments),
            what,
            log=log,
            worth_showing=lambda line: not ORDINARY.match(line),
            env=self.environment(),
            cwd=paths.ROOT,
        )
        wrong = [line for line in text.splitlines() if WRONG.search(line)]
        if wrong:
            raise KitError(
                f"{what}: Odoo logged errors (whole output: {log}).\n"
                + "\n".join(wrong[:8])
            )

    def identity(self):
        """A text that changes when Odoo's code does."""
        if paths.ODOO_HOME:
            return f"{self.home} {(self.home / 'odoo/release.py').read_text()}"
        return self.home.parts[-5] if len(self.home.parts) > 5 else str(self.home)


def ensure():
    """Set up whatever is missing and return the ready environment."""
    if paths.ODOO_HOME:
        home, interpreter = _named_home(), python.ensure_runtime()
    else:
        home, interpreter = _prepare_both()
    odoo = Odoo(home, interpreter, postgres.ensure())
    if odoo.server.user == "postgres":
        raise KitError(
            "Odoo refuses to work as PostgreSQL's user postgres: name another role with PGUSER."
        )
    _configure(odoo)
    return odoo


def _prepare_both():
    """Odoo's tree and its Python side by side: one keeps the disk busy, one the network."""
    if debian.tree().is_dir():
        return debian.tree() / debian.SITE, python.ensure_runtime()
    program = "import sys; sys.path.insert(0, sys.argv[1]); from kit import child; child.unpack()"
    child = subprocess.Popen(
        [sys.executable, "-c", program, str(paths.DEV)], stdin=subprocess.DEVNULL
    )
    try:
        interpreter = python.ensure_runtime()
    except BaseException:
        child.terminate()
        child.wait()
        raise
    if child.wait():
        raise KitError(
            "Odoo could not be fetched (see above); call again when that is cured."
        )
    return debian.tree() / debian.SITE, interpreter


def _named_home():
    home = Path(paths.ODOO_HOME).resolve()
    if not (home / "odoo/release.py").exists():
        raise KitError(
            f"ODOO_HOME={home} has no odoo/release.py: name the folder that holds the odoo package."
        )
    return home


def _configure(odoo):
    server = odoo.server
    settings = {
        "addons_path": ",".join(map(str, [*odoo.addons, paths.ROOT])),
        "data_dir": paths.DATA_DIR,
        "db_host": server.host,
        "db_port": server.port,
        "db_user": server.user,
        "db_password": server.password,
        "db_template": postgres.TEMPLATE,
        "http_interface": "127.0.0.1",
        "http_port": 8069,
        "pg_path": server.programs,
        "screenshots": paths.LOGS / "screens",
        "publisher_warranty_url": NOBODY_LISTENS,
        "skip_auto_install": not AUTO_INSTALL,
        "max_cron_threads": 1,
    }
    text = "[options]\n" + "".join(
        f"{key} = {value}\n" for key, value in settings.items() if value is not None
    )
    if not paths.CONF.exists() or paths.CONF.read_text() != text:
        paths.STATE.mkdir(parents=True, exist_ok=True)
        part = paths.CONF.with_suffix(f".{os.getpid()}")
        part.touch(mode=0o600)
        part.write_text(text)
        part.replace(paths.CONF)
    paths.DATA_DIR.mkdir(parents=True, exist_ok=True)
    paths.LOGS.mkdir(parents=True, exist_ok=True)
