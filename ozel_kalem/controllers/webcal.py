import hashlib
import threading
import time
from collections import OrderedDict

from odoo import http
from odoo.http import request

CALENDAR = "text/calendar; charset=utf-8"
MAX_AGE = 300


class Brake:
    """So many calls a minute for each caller, counted by this process alone.

    It slows a careless client down; what keeps strangers out is the length of the
    token. It forgets the callers that it has not seen for longest.
    """

    def __init__(self, calls=60, seconds=60, callers=1000):
        self._calls, self._seconds, self._callers = calls, seconds, callers
        self._seen = OrderedDict()
        self._lock = threading.Lock()

    def lets_pass(self, caller, now=None):
        """Count a call, and tell whether it is one of those allowed."""
        now = time.monotonic() if now is None else now
        with self._lock:
            began, count = self._seen.pop(caller, (now, 0))
            if now - began >= self._seconds:
                began, count = now, 0
            self._seen[caller] = (began, count + 1)
            if len(self._seen) > self._callers:
                self._seen.popitem(last=False)
        return count < self._calls


brake = Brake()


class WebcalController(http.Controller):
    @http.route(
        "/ozel_kalem/webcal/<string:token>.ics",
        type="http",
        auth="public",
        methods=["GET"],
        readonly=True,
        save_session=False,
    )
    def programme(self, token, **_query):
        """The programme of the principal to whom the secret address belongs."""
        if not brake.lets_pass(request.httprequest.remote_addr):
            return request.make_response(
                "", headers=[("Retry-After", "60")], status=429
            )
        principal = request.env["ozel_kalem.principal"]._find_by_webcal_token(token)
        if not principal:
            return request.not_found()
        file, changed_on = principal._webcal_file()
        response = request.make_response(
            file,
            headers=[
                ("Content-Type", CALENDAR),
                ("Content-Disposition", 'inline; filename="program.ics"'),
                ("Cache-Control", f"private, max-age={MAX_AGE}"),
                ("Referrer-Policy", "no-referrer"),
                ("X-Robots-Tag", "noindex"),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )
        response.last_modified = changed_on
        response.set_etag(hashlib.sha256(file).hexdigest())
        # by the tag alone: what was taken away changes no date
        if request.httprequest.if_none_match.contains(response.get_etag()[0]):
            response.status_code = 304
            response.set_data(b"")
        return response
