"""What happens in a user's new process between fork and exec, and the directories made ready for it.

Everything inside a home is done by the user's own rights: a home is full of links its owner chose.
"""

import json
import os
from dataclasses import dataclass, field

from . import cgroups
from .names import escaped

SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass
class Account:
    """The rights a user's processes run with; uid None means those of the hub itself."""

    user: str
    home: str
    uid: int | None = None
    groups: list[int] = field(default_factory=list)
    links: dict[str, str] = field(default_factory=dict)

    def own(self, path):
        if self.uid is not None:
            os.chown(path, self.uid, self.uid, follow_symlinks=False)

    def private_directory(self, path):
        os.makedirs(path, exist_ok=True)
        self.own(path)
        os.chmod(path, 0o700)

    def take_over(self, directory):
        """A directory that came from another machine or uid range becomes the user's, links not followed."""
        if self.uid is None or not os.path.isdir(directory) or os.lstat(directory).st_uid == self.uid:
            return
        for _, directories, files, descriptor in os.fwalk(directory, follow_symlinks=False):
            for name in [*directories, *files]:
                os.chown(name, self.uid, self.uid, dir_fd=descriptor, follow_symlinks=False)
        self.own(directory)

    def enter(self, directory, groups_to_join):
        """Returns the function that runs in the child before exec."""

        def enter():
            cgroups.join(groups_to_join)
            if self.uid is None:
                os.umask(0o077)
            else:
                os.setgroups(self.groups)
                os.setresgid(self.uid, self.uid, self.uid)
                os.setresuid(self.uid, self.uid, self.uid)
                # The user's own group has one member, so this is as private as 077,
                # and what is made in a shared directory can be shared.
                os.umask(0o007)
            os.chdir(directory)
            _link_shared(self.home, self.links)

        return enter


def account_of(site, user):
    """Makes the home ready and says with what rights the user's processes run."""
    account = Account(user=user, home=site.home(user))
    if site.uids is not None:
        account.uid = site.uids.of(user)
        account.groups = [site.uids.everyone]
        if user in site.access().admins:
            account.groups.append(site.uids.admins)
    open_to_users(site.in_data("homes"))
    account.take_over(account.home)
    account.private_directory(account.home)
    for shared in site.current.read().get("shared") or []:
        account.links[shared["name"]] = site.in_data("shared", escaped(shared["name"]))
    return account


def open_to_users(directory):
    """A directory that users pass through without seeing what is in it."""
    os.makedirs(directory, exist_ok=True)
    os.chmod(directory, 0o711)


def environment_paths(environment):
    """Variables that say which environment a process is in; nothing may set them otherwise."""
    paths = {"PATH": f"{environment}/bin:{SYSTEM_PATH}"}
    if os.path.isdir(f"{environment}/conda-meta"):
        return {**paths, "CONDA_PREFIX": environment, "CONDA_DEFAULT_ENV": environment, "CONDA_SHLVL": "1"}
    return {**paths, "VIRTUAL_ENV": environment}


def environment_variables(environment):
    """What activating a conda environment sets (PROJ_DATA, GDAL_DATA, …), found out when it was built.

    Settings of the hub and its profiles are set after these, and win.
    """
    try:
        with open(f"{environment}/etc/hubfleet/activation.json") as file:
            return json.load(file)["variables"]
    except FileNotFoundError:
        return {}


def inherited():
    """The only variables a user's process takes over from the hub."""
    return {key: os.environ[key] for key in ("LANG", "LC_ALL", "TZ") if key in os.environ}


def _link_shared(home, links):
    if not links:
        return
    directory = os.path.join(home, "shared")
    try:
        os.makedirs(directory, exist_ok=True)
        for name in os.listdir(directory):
            path = os.path.join(directory, name)
            if os.path.islink(path) and name not in links and not os.path.exists(path):
                os.unlink(path)
        for name, target in links.items():
            path = os.path.join(directory, name)
            if os.path.islink(path) and os.readlink(path) != target:
                os.unlink(path)
            if not os.path.lexists(path):
                os.symlink(target, path)
    except OSError:
        pass  # The owner rearranged the directory: the server starts all the same.
