"""A real Odoo server with its own demo database, and its JSON-2 interface."""

import json
import os
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from kit import databases, paths, serving

PATIENCE = 90
KEYS_SCRIPT = """
import json, pathlib
keys = {}
for user in env["res.users"].search([("share", "in", [False, True]), ("active", "=", True)]):
    keys[user.login] = env["res.users.apikeys"].with_user(user).sudo()._generate(
        "rpc", "tests", None
    )
env.cr.commit()
pathlib.Path(%r).write_text(json.dumps(keys))
"""


class Refused(Exception):
    """The server answered with an error."""

    def __init__(self, status, name, message):
        super().__init__(f"{status} {name}: {message}")
        self.status = status
        self.name = name
        self.message = message


@dataclass
class Server:
    """A running Odoo server; `url`, `db`, `log` say where things are."""

    odoo: object
    db: str
    log: Path
    port: int = 0
    process: subprocess.Popen = None
    keys: dict = field(default_factory=dict)

    @property
    def url(self):
        """The address for a browser or a client."""
        return f"http://127.0.0.1:{self.port}"

    def start(self, *options):
        """Start the server and wait until it answers."""
        self.port = serving.free_port()
        command = self.odoo.command("-d", self.db, "--http-port", self.port, *options)
        with self.log.open("a") as output:
            self.process = subprocess.Popen(
                command,
                env=self.odoo.environment(),
                cwd=paths.ROOT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        self._await()

    def stop(self):
        """End the server; a stubborn one is killed."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def json2(self, user, model, method, **arguments):
        """Call a method through /json/2 as a user; records come back as their ids."""
        request = urllib.request.Request(
            f"{self.url}/json/2/{model}/{method}",
            data=json.dumps(arguments).encode(),
            headers={
                "Authorization": f"bearer {self.keys[user]}",
                "Content-Type": "application/json; charset=utf-8",
                "X-Odoo-Database": self.db,
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise _refusal(error) from None

    def shell(self, code, *options):
        """Run Python with Odoo's `env` in this database; return what it printed."""
        quiet = ("--no-http", "--log-level=error")
        done = subprocess.run(
            self.odoo.command("shell", "-d", self.db, *quiet, *options),
            input=code,
            env=self.odoo.environment(),
            cwd=paths.ROOT,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(f"odoo shell failed:\n{done.stderr}")
        return done.stdout

    def make_keys(self):
        """Give every user an API key, for `json2`."""
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder, "keys.json")
            self.shell(KEYS_SCRIPT % str(target))
            self.keys = json.loads(target.read_text())

    def _await(self):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if self.process.poll() is not None:
                break
            try:
                urllib.request.urlopen(f"{self.url}/web/health", timeout=5).close()
                return
            except OSError:
                time.sleep(0.2)
        self.stop()
        tail = "".join(self.log.read_text().splitlines(keepends=True)[-20:])
        raise RuntimeError(f"The server did not start (log: {self.log}):\n{tail}")


def new_server(odoo, name="server"):
    """A stopped server on a fresh copy of the demo database."""
    databases.sweep(odoo)
    database = f"ok_{name}_{os.getpid()}"
    databases.clone(odoo, databases.ensure_demo_template(odoo), database)
    server = Server(odoo, database, paths.LOGS / f"{database}.log")
    server.log.unlink(missing_ok=True)
    server.make_keys()
    return server


def _refusal(error):
    text = error.read().decode(errors="replace")
    try:
        answer = json.loads(text)
    except ValueError:
        return Refused(error.code, error.reason, text[:500])
    return Refused(error.code, answer.get("name", ""), answer.get("message", ""))
