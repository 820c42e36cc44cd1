"""Where the hub's pages come from.

| a template names        | and gets                                         |
|-------------------------|--------------------------------------------------|
| page.html               | the fleet's, else hubfleet's, else JupyterHub's  |
| templates/page.html     | hubfleet's, else JupyterHub's                    |
| jupyterhub/page.html    | JupyterHub's                                     |

So a page of the fleet that extends `templates/page.html`, as JupyterHub's documentation says, keeps the hub's title.
"""

import os

from jinja2 import ChoiceLoader, FileSystemLoader, PrefixLoader

OWN = os.path.join(os.path.dirname(__file__), "templates")


def page_loader(fleets, jupyterhubs):
    """`fleets`: the fleet's directory of templates, or None; `jupyterhubs`: that of JupyterHub itself."""
    below = {"templates": FileSystemLoader([OWN, jupyterhubs]), "jupyterhub": FileSystemLoader([jupyterhubs])}
    searched = [path for path in (fleets, OWN, jupyterhubs) if path]
    return ChoiceLoader([PrefixLoader(below, "/"), FileSystemLoader(searched)])
