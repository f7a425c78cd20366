"""Serving a database on the loopback interface."""

import contextlib
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

from . import databases, odoo, paths, run
from .errors import KitError

PATIENCE = 120


def run_demo(options):
    """Make or upgrade the demo office, serve it and say where it is."""
    _require_port(options.port)
    ready = odoo.ensure()
    databases.ensure_current(ready, options.db, demo=True)
    log = paths.LOGS / "server.log"
    run.say(f"Starting Odoo (its log: {log})")
    with log.open("a") as output:
        server = subprocess.Popen(
            ready.command("-d", options.db, "--http-port", options.port),
            env=ready.environment(),
            cwd=paths.ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            process_group=0,  # a second signal would make Odoo hurry: only we pass them on
        )
        with _passing_signals(server):
            _await(server, options.port, log)
            run.say(
                f"The demo office: http://localhost:{options.port}   (Ctrl-C ends it)"
            )
            print(
                "Users: admin, baskan, mudur, sekreter, halkla, protokol, kalem, birim; "
                "password = user name",
                flush=True,
            )
            return server.wait()


def serve(options):
    """Serve a database in the foreground."""
    _require_port(options.port)
    ready = odoo.ensure()
    if not databases.exists(ready, options.db):
        raise KitError(
            f"There is no database {options.db}: bin/dev db fresh {options.db} --demo"
        )
    command = ready.command(
        "-d", options.db, "--http-port", options.port, *options.options
    )
    os.execve(command[0], command, ready.environment())


def free_port():
    """A TCP port that nobody uses on the loopback interface."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _require_port(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise KitError(
                f"Port {port} cannot be used ({error.strerror}): another program holds it.\n"
                f"End that program, or choose another port: make run PORT={port + 1}"
            ) from None


@contextlib.contextmanager
def _passing_signals(server):
    """Hand Ctrl-C and a polite kill on to the server, and wait for its own end."""

    def pass_on(number, _frame):
        server.send_signal(number)

    before = {
        number: signal.signal(number, pass_on)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    }
    try:
        yield
    finally:
        if server.poll() is None:
            server.terminate()
            server.wait()
        for number, handler in before.items():
            signal.signal(number, handler)


def _await(server, port, log):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if server.poll() is not None:
            tail = "\n".join(log.read_text(errors="replace").splitlines()[-12:])
            raise KitError(
                f"Odoo ended while starting (exit code {server.returncode}); its log: {log}\n{tail}"
            )
        with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
            urllib.request.urlopen(
                f"http://127.0.0.1:{port}/web/health", timeout=5
            ).close()
            return
        time.sleep(0.2)
    raise KitError(f"Odoo did not answer within {PATIENCE} seconds; its log: {log}")
