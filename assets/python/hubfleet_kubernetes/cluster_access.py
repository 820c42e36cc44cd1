"""How the hub's own code asks the cluster it runs in."""

import contextlib
import os

from kubernetes_asyncio import client, config


@contextlib.asynccontextmanager
async def cluster_api():
    """A client, and the namespace that is the hub's: of the pod's own account, or, outside of a cluster, by KUBECONFIG."""
    try:
        config.load_incluster_config()
    except config.ConfigException:
        await config.load_kube_config()
    async with client.ApiClient() as api:
        yield api, os.environ["POD_NAMESPACE"]
