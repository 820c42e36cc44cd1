"""Runs a command as a user of the hub: `python -m hubfleet_local.enter --settings PATH --user NAME -- COMMAND…`.

With the rights, the home, the groups and the limits of the user's server. While that runs, with its very environment and
in its control group; else with those that it would get from the first profile open to the user.
"""

import argparse
import os
import sys

from . import cgroups, launching, processes, profiles
from .names import MARKER, server_label
from .site import Site


def main(arguments):
    parser = argparse.ArgumentParser(prog="hubfleet_local.enter")
    parser.add_argument("--settings", required=True)
    parser.add_argument("--user", required=True)
    parser.add_argument("command", nargs="+")
    given = parser.parse_args(arguments)

    site = Site(given.settings)
    user, _, server = given.user.partition("/")
    if not os.path.isdir(site.home(user)):
        known = ", ".join(sorted(os.listdir(site.in_data("homes")))) or "nobody"
        sys.exit(f"hubfleet: {user!r} has no home on this hub; these have: {known}")
    try:
        label = server_label(user, server)
        environment, groups = _of_running(site, label) or _of_profile(site, user, label)
        account = launching.account_of(site, user)
        account.enter(account.home, groups)()
    except OSError as error:
        sys.exit(f"hubfleet: the home of {user!r} cannot be entered: {error}")
    environment.update({key: os.environ[key] for key in ("TERM", "COLORTERM") if key in os.environ})
    try:
        os.execvpe(given.command[0], given.command, environment)
    except OSError as error:
        print(f"hubfleet: {given.command[0]}: {error.strerror}", file=sys.stderr)
        sys.exit(127 if isinstance(error, FileNotFoundError) else 126)


def _of_running(site, label):
    """Environment and control groups of the user's server: of the oldest process that has its marker."""
    for pid in sorted(processes.with_marker(site.marker("server", label))):
        try:
            with open(f"/proc/{pid}/environ", "rb") as file:
                entries = file.read().decode(errors="surrogateescape").split("\0")
            groups = cgroups.of_process(pid, site.settings["cgroup"]) if site.cgroups.base else []
        except OSError:
            continue
        return dict(entry.split("=", 1) for entry in entries if "=" in entry), groups
    return None


def _of_profile(site, user, label):
    current = site.current.read()
    offered = profiles.offered(current, site.access(), user)
    profile = profiles.default_of(offered) if offered else current["profiles"][0]
    notebook = os.path.realpath(profile["notebookEnvironment"])
    environment = {**launching.inherited(), **launching.environment_variables(notebook)}
    environment.update(current.get("environment") or {})
    environment.update(profile.get("environment") or {})
    environment.update(launching.environment_paths(notebook))
    home, marker = site.home(user), site.marker("server", label)
    environment.update({"HOME": home, "USER": user, "LOGNAME": user, "SHELL": "/bin/bash", MARKER: marker})
    limits = profile.get("memoryLimitBytes"), profile.get("cpuLimit")
    return environment, site.cgroups.create(f"server-{label}", *limits)


if __name__ == "__main__":
    main(sys.argv[1:])
