"""Defaults for every user's JupyterLab, given to it by JUPYTER_CONFIG_PATH."""

import os
import shutil

from .documents import write_json

_PAGE = {
    # Asks at the first visit whether to fetch news from the internet.
    "disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True},
}
_EPOCH = "access-epoch"


def write_jupyter_defaults(site):
    for directory in (site.in_run("jupyter"), site.in_run("jupyter", "labconfig")):
        os.makedirs(directory, exist_ok=True)
        os.chmod(directory, 0o755)
    write_json(site.in_run("jupyter", "labconfig", "page_config.json"), _PAGE, mode=0o644)
    own = os.path.join(os.path.dirname(__file__), "server", "jupyter_server_config.py")
    target = site.in_run("jupyter", "jupyter_server_config.py")
    shutil.copyfile(own, f"{target}.new")
    os.chmod(f"{target}.new", 0o644)
    os.replace(f"{target}.new", target)
    if not os.path.exists(site.in_run("jupyter", _EPOCH)):
        begin_access_epoch(site)


def begin_access_epoch(site):
    """Makes running servers ask the hub again about everybody they know."""
    write_json(site.in_run("jupyter", _EPOCH), {}, mode=0o644)
