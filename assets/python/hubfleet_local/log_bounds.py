"""Logs that are written for weeks stay below a size, also where nobody runs hubfleet.

A process bounds its own log; the hub and the gateway also those of users' servers and Dask clusters. What is older is kept
once, in LOG.older, and what is older than that goes. All logs are open for appending: when one is cut, its writer goes on at
the new end.
"""

import contextlib
import fcntl
import glob
import os
import stat
import threading
import time

MOST_BYTES = int(os.environ.get("HUBFLEET_LOG_BYTES") or 5_000_000)
_EVERY_SECONDS = 2
_OWN_LOG = 1


def start(site=None):
    """From now on, in a thread of its own: it works also while the program waits for something else."""

    def run():
        while True:
            try:
                bound_own()
                if site is not None:
                    bound_others(site)
            except OSError:
                pass  # A disk that is full or gone: the next round tries again.
            time.sleep(_EVERY_SECONDS)

    threading.Thread(target=run, name="log bounds", daemon=True).start()


def bound_own(most=MOST_BYTES):
    status = os.fstat(_OWN_LOG)
    if stat.S_ISREG(status.st_mode) and status.st_size > most:
        cut(os.readlink(f"/proc/self/fd/{_OWN_LOG}"), most)


def bound_others(site, most=MOST_BYTES):
    """One process at a time: hub and gateway would cut the same log twice."""
    servers = site.in_run("servers")
    if not os.path.isdir(servers):
        return
    directory = os.open(servers, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(directory, fcntl.LOCK_EX | fcntl.LOCK_NB)
        for path in glob.glob(os.path.join(glob.escape(servers), "*.log")):
            with contextlib.suppress(OSError):
                if os.lstat(path).st_size > most:
                    cut(path, most)
        for path in glob.glob(os.path.join(glob.escape(site.in_run("dask")), "*", "logs", "*.log")):
            # It ended meanwhile, or its owner put something else there.
            with contextlib.suppress(OSError):
                shorten(path, os.lstat(site.in_run("dask", path.split(os.sep)[-3])).st_uid, most)
    except BlockingIOError:
        pass  # The other one is at it.
    finally:
        os.close(directory)


def cut(path, most=MOST_BYTES):
    """Keeps the end of a log as LOG.older and empties the log. The directory must be nobody's but ours."""
    with open(path, "rb") as log:
        try:
            size = os.fstat(log.fileno()).st_size
            with open(f"{path}.older.new", "wb", opener=_private) as older:
                _copy(log, older, max(0, size - most))
            os.replace(f"{path}.older.new", f"{path}.older")
        except OSError:
            pass  # A full disk: room comes before history.
    os.truncate(path, 0)


def shorten(path, owner, most=MOST_BYTES):
    """Keeps the last part of a log that lies in a user's directory, where every name can be a link of the user's making."""
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_nlink != 1 or status.st_uid != owner:
            return
        if status.st_size <= most:
            return
        end = os.pread(descriptor, most // 2, status.st_size - most // 2)
        os.ftruncate(descriptor, 0)
        os.write(descriptor, end)
    finally:
        os.close(descriptor)


def _copy(log, older, start):
    """What is written while it is copied comes along."""
    log.seek(start)
    while chunk := log.read(1 << 20):
        older.write(chunk)


def _private(path, flags):
    return os.open(path, flags, 0o600)
