"""JupyterHub for one hub of the fleet: `python -m hubfleet_local.hub --settings PATH`."""

import argparse
import os
import sys

from jupyterhub.app import JupyterHub
from traitlets.config import Config

from . import log_bounds
from .configuration import hub_configuration, unknown_settings
from .handlers import handlers
from .jupyter_defaults import write_jupyter_defaults
from .launching import environment_variables, open_to_users
from .pages import page_loader
from .reconciliation import Reconciliation
from .site import Site


class FleetHub(JupyterHub):
    """JupyterHub configured from settings.json, its users kept in step with current.json."""

    name = "jupyterhub"
    site = None

    def load_config_file(self, *args, **kwargs):
        """Configuration comes from the settings; there is no file of Python to run."""
        self.update_config(hub_configuration(self.site))
        written = self.site.settings.get("hubConfig") or {}
        self.update_config(Config(written))
        known = [*self.classes, type(self), self.authenticator_class, self.spawner_class, self.proxy_class]
        for name in unknown_settings(written, known):
            self.log.warning("hubConfig: nothing in this hub listens to %s", name)

    def init_tornado_settings(self):
        super().init_tornado_settings()
        loader = page_loader(self.site.settings.get("templates"), self._template_paths_default()[0])
        for environment in ("jinja2_env", "jinja2_env_sync"):
            self.tornado_settings[environment].loader = loader

    def init_handlers(self):
        super().init_handlers()
        # In front: the last of JupyterHub's own patterns match everything.
        self.handlers = [*self.add_url_prefix(self.hub_prefix, handlers), *self.handlers]

    async def start(self):
        """Who lost access while the hub was away has lost it before the first request is served."""
        self.site.server_use.begin(self.log)
        self.reconciliation = Reconciliation(self)
        await self.reconciliation.end_strays()
        report = await self.reconciliation.sync()
        self.reconciliation.watch_checks()
        self.log.info("access: %s", report)
        await super().start()


def main(arguments):
    parser = argparse.ArgumentParser(prog="hubfleet_local.hub")
    parser.add_argument("--settings", required=True)
    settings = parser.parse_args(arguments).settings

    os.umask(0o077)
    # Upgrading the database runs `alembic` by name.
    os.environ.update({**environment_variables(sys.prefix), **os.environ})
    os.environ["PATH"] = os.pathsep.join([os.path.dirname(sys.executable), os.environ.get("PATH", "/usr/bin:/bin")])
    FleetHub.site = Site(settings)
    open_to_users(FleetHub.site.data)
    open_to_users(FleetHub.site.run)
    os.chdir(FleetHub.site.run)
    log_bounds.start(FleetHub.site)
    write_jupyter_defaults(FleetHub.site)
    FleetHub.launch_instance([])


if __name__ == "__main__":
    # Under its importable name: there must not be two classes, one of them in __main__.
    from hubfleet_local import hub

    hub.main(sys.argv[1:])
