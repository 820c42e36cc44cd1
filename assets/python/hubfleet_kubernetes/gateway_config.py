# Configuration of the Dask Gateway, behind the lines that define HUBFLEET.

import asyncio
import time

from dask_gateway_server.backends.base import PublicException
from dask_gateway_server.backends.kubernetes import KubeBackend
from dask_gateway_server.options import Mapping, Options, Select


def repository_of(image):
    return image.partition("@")[0]


class WorkerImage(Select):
    """The images on offer; and others of the same repositories, for servers that run on with an older one."""

    def validate(self, x):
        known = {repository_of(image) for image in self.options}
        if isinstance(x, str) and "@sha256:" in x and repository_of(x) in known:
            return x
        return super().validate(x)

    def transform(self, x):
        return self.validate(x)


def hubfleet_options(user):
    """Users choose among the worker images of the profiles that are open to them."""
    groups = set(user.groups)
    offered = [
        profile
        for profile in HUBFLEET["profiles"]  # noqa: F821
        if not profile["allowedGroups"] or groups.intersection(profile["allowedGroups"])
    ]
    if not offered:
        raise PermissionError(f"no profile of this hub is open to {user.name}")
    images = list(dict.fromkeys(profile["image"] for profile in offered))
    preset = HUBFLEET["preset"]  # noqa: F821

    def configuration(options):
        exact = [profile for profile in offered if profile["image"] == options.image]
        alike = [profile for profile in offered if repository_of(profile["image"]) == repository_of(options.image)]
        profile = (exact + alike)[0]
        environment = dict(profile["environment"])
        environment.update({str(key): str(value) for key, value in options.environment.items()})
        labels = HUBFLEET["labels"]  # noqa: F821
        annotations = {"hub.jupyter.org/username": user.name}
        return {
            "image": options.image,
            "environment": environment,
            "worker_extra_pod_labels": labels,
            "scheduler_extra_pod_labels": labels,
            "worker_extra_pod_annotations": annotations,
            "scheduler_extra_pod_annotations": annotations,
        }

    return Options(
        WorkerImage("image", images, default=preset if preset in images else images[0], label="Image"),
        Mapping("environment", label="Environment variables"),
        handler=configuration,
    )


class HubfleetBackend(KubeBackend):
    """Counts the Dask clusters of each user, those included that it has not seen yet."""

    _UNSEEN_SECONDS = 60

    async def start_cluster(self, user, cluster_options):
        if not hasattr(self, "_starting"):
            self._starting, self._unseen = asyncio.Lock(), {}
        async with self._starting:
            now = time.monotonic()
            self._unseen = {
                name: (owner, since)
                for name, (owner, since) in self._unseen.items()
                if name not in self.clusters and now - since < self._UNSEEN_SECONDS
            }
            running = len(await self.list_clusters(username=user.name))
            running += sum(owner == user.name for owner, _ in self._unseen.values())
            limit = HUBFLEET["maxClustersPerUser"]  # noqa: F821
            if running >= limit:
                raise PublicException(f"{user.name} has {running} Dask clusters; this hub allows {limit}")
            name = await super().start_cluster(user, cluster_options)
            self._unseen[name] = (user.name, now)
            return name


c.DaskGateway.backend_class = HubfleetBackend
c.Backend.cluster_options = hubfleet_options
c.ClusterConfig.cluster_max_workers = HUBFLEET["maxWorkersPerCluster"]  # noqa: F821
c.ClusterConfig.idle_timeout = float(HUBFLEET["idleSeconds"])  # noqa: F821
# A command of their own was dropped in distributed 2026.6.
_PRELOAD = ["--preload", HUBFLEET["schedulerPreload"]]  # noqa: F821
c.ClusterConfig.scheduler_cmd = ["dask", "scheduler", *_PRELOAD]
c.ClusterConfig.worker_cmd = ["dask", "worker", *_PRELOAD]
