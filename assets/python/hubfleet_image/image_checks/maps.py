"""An interactive map comes to life in a real browser. Its tiles, which come from elsewhere, are not waited for."""

import importlib.util
import json
import os
import re
import secrets
import sys
import tempfile
import urllib.request

from .browser import Browser
from .children import run_python
from .kernels import Kernel
from .server import Server, free_port, version
from .verdicts import Problem, Skip, Verdict, last_line

_MARKER = "!!document.querySelector('.leaflet-container .leaflet-marker-icon')"
_WIDGET = """
import ipyleaflet
hubfleet_map = ipyleaflet.Map(center=(52, 10), zoom=5)
hubfleet_map.add(ipyleaflet.Marker(location=(52, 10)))
hubfleet_map
"""
_STATE = "import ipywidgets, json\nprint(json.dumps(ipywidgets.Widget.get_manager_state()))"
_SIGN = """
import sys, nbformat
from nbformat.sign import NotebookNotary
NotebookNotary().sign(nbformat.read(sys.argv[1], 4))
"""
_PAGE = """
import sys, folium
shown = folium.Map(location=(52, 10), zoom_start=5)
folium.Marker((52, 10)).add_to(shown)
shown.save(sys.argv[1])
"""


def check(wanted, directory, session):
    libraries = [name for name in ("ipyleaflet", "folium") if importlib.util.find_spec(name) is not None]
    if not libraries:
        raise Skip("the image has no map library that is known here (ipyleaflet, folium)")
    if wanted.get("browser") is None:
        raise Skip(f"no browser on this machine to show {libraries[0]} in (chromium or google-chrome on PATH)")
    if importlib.util.find_spec("tornado") is None:
        raise Skip("the image has no tornado to talk to a browser with")
    shows = {"ipyleaflet": _show_widget, "folium": _show_page}
    shown, skipped = [], []
    for name in libraries:
        try:
            shows[name](wanted, directory)
            shown.append(name)
        except Skip as reason:
            skipped.append(f"{name}: {reason}")
    if not shown:
        raise Skip("; ".join(skipped))
    return Verdict("passed", "; ".join([f"{' and '.join(shown)} shown with a marker", *skipped]))


def _show_widget(wanted, directory):
    """In JupyterLab, from a notebook that was run and saved: the widget's own code in the browser has to be found and fit."""
    if version("jupyterlab") is None:
        raise Skip("the image has no JupyterLab to show it in")
    with tempfile.TemporaryDirectory() as place:
        path = os.path.join(place, "map.ipynb")
        _write_notebook(path, wanted["limit"])
        token, port = secrets.token_hex(16), free_port()
        argv = [sys.executable, "-m", "jupyterlab", "--no-browser", "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}"]
        argv += ["--ServerApp.port_retries=0", f"--ServerApp.root_dir={place}"]
        with Server(argv, {"JUPYTER_TOKEN": token}, port, wanted["limit"]) as server, Browser(wanted["browser"], 60) as browser:
            server.wait("/api/status", token)
            address = f"http://127.0.0.1:{port}/doc/tree/map.ipynb?token={token}"
            if browser.show(address, _MARKER, os.path.join(directory, "ipyleaflet.png"), 60) is not True:
                raise Problem("ipyleaflet: JupyterLab shows no map for its widget (see the picture)", server.words())


def _write_notebook(path, limit):
    kernel = Kernel(limit)
    try:
        answer, state = kernel.run(_WIDGET, limit), kernel.run(_STATE, limit)
    finally:
        kernel.close()
    for one in (answer, state):
        if one.error is not None:
            raise Problem(f"ipyleaflet: {one.error['ename']}: {one.error['evalue']}", "\n".join(one.error["traceback"]))
    widgets = {"application/vnd.jupyter.widget-state+json": json.loads(state.printed)}
    cell = {"cell_type": "code", "id": "map", "metadata": {}, "source": _WIDGET, "execution_count": 1, "outputs": answer.outputs}
    metadata = {"kernelspec": {"name": kernel.name, "display_name": kernel.name, "language": "python"}, "widgets": widgets}
    with open(path, "w") as file:
        json.dump({"cells": [cell], "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}, file)
    signed = run_python(_SIGN, limit, path)
    if signed.status != 0:
        raise Problem(f"the notebook with the map could not be trusted: {last_line(signed.output)}", signed.output)


def _show_page(wanted, directory):
    path = os.path.join(directory, "folium.html")
    ended = run_python(_PAGE, wanted["limit"], path)
    if ended.status != 0:
        raise Problem(f"folium {ended.in_words()}: {last_line(ended.output)}", ended.output)
    with open(path) as file:
        page = file.read()
    if "L.marker(" not in page:
        raise Problem("folium: the page holds no marker", page)
    unreachable = _unreachable(page)
    if unreachable is not None:
        raise Skip(f"its scripts come from {unreachable}, which cannot be reached from here")
    with Browser(wanted["browser"], 60) as browser:
        if browser.show(f"file://{path}", _MARKER, os.path.join(directory, "folium.png"), 45) is not True:
            raise Problem("folium: the page shows no map (see the picture)", page)


def _unreachable(page):
    """The first host of the page's scripts that does not answer."""
    for address in re.findall(r'<script src="(https://[^"]+)"', page):
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except OSError:
            return address.split("/")[2]
    return None
