"""As much of a hub as a user's server talks to: who somebody is, and which version the hub has."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from .verdicts import Problem

_USER = {
    "kind": "user",
    "name": "checker",
    "admin": False,
    "groups": [],
    "scopes": ["access:servers!server=checker/", "read:users:name!user=checker"],
    "session_id": None,
}


class StandInHub:
    def __init__(self, token, version):
        self._token, self.version = token, version
        self.asked = []
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                hub.asked.append(self.path)
                is_known = self.headers.get("Authorization", "").split(" ")[-1] == token
                if self.path.rstrip("/") == "/hub/api":
                    self._answer(200, {"version": version})
                elif self.path.startswith("/hub/api/user") and is_known:
                    self._answer(200, _USER)
                else:
                    self._answer(404 if is_known else 403, {"message": "a hub that stands in"})

            def do_POST(self):
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                hub.asked.append(self.path)
                self._answer(200, {})

            def _answer(self, status, body):
                text = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.send_header("X-JupyterHub-Version", version)
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    def variables(self, port):
        """What a spawner puts into a server's environment."""
        address = f"http://127.0.0.1:{self._server.server_address[1]}"
        return {
            "JUPYTERHUB_API_TOKEN": self._token,
            "JPY_API_TOKEN": self._token,
            "JUPYTERHUB_CLIENT_ID": "jupyterhub-user-checker",
            "JUPYTERHUB_HOST": "",
            "JUPYTERHUB_OAUTH_CALLBACK_URL": "/user/checker/oauth_callback",
            "JUPYTERHUB_OAUTH_SCOPES": json.dumps(["access:servers!server=checker/", "access:servers!user=checker"]),
            "JUPYTERHUB_OAUTH_ACCESS_SCOPES": json.dumps(["access:servers!server=checker/", "access:servers!user=checker"]),
            "JUPYTERHUB_USER": "checker",
            "JUPYTERHUB_SERVER_NAME": "",
            "JUPYTERHUB_API_URL": f"{address}/hub/api",
            "JUPYTERHUB_ACTIVITY_URL": f"{address}/hub/api/users/checker/activity",
            "JUPYTERHUB_BASE_URL": "/",
            "JUPYTERHUB_SERVICE_PREFIX": "/user/checker/",
            "JUPYTERHUB_SERVICE_URL": f"http://127.0.0.1:{port}/user/checker/",
        }

    def greeted(self, server):
        """@returns the version, once the server has asked the hub for its own and found nothing wrong"""
        if not any(path.rstrip("/") == "/hub/api" for path in self.asked):
            raise Problem("the server did not ask its hub for its version", server.words())
        complaint = next((line for line in server.words().splitlines() if "version" in line and "!=" in line), None)
        if complaint is not None:
            raise Problem(f"the server and its hub disagree: {complaint.strip()}", server.words())
        return self.version
