"""Bash on a terminal of its own, as JupyterLab's terminals have it."""

import os
import pty
import select
import shutil
import signal
import tempfile
import time

from .verdicts import Problem, Skip

_FILE = "hubfleet-completion.txt"
_PROMPT = b"hubfleet-ready>"


def complete_in_shell(programs, limit):
    """TAB completes a file of the directory and a program of the image. Answers the slower time and what it was."""
    bash = shutil.which("bash")
    if bash is None:
        raise Skip("there is no bash")
    with tempfile.TemporaryDirectory() as directory:
        open(os.path.join(directory, _FILE), "w").close()
        pid, terminal = pty.fork()
        if pid == 0:
            os.chdir(directory)
            variables = {**os.environ, "TERM": "dumb", "PS1": _PROMPT.decode(), "HISTFILE": ""}
            os.execve(bash, ["bash", "--norc", "--noprofile", "-i"], variables)
        try:
            _wait(terminal, _PROMPT, limit, "bash showed no prompt")
            times = [(_press(terminal, f"ls {_FILE[:12]}", _FILE, limit), "the name of a file")]
            unique = unique_program(programs)
            if unique is not None:
                os.write(terminal, b"\r")
                _wait(terminal, _PROMPT, limit, "bash showed no prompt after a command")
                times.append((_press(terminal, unique[0], unique[1], limit), f"the image's program {unique[1]}"))
            return max(times)
        finally:
            os.close(terminal)
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def unique_program(directory):
    """A program of the environment that the letters before its last four determine, or None."""
    names = sorted(os.listdir(directory)) if os.path.isdir(directory) else []
    everything = {name for part in os.environ.get("PATH", "").split(":") if os.path.isdir(part) for name in os.listdir(part)}
    for name in names:
        start = name[:-4]
        if len(start) > 5 and name.replace("-", "").isalnum() and [n for n in everything if n.startswith(start)] == [name]:
            return start, name
    return None


def _press(terminal, typed, whole, limit):
    begun = time.monotonic()
    os.write(terminal, typed.encode() + b"\t")
    _wait(terminal, whole.encode(), limit, f"bash does not complete `{typed}` to {whole}")
    return time.monotonic() - begun


def _wait(terminal, words, limit, otherwise):
    until, seen = time.monotonic() + limit, b""
    while words not in seen:
        ready, _, _ = select.select([terminal], [], [], max(0.0, until - time.monotonic()))
        try:
            part = os.read(terminal, 4096) if ready else b""
        except OSError:
            part = b""
        if not part:
            raise Problem(f"{otherwise} within {limit:.0f} s", seen.decode(errors="replace"))
        seen += part
