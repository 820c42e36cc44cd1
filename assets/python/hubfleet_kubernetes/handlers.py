"""What hubfleet asks a running hub, with the operator's token only.

| request    | answer |
|------------|--------|
| GET state  | what is in effect; users and their servers |
| POST sync  | current.json, as the pod sees it, is in effect |
"""

import functools
import json

import jupyterhub
from jupyterhub import orm
from jupyterhub.apihandlers.base import APIHandler
from jupyterhub.utils import isoformat, url_path_join
from tornado import web

from hubfleet_local.names import is_reserved

_OPERATOR = "hubfleet"


def for_operator(method):
    @functools.wraps(method)
    def checked(self, *args):
        who = self.current_user
        if who is None or not isinstance(who, orm.Service) or who.name != _OPERATOR:
            raise web.HTTPError(403, "only hubfleet may ask this")
        return method(self, *args)

    return checked


class StateHandler(APIHandler):
    @for_operator
    async def get(self):
        hub = self.settings["app"]
        everybody = self.db.query(orm.User).all()
        self.finish(
            json.dumps(
                {
                    "version": jupyterhub.__version__,
                    "current": hub.reconciliation.in_effect,
                    "users": [self._user(user) for user in everybody if not is_reserved(user.name)],
                    "checks": [self._user(user) for user in everybody if is_reserved(user.name)],
                }
            )
        )

    def _user(self, orm_user):
        user = self.users[orm_user]
        servers = [self._server(user, spawner) for spawner in user.spawners.values() if spawner.active]
        return {"name": user.name, "admin": bool(orm_user.admin), "servers": servers}

    def _server(self, user, spawner):
        kept = spawner.orm_spawner.state or {}
        return {
            "name": spawner.name,
            "ready": spawner.ready,
            "pending": spawner.pending or None,
            "started": isoformat(spawner.orm_spawner.started),
            "lastActivity": isoformat(spawner.orm_spawner.last_activity),
            "profile": (kept.get("hubfleet") or {}).get("profile"),
            "image": (kept.get("hubfleet") or {}).get("image"),
            "pod": kept.get("pod_name"),
            "url": url_path_join(user.base_url, spawner.name, "/"),
        }


class SyncHandler(APIHandler):
    @for_operator
    async def post(self):
        self.finish(json.dumps(await self.settings["app"].reconciliation.sync()))


handlers = [
    (r"/api/hubfleet/state", StateHandler),
    (r"/api/hubfleet/sync", SyncHandler),
]
