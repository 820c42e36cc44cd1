"""Words that wait for hubfleet: a file each, written whole under its name or not at all.

The name says when, so that they are taken up in the order in which they were said.
"""

import json
import os
import secrets
import stat
import time
from datetime import datetime, timezone

MOST_OF_A_PERSON = 50
MOST_BYTES_OF_ALL = 500_000_000
_MOST_BYTES = 8_000_000


class Full(Exception):
    """Too much waits already."""


class Outbox:
    def __init__(self, directory):
        self._directory = directory

    def put(self, user, sheet, word, attachment=None):
        """Keeps a word until hubfleet takes it. `attachment`: its bytes in base64. @raises Full"""
        if len(self.waiting(user)) >= MOST_OF_A_PERSON or self._size() > MOST_BYTES_OF_ALL:
            raise Full
        now = time.time()
        name = f"{int(now * 1000):013d}-{secrets.token_hex(8)}"
        entry = {
            "version": 1,
            "id": name,
            "at": datetime.fromtimestamp(now, timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "user": user,
            "sheet": {"bundle": sheet["bundle"]["digest"], "stage": sheet["stage"], "parts": sheet["parts"]},
            "word": word,
        }
        if attachment is not None:
            entry["attachment"] = attachment
        self._write(name, json.dumps(entry).encode())
        return name

    def waiting(self, user):
        """Words of a user that hubfleet did not take yet, without their attachments; the oldest first."""
        found = []
        for name in self._names():
            entry = self._read(name)
            if entry is not None and entry.get("user") == user:
                found.append({key: value for key, value in entry.items() if key != "attachment"})
        return found

    def _names(self):
        return sorted(name for name in os.listdir(self._directory) if name.endswith(".json") and name[0] != ".")

    def _size(self):
        return sum(os.lstat(os.path.join(self._directory, name)).st_size for name in os.listdir(self._directory))

    def _read(self, name):
        try:
            descriptor = os.open(os.path.join(self._directory, name), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            with os.fdopen(descriptor, "rb") as file:
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    return None
                value = json.loads(file.read(_MOST_BYTES))
        except (OSError, ValueError):
            return None  # Taken up just now.
        return value if isinstance(value, dict) else None

    def _write(self, name, text):
        temporary = os.path.join(self._directory, f".{name}")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, os.path.join(self._directory, f"{name}.json"))
        directory = os.open(self._directory, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)
