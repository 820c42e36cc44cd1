"""The service: pages and the form, behind the hub's login."""

import logging
import os

from jupyterhub.services.auth import HubOAuthCallbackHandler
from jupyterhub.utils import url_path_join
from tornado import httpserver, ioloop, web

from .login import BrowserLogin, Signed
from .outbox import Full
from .rendering import render, STYLE
from .sheet import person_of, sheet_of
from .words import Refused, word_of

# A picture of 5 MB and what is around it. Somebody with a larger one, as of a camera, is told so by the page.
_MOST_REQUEST_BYTES = 20_000_000
_FRESH_SECONDS = 10


def serve(sheet, outbox, port):
    BrowserLogin.instance(cache_max_age=_FRESH_SECONDS)
    prefix = os.environ["JUPYTERHUB_SERVICE_PREFIX"]
    known = {"sheet": sheet, "outbox": outbox}
    application = web.Application(
        [
            (url_path_join(prefix, "oauth_callback"), HubOAuthCallbackHandler),
            (url_path_join(prefix, "style.css"), StyleHandler),
            (url_path_join(prefix, "sheet/([0-9a-f]{16})"), SheetHandler, known),
            (prefix.rstrip("/") + "/?", ListHandler, known),
        ],
        cookie_secret=os.urandom(32),
        xsrf_cookies=True,
        # No script needs it: the form has it.
        xsrf_cookie_kwargs={"httponly": True, "samesite": "Lax"},
        default_handler_class=NothingHandler,
        prefix=prefix,
    )
    httpserver.HTTPServer(application, max_body_size=_MOST_REQUEST_BYTES, xheaders=True).listen(port, "127.0.0.1")
    logging.getLogger("tornado.access").setLevel(logging.WARNING)
    logging.info("people sign at %s", prefix)
    ioloop.IOLoop.current().start()


class StyleHandler(web.RequestHandler):
    def get(self):
        self.set_header("Content-Type", "text/css; charset=utf-8")
        self.set_header("Cache-Control", "max-age=600")
        self.finish(STYLE)


class Page(Signed, web.RequestHandler):
    def initialize(self, sheet, outbox):
        self.sheet, self.outbox = sheet, outbox

    def show(self, name, **values):
        user = (self.current_user or {}).get("name", "")
        document = self.sheet.read() or {}
        about = {"user": user, "person": person_of(document, user), "document": document}
        self.finish(render(name, prefix=self.settings["prefix"], **about, **values))

    def known_person(self):
        """The user and the document, for whom fleet.yaml knows by this login; everybody else gets nothing."""
        user, document = self.current_user["name"], self.sheet.read()
        if self.current_user.get("kind", "user") != "user":
            raise web.HTTPError(403)
        if document is None:
            self.set_status(503)
            self.show("message.html", title="Nothing to show yet", text=_NOT_YET)
            return None
        if person_of(document, user) is None:
            self.set_status(403)
            self.show("message.html", title="This page is for others", text=_NOBODY.format(user=user))
            return None
        return user, document

    def write_error(self, status, **kwargs):
        _, error, _ = kwargs.get("exc_info", (None, None, None))
        text = getattr(error, "log_message", None) or getattr(error, "reason", None) or "Something went wrong here."
        # Whoever sent a form with a login that ended meanwhile.
        if status == 403 and self.request.method == "POST":
            text = f"Nothing was sent: {text}. Open the page again, and say it once more."
        self.finish(render("message.html", prefix=self.settings["prefix"], user="", person=None, document={}, title="Not possible", text=text))


class ListHandler(Page):
    @web.authenticated
    def get(self):
        known = self.known_person()
        if known is None:
            return
        user, document = known
        if not self.request.path.endswith("/"):
            self.redirect(self.settings["prefix"])
        elif len(document["sheets"]) == 1:
            self.redirect(f"{self.settings['prefix']}sheet/{document['sheets'][0]['id']}")
        else:
            self.show("list.html", waiting=self.outbox.waiting(user), answers=_answers(document, user))


class SheetHandler(Page):
    @web.authenticated
    def get(self, name):
        self.show_sheet(name)

    @web.authenticated
    def post(self, name):
        known = self.known_person()
        if known is None:
            return
        user, document = known
        sheet = sheet_of(document, name)
        if sheet is None:
            self.show_sheet(name)
            return
        try:
            word, attachment = word_of(lambda field: self.get_body_argument(field, ""), self.request.files, sheet)
            self.outbox.put(user, sheet, word, attachment)
        except Refused as refused:
            self.set_status(400)
            self.show_sheet(name, refused=str(refused))
            return
        except Full:
            self.set_status(429)
            self.show_sheet(name, refused="Too much waits to be recorded already. Try again when that is taken up.")
            return
        logging.info("%s of %s for stage %s", word["kind"], user, sheet["stage"])
        self.redirect(f"{self.settings['prefix']}sheet/{name}", status=303)

    def show_sheet(self, name, refused=""):
        known = self.known_person()
        if known is None:
            return
        user, document = known
        sheet = sheet_of(document, name)
        if sheet is None:
            self.set_status(404)
            self.show("message.html", title="This is not asked any more", text=_GONE)
            return
        waiting = [one for one in self.outbox.waiting(user) if _is_of(one, sheet)]
        said = [one for one in sheet["words"] if one["person"] == person_of(document, user)["id"]]
        self.show(
            "sheet.html",
            sheet=sheet,
            waiting=waiting,
            said=said,
            answers=[one for one in _answers(document, user) if _is_of(one, sheet)],
            refused=refused,
            xsrf=self.xsrf_token.decode("ascii"),
        )


class NothingHandler(Signed, web.RequestHandler):
    def prepare(self):
        self.set_status(404)
        self.finish(render("message.html", prefix=self.settings["prefix"], user="", person=None, document={}, title="There is nothing here", text=""))


def _answers(document, user):
    return [one for one in document.get("answers") or [] if one["user"].lower() == user.lower()]


def _is_of(entry, sheet):
    about = entry["sheet"]
    return about["bundle"] == sheet["bundle"]["digest"] and about["stage"] == sheet["stage"]


_NOT_YET = "hubfleet has not put anything here yet. It does so at its next turn (hubfleet advance)."
_NOBODY = (
    "You are logged in as {user}, and the fleet knows nobody by this login. Those who run it can add it: "
    "logins of a person, in fleet.yaml."
)
_GONE = "The stage has the bundle by now, or would get something else. What you see was out of date; look at what is asked now."
