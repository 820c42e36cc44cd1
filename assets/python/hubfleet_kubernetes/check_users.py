"""What temporary users leave in a cluster: pods of their servers and Dask clusters, and disks."""

import asyncio
import time
from typing import NamedTuple

from kubernetes_asyncio import client
from kubernetes_asyncio.client.rest import ApiException

from hubfleet_local.temporary_users import TemporaryUsers

from .cluster_access import cluster_api

# KubeSpawner writes the whole name there, and gateway_config.py does; in labels it is shortened.
_OWNER = "hub.jupyter.org/username"
_SECONDS = 60


class _Trace(NamedTuple):
    kind: str
    name: str
    owner: str


class CheckUsers(TemporaryUsers):
    async def find_traces(self):
        try:
            async with cluster_api() as (api, namespace):
                return {trace.owner for trace in await _find(client.CoreV1Api(api), namespace)}
        except Exception:
            # Whoever lost access loses it all the same.
            self.hub.log.exception("what temporary users left could not be looked for")
            return set()

    async def remove_traces(self, names):
        """Returns when nothing is left to see: a disk goes after the pod that has it."""
        try:
            async with cluster_api() as (api, namespace):
                return await _remove(client.CoreV1Api(api), namespace, names)
        except Exception as error:
            self.hub.log.exception("what temporary users left could not be removed")
            return [f"what {name} left: {error}" for name in names]


async def _find(core, namespace):
    lists = {"pod": core.list_namespaced_pod, "disk": core.list_namespaced_persistent_volume_claim}
    found = []
    for kind, list_all in lists.items():
        # As plain data: a class for each of a thousand pods would hold up the hub.
        answer = await list_all(namespace, _preload_content=False)
        for item in (await answer.json())["items"]:
            owner = item["metadata"].get("annotations", {}).get(_OWNER)
            if owner is not None:
                found.append(_Trace(kind, item["metadata"]["name"], owner))
    return found


async def _remove(core, namespace, names):
    deletions = {"pod": core.delete_namespaced_pod, "disk": core.delete_namespaced_persistent_volume_claim}
    until, asked = time.monotonic() + _SECONDS, set()
    while True:
        left = [trace for trace in await _find(core, namespace) if trace.owner in names]
        if not left or time.monotonic() > until:
            return [f"the {trace.kind} {trace.name}" for trace in left]
        for trace in set(left) - asked:
            try:
                await deletions[trace.kind](trace.name, namespace)
            except ApiException as error:
                if error.status != 404:
                    raise
        asked.update(left)
        await asyncio.sleep(0.5)
