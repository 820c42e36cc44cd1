"""One hub's settings, secrets and live documents, as its pod sees them."""

import os

from hubfleet_local.access_list import AccessList, Grants
from hubfleet_local.checks import Checks
from hubfleet_local.documents import read_json, Watched
from hubfleet_local.names import is_reserved
from hubfleet_local.notice import Notice
from hubfleet_local.use_log import UseLog

_GIVEN = "/usr/local/share/hubfleet"
_KEPT = "/srv/jupyterhub/hubfleet"


class Site:
    def __init__(self, given=None, kept=None):
        self.given = given or os.environ.get("HUBFLEET_GIVEN", _GIVEN)
        self.data = kept or os.environ.get("HUBFLEET_KEPT", _KEPT)
        os.makedirs(self.data, mode=0o700, exist_ok=True)
        self.settings = read_json(os.path.join(self.given, "python", "settings.json"))
        self.secrets = _Secrets(os.path.join(self.given, "secrets"))
        # Mounted as whole directories, so that kubelet brings what is new.
        self.current = Watched(os.path.join(self.given, "current", "current.json"))
        self.notice = Notice(os.path.join(self.given, "current", "notice.json"))
        self.grants = Grants(self.in_data("grants.json"))
        self.checks = Checks(self.in_data("checks.json"))
        of = f"{self.settings['fleet']}/{self.settings['hub']}/"
        self.server_use = UseLog(self.in_data("use-servers.jsonl"), of)
        self.dask_use = UseLog(self.in_data("use-dask.jsonl"), of)

    def in_data(self, *parts):
        return os.path.join(self.data, *parts)

    def access(self):
        return AccessList(self.current.read()["access"])

    def rules_of(self, user):
        """Why the user may be here now; empty when there is no reason left."""
        if is_reserved(user):
            return ["check"] if self.checks.is_live(user) else []
        return self.access().in_force(user, self.grants.of(user))


class _Secrets:
    """A mounted Secret: a file for each, read when asked for, so that a new one counts at once."""

    def __init__(self, directory):
        self._directory = directory

    def get(self, name, default=None):
        try:
            with open(os.path.join(self._directory, name)) as file:
                return file.read().strip()
        except FileNotFoundError:
            return default

    def __getitem__(self, name):
        value = self.get(name)
        if value is None:
            raise KeyError(name)
        return value
