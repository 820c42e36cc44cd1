"""What hubfleet asks a hub in a pod; operator_api.py has what it asks every hub."""

import json

import jupyterhub
from jupyterhub import orm
from jupyterhub.apihandlers.base import APIHandler
from jupyterhub.utils import isoformat, url_path_join

from hubfleet_local.names import is_reserved
from hubfleet_local.operator_api import for_operator, shared_handlers


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
                    # The kubelet keeps them.
                    "limitsEnforced": True,
                    "limitsReason": "",
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
            "environment": None,
            "pod": kept.get("pod_name"),
            "url": url_path_join(user.base_url, spawner.name, "/"),
        }


handlers = [(r"/api/hubfleet/state", StateHandler), *shared_handlers]
