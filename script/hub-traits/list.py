"""Lists what `hubConfig` can set: the configurable traits of the classes that a hub on Kubernetes is made of.

Run by script/generate-hub-traits in an environment that has them; prints JSON.
"""

import importlib
import importlib.metadata
import inspect
import json
import pkgutil
import sys

PACKAGES = {
    "jupyterhub": [
        "jupyterhub.app",
        "jupyterhub.auth",
        "jupyterhub.authenticators.shared",
        "jupyterhub.crypto",
        "jupyterhub.proxy",
        "jupyterhub.spawner",
    ],
    "jupyterhub-kubespawner": ["kubespawner"],
    "oauthenticator": ["oauthenticator.*"],
    "jupyterhub-nativeauthenticator": ["nativeauthenticator"],
    "jupyterhub-firstuseauthenticator": ["firstuseauthenticator"],
    "jupyterhub-tmpauthenticator": ["tmpauthenticator"],
    "jupyterhub-ldapauthenticator": ["ldapauthenticator"],
    "jupyterhub-ltiauthenticator": ["ltiauthenticator"],
    "jupyterhub-hmacauthenticator": ["hmacauthenticator"],
}


def modules(pattern):
    if not pattern.endswith(".*"):
        return [importlib.import_module(pattern)]
    package = importlib.import_module(pattern[:-2])
    names = [f"{package.__name__}.{found.name}" for found in pkgutil.iter_modules(package.__path__)]
    return [importlib.import_module(name) for name in names if ".tests" not in name]


def main():
    from traitlets.config import Configurable

    hub = {}
    for patterns in PACKAGES.values():
        for pattern in patterns:
            for module in modules(pattern):
                for _, found in inspect.getmembers(module, inspect.isclass):
                    if not issubclass(found, Configurable):
                        continue
                    # A section is heard by every subclass, so an ancestor's name is one as well.
                    for ancestor in found.mro():
                        if not hasattr(ancestor, "class_trait_names") or ancestor is object:
                            continue
                        hub.setdefault(ancestor.__name__, set()).update(found.class_trait_names(config=True))
    versions = {package: importlib.metadata.version(package) for package in PACKAGES}
    for general in ("HasTraits", "Configurable", "LoggingConfigurable", "SingletonConfigurable", "Application"):
        hub.pop(general, None)
    table = {
        "versions": dict(sorted(versions.items())),
        "hub": {name: " ".join(sorted(traits)) for name, traits in sorted(hub.items()) if traits},
    }
    json.dump(table, sys.stdout, indent=2)
    print()


main()
