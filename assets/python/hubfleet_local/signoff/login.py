"""People by their login at the hub, in a browser and nowhere else."""

from urllib.parse import urlsplit

from jupyterhub.services.auth import HubOAuth, HubOAuthenticated
from tornado import web


class BrowserLogin(HubOAuth):
    """Tokens are for programs: an administrator can make one for anybody, and a program of a user has one of theirs."""

    def get_token(self, handler, in_cookie=True):
        return self._get_token_cookie(handler) if in_cookie else None


class Signed(HubOAuthenticated):
    """A handler for people who are logged in.

    Pages of users' servers come from the same address, so their scripts could ask for this page and send its form. A
    browser says what a request is for, and only going to the page, or sending its own form, is answered.
    """

    def prepare(self):
        headers = self.request.headers
        if headers.get("Sec-Fetch-Dest", "document") != "document":
            raise web.HTTPError(403, "this page is for looking at, in a window of its own")
        if headers.get("Sec-Fetch-Mode", "navigate") != "navigate":
            raise web.HTTPError(403, "this page is for people, not for programs")
        if self.request.method == "POST":
            self._require_own_form()

    def _require_own_form(self):
        headers = self.request.headers
        if headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
            raise web.HTTPError(403, "this form was sent from elsewhere")
        origin = headers.get("Origin")
        if origin is not None and urlsplit(origin).netloc != self.request.host:
            raise web.HTTPError(403, "this form was sent from elsewhere")

    def set_default_headers(self):
        self.set_header("Content-Security-Policy", _POLICY)
        # Another window of the same address cannot reach into this one.
        self.set_header("Cross-Origin-Opener-Policy", "noopener-allow-popups")
        self.set_header("X-Frame-Options", "DENY")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Referrer-Policy", "same-origin")
        self.set_header("Cache-Control", "no-store")


_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
