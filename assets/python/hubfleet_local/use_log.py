"""How a hub was used: a line for each server that became ready or failed to start, and for each Dask cluster that ran.

`hubfleet` counts the lines; nothing else says what happened between two looks. Users of checks leave none.

| where | written by | because |
|---|---|---|
| use-servers.jsonl, use-dask.jsonl | the hub; the gateway | one writer for a file needs no lock |
| LOG.1 | whoever writes LOG | what is older than that goes: years take no more room than two files |

Names do not get in: people are told apart by a digest. Whoever may read these files may read the hub's database beside
them, so it hides nothing from them; but a line that is copied into a report says nobody's name.

Counting must never be why a server does not start: whatever goes wrong here ends in the program's own log.
"""

import contextlib
import hashlib
import json
import os
import time

from .names import is_reserved

MOST_BYTES = 4_000_000

READY = "ready"
FAILED = "failed"
DASK = "dask"
_BEGUN = "begun"
_BEGINNING = '{"at":"'


class UseLog:
    def __init__(self, path, hub, most=MOST_BYTES):
        self.path = path
        self.hub = hub
        self.most = most

    def begin(self, log):
        """From now on everything is counted: a hub that was not used is told from one that does not count."""
        if not any(os.path.lexists(path) for path in (self.path, f"{self.path}.1")):
            self._note(_BEGUN, log)

    def note(self, kind, user, log, image=None):
        if not is_reserved(user):
            self._note(kind, log, user=self._digest(user), image=image)

    def read(self, since):
        """The lines from a moment on, as text; `since` is written as their own are. None: it does not count yet."""
        # The later part first: one that is set aside between the two is there twice then, and never missing.
        parts = [text for text in (_read(self.path), _read(f"{self.path}.1")) if text is not None]
        if not parts:
            return None
        if len(parts) == 2 and parts[1].startswith(parts[0]):
            del parts[0]
        lines = [line for part in reversed(parts) for line in part.splitlines(keepends=True)]
        return "".join(line for line in lines if line[len(_BEGINNING) :] >= since)

    def _note(self, kind, log, **said):
        try:
            self._append(_line(kind, said))
        except Exception as error:  # whatever it is, the server goes on
            with contextlib.suppress(Exception):
                log.warning("use is not counted: %s", error)

    def _digest(self, user):
        """The same person is another one on another hub."""
        return hashlib.sha256(f"{self.hub}/{user}".encode()).hexdigest()[:16]

    def _append(self, line):
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(self.path, flags, 0o600)
        try:
            size = os.fstat(descriptor).st_size
            # After a kill in the middle of a line, the next is a line of its own.
            torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
            _write_whole(descriptor, (b"\n" if torn else b"") + line, size)
        finally:
            os.close(descriptor)
        if size + len(line) > self.most:
            os.replace(self.path, f"{self.path}.1")


def _read(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except FileNotFoundError:
        return None


def _line(kind, said):
    """The date comes first and always has the same length: a reader finds the lines of a time by it."""
    milliseconds = time.time_ns() // 1_000_000
    seconds = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(milliseconds // 1000))
    entry = {"at": f"{seconds}.{milliseconds % 1000:03d}Z", "kind": kind}
    entry.update({key: value for key, value in said.items() if value is not None})
    return f"{json.dumps(entry, separators=(',', ':'))}\n".encode()


def _write_whole(descriptor, line, size):
    """All of a line or none: a disk that fills up in the middle leaves no half."""
    written = 0
    try:
        written = os.write(descriptor, line)
        if written < len(line):
            raise OSError("there is no room for a whole line")
    finally:
        if written < len(line):
            with contextlib.suppress(OSError):
                os.ftruncate(descriptor, size)
