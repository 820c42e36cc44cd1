"""Keeps users, administrators and groups as current.json says, and ends the processes of those who lost access."""

from . import cgroups, processes
from .access_sync import AccessSync
from .check_users import CheckUsers
from .dask_requests import end_dask_clusters
from .jupyter_defaults import begin_access_epoch
from .names import is_marker
from .shared_directories import ensure_shared_directories


class Reconciliation(AccessSync):
    def __init__(self, hub):
        super().__init__(hub, CheckUsers)

    def prepare(self):
        ensure_shared_directories(self.site, self.hub.log)

    def lose(self):
        begin_access_epoch(self.site)

    def keeps_rights_until_the_end(self, current):
        """A running process keeps its groups: only its end takes them away."""
        has_admins_directory = any(one["writers"] == "admins" for one in current.get("shared") or [])
        return self.site.uids is not None and has_admins_directory

    async def end_dask_clusters(self):
        await end_dask_clusters(self.site, self.hub.log)

    async def forget(self, name):
        """Home, uid and a chosen password stay for a return; what still runs ends."""
        if self.site.uids is not None:
            await self._end_everything_of(name)

    async def end_strays(self):
        """Ends servers' processes that no server in the database owns: the hub was killed while it started them."""
        own = self.site.marker("server/")
        known = {
            spawner.marker
            for user in self.hub.users.values()
            for spawner in user.spawners.values()
            if spawner.active or spawner._check_pending
        }
        strays = {pid: marker for pid, marker in processes.markers() if marker.startswith(own)}
        strays = {pid for pid, marker in strays.items() if marker not in known}
        if strays:
            self.hub.log.warning("ending processes of no known server: %s", sorted(strays))
            await processes.kill(lambda: strays)
        if self.site.cgroups.base:
            cgroups.sweep(self.site.cgroups.base, "server-")

    async def _end_everything_of(self, name):
        uid, own = self.site.uids.known(name), self.site.marker("")
        if uid is None:
            return

        def find():
            markers = {pid: processes.marker_of(pid) for pid in processes.owned_by(uid)}
            return {pid for pid, marker in markers.items() if marker.startswith(own) or not is_marker(marker)}

        await processes.kill(find)
