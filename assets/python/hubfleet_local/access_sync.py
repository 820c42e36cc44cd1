"""Makes users, administrators and groups exactly what current.json says, wherever the hub runs.

JupyterHub looks at its lists when somebody logs in. Whoever was inside stays inside: with the
servers, tokens and rights of before. Here they end.
"""

import asyncio
import uuid

from jupyterhub import orm, roles

from .names import is_reserved

_SPAWN_SECONDS = 15


class AccessSync:
    """What a runtime adds is in the methods that do nothing here."""

    def __init__(self, hub, create_checks):
        self.hub = hub
        self.site = hub.site
        self.in_effect = ""
        self._lock = asyncio.Lock()
        self._checks = create_checks(hub, self)

    async def admit_check(self, name, seconds):
        async with self._lock:
            return await self._checks.admit(name, seconds)

    async def end_check(self, name):
        async with self._lock:
            return await self._checks.end(name)

    def watch_checks(self):
        """After a restart of the hub."""
        self._checks.watch()

    async def sync(self):
        async with self._lock:
            return await self._sync()

    def prepare(self):
        """Before anything is looked at."""

    def lose(self):
        """After somebody lost something, before servers are ended."""

    async def end_dask_clusters(self):
        """Ends those of users without access."""

    async def forget(self, name):
        """What else is known of a user who has left."""

    def keeps_rights_until_the_end(self, current):
        """Whether a server keeps what its user may do as an administrator for as long as it runs."""
        return False

    async def _sync(self):
        current = self.site.current.read()
        digest = self.site.current.digest
        access = self.hub.authenticator.refresh_lists()
        self._take_limits(current.get("limits") or {})
        self.prepare()

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
            self.lose()

        names = [user.name for user in removed]
        leavers = removed + [user for user in demoted if self.keeps_rights_until_the_end(current)]
        stopped = await asyncio.gather(*(self.stop_servers(user) for user in leavers))
        await self.end_dask_clusters()
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
        """The name leaves the hub's database; home and a chosen password stay for a return."""
        user = self.hub.users[orm_user]
        name = user.name
        await user.delete_spawners()
        self.hub.users.delete(user)
        self.site.grants.forget(name)
        await self.forget(name)
