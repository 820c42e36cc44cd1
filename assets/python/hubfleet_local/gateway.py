"""Dask Gateway for one hub: `python -m hubfleet_local.gateway --settings PATH`."""

import argparse
import asyncio
import base64
import hmac
import os
import sys

from aiohttp import web
from dask_gateway_server.app import DaskGateway
from traitlets.config import Config

from . import log_bounds
from .launching import environment_variables, open_to_users
from .site import Site

_PROXY_CHECK_SECONDS = 1


class FleetGateway(DaskGateway):
    """Dask Gateway configured from settings.json. It and its proxy live and die together."""

    name = "dask-gateway-server"
    site = None

    def load_config_file(self, *args, **kwargs):
        self.update_config(gateway_configuration(self.site))

    def initialize(self, argv=None):
        super().initialize(argv)
        self.app.add_routes([web.post("/api/hubfleet/sync", self._sync)])

    async def setup(self):
        await super().setup()
        self.backend.task_pool.spawn(self._die_with_the_proxy())

    async def _die_with_the_proxy(self):
        while True:
            await asyncio.sleep(_PROXY_CHECK_SECONDS)
            status = self.backend.proxy.proxy_process.poll()
            if status is not None:
                self.log.critical("The proxy ended with status %s, so does the gateway", status)
                os._exit(1)

    async def _sync(self, request):
        expected = f"token {self.site.secrets['gatewayToken']}"
        given = request.headers.get("Authorization", "")
        if not hmac.compare_digest(given.encode(), expected.encode()):
            raise web.HTTPForbidden()
        return web.json_response({"endedClusters": await self.backend.end_clusters_without_access()})


def gateway_configuration(site):
    settings, ports = site.settings, site.settings["ports"]
    c = Config()
    c.DaskGateway.log_format = "[%(levelname)1.1s %(asctime)s.%(msecs).03d %(name)s] %(message)s"
    c.DaskGateway.address = f"127.0.0.1:{ports['gatewayApi']}"
    c.DaskGateway.backend_class = "hubfleet_local.backend.FleetBackend"
    c.DaskGateway.authenticator_class = "hubfleet_local.gateway_authenticator.FleetAuthenticator"
    c.JupyterHubAuthenticator.jupyterhub_api_url = f"http://127.0.0.1:{ports['hub']}{site.base_path}hub/api"
    c.JupyterHubAuthenticator.jupyterhub_api_token = site.secrets["gatewayToken"]
    c.JupyterHubAuthenticator.jupyterhub_service_name = "dask-gateway"
    c.Proxy.address = f"127.0.0.1:{ports['gatewayProxy']}"
    c.Proxy.prefix = site.gateway_prefix
    # Here the proxy is not restarted but followed; its own check only has to stay out of the way.
    c.Proxy.proxy_status_period = 86_400.0
    # Clusters outlive the gateway.
    c.DBBackendBase.db_url = f"sqlite:///{site.in_data('gateway.sqlite')}"
    c.DBBackendBase.db_encrypt_keys = [_fernet_key(site.secrets["gatewayEncryptKey"])]
    c.DBBackendBase.stop_clusters_on_shutdown = False
    c.DBBackendBase.cluster_status_period = 5.0
    c.DBBackendBase.worker_status_period = 5.0
    return c


def _fernet_key(text):
    """32 bytes, written in hexadecimal or in base64."""
    if len(text) == 64:
        return base64.urlsafe_b64encode(bytes.fromhex(text)).decode()
    return text


def main(arguments):
    parser = argparse.ArgumentParser(prog="hubfleet_local.gateway")
    parser.add_argument("--settings", required=True)
    settings = parser.parse_args(arguments).settings

    os.umask(0o077)
    os.environ.update({**environment_variables(sys.prefix), **os.environ})
    FleetGateway.site = Site(settings)
    open_to_users(FleetGateway.site.data)
    open_to_users(FleetGateway.site.run)
    os.chdir(FleetGateway.site.run)
    log_bounds.start(FleetGateway.site)
    FleetGateway.launch_instance([])


if __name__ == "__main__":
    from hubfleet_local import gateway

    gateway.main(sys.argv[1:])
