"""Dask clusters as processes of their owners.

The stock local backends run everybody with the gateway's rights, or hand files over to users by a
loop that reaches the root directory. This one gives each owner's scheduler and workers the owner's
uid, limits and private directory, and knows them by more than a pid.
"""

import asyncio
import os

from dask_gateway_server.backends.base import PublicException
from dask_gateway_server.backends.db_base import JobStatus
from dask_gateway_server.backends.local import LocalBackend

from . import cgroups, launching, processes, use_log
from .dask_options import options_for
from .names import MARKER, escaped

_LOST_ACCESS_SECONDS = 2
_END_SECONDS = 20


class FleetBackend(LocalBackend):
    @property
    def site(self):
        return self.parent.site

    async def do_setup(self):
        self.site.dask_use.begin(self.log)
        launching.open_to_users(self.site.in_run("dask"))
        await self._end_strays()
        await self._end_dead()
        self.task_pool.spawn(self._watch_access())

    async def get_cluster_options(self, user):
        return options_for(self.site, user.name)

    async def start_cluster(self, user, cluster_options):
        limit = (self.site.current.read().get("dask") or {}).get("maxClustersPerUser")
        running = len(self.db.list_clusters(username=user.name))
        if limit and running >= limit:
            raise PublicException(f"{user.name} has {running} Dask clusters, this hub allows {limit}")
        return await super().start_cluster(user, cluster_options)

    async def _cluster_to_running(self, cluster):
        await super()._cluster_to_running(cluster)
        self.site.dask_use.note(use_log.DASK, cluster.username, self.log)

    async def end_clusters_without_access(self):
        """Ends what belongs to people who are out; returns the clusters' names when they are gone."""
        ending = [cluster for cluster in self.db.active_clusters() if not self.site.rules_of(cluster.username)]
        for cluster in ending:
            self.log.warning("cluster %s ends: %s lost access", cluster.name, cluster.username)
            await processes.kill(lambda one=cluster: self._find_cluster(one), seconds=2)
            await self.stop_cluster(cluster.name)
        if ending:
            done = [asyncio.ensure_future(cluster.shutdown) for cluster in ending]
            await asyncio.wait(done, timeout=_END_SECONDS)
        return [cluster.name for cluster in ending]

    # One cluster: a private directory, a control group per process, a marker for all of them.

    def setup_working_directory(self, cluster):
        account = launching.account_of(self.site, cluster.username)
        workdir = self.site.in_run("dask", cluster.name)
        directories = [workdir, self.get_certs_directory(workdir), self.get_logs_directory(workdir)]
        for directory in directories:
            os.makedirs(directory, mode=0o700, exist_ok=True)
        for path, data in zip(self._get_tls_paths(workdir), (cluster.tls_cert, cluster.tls_key)):
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
            account.own(path)
        for directory in reversed(directories):
            account.own(directory)
        return workdir

    def get_env(self, cluster):
        account_home = self.site.home(cluster.username)
        workdir = cluster.state["workdir"]
        env = launching.inherited()
        env.update(super().get_env(cluster))
        env.update(
            {
                "HOME": account_home,
                "USER": cluster.username,
                "LOGNAME": cluster.username,
                "DASK_TEMPORARY_DIRECTORY": workdir,
                MARKER: self._marker(cluster),
            }
        )
        return env

    async def start_process(self, cluster, cmd, env, name, memory=None, cores=None):
        account = launching.account_of(self.site, cluster.username)
        workdir = cluster.state["workdir"]
        groups = self.site.cgroups.create(f"dask-{cluster.name}-{name}", memory, cores)
        path = os.path.join(self.get_logs_directory(workdir), f"{name}.log")
        log = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        try:
            account.own(path)
            process = await asyncio.create_subprocess_exec(
                *cmd,
                env=env,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=account.enter(workdir, groups),
            )
        finally:
            os.close(log)
        identity = processes.identify(process.pid) or {"pid": process.pid, "start": -1, "boot": ""}
        return {**identity, "cgroups": groups}

    async def do_start_cluster(self, cluster):
        state = {"workdir": self.setup_working_directory(cluster)}
        yield state
        # The command is made from the state, which the line above has stored.
        config = cluster.config
        process = await self.start_process(
            cluster,
            self.get_scheduler_command(cluster),
            self.get_scheduler_env(cluster),
            "scheduler",
            config.scheduler_memory,
            config.scheduler_cores,
        )
        yield {**state, "process": process}

    async def do_stop_cluster(self, cluster):
        groups = (cluster.state.get("process") or {}).get("cgroups", [])
        await processes.end(lambda: self._find_cluster(cluster), cluster.state.get("process"), 2)
        cgroups.remove(groups)
        workdir = cluster.state.get("workdir")
        if workdir is not None:
            self.cleanup_working_directory(workdir)

    async def do_start_worker(self, worker):
        cluster = worker.cluster
        process = await self.start_process(
            cluster,
            self.get_worker_command(cluster, worker.name),
            self.get_worker_env(cluster),
            f"worker-{worker.name}",
            cluster.config.worker_memory,
            cluster.config.worker_cores,
        )
        yield {"process": process}

    async def do_stop_worker(self, worker):
        process = worker.state.get("process")
        if not process:
            return
        groups = process.get("cgroups", [])
        session = process["pid"]

        def find():
            found = cgroups.members(groups)
            if process["boot"] == processes.boot():
                found |= {pid for pid in processes.of_session(session) if self._is_of(worker.cluster, pid)}
            return found

        await processes.end(find, process, 2)
        cgroups.remove(groups)

    def _check_status(self, o):
        return processes.is_alive(o.state.get("process"))

    def _marker(self, cluster):
        return self.site.marker("dask", escaped(cluster.username), cluster.name)

    def _is_of(self, cluster, pid):
        return processes.marker_of(pid) == self._marker(cluster)

    def _find_cluster(self, cluster):
        return processes.with_marker(self._marker(cluster))

    async def _end_strays(self):
        """A gateway killed while it started a process has no record of it."""
        prefix = self.site.marker("dask/")
        known = {self._marker(cluster) for cluster in self.db.active_clusters()}
        strays = {pid for pid, marker in processes.markers() if marker.startswith(prefix) and marker not in known}
        if strays:
            self.log.warning("ending processes of no known Dask cluster: %s", sorted(strays))
            await processes.kill(lambda: strays)
        names = {cluster.name for cluster in self.db.active_clusters()}
        for name in os.listdir(self.site.in_run("dask")):
            if name not in names:
                self.cleanup_working_directory(self.site.in_run("dask", name))
        if self.site.cgroups.base:
            cgroups.sweep(self.site.cgroups.base, "dask-")

    async def _end_dead(self):
        """What ended while there was no gateway would be listed as running until its heartbeats are missed."""
        for cluster in list(self.db.active_clusters()):
            if cluster.state.get("process") and not self._check_status(cluster):
                self.log.warning("cluster %s ended while the gateway was away", cluster.name)
                await self.stop_cluster(cluster.name, failed=True)

    async def _watch_access(self):
        while True:
            await asyncio.sleep(_LOST_ACCESS_SECONDS)
            try:
                await self.end_clusters_without_access()
            except Exception:
                self.log.exception("could not look for clusters without access")
