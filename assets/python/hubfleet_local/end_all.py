"""Ends all users' servers and Dask clusters of a hub: `python -m hubfleet_local.end_all --settings PATH`.

For taking a hub down. The hub and the gateway should have ended before, they would start things
again. Prints `{"ended": n, "left": [pids]}` and removes the hub's control groups; exit status 1 when
something is left.
"""

import argparse
import asyncio
import json
import os
import sys

from . import cgroups, processes
from .documents import read_json
from .names import is_marker
from .site import Site

_REST_SECONDS = 5


def main(arguments):
    parser = argparse.ArgumentParser(prog="hubfleet_local.end_all")
    parser.add_argument("--settings", required=True)
    site = Site(parser.parse_args(arguments).settings)

    found = _find(site)
    left = asyncio.run(processes.end(lambda: _find(site), rest_seconds=_REST_SECONDS))
    base = site.settings.get("cgroup")
    if base:
        cgroups.sweep(base)
    print(json.dumps({"ended": len(found - left), "left": sorted(left)}))
    return 1 if left else 0


def _find(site):
    """By marker, by control group, and by uid what hides from both."""
    prefixes = (site.marker("server/"), site.marker("dask/"))
    markers = dict(processes.markers())
    found = {pid for pid, marker in markers.items() if marker.startswith(prefixes)}
    if site.settings.get("cgroup"):
        for base in cgroups.everywhere(site.settings["cgroup"]):
            found |= cgroups.members(f"{base}/{name}" for name in os.listdir(base))
    uids_path = site.in_data("uids.json")
    if site.uids is not None and os.path.exists(uids_path):
        for uid in read_json(uids_path)["users"].values():
            found |= {pid for pid in processes.owned_by(uid) if not is_marker(markers.get(pid, ""))}
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
