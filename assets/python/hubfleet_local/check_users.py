"""The temporary users of `hubfleet check`: made with the narrowest token, and gone without a trace."""

import asyncio
import os
import shutil

from jupyterhub import orm, roles

from . import cgroups, processes
from .dask_requests import end_dask_clusters
from .names import escaped, is_marker, is_reserved, server_label

# Where programs leave what they think is gone after a restart: scratch directories, semaphores.
_PUBLIC_PLACES = ("/tmp", "/var/tmp", "/dev/shm")


class CheckUsers:
    """Makes temporary users, and removes them with all they had. Called under the reconciliation's lock."""

    def __init__(self, hub, reconciliation):
        self.hub = hub
        self.site = hub.site
        self.reconciliation = reconciliation
        self._deadlines = set()

    async def admit(self, name, seconds):
        """Removes what earlier checks left, then makes the user and a token for no more than a check does."""
        self.site.checks.forget_all()
        swept = await self.sweep()
        self.site.checks.admit(name, seconds)
        db = self.hub.db
        orm_user = orm.User(name=name)
        db.add(orm_user)
        roles.assign_default_roles(db, entity=orm_user)
        db.commit()
        self.hub.users.add(orm_user)
        token = orm_user.new_api_token(note="hubfleet check", expires_in=int(seconds), scopes=self._scopes(name))
        self.end_after(name, seconds)
        return {"token": token, "swept": swept["ended"], "left": swept["left"]}

    async def end(self, name):
        self.site.checks.forget(name)
        return await self.sweep()

    async def sweep(self):
        """Removes every temporary user that is not let in now; answers their names, and paths that would not go."""
        users = [user for user in self.hub.db.query(orm.User) if self._is_over(user.name)]
        names = {user.name for user in users} | self._names_on_disk()
        if not names:
            return {"ended": [], "left": []}
        for user in users:
            self.reconciliation.revoke(user)
        self.hub.db.commit()
        await asyncio.gather(*(self.reconciliation.stop_servers(user) for user in users))
        await end_dask_clusters(self.site, self.hub.log)
        for user in users:
            wrapped = self.hub.users[user]
            await wrapped.delete_spawners()
            self.hub.users.delete(wrapped)
        for name in names:
            await self._end_processes(name)
            await asyncio.to_thread(self._remove_files, name)
        await asyncio.to_thread(self._remove_public_files)
        left = [path for name in names for path in self._files(name) if os.path.lexists(path)]
        return {"ended": sorted(names), "left": sorted(left)}

    def end_after(self, name, seconds):
        """A check that was killed and never followed by another one ends by the clock."""

        def begin():
            task = asyncio.ensure_future(self.reconciliation.end_check(name))
            self._deadlines.add(task)
            task.add_done_callback(self._deadlines.discard)

        asyncio.get_running_loop().call_later(seconds, begin)

    def _scopes(self, name):
        scopes = [f"servers!user={name}", f"access:servers!user={name}"]
        if self.site.settings["dask"]["enabled"]:
            scopes.append("access:services!service=dask-gateway")
        return scopes

    def _is_over(self, name):
        return is_reserved(name) and not self.site.checks.is_live(name)

    def _names_on_disk(self):
        homes = self.site.in_data("homes")
        names = os.listdir(homes) if os.path.isdir(homes) else []
        return {name for name in names if self._is_over(name)}

    async def _end_processes(self, name):
        """By marker, and by the user id that all temporary users have, one after another."""
        own = {self.site.marker("server", server_label(name, "")), self.site.marker("dask", escaped(name))}
        uid = self.site.uids.known(name) if self.site.uids is not None else None
        hub, clusters = self.site.marker(""), set()

        def is_own(marker):
            return any(marker == one or marker.startswith((f"{one}/", f"{one}--")) for one in own)

        def find():
            found = set()
            for pid, marker in processes.markers():
                if is_own(marker):
                    found.add(pid)
                    clusters.update(marker.split("/")[4:5])
            if uid is not None and not self.site.checks.seconds_left():
                for pid in processes.owned_by(uid):
                    marker = processes.marker_of(pid)
                    if marker.startswith(hub) or not is_marker(marker):
                        found.add(pid)
            return found

        left = await processes.kill(find)
        if left:
            self.hub.log.error("%s: processes %s outlived SIGKILL", name, sorted(left))
        # The gateway does this when it is there; after a kill of it, its directories and groups are left.
        for cluster in clusters:
            shutil.rmtree(self.site.in_run("dask", cluster), ignore_errors=True)
        if self.site.cgroups.base:
            for label in [f"server-{server_label(name, '')}", *(f"dask-{cluster}-" for cluster in clusters)]:
                cgroups.sweep(self.site.cgroups.base, label)

    def _files(self, name):
        log = self.site.in_run("servers", f"{server_label(name, '')}.log")
        return [self.site.home(name), log, f"{log}.older", f"{log}.1", f"{log}.1.older"]

    def _remove_files(self, name):
        home, *logs = self._files(name)
        shutil.rmtree(home, ignore_errors=True)
        for log in logs:
            if os.path.exists(log):
                os.unlink(log)

    def _remove_public_files(self):
        """By owner, so only where temporary users have an id of their own."""
        if self.site.uids is None or self.site.checks.seconds_left():
            return
        for place in _PUBLIC_PLACES:
            if not os.path.isdir(place):
                continue
            with os.scandir(place) as entries:
                own = [entry for entry in entries if self._is_of_a_check(entry)]
            for entry in own:
                if entry.is_dir(follow_symlinks=False):
                    shutil.rmtree(entry.path, ignore_errors=True)
                else:
                    os.unlink(entry.path)

    def _is_of_a_check(self, entry):
        try:
            return entry.stat(follow_symlinks=False).st_uid == self.site.uids.check
        except OSError:
            return False
