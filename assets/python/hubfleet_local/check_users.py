"""What temporary users leave on one machine: homes, logs, processes, control groups, files in public places."""

import asyncio
import os
import shutil

from . import cgroups, processes
from .names import escaped, is_marker, server_label
from .temporary_users import TemporaryUsers

# Where programs leave what they think is gone after a restart: scratch directories, semaphores.
_PUBLIC_PLACES = ("/tmp", "/var/tmp", "/dev/shm")


class CheckUsers(TemporaryUsers):
    async def find_traces(self):
        homes = self.site.in_data("homes")
        return os.listdir(homes) if os.path.isdir(homes) else []

    async def remove_traces(self, names):
        for name in names:
            await self._end_processes(name)
            await asyncio.to_thread(self._remove_files, name)
        await asyncio.to_thread(self._remove_public_files)
        return [path for name in names for path in self._files(name) if os.path.lexists(path)]

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
