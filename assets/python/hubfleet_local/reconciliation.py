"""Makes users, administrators and groups exactly what current.json says, at start and on request.

JupyterHub looks at its lists when somebody logs in. Whoever was inside stays inside: with the
servers, tokens and rights of before. Here they end.
"""

import asyncio
import uuid

from jupyterhub import orm, roles

from . import cgroups, processes
from .check_users import CheckUsers
from .dask_requests import end_dask_clusters
from .jupyter_defaults import begin_access_epoch
from .names import is_marker, is_reserved
from .shared_directories import ensure_shared_directories

_SPAWN_SECONDS = 15


class Reconciliation:
    def __init__(self, hub):
        self.hub = hub
        self.site = hub.site
        self.in_effect = ""
        self._lock = asyncio.Lock()
        self._checks = CheckUsers(hub, self)

    async def sync(self):
        async with self._lock:
            return await self._sync()

    async def admit_check(self, name, seconds):
        async with self._lock:
            return await self._checks.admit(name, seconds)

    async def end_check(self, name):
        async with self._lock:
            return await self._checks.end(name)

    def watch_checks(self):
        """After a restart: those that were let in are let in no longer than they were to be."""
        for name, seconds in self.site.checks.seconds_left().items():
            self._checks.end_after(name, seconds)

    async def _sync(self):
        current = self.site.current.read()
        digest = self.site.current.digest
        access = self.hub.authenticator.refresh_lists()
        self._take_limits(current.get("limits") or {})
        ensure_shared_directories(self.site, self.hub.log)

        removed, demoted, revoked = [], [], 0
        for user in self.hub.db.query(orm.User).all():
            if is_reserved(user.name):
                continue
            if not self.site.rules_of(user.name):
                revoked += self.revoke(user)
                removed.append(user)
            elif user.admin and user.name not in access.admins:
                revoked += self._revoke_foreign_sessions(user)
                self._set_admin(user, False)
                demoted.append(user)
            elif user.name in access.admins and not user.admin:
                self._set_admin(user, True)
        self._sync_groups(access)
        self.hub.db.commit()
        if removed or demoted:
            begin_access_epoch(self.site)

        names = [user.name for user in removed]
        leavers = removed + [user for user in demoted if self._holds_the_admins_group(current)]
        stopped = await asyncio.gather(*(self.stop_servers(user) for user in leavers))
        await end_dask_clusters(self.site, self.hub.log)
        for user in removed:
            await self._forget(user)
        await self._checks.sweep()
        self.in_effect = digest
        return {
            "current": digest,
            "removedUsers": sorted(names),
            "demotedAdmins": sorted(user.name for user in demoted),
            "stoppedServers": sorted(server for servers in stopped for server in servers),
            "revokedTokens": revoked,
        }

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

    def _take_limits(self, limits):
        settings = self.hub.tornado_application.settings
        settings["active_server_limit"] = limits.get("runningServers") or 0
        settings["concurrent_spawn_limit"] = limits.get("concurrentSpawns") or 0

    def revoke(self, user):
        """Takes everything away that could open a door, before anything is waited for."""
        count = len(user.api_tokens)
        for credential in [*user.api_tokens, *user.oauth_codes]:
            self.hub.db.delete(credential)
        user.cookie_id = uuid.uuid4().hex
        user.groups = []
        self._set_admin(user, False)
        return count

    def _revoke_foreign_sessions(self, user):
        """Ends an administrator's logins to the servers of others."""
        own = {spawner.oauth_client_id for spawner in user._orm_spawners}
        foreign = [
            token
            for token in user.api_tokens
            if token.client_id.startswith("jupyterhub-user-") and token.client_id not in own
        ]
        for token in foreign:
            self.hub.db.delete(token)
        return len(foreign)

    def _set_admin(self, user, admin):
        user.admin = admin
        roles.assign_default_roles(self.hub.db, entity=user)

    def _holds_the_admins_group(self, current):
        """A running process keeps its groups: only its end takes them away."""
        has_admins_directory = any(one["writers"] == "admins" for one in current.get("shared") or [])
        return self.site.uids is not None and has_admins_directory

    def _sync_groups(self, access):
        db = self.hub.db
        for group in db.query(orm.Group).all():
            if group.name not in access.groups:
                db.delete(group)
        existing = {group.name: group for group in db.query(orm.Group)}
        for name in access.groups:
            if name not in existing:
                existing[name] = orm.Group(name=name)
                db.add(existing[name])
        for user in db.query(orm.User):
            if self.site.rules_of(user.name):
                user.groups = [existing[name] for name in access.groups_of(user.name)]

    async def stop_servers(self, orm_user):
        user = self.hub.users[orm_user]
        spawners = [spawner for spawner in user.spawners.values() if spawner.active]
        return await asyncio.gather(*(self._stop(user, spawner) for spawner in spawners))

    async def _stop(self, user, spawner):
        log = self.hub.log
        try:
            await self.hub.proxy.delete_user(user, spawner.name)
        except Exception as error:
            log.warning("%s: the proxy did not drop the route: %s", spawner._log_name, error)
        spawning = spawner._spawn_future
        try:
            await user.stop(spawner.name)
        except Exception:
            log.exception("%s did not stop cleanly", spawner._log_name)
        if spawning is not None and not spawning.done():
            await asyncio.wait([spawning], timeout=_SPAWN_SECONDS)
        return f"{user.name}/{spawner.name}" if spawner.name else user.name

    async def _forget(self, orm_user):
        """The name leaves the hub's database; home, uid and a chosen password stay for a return."""
        user = self.hub.users[orm_user]
        name = user.name
        await user.delete_spawners()
        self.hub.users.delete(user)
        self.site.grants.forget(name)
        if self.site.uids is not None:
            await self._end_everything_of(name)

    async def _end_everything_of(self, name):
        uid, own = self.site.uids.known(name), self.site.marker("")
        if uid is None:
            return

        def find():
            markers = {pid: processes.marker_of(pid) for pid in processes.owned_by(uid)}
            return {pid for pid, marker in markers.items() if marker.startswith(own) or not is_marker(marker)}

        await processes.kill(find)

