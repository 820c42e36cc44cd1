"""JSON files that two processes share: read whole, written atomically, changed under a lock."""

import contextlib
import fcntl
import hashlib
import json
import os
import tempfile


def read_json(path):
    with open(path, "rb") as file:
        return json.loads(file.read())


def write_json(path, value, mode=0o600):
    """Replaces the file in one step; a reader sees the old text or the new one."""
    directory = os.path.dirname(path)
    descriptor, temporary = tempfile.mkstemp(dir=directory, prefix=".writing-")
    try:
        with os.fdopen(descriptor, "w") as file:
            json.dump(value, file, indent=1, sort_keys=True)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, mode)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


@contextlib.contextmanager
def changing_json(path, empty):
    """Yields the value to change in place; writes it back when it changed."""
    with open(path + ".lock", "a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        value = read_json(path) if os.path.exists(path) else empty
        before = json.dumps(value, sort_keys=True)
        yield value
        if json.dumps(value, sort_keys=True) != before:
            write_json(path, value)


class Watched:
    """A JSON file re-read when it changed. A broken new text leaves the last good value in effect.

    `empty` is the value of a file that need not be there.
    """

    def __init__(self, path, empty=None):
        self.path = path
        self.empty = empty
        self.digest = ""
        self._seen = None
        self._value = None

    def read(self):
        try:
            status = os.stat(self.path)
        except FileNotFoundError:
            if self._value is not None and self.empty is None:
                return self._value
            if self.empty is None:
                raise
            return self.empty
        seen = (status.st_ino, status.st_mtime_ns, status.st_size)
        if seen != self._seen:
            with open(self.path, "rb") as file:
                text = file.read()
            try:
                value = json.loads(text)
            except ValueError:
                if self._value is None:
                    raise
                return self._value
            self._seen, self._value = seen, value
            self.digest = hashlib.sha256(text).hexdigest()
        return self._value
