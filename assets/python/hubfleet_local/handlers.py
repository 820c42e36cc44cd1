"""What hubfleet asks a running hub, with the operator's token only.

| request             | answer |
|---------------------|--------|
| GET state           | users and their servers; those of checks apart |
| POST sync           | current.json is in effect |
| POST checks/NAME    | a temporary user is let in; its token. What earlier checks left is gone |
| DELETE checks/NAME  | the temporary user is gone, with all it had |
"""

import functools
import json

import jupyterhub
from jupyterhub import orm
from jupyterhub.apihandlers.base import APIHandler
from jupyterhub.utils import isoformat, url_path_join
from tornado import web

from .configuration import OPERATOR
from .names import is_check_name, is_reserved

_LONGEST_CHECK_SECONDS = 6 * 3600


def for_operator(method):
    @functools.wraps(method)
    def checked(self, *args):
        who = self.current_user
        if who is None or not isinstance(who, orm.Service) or who.name != OPERATOR:
            raise web.HTTPError(403, "only hubfleet may ask this")
        return method(self, *args)

    return checked


class StateHandler(APIHandler):
    @for_operator
    async def get(self):
        hub = self.settings["app"]
        hub.site.current.read()
        reason = hub.site.cgroups.reason
        everybody = self.db.query(orm.User).all()
        self.finish(
            json.dumps(
                {
                    "version": jupyterhub.__version__,
                    "current": hub.reconciliation.in_effect,
                    "users": [self._user(user) for user in everybody if not is_reserved(user.name)],
                    "checks": [self._user(user) for user in everybody if is_reserved(user.name)],
                    "limitsEnforced": not reason,
                    "limitsReason": reason,
                }
            )
        )

    def _user(self, orm_user):
        user = self.users[orm_user]
        servers = [self._server(user, spawner) for spawner in user.spawners.values() if spawner.active]
        return {"name": user.name, "admin": bool(orm_user.admin), "servers": servers}

    def _server(self, user, spawner):
        kept = spawner.kept or {}
        return {
            "name": spawner.name,
            "ready": spawner.ready,
            "pending": spawner.pending or None,
            "started": kept.get("started"),
            "lastActivity": isoformat(spawner.orm_spawner.last_activity),
            "profile": kept.get("profile"),
            "image": kept.get("image"),
            "environment": kept.get("environment"),
            "workerImage": kept.get("workerImage"),
            "workerEnvironment": kept.get("workerEnvironment"),
            "url": url_path_join(user.base_url, spawner.name, "/"),
        }


class SyncHandler(APIHandler):
    @for_operator
    async def post(self):
        hub = self.settings["app"]
        self.finish(json.dumps(await hub.reconciliation.sync()))


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


handlers = [
    (r"/api/hubfleet/state", StateHandler),
    (r"/api/hubfleet/sync", SyncHandler),
    (r"/api/hubfleet/checks/([^/]+)", CheckHandler),
]
