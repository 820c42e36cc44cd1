"""Asks the hub at every request who it is, and the access list whether that still holds."""

import aiohttp
from aiohttp import web
from dask_gateway_server.auth import JupyterHubAuthenticator, unauthorized
from dask_gateway_server.models import User

_REFUSALS = (401, 403, 404)


class FleetAuthenticator(JupyterHubAuthenticator):
    """Nothing is cached: a token taken away opens nothing from then on."""

    async def authenticate_and_handle(self, request, handler):
        user = await self.authenticate(request)
        if not self.parent.site.rules_of(user.name):
            raise web.HTTPForbidden(reason=f"{user.name} has no access to this hub")
        request["user"] = user
        return await handler(request)

    async def authenticate(self, request):
        token = self.get_token(request)
        if token is None:
            raise unauthorized("jupyterhub")
        model = await self._ask_hub(token)
        allowed = {"access:services", f"access:services!service={self.jupyterhub_service_name}"}
        if model["kind"] != "user" or not allowed.intersection(model.get("scopes", [])):
            raise unauthorized("jupyterhub")
        # An administrator of the hub may not touch clusters of others: they run with the owner's rights.
        return User(model["name"], groups=model.get("groups", []), admin=False)

    async def _ask_hub(self, token):
        headers = {"Authorization": f"token {token}"}
        try:
            async with self.session.get(f"{self.jupyterhub_api_url}/user", headers=headers) as answer:
                if answer.status in _REFUSALS:
                    raise unauthorized("jupyterhub")
                if answer.status >= 400:
                    raise web.HTTPBadGateway(reason="the hub cannot say who this is")
                return await answer.json()
        except aiohttp.ClientConnectionError as error:
            raise web.HTTPServiceUnavailable(reason="the hub is not there to say who this is") from error
