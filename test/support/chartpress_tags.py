"""Asks chartpress for the tags of many repositories.

Reads lines of JSON {"directory", "config"} and answers each with {"plain", "long"}: what `chartpress --list-images`
prints, image by image, or null where Git or its
configuration give it no tag.
"""

import contextlib
import io
import json
import os
import subprocess
import sys

import chartpress


def forget():
    """Its answers are kept by arguments alone, whatever the directory."""
    for name in dir(chartpress):
        clear = getattr(getattr(chartpress, name), "cache_clear", None)
        if clear is not None:
            clear()


def list_images(*words):
    forget()
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said):
            chartpress.main(["--list-images", *words])
    except (subprocess.CalledProcessError, ValueError):
        return None
    return said.getvalue().split()


for line in sys.stdin:
    asked = json.loads(line)
    os.chdir(asked["directory"])
    config = ["--config", asked["config"]]
    print(json.dumps({"plain": list_images(*config), "long": list_images("--long", *config)}), flush=True)
