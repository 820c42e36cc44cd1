"""Starts users' servers as processes of their own uid, in the environment of their profile."""

import asyncio
import os
import subprocess
import time
from datetime import datetime, timezone

from jupyterhub.spawner import LocalProcessSpawner
from jupyterhub.utils import can_connect, random_port
from tornado import web
from traitlets import Any, default

from . import cgroups, launching, processes, profiles
from .names import MARKER, is_marker, server_label
from .shared_directories import ensure_shared_directories
from .spawn_notes import note_spawn

_STOCK_COMMAND = ["jupyterhub-singleuser"]
_GRACE_SECONDS = 8.0
_EARLY_SECONDS = 10.0


class FleetSpawner(LocalProcessSpawner):
    """What it keeps about a running server (`kept`) is in the hub's database, so a restarted hub knows it again."""

    kept = Any(None, allow_none=True)

    @property
    def site(self):
        return self.authenticator.parent.site

    @property
    def label(self):
        return server_label(self.user.name, self.name)

    @property
    def marker(self):
        return self.site.marker("server", self.label)

    @default("options_form")
    def _default_options_form(self):
        return lambda spawner: profiles.form(spawner.offered_profiles())

    @default("env_keep")
    def _default_env_keep(self):
        return []

    def offered_profiles(self):
        return profiles.offered(self.site.current.read(), self.site.access(), self.user.name)

    async def start(self):
        self._image = None
        note_spawn(self, lambda: self._image)
        site, user = self.site, self.user.name
        if not site.rules_of(user):
            raise web.HTTPError(403, f"{user} has no access to this hub")
        profile = profiles.chosen(self.offered_profiles(), self.user_options, user)
        environment = os.path.realpath(profile["notebookEnvironment"])
        self._image = profile["notebookImage"]
        self._take_limits(profile)
        if self.port == 0:
            self.port = random_port()

        ensure_shared_directories(site, self.log)
        account = launching.account_of(site, user)
        groups = site.cgroups.create(f"server-{self.label}", self.mem_limit, self.cpu_limit)
        started = datetime.now(timezone.utc).isoformat(timespec="seconds")
        self.proc = self._launch(profile, environment, account, groups)
        self.pid = self.proc.pid
        self.kept = {
            **(processes.identify(self.pid) or {"pid": self.pid, "start": -1, "boot": ""}),
            "uid": account.uid,
            "cgroups": groups,
            "profile": profile["id"],
            "image": profile["notebookImage"],
            "environment": environment,
            "workerImage": profile["workerImage"],
            "workerEnvironment": os.path.realpath(profile["workerEnvironment"]),
            "started": started,
        }
        await self._notice_early_death()
        return f"http://127.0.0.1:{self.port}"

    def _launch(self, profile, environment, account, groups):
        command, env = self._command(environment), self._environment(profile, environment, account)
        with self._open_log() as log:
            try:
                return subprocess.Popen(
                    command,
                    env=env,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                    close_fds=True,
                    preexec_fn=account.enter(account.home, groups),
                )
            except (OSError, subprocess.SubprocessError) as error:
                cgroups.remove(groups)
                raise web.HTTPError(500, "the environment %s cannot be started: %s", environment, error) from error

    async def _notice_early_death(self):
        """A server that cannot start says so now, not when the hub is tired of waiting for it."""
        deadline = time.monotonic() + _EARLY_SECONDS
        while time.monotonic() < deadline and not can_connect("127.0.0.1", self.port):
            status = self.proc.poll()
            if status is not None:
                raise web.HTTPError(500, "the server ended with status %s: %s", status, self._last_words())
            await asyncio.sleep(0.1)

    def _last_words(self):
        with open(self._log_path, errors="replace") as log:
            lines = [line.strip() for line in log if line.strip()]
        return lines[-1] if lines else "it said nothing"

    async def poll(self):
        """None while the server runs. A process that merely has its pid is not the server."""
        if self.proc is not None:
            return self.proc.poll()
        if self.kept and processes.is_alive(self.kept):
            return None
        return 0

    async def stop(self, now=False):
        """Ends the server and everything it started, however it tried to get away."""
        left = await processes.end(self._find, self.kept, 0.5 if now else _GRACE_SECONDS)
        if self.proc is not None:
            self.proc.poll()
        if left:
            self.log.error("%s: processes %s outlived SIGKILL", self._log_name, sorted(left))
        cgroups.remove((self.kept or {}).get("cgroups", []))

    def run_post_stop_hook(self):
        """A server that died by itself may have left processes behind: they end here."""
        find, groups = self._find, (self.kept or {}).get("cgroups", [])
        hook = super().run_post_stop_hook()

        async def finish():
            if hook is not None and hasattr(hook, "__await__"):
                await hook
            await processes.kill(find)
            cgroups.remove(groups)
            self.site.worker_environments.forget(self.user.name, self.name)

        return finish()

    def load_state(self, state):
        super().load_state(state)
        self.kept = state.get("server")

    def get_state(self):
        state = super().get_state()
        if self.kept:
            state["server"] = self.kept
        return state

    def clear_state(self):
        super().clear_state()
        self.kept = None
        self.proc = None

    def user_env(self, env):
        return env

    def _find(self):
        """Every process of this server: by control group and marker, and by owner where nothing else of the owner may run."""
        kept = self.kept or {}
        found = cgroups.members(kept.get("cgroups", [])) | processes.with_marker(self.marker)
        uid = kept.get("uid")
        if uid is not None:
            found |= {pid for pid in processes.owned_by(uid) if not self._is_of_another(pid)}
        return found

    def _is_of_another(self, pid):
        """True for the owner's Dask clusters and other servers, and for another fleet that has the same uids."""
        marker = processes.marker_of(pid)
        return marker != self.marker and is_marker(marker)

    def _take_limits(self, profile):
        self.mem_limit = profile.get("memoryLimitBytes")
        self.mem_guarantee = profile.get("memoryGuaranteeBytes")
        self.cpu_limit = profile.get("cpuLimit")
        self.cpu_guarantee = profile.get("cpuGuarantee")

    def _command(self, environment):
        if list(self.cmd) != _STOCK_COMMAND:
            return [*self.cmd, *self.get_args()]
        # The interpreter by name: a script's first line may be longer than the kernel reads.
        return [f"{environment}/bin/python", f"{environment}/bin/jupyterhub-singleuser", *self.get_args()]

    def _environment(self, profile, environment, account):
        site = self.site
        current = site.current.read()
        env = {**launching.inherited(), **launching.environment_variables(environment)}
        env.update(current.get("environment") or {})
        env.update(profile.get("environment") or {})
        env.update(self.get_env())
        env.update(launching.environment_paths(environment))
        env.update(
            {
                "HOME": account.home,
                "USER": account.user,
                "LOGNAME": account.user,
                "SHELL": "/bin/bash",
                "JUPYTER_CONFIG_PATH": site.in_run("jupyter"),
                MARKER: self.marker,
            }
        )
        if site.settings["dask"]["enabled"]:
            worker = os.path.realpath(profile["workerEnvironment"])
            image = site.worker_environments.note(self.user.name, self.name, profile["workerImage"], worker)
            env.update(
                {
                    "DASK_GATEWAY__ADDRESS": site.gateway_url,
                    "DASK_GATEWAY__PROXY_ADDRESS": f"gateway://127.0.0.1:{site.settings['ports']['gatewayProxy']}",
                    "DASK_GATEWAY__PUBLIC_ADDRESS": site.gateway_prefix,
                    "DASK_GATEWAY__AUTH__TYPE": "jupyterhub",
                    "DASK_GATEWAY__CLUSTER__OPTIONS__IMAGE": image,
                }
            )
        return env

    @property
    def _log_path(self):
        return self.site.in_run("servers", f"{self.label}.log")

    def _open_log(self):
        path = self._log_path
        launching.open_to_users(os.path.dirname(path))
        for ending in ("", ".older"):
            if os.path.exists(f"{path}{ending}"):
                os.replace(f"{path}{ending}", f"{path}.1{ending}")
            elif os.path.exists(f"{path}.1{ending}"):
                os.unlink(f"{path}.1{ending}")
        return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "wb")
