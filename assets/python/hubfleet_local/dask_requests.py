"""The hub's word to the gateway: look at the access list now, not in a few seconds."""

from tornado.httpclient import AsyncHTTPClient, HTTPRequest


async def end_dask_clusters(site, log):
    """Returns when the clusters of those without access have ended. The gateway finds them by itself, later, when this fails."""
    if not site.settings["dask"]["enabled"]:
        return
    request = HTTPRequest(
        f"http://127.0.0.1:{site.settings['ports']['gatewayApi']}/api/hubfleet/sync",
        method="POST",
        body="",
        headers={"Authorization": f"token {site.secrets['gatewayToken']}"},
        connect_timeout=2,
        request_timeout=30,
    )
    try:
        await AsyncHTTPClient().fetch(request)
    except Exception as error:
        log.warning("the Dask gateway could not be told about lost access: %s", error)
