"""Ends Dask clusters of users without access. Their gateway asks the hub only when somebody comes to it."""

from kubernetes_asyncio import client
from kubernetes_asyncio.client.rest import ApiException

from .cluster_access import cluster_api

_KIND = ("gateway.dask.org", "v1alpha1")


async def end_dask_clusters(may_stay, log):
    """Deletes the DaskCluster objects of users who may not stay; the gateway's controller takes their pods away."""
    try:
        async with cluster_api() as (api, namespace):
            clusters = client.CustomObjectsApi(api)
            found = await clusters.list_namespaced_custom_object(*_KIND, namespace, "daskclusters")
            for cluster in found["items"]:
                user, name = cluster.get("spec", {}).get("username", ""), cluster["metadata"]["name"]
                if not may_stay(user):
                    await _delete(clusters, namespace, name)
                    log.info("ended the Dask cluster %s of %s", name, user)
    except Exception as error:
        log.warning("Dask clusters of those who lost access could not be looked for: %s", error)


async def _delete(clusters, namespace, name):
    try:
        await clusters.delete_namespaced_custom_object(*_KIND, namespace, "daskclusters", name)
    except ApiException as error:
        if error.status != 404:
            raise
