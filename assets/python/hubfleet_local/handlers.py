"""What hubfleet asks a running hub: `GET state` and `POST sync`, with the operator's token only."""

import functools
import json

import jupyterhub
from jupyterhub import orm
from jupyterhub.apihandlers.base import APIHandler
from jupyterhub.utils import isoformat, url_path_join
from tornado import web

from .configuration import OPERATOR


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
        self.finish(
            json.dumps(
                {
                    "version": jupyterhub.__version__,
                    "current": hub.reconciliation.in_effect,
                    "users": [self._user(orm_user) for orm_user in self.db.query(orm.User)],
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


handlers = [
    (r"/api/hubfleet/state", StateHandler),
    (r"/api/hubfleet/sync", SyncHandler),
]
