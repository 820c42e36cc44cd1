"""Writes down which Dask clusters ran. Their gateway has no disk; the hub looks at their objects, which outlive them."""

import json
import os

from hubfleet_local import use_log

from .cluster_access import cluster_api
from .dask_clusters import list_dask_clusters


class DaskUse:
    """
    One that came and went between two looks is not counted. Whatever goes wrong ends in the log: it must never be why
    something else does not work.
    """

    def __init__(self, site, log):
        self.site = site
        self.log = log
        self._path = site.in_data("noted-dask-clusters.json")
        self._failed = False

    def begin(self):
        if self.site.settings["dask"]["enabled"]:
            self.site.dask_use.begin(self.log)

    async def note(self):
        if not self.site.settings["dask"]["enabled"]:
            return
        try:
            async with cluster_api() as (api, namespace):
                found = await list_dask_clusters(api, namespace)
            self._note(found)
            self._failed = False
        except Exception as error:
            if not self._failed:
                self.log.warning("Dask clusters are not counted: %s", error)
            self._failed = True

    def _note(self, found):
        there = {cluster["metadata"]["uid"]: cluster for cluster in found}
        noted = self._read()
        ran = {uid for uid, cluster in there.items() if (cluster.get("status") or {}).get("phase") == "Running"}
        now = sorted((noted & there.keys()) | ran)
        if now == sorted(noted):
            return
        # First, so that nothing is counted twice, whenever the hub is killed.
        self._write(now)
        for uid in sorted(ran - noted):
            user = (there[uid].get("spec") or {}).get("username", "")
            self.site.dask_use.note(use_log.DASK, user, self.log)

    def _read(self):
        try:
            with open(self._path) as file:
                return set(json.load(file))
        except (FileNotFoundError, ValueError):
            return set()

    def _write(self, uids):
        half = f"{self._path}.half"
        with open(half, "w") as file:
            json.dump(uids, file)
        os.replace(half, self._path)
