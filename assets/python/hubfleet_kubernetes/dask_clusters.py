"""Dask clusters as the hub sees them; ends those of users without access, which their gateway does only when they come to it."""

from kubernetes_asyncio import client
from kubernetes_asyncio.client.rest import ApiException

from .cluster_access import cluster_api

_KIND = ("gateway.dask.org", "v1alpha1")


async def list_dask_clusters(api, namespace):
    """Their objects, as plain data."""
    found = await client.CustomObjectsApi(api).list_namespaced_custom_object(*_KIND, namespace, "daskclusters")
    return found["items"]


async def end_dask_clusters(may_stay, log):
    """Deletes the DaskCluster objects of users who may not stay; the gateway's controller takes their pods away."""
    try:
        async with cluster_api() as (api, namespace):
            clusters = client.CustomObjectsApi(api)
            for cluster in await list_dask_clusters(api, namespace):
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
