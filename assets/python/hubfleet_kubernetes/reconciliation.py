"""Keeps users, administrators and groups as current.json says, and ends what those had who lost access."""

from hubfleet_local.access_sync import AccessSync

from .check_users import CheckUsers
from .dask_clusters import end_dask_clusters


class Reconciliation(AccessSync):
    def __init__(self, hub):
        super().__init__(hub, CheckUsers)

    async def end_dask_clusters(self):
        if self.site.settings["dask"]["enabled"]:
            await end_dask_clusters(lambda user: bool(self.site.rules_of(user)), self.hub.log)

    def keeps_rights_until_the_end(self, current):
        """A running pod keeps its mounts: only its end takes the right to write away."""
        shared = current.get("shared") or []
        return self.site.settings["homes"] == "nfs" and any(one["writers"] == "admins" for one in shared)
