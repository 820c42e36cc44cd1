"""Asks the hub at every request who it is, and the access list whether that still holds."""

import aiohttp
from aiohttp import web
from dask_gateway_server.auth import JupyterHubAuthenticator


class FleetAuthenticator(JupyterHubAuthenticator):
    async def authenticate_and_handle(self, request, handler):
        """Nothing is cached: a token taken away opens nothing from then on."""
        try:
            user = await self.authenticate(request)
        except aiohttp.ClientConnectionError as error:
            raise web.HTTPServiceUnavailable(reason="The hub is not there to ask who you are") from error
        if not self.parent.site.rules_of(user.name):
            raise web.HTTPForbidden(reason=f"{user.name} has no access to this hub")
        request["user"] = user
        return await handler(request)
