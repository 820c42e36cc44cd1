"""One hub's settings, secrets and live documents, as both programs see them."""

import os

from .access_list import AccessList, Grants
from .cgroups import Cgroups
from .checks import Checks
from .documents import read_json, Watched
from .names import escaped, is_reserved
from .notice import Notice
from .uids import Uids
from .use_log import UseLog
from .worker_environments import WorkerEnvironments


class Site:
    def __init__(self, settings_path):
        self.settings = read_json(settings_path)
        self.data = self.settings["dataDirectory"]
        self.run = self.settings["runDirectory"]
        self.secrets = read_json(self.in_data("secrets.json"))
        self.current = Watched(self.in_run("current.json"))
        self.notice = Notice(self.in_run("notice.json"))
        self.grants = Grants(self.in_data("grants.json"))
        self.checks = Checks(self.in_run("checks.json"))
        self.cgroups = Cgroups(self.settings.get("cgroup"))
        self.worker_environments = WorkerEnvironments(self.in_run("worker-environments.json"))
        self.server_use = UseLog(self.in_data("use-servers.jsonl"), self.marker())
        self.dask_use = UseLog(self.in_data("use-dask.jsonl"), self.marker())
        isolation = self.settings["isolation"]
        self.uids = None
        if isolation["kind"] == "per-user":
            self.uids = Uids(self.in_data("uids.json"), isolation["firstUid"], isolation["count"])

    def in_data(self, *parts):
        return os.path.join(self.data, *parts)

    def in_run(self, *parts):
        return os.path.join(self.run, *parts)

    @property
    def base_path(self):
        return self.settings["basePath"]

    @property
    def gateway_prefix(self):
        return f"{self.base_path}services/dask-gateway"

    @property
    def gateway_url(self):
        """Straight to Dask's own proxy: works whatever happens to the public one."""
        return f"http://127.0.0.1:{self.settings['ports']['gatewayProxy']}{self.gateway_prefix}"

    def access(self):
        return AccessList(self.current.read()["access"])

    def rules_of(self, user):
        """Why the user may be here now; empty when there is no reason left."""
        if is_reserved(user):
            return ["check"] if self.checks.is_live(user) else []
        return self.access().in_force(user, self.grants.of(user))

    def marker(self, *parts):
        return "/".join([self.settings["fleet"], self.settings["hub"], *parts])

    def home(self, user):
        return self.in_data("homes", escaped(user))
