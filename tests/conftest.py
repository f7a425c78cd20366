"""Fixtures of the top-level tests: they use the office from outside, as people do."""

import os
import shutil

import pytest

from kit import databases, paths, tools
from kit import odoo as environment
from support.server import new_server

CI = os.environ.get("CI", "").lower() in ("1", "true", "yes")


@pytest.fixture(scope="session")
def odoo():
    """The ready environment: Odoo's code, its Python, PostgreSQL."""
    return environment.ensure()


@pytest.fixture(scope="session")
def smtp_sink():
    """A mail server that collects what Odoo sends."""
    from support.mail import Sink

    sink = Sink()
    sink.start()
    yield sink
    sink.stop()


@pytest.fixture(scope="module")
def sink():
    """A mail server of the module's own, to which it has an office send."""
    from support.mail import Sink

    sink = Sink()
    sink.start()
    yield sink
    sink.stop()


@pytest.fixture(scope="session")
def make_server(odoo, smtp_sink):
    """Make further servers: make_server(name, "--workers=2", ...)."""
    running = []

    def make(name, *options):
        server = new_server(odoo, name)
        running.append(server)
        server.start(
            "--smtp=127.0.0.1",
            f"--smtp-port={smtp_sink.port}",
            "--max-cron-threads=0",
            *options,
        )
        return server

    yield make
    for server in running:
        server.stop()
        databases.drop(odoo, server.db)


@pytest.fixture(scope="session")
def server(make_server):
    """The demo office on a free port of the loopback interface (threaded, no cron)."""
    return make_server("server", "--workers=0")


@pytest.fixture(scope="session")
def require_tool():
    """Skip a test whose tool is missing; with CI=true a missing tool is a failure."""

    def require(name):
        if tools.present(name):
            return
        if CI:
            pytest.fail(tools.explain(name), pytrace=False)
        pytest.skip(tools.explain(name))

    return require


@pytest.fixture(scope="session")
def browser(server, require_tool):
    """Chromium with Turkish settings; `browser.context(login)` opens a session."""
    require_tool("chromium")
    from support.browsing import Browsers

    browsers = Browsers(server)
    yield browsers
    browsers.close()


@pytest.fixture
def page_as(browser):
    """Open a page as a user: page_as("sekreter"); without a login, as a stranger."""
    contexts = []

    def open_page(login=None, **options):
        context = browser.context(login, **options)
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def pictures(request):
    """The folder of the module's screenshots, its `PICTURES`, empty at the start."""
    folder = paths.STATE / "screens" / request.module.PICTURES
    shutil.rmtree(folder, ignore_errors=True)
    return folder


@pytest.fixture
def sit_down(page_as, pictures):
    """Sit down as somebody: sit_down("mudur"), with PHONE on a phone."""
    from support.person import DESK, Person

    people = []

    def sit(login, options=DESK):
        people.append(Person(page_as(login, **options), login, pictures))
        return people[-1]

    yield sit
    for person in people:
        assert not person.errors, person.login
