"""TAB answers in time, with what belongs there: in a kernel, in IPython's terminal, in a shell.

What goes wrong in the field: versions of jedi and IPython that do not fit together make every completion fail, or offer
all globals for whatever was typed.
"""

import importlib.util
import json
import os
import sys
import time

from .children import run_python
from .shell import complete_in_shell
from .verdicts import Problem, Skip, Verdict, last_line

_SLOW_SECONDS = 3.0
_LIMIT_SECONDS = 30.0
_SENTINEL = "hubfleet_sentinel"

# What is typed, what makes it meaningful, which module must be there.
_NAMES = [
    ("os.", "import os", "os"),
    ("np.", "import numpy as np", "numpy"),
    ("pd.", "import pandas as pd", "pandas"),
    ("frame.", "import pandas as pd; frame = pd.DataFrame({f'column{n}': range(20_000) for n in range(300)})", "pandas"),
]

_IN_TERMINAL = """
import sys, json, time
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from IPython.terminal.interactiveshell import TerminalInteractiveShell
from IPython.terminal.ptutils import IPythonPTCompleter
shell = TerminalInteractiveShell.instance(simple_prompt=True, history_load_length=0)
shell.history_manager.enabled = False
shell.run_cell("import os; hubfleet_sentinel_one = hubfleet_sentinel_two = 1", silent=True)
completer = IPythonPTCompleter(shell=shell)
begun = time.perf_counter()
found = [one.text for one in completer.get_completions(Document("os."), CompleteEvent(completion_requested=True))]
seconds = time.perf_counter() - begun
known = set(dir(__import__("os")))
print("\\n" + json.dumps({"found": found, "strange": [one for one in found if one.split(".")[-1] not in known], "seconds": seconds}))
"""


def check(wanted, directory, session):
    said, slow = [], []
    parts = [part for part in (_in_kernel, _in_terminal, _in_shell) if _note(part, wanted, session, said, slow)]
    if not parts:
        raise Skip("; ".join(said))
    output = "\n".join(said)
    summary = f"in {_listed([part.__doc__ for part in parts])}"
    if slow:
        return Verdict("warned", f"{slow[0]}; it answers {summary}", output)
    return Verdict("passed", f"answers {summary}", output)


def _note(part, wanted, session, said, slow):
    try:
        part(wanted, session, said, slow)
        return True
    except Skip as reason:
        said.append(f"{part.__doc__}: {reason}")
        return False


def _in_kernel(wanted, session, said, slow):
    """a kernel"""
    kernel = session.kernel(wanted["limit"])
    kernel.run(f"{_SENTINEL}_one = {_SENTINEL}_two = 1", wanted["limit"])
    _expect_names(kernel, said, slow)
    for typed, setup, module in _NAMES:
        if importlib.util.find_spec(module) is None:
            continue
        answer = kernel.run(f"{setup}\nprint(*dir({typed[:-1]}), sep='\\n')", wanted["limit"])
        if answer.error is not None:
            said.append(f"`{setup}` raised {answer.error['ename']}: {answer.error['evalue']}")
            continue
        seconds, found = _timed(kernel, typed)
        judge(typed, found, set(answer.printed.split()))
        _keep(f"a kernel completes `{typed}` with {len(found)} names", seconds, said, slow)


def _expect_names(kernel, said, slow):
    # The first TAB of a new home takes seconds of computing: jedi fills its cache. It is told, and not held against the image.
    seconds, found = _timed(kernel, _SENTINEL, 2 * _LIMIT_SECONDS)
    if not {f"{_SENTINEL}_one", f"{_SENTINEL}_two"} <= set(found):
        raise Problem(f"a kernel does not complete the name of a variable: offered {_shortly(found)}", "\n".join(found))
    said.append(f"the first TAB of a new home completes a variable's name in {seconds:.2f} s")
    seconds, _ = _timed(kernel, _SENTINEL)
    _keep("a kernel completes a variable's name", seconds, said, slow)


def _timed(kernel, typed, limit=_LIMIT_SECONDS):
    begun = time.monotonic()
    try:
        found = kernel.complete(typed, limit)
    except TimeoutError as error:
        raise Problem(f"completion of `{typed}` in a kernel: {error}", kernel.words()) from error
    return time.monotonic() - begun, found


def judge(typed, found, known):
    """Completions of an attribute belong to the object; a list of globals is the known failure of jedi and IPython."""
    names = [one.removeprefix(typed).lstrip(".").split(".")[-1].rstrip("(=") for one in found]
    output = "\n".join(found)
    if any(name.startswith(_SENTINEL) for name in names):
        raise Problem(f"completion of `{typed}` offers all globals ({_shortly(found)})", output)
    if not names:
        raise Problem(f"completion of `{typed}` offers nothing", output)
    strange = [name for name in names if name not in known and not name.startswith("_")]
    if len(strange) > len(names) / 10:
        raise Problem(f"completion of `{typed}` offers what is not in it: {_shortly(strange)}", output)


def _in_terminal(wanted, session, said, slow):
    """IPython's terminal"""
    if importlib.util.find_spec("IPython") is None:
        raise Skip("the image has no IPython")
    ended = run_python(_IN_TERMINAL, wanted["limit"])
    if ended.status != 0:
        raise Problem(f"IPython's terminal {ended.in_words()} on completion: {last_line(ended.output)}", ended.output)
    answer = json.loads(last_line(ended.output))
    known = {one.split(".")[-1] for one in answer["found"]} - set(answer["strange"])
    try:
        judge("os.", answer["found"], known)
    except Problem as problem:
        raise Problem(f"IPython's terminal: {problem}", ended.output) from None
    _keep(f"IPython's terminal completes `os.` with {len(answer['found'])} names", answer["seconds"], said, slow)


def _in_shell(wanted, session, said, slow):
    """a shell"""
    programs = os.path.join(sys.prefix, "bin")
    seconds, name = complete_in_shell(programs, _LIMIT_SECONDS)
    _keep(f"bash completes {name}", seconds, said, slow)


def _keep(words, seconds, said, slow):
    line = f"{words} in {seconds:.2f} s"
    said.append(line)
    if seconds > _SLOW_SECONDS:
        slow.append(line)


def _listed(words):
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _shortly(names):
    return ", ".join(names[:5]) + (f", … ({len(names)})" if len(names) > 5 else "") if names else "nothing"
