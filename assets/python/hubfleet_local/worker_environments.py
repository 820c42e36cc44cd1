"""Which environment a Dask cluster's processes run in.

A server that runs on keeps its environment after an update, and its Dask clusters must match it. So
the hub writes down what each running server was started with, hands the server the name `image@key`
as its default for the option `image`, and the gateway finds the environment here. An image without
`@key` is what current.json says now.
"""

import os

from .documents import changing_json, Watched


class WorkerEnvironments:
    def __init__(self, path):
        self.path = path
        self._watched = Watched(path, empty={"users": {}})

    def note(self, user, server, image, environment):
        """Remembers what the server was started with; returns the name that finds it."""
        with self._changing() as document:
            servers = document["users"].setdefault(user, {})
            servers[server] = {"image": image, "environment": environment}
        return _name(image, environment)

    def forget(self, user, server):
        with self._changing() as document:
            servers = document["users"].get(user, {})
            servers.pop(server, None)
            if not servers:
                document["users"].pop(user, None)

    def of(self, user):
        """Name → environment, of the user's running servers."""
        servers = self._watched.read()["users"].get(user, {}).values()
        return {
            _name(server["image"], server["environment"]): server["environment"]
            for server in servers
            if os.path.isdir(server["environment"])
        }

    def _changing(self):
        return changing_json(self.path, {"version": 1, "users": {}})


def _name(image, environment):
    return f"{image}@{os.path.basename(environment)}"
