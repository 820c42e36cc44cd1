"""Who is let in for a `hubfleet check`: temporary users, by hubfleet alone, for minutes.

Their names are reserved (names.py): no list and no login lets anybody in under one. What lets them in
is `run/checks.json`, which is neither part of the written settings nor of what `plan` compares.
"""

import time

from .documents import changing_json, Watched


class Checks:
    """Who is let in for a check, and until when."""

    def __init__(self, path):
        self.path = path
        self._watched = Watched(path, empty={"checks": {}})

    def is_live(self, user):
        return self._watched.read()["checks"].get(user, 0) > time.time()

    def seconds_left(self):
        """Name → seconds, of those that are let in now."""
        now = time.time()
        return {name: until - now for name, until in self._watched.read()["checks"].items() if until > now}

    def admit(self, user, seconds):
        """One at a time: whoever was let in before is out."""
        with self._changing() as document:
            document["checks"] = {user: time.time() + seconds}

    def forget(self, user):
        with self._changing() as document:
            document["checks"].pop(user, None)

    def forget_all(self):
        with self._changing() as document:
            document["checks"] = {}

    def _changing(self):
        return changing_json(self.path, {"version": 1, "checks": {}})
