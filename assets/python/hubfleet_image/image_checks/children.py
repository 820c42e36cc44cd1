"""Programs that a check starts: with a time limit, their words kept within bounds, their whole group ended."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass

_MOST_BYTES = 40_000


@dataclass
class Ended:
    """`status` is None after the time limit, below zero after a signal."""

    status: int | None
    output: str
    seconds: float

    def in_words(self):
        if self.status is None:
            return f"took longer than {self.seconds:.0f} s"
        if self.status < 0:
            return f"was ended by {signal.Signals(-self.status).name}"
        return f"ended with status {self.status}"


def run_child(argv, limit, *, directory=None, variables=None, text=None):
    """Runs a program to its end, or to the limit in seconds. What it started in its session ends with it."""
    begun = time.monotonic()
    with tempfile.TemporaryFile() as words:
        child = subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL if text is None else subprocess.PIPE,
            stdout=words,
            stderr=subprocess.STDOUT,
            cwd=directory,
            env={**os.environ, **(variables or {})},
            start_new_session=True,
        )
        try:
            child.communicate(text and text.encode(), timeout=limit)
            status = child.returncode
        except subprocess.TimeoutExpired:
            status = None
        finally:
            end_group(child)
        return Ended(status, read_bounded(words), time.monotonic() - begun if status is not None else limit)


def run_python(code, limit, *words, **options):
    return run_child([sys.executable, "-c", code, *words], limit, **options)


def end_group(child):
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass
    child.wait()


def read_bounded(file):
    """The beginning and the end of a file of bytes, as text."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    if size <= _MOST_BYTES:
        return file.read().decode(errors="replace")
    half = _MOST_BYTES // 2
    head = file.read(half).decode(errors="replace")
    file.seek(-half, os.SEEK_END)
    return f"{head}\n… {size - 2 * half} bytes left out …\n{file.read().decode(errors='replace')}"
