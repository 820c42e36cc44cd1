"""JupyterHub in a pod, in place of `jupyterhub`: `python3 -m hubfleet_kubernetes.hub --config PATH`.

The chart's own configuration file is read as always. What comes on top: users, administrators and
groups are exactly what current.json says, at the start before anything is served, whenever the file
changes, and when hubfleet asks.
"""

import asyncio

from jupyterhub.app import JupyterHub
from traitlets import default

from hubfleet_local.pages import OWN, page_loader

from . import database
from .dask_use import DaskUse
from .handlers import handlers
from .reconciliation import Reconciliation
from .site import Site

_SECONDS_BETWEEN_LOOKS = 10


class FleetHub(JupyterHub):
    name = "jupyterhub"
    site = None

    @default("template_paths")
    def _template_paths_default(self):
        return [path for path in (self.site.settings.get("templates"), OWN) if path] + super()._template_paths_default()

    @default("logo_file")
    def _logo_file_default(self):
        return self.site.settings.get("logo") or super()._logo_file_default()

    def init_tornado_settings(self):
        self.template_vars = {
            "hub_title": self.site.settings["title"],
            "signs_up": self.site.settings["login"]["kind"] == "sign-up",
            # Asked at every page, so that an announcement needs no restart.
            "announcement": lambda user: self.site.notice.beside(self.site.current.read().get("announcement") or ""),
            **self.template_vars,
        }
        super().init_tornado_settings()
        loader = page_loader(self.site.settings.get("templates"), JupyterHub._template_paths_default(self)[0])
        for environment in ("jinja2_env", "jinja2_env_sync"):
            self.tornado_settings[environment].loader = loader

    def init_db(self):
        database.prepare(self.db_url, self.log)
        super().init_db()

    def init_handlers(self):
        super().init_handlers()
        # In front: the last of JupyterHub's own patterns match everything.
        self.handlers = [*self.add_url_prefix(self.hub_prefix, handlers), *self.handlers]

    async def start(self):
        """Who lost access while the hub was away has lost it before the first request is served."""
        self.site.server_use.begin(self.log)
        self.dask_use = DaskUse(self.site, self.log)
        self.dask_use.begin()
        self.reconciliation = Reconciliation(self)
        self.log.info("access: %s", await self.reconciliation.sync())
        self.reconciliation.watch_checks()
        await super().start()
        self._watching = asyncio.ensure_future(self._watch())

    async def _watch(self):
        while True:
            await asyncio.sleep(_SECONDS_BETWEEN_LOOKS)
            try:
                self.site.current.read()
                if self.site.current.digest != self.reconciliation.in_effect:
                    self.log.info("access: %s", await self.reconciliation.sync())
            except Exception:
                self.log.exception("access: current.json is not in effect")
            await self.dask_use.note()


def main():
    FleetHub.site = Site()
    FleetHub.launch_instance()


if __name__ == "__main__":
    # Under its importable name: there must not be two classes, one of them in __main__.
    from hubfleet_kubernetes import hub

    hub.main()
