"""The hub's configuration, in code, from its settings.

Everything is set on the most general class, so that the operator's own `hubConfig`, merged last,
can say otherwise for any of it.
"""

import sys

from traitlets.config import Config

from .names import MARKER, OPERATOR
from .pages import OWN

SIGN_OFF_PAGE = "signoff"
_LOGINS = {
    "shared-password": "hubfleet_local.authenticators.SharedPassword",
    "sign-up": "hubfleet_local.sign_up.SignUp",
    "github": "hubfleet_local.github.GitHub",
}


def hub_configuration(site):
    settings, secrets, ports = site.settings, site.secrets, site.settings["ports"]
    c = Config()
    c.JupyterHub.authenticator_class = _LOGINS[settings["login"]["kind"]]
    c.JupyterHub.spawner_class = "hubfleet_local.spawner.FleetSpawner"
    c.JupyterHub.bind_url = f"http://{settings['address']}:{ports['public']}{site.base_path}"
    c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{ports['hub']}"
    c.JupyterHub.db_url = f"sqlite:///{site.in_data('jupyterhub.sqlite')}"
    c.JupyterHub.upgrade_db = True
    c.JupyterHub.cookie_secret = bytes.fromhex(secrets["cookieSecret"])
    c.JupyterHub.init_spawners_timeout = 30

    # The proxy is a process of its own, and users' servers outlive the hub.
    c.JupyterHub.cleanup_servers = False
    c.JupyterHub.cleanup_proxy = False
    c.ConfigurableHTTPProxy.should_start = False
    c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{ports['proxyApi']}"
    c.ConfigurableHTTPProxy.auth_token = secrets["proxyToken"]
    c.CryptKeeper.keys = [secrets["cryptKey"]]

    c.JupyterHub.services = _services(site)
    c.JupyterHub.load_roles = _roles(site)
    c.Spawner.server_token_scopes = [
        "users:activity!user",
        "access:servers!server",
        "access:services!service=dask-gateway",
    ]
    c.Spawner.default_url = "/lab"
    c.Spawner.start_timeout = 120
    c.Spawner.http_timeout = 120

    c.JupyterHub.template_paths = [path for path in (settings.get("templates"), OWN) if path]
    if settings.get("logo"):
        c.JupyterHub.logo_file = settings["logo"]
    c.JupyterHub.template_vars = {
        "hub_title": settings["title"],
        "signs_up": settings["login"]["kind"] == "sign-up",
        # Asked at every page, so that an announcement needs no restart.
        "announcement": lambda user: site.notice.beside(site.current.read().get("announcement") or ""),
    }
    return c


def unknown_settings(hub_config, known_classes):
    """Names in `hubConfig` that no class of this hub listens to."""
    traits = {}
    for known in known_classes:
        for ancestor in known.mro():
            if hasattr(ancestor, "class_trait_names"):
                traits.setdefault(ancestor.__name__, set()).update(ancestor.class_trait_names(config=True))
                traits[ancestor.__name__].update(known.class_trait_names(config=True))
    unknown = []
    for section, values in hub_config.items():
        if section not in traits:
            unknown.append(section)
        else:
            unknown += [f"{section}.{trait}" for trait in values if trait not in traits[section]]
    return unknown


def _services(site):
    secrets = site.secrets
    services = [
        {"name": OPERATOR, "api_token": secrets["operatorToken"]},
        {"name": "idle-culler", "api_token": secrets["cullerToken"]},
    ]
    if site.settings["dask"]["enabled"]:
        services.append(
            {
                "name": "dask-gateway",
                "url": f"http://127.0.0.1:{site.settings['ports']['gatewayProxy']}",
                "api_token": secrets["gatewayToken"],
                "display": False,
            }
        )
    if site.settings.get("signOffPage"):
        services.append(_sign_off_page(site))
    return services


def _sign_off_page(site):
    """A process of the hub's own making, which starts it again when it ends, and takes it along."""
    page = site.settings["signOffPage"]
    command = [sys.executable, "-m", "hubfleet_local.signoff"]
    command += ["--sheet", page["sheet"], "--outbox", page["outbox"], "--port", str(page["port"])]
    if site.uids is not None:
        command += ["--uid", str(site.uids.page)]
    return {
        "name": SIGN_OFF_PAGE,
        "url": f"http://127.0.0.1:{page['port']}",
        "command": command,
        "environment": {MARKER: site.marker("hub")},
        # Most users have no business there, and nobody is asked whether it may know their name.
        "display": False,
        "oauth_no_confirm": True,
    }


def _roles(site):
    own = ["self", "access:services!service=dask-gateway"]
    if site.settings.get("signOffPage"):
        own.append(f"access:services!service={SIGN_OFF_PAGE}")
    return [
        {"name": "user", "scopes": own},
        {
            "name": "operator",
            "services": [OPERATOR],
            "scopes": [
                "admin:users",
                "admin:servers",
                "admin:server_state",
                "admin:groups",
                "list:services",
                "read:services",
                "read:hub",
                "read:metrics",
                "proxy",
                "tokens",
                "shutdown",
                "access:servers",
                "access:services",
            ],
        },
        {
            "name": "idle-culler",
            "services": ["idle-culler"],
            "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
        },
    ]
