"""Chromium, driven by Playwright, as a Turkish user's browser."""

from playwright.sync_api import sync_playwright

EXECUTABLE = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
CONTEXT = {
    "locale": "tr-TR",
    "timezone_id": "Europe/Istanbul",
    "viewport": {"width": 1366, "height": 900},
    "accept_downloads": True,
}


class Chromium:
    """One for all servers of a run: Playwright can't be started twice in a thread."""

    _users = 0

    @classmethod
    def start(cls):
        """The running browser."""
        if not cls._users:
            cls._playwright = sync_playwright().start()
            cls._chromium = cls._playwright.chromium.launch(
                executable_path=EXECUTABLE, headless=True, args=FLAGS
            )
        cls._users += 1
        return cls._chromium

    @classmethod
    def stop(cls):
        """Let it go; the last one ends it."""
        cls._users -= 1
        if not cls._users:
            cls._chromium.close()
            cls._playwright.stop()


class Browsers:
    """Opens pages for users; a user logs in once and keeps the session."""

    def __init__(self, server):
        self._server = server
        self.chromium = Chromium.start()
        self._sessions = {}

    def context(self, login=None, **options):
        """A browser context, logged in when a login is named (password = login)."""
        if login and login not in self._sessions:
            self._sessions[login] = self._log_in(login)
        settings = CONTEXT | {"base_url": self._server.url} | options
        return self.chromium.new_context(
            storage_state=self._sessions.get(login), **settings
        )

    def close(self):
        """End the browser, unless others have pages in it."""
        Chromium.stop()

    def _log_in(self, login):
        with self.chromium.new_context(base_url=self._server.url, **CONTEXT) as context:
            page = context.new_page()
            page.goto("/web/login")
            page.fill("input[name=login]", login)
            page.fill("input[name=password]", login)
            page.click(".oe_login_form button[type=submit]")
            page.wait_for_url(
                lambda address: "/web/login" not in address, wait_until="commit"
            )
            return context.storage_state()
