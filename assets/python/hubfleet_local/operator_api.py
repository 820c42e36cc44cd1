"""What hubfleet asks a running hub, wherever it runs, with the operator's token only.

| request             | answer |
|---------------------|--------|
| GET state           | users and their servers; those of checks apart (each runtime's own) |
| POST sync           | current.json is in effect |
| GET use?since=TIME  | lines of the logs of use from then on, as use_log.py writes them; null for one that does not count |
| POST checks/NAME    | a temporary user is let in; its token. What earlier checks left is gone |
| DELETE checks/NAME  | the temporary user is gone, with all it had |
"""

import functools
import json

from jupyterhub import orm
from jupyterhub.apihandlers.base import APIHandler
from tornado import web

from .names import is_check_name, OPERATOR

_LONGEST_CHECK_SECONDS = 6 * 3600


def for_operator(method):
    @functools.wraps(method)
    def checked(self, *args):
        who = self.current_user
        if who is None or not isinstance(who, orm.Service) or who.name != OPERATOR:
            raise web.HTTPError(403, "only hubfleet may ask this")
        return method(self, *args)

    return checked


class SyncHandler(APIHandler):
    @for_operator
    async def post(self):
        self.finish(json.dumps(await self.settings["app"].reconciliation.sync()))


class UseHandler(APIHandler):
    @for_operator
    async def get(self):
        site, since = self.settings["app"].site, self.get_argument("since", "")
        self.finish(json.dumps({"servers": site.server_use.read(since), "dask": site.dask_use.read(since)}))


class CheckHandler(APIHandler):
    @for_operator
    async def post(self, name):
        _require_check_name(name)
        seconds = (self.get_json_body() or {}).get("seconds")
        if not isinstance(seconds, int) or not 0 < seconds <= _LONGEST_CHECK_SECONDS:
            raise web.HTTPError(400, f"seconds: a number up to {_LONGEST_CHECK_SECONDS}")
        self.finish(json.dumps(await self.settings["app"].reconciliation.admit_check(name, seconds)))

    @for_operator
    async def delete(self, name):
        _require_check_name(name)
        self.finish(json.dumps(await self.settings["app"].reconciliation.end_check(name)))


def _require_check_name(name):
    if not is_check_name(name):
        raise web.HTTPError(400, f"{name} is no name of a check")


shared_handlers = [
    (r"/api/hubfleet/sync", SyncHandler),
    (r"/api/hubfleet/use", UseHandler),
    (r"/api/hubfleet/checks/([^/]+)", CheckHandler),
]
