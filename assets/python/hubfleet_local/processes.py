"""Processes known by pid *and* start time, found by marker, session or owner, and ended for certain."""

import asyncio
import os
import signal
import time
from functools import lru_cache

from .names import MARKER

_TERMINATED = ("Z", "X")


def identify(pid):
    """What makes this process itself: a reused pid has another start, a reboot another boot id."""
    status = _status(pid)
    if status is None:
        return None
    return {"pid": pid, "start": status["start"], "boot": boot()}


def is_alive(identity):
    if not identity or identity.get("boot") != boot():
        return False
    status = _status(identity["pid"])
    return status is not None and status["start"] == identity["start"] and status["state"] not in _TERMINATED


def with_marker(marker):
    wanted = f"{MARKER}={marker}".encode()
    return {pid for pid in _all() if wanted in _environment(pid)}


def of_session(session):
    return {pid for pid in _all() if (_status(pid) or {}).get("session") == session}


def owned_by(uid):
    return {pid for pid in _all() if _owner(pid) == uid}


def markers():
    """All processes that carry a marker, with it."""
    return [(pid, marker) for pid in _all() if (marker := marker_of(pid))]


def marker_of(pid):
    prefix = f"{MARKER}=".encode()
    for entry in _environment(pid):
        if entry.startswith(prefix):
            return entry[len(prefix):].decode(errors="replace")
    return ""


async def end(find, first=None, grace_seconds=5.0, rest_seconds=2.0):
    """Ends all that `find` finds, politely at first, and returns what is left (normally nothing).

    `first` is the process that knows how to stop the others; they get their signal when it is gone.
    """
    if first is not None and is_alive(first):
        _signal(first["pid"], signal.SIGTERM)
        await _until(lambda: not is_alive(first), grace_seconds)
    if not _living(find()):
        return set()
    for pid in _living(find()):
        _signal(pid, signal.SIGTERM)
    if await _until(lambda: not _living(find()), rest_seconds):
        return set()
    return await kill(find)


async def kill(find, seconds=5.0):
    deadline = time.monotonic() + seconds
    while True:
        left = _living(find())
        if not left or time.monotonic() > deadline:
            return left
        for pid in left:
            _signal(pid, signal.SIGKILL)
        await asyncio.sleep(0.05)


async def _until(condition, seconds):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        await asyncio.sleep(0.1)
    return condition()


def _living(pids):
    return {pid for pid in pids if (_status(pid) or {"state": "X"})["state"] not in _TERMINATED}


def _signal(pid, number):
    try:
        os.kill(pid, number)
    except (ProcessLookupError, PermissionError):
        pass


def _all():
    own = os.getpid()
    return [int(name) for name in os.listdir("/proc") if name.isdigit() and int(name) != own]


def _status(pid):
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            text = file.read().decode(errors="replace")
    except OSError:
        return None
    # The command may hold spaces and brackets; what follows its last bracket does not.
    fields = text[text.rindex(")") + 2:].split()
    return {"state": fields[0], "session": int(fields[3]), "start": int(fields[19])}


def _environment(pid):
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:
            return file.read().split(b"\0")
    except OSError:
        return []


def _owner(pid):
    try:
        return os.stat(f"/proc/{pid}").st_uid
    except OSError:
        return None


@lru_cache(maxsize=1)
def boot():
    with open("/proc/sys/kernel/random/boot_id") as file:
        return file.read().strip()
