"""Defaults for every user's JupyterLab, given to it by JUPYTER_CONFIG_PATH."""

import os

from .documents import write_json

_PAGE = {
    # Asks at the first visit whether to fetch news from the internet.
    "disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True},
}


def write_jupyter_defaults(site):
    for directory in (site.run, site.in_run("jupyter"), site.in_run("jupyter", "labconfig")):
        os.makedirs(directory, exist_ok=True)
        os.chmod(directory, 0o711 if directory == site.run else 0o755)
    write_json(site.in_run("jupyter", "labconfig", "page_config.json"), _PAGE, mode=0o644)
