"""The temporary users of `hubfleet check`, wherever the hub runs: made with the narrowest token, and gone without a trace."""

import asyncio

from jupyterhub import orm, roles

from .names import is_reserved


class TemporaryUsers:
    """Makes temporary users, and removes them with all they had. Called under the reconciliation's lock.

    What a runtime knows of their traces is in the methods that a runtime writes.
    """

    def __init__(self, hub, reconciliation):
        self.hub = hub
        self.site = hub.site
        self.reconciliation = reconciliation
        self._deadlines = set()

    async def find_traces(self):
        """Names of users of whom something is left, whatever the database knows."""
        raise NotImplementedError

    async def remove_traces(self, names):
        """Removes all that these users had outside of the database; answers what would not go, in words."""
        raise NotImplementedError

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
        """Removes every temporary user that is not let in now; answers their names, and what would not go."""
        users = [user for user in self.hub.db.query(orm.User) if self.is_over(user.name)]
        names = {user.name for user in users} | {name for name in await self.find_traces() if self.is_over(name)}
        if not names:
            return {"ended": [], "left": []}
        for user in users:
            self.reconciliation.revoke(user)
        self.hub.db.commit()
        await asyncio.gather(*(self.reconciliation.stop_servers(user) for user in users))
        await self.reconciliation.end_dask_clusters()
        for user in users:
            wrapped = self.hub.users[user]
            await wrapped.delete_spawners()
            self.hub.users.delete(wrapped)
        left = await self.remove_traces(names)
        return {"ended": sorted(names), "left": sorted(left)}

    def watch(self):
        """After a restart: those that were let in are let in no longer than they were to be."""
        for name, seconds in self.site.checks.seconds_left().items():
            self.end_after(name, seconds)

    def end_after(self, name, seconds):
        """A check that was killed and never followed by another one ends by the clock."""

        def begin():
            task = asyncio.ensure_future(self.reconciliation.end_check(name))
            self._deadlines.add(task)
            task.add_done_callback(self._deadlines.discard)

        asyncio.get_running_loop().call_later(seconds, begin)

    def is_over(self, name):
        return is_reserved(name) and not self.site.checks.is_live(name)

    def _scopes(self, name):
        scopes = [f"servers!user={name}", f"access:servers!user={name}"]
        if self.site.settings["dask"]["enabled"]:
            scopes.append("access:services!service=dask-gateway")
        return scopes
