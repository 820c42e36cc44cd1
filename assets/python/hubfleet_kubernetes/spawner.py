"""Starts users' servers as pods, each as its profile in current.json says at that moment."""

from html import escape

from kubespawner import KubeSpawner
from tornado import web

from hubfleet_local import profiles
from hubfleet_local.names import is_reserved
from hubfleet_local.spawn_notes import note_spawn

_HOME = "/home/jovyan"
_HOME_VOLUME = "home"
# No user can have a name that begins so.
_HOME_OF_CHECKS = "homes/hubfleet-check-"


class FleetSpawner(KubeSpawner):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # After the configuration, in which the chart puts an empty list.
        self.profile_list = lambda spawner: spawner.open_profiles()
        self.kept = None
        self._asked_image = None

    @property
    def site(self):
        return self.authenticator.parent.site

    def open_profiles(self):
        """The profiles that this user may choose, as KubeSpawner has them."""
        offered = profiles.offered(self.site.current.read(), self.site.access(), self.user.name)
        preset = profiles.default_of(offered)
        return [
            {
                "slug": profile["id"],
                "display_name": escape(profile.get("name") or profile["id"]),
                "description": escape(profile.get("description") or ""),
                "default": profile is preset,
                "kubespawner_override": {
                    key: value for key, value in profile["kubespawner"].items() if value is not None
                },
            }
            for profile in offered
        ]

    async def _render_options_form_dynamically(self, current_spawner):
        """Nothing at all when there is nothing to choose."""
        if len(self.open_profiles()) < 2:
            return ""
        return await super()._render_options_form_dynamically(current_spawner)

    async def start(self):
        self._asked_image = None
        note_spawn(self, lambda: self._asked_image)
        return await super().start()

    async def load_user_options(self):
        user = self.user.name
        if not self.site.rules_of(user):
            raise web.HTTPError(403, f"{user} has no access to this hub")
        current = self.site.current.read()
        offered = profiles.offered(current, self.site.access(), user)
        # Also where nothing was chosen; what is not offered is refused, however it was asked for.
        chosen = profiles.chosen(offered, self.user_options, user)
        self.user_options = {**(self.user_options or {}), "profile": chosen["id"]}
        await super().load_user_options()
        self.kept = {"profile": chosen["id"], "image": self.image}
        self._asked_image = chosen["notebookImage"]
        if self.site.settings["homes"] == "nfs":
            self._mount_files(current.get("shared") or [])

    def _mount_files(self, shared):
        """Shared directories of the export that homes are on, and a first container that lets the user write there."""
        is_admin = self.user.name in self.site.access().admins
        mounts = dict(self.volume_mounts) if isinstance(self.volume_mounts, dict) else {}
        is_check = is_reserved(self.user.name)
        if is_check:
            # The hub sees no homes and could not remove one: all checks have the same, one after another.
            mounts[_HOME_VOLUME] = {**mounts[_HOME_VOLUME], "subPath": _HOME_OF_CHECKS}
        prepared = [{"name": _HOME_VOLUME, "mountPath": "/prepare/home", "subPath": mounts[_HOME_VOLUME]["subPath"]}]
        commands = ["find /prepare/home -mindepth 1 -delete"] if is_check else []
        commands += [f"chown {self.uid or 1000}:{self.fs_gid or 100} /prepare/home"]
        for directory in shared:
            name = directory["name"]
            place = {"name": _HOME_VOLUME, "subPath": f"shared/{name}"}
            read_only = directory["writers"] == "admins" and not is_admin
            mounts[f"shared-{name}"] = {**place, "mountPath": f"{_HOME}/shared/{name}", "readOnly": read_only}
            prepared.append({**place, "mountPath": f"/prepare/shared/{name}"})
            commands.append(f"chgrp {self.fs_gid or 100} /prepare/shared/{name} && chmod 2775 /prepare/shared/{name}")
        self.volume_mounts = mounts
        self.init_containers = [
            *self.init_containers,
            {
                "name": "hubfleet-files",
                "image": self.image,
                "command": ["sh", "-c", " && ".join(commands)],
                "securityContext": {"runAsUser": 0, "allowPrivilegeEscalation": False},
                "volumeMounts": prepared,
            },
        ]

    def get_state(self):
        state = super().get_state()
        if self.kept:
            state["hubfleet"] = self.kept
        return state

    def load_state(self, state):
        super().load_state(state)
        self.kept = state.get("hubfleet")

    def clear_state(self):
        super().clear_state()
        self.kept = None
