"""The server that users get is started as a hub starts it, and answers."""

import json
import os
import re
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from importlib import metadata

from .children import end_group, read_bounded
from .kernels import program
from .stand_in_hub import StandInHub
from .verdicts import Problem, Skip, Verdict, last_line


def check(wanted, directory, session):
    token = secrets.token_hex(16)
    port = free_port()
    single_user = program("jupyterhub-singleuser")
    if single_user is not None:
        with StandInHub(token, version("jupyterhub") or "") as hub:
            variables = hub.variables(port)
            with Server([single_user], variables, port, wanted["limit"]) as server:
                return _judge(server, "/user/checker/", token, hub)
    if version("jupyterlab") is not None:
        argv = [sys.executable, "-m", "jupyterlab"]
    elif version("jupyter_server") is not None:
        argv = [sys.executable, "-m", "jupyter_server"]
    else:
        raise Skip("the image has neither jupyterhub-singleuser nor jupyter_server")
    argv += ["--no-browser", "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    with Server(argv, {"JUPYTER_TOKEN": token}, port, wanted["limit"]) as server:
        return _judge(server, "/", token, None)


def version(package):
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Server:
    """A server process: ready when its address answers at all."""

    def __init__(self, argv, variables, port, limit):
        self.port, self._limit = port, limit
        self._log = tempfile.TemporaryFile()
        self._begun = time.monotonic()
        self._child = subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            env={**os.environ, **variables},
            start_new_session=True,
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        end_group(self._child)
        self._log.close()

    def words(self):
        return read_bounded(self._log)

    def wait(self, path, token):
        """@returns the answer's status and text, and the seconds since the start"""
        while True:
            try:
                status, text = self.get(path, token)
                return status, text, time.monotonic() - self._begun
            except OSError:
                if self._child.poll() is not None:
                    raise Problem(f"the server ended while it started: {_complaint(self.words())}", self.words()) from None
                if time.monotonic() - self._begun > self._limit:
                    raise Problem(f"the server does not answer within {self._limit:.0f} s", self.words()) from None
                time.sleep(0.05)

    def get(self, path, token):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers={"Authorization": f"token {token}"})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=self._limit) as answer:
                return answer.status, answer.read().decode(errors="replace")
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode(errors="replace")


def _judge(server, base, token, hub):
    status, text, seconds = server.wait(f"{base}api/status", token)
    if status != 200:
        raise Problem(f"the server answers {status} to {base}api/status", f"{text}\n{server.words()}")
    if "started" not in json.loads(text):
        raise Problem(f"{base}api/status says nothing of a start: {text[:200]}", server.words())
    parts = [f"answers {seconds:.1f} s after its start"]
    lab = version("jupyterlab")
    if lab is not None:
        parts.append(f"JupyterLab {_lab_version(server, base, token, lab)}")
    if hub is not None:
        parts.append(f"and greets its hub as JupyterHub {hub.greeted(server)}")
    return Verdict("passed", " ".join(parts) if len(parts) == 1 else ", ".join(parts), server.words(), {"server": round(seconds * 1000)})


def _lab_version(server, base, token, installed):
    """The page that people see says which JupyterLab it is: that of the package, or its built assets are another's."""
    status, page = server.get(f"{base}lab", token)
    found = re.search(r'<script id="jupyter-config-data"[^>]*>(.*?)</script>', page, re.S)
    if status != 200 or found is None:
        raise Problem(f"the page {base}lab answers {status} and is not JupyterLab's", f"{page[:5000]}\n{server.words()}")
    shown = json.loads(found[1]).get("appVersion")
    if shown != installed:
        raise Problem(f"the page {base}lab is of JupyterLab {shown}, the package is {installed}", server.words())
    return shown


def _complaint(words):
    """The last line that is no traceback's and no plain information."""
    lines = [line.strip() for line in words.splitlines() if line.strip() and not re.match(r"\s|\[I ", line)]
    return lines[-1] if lines else last_line(words) or "it said nothing"
