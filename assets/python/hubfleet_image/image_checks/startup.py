"""How long the interpreter takes, and the import of everything that the image declares, in one process."""

import time

from .children import run_python
from .distributions import find_modules
from .verdicts import Problem, Verdict, last_line

_IMPORT_ALL = """
import importlib, sys
for name in sys.argv[1:]:
    try:
        importlib.import_module(name)
    except ImportError:
        pass
"""


def check(wanted, directory, session):
    limit = wanted["limit"]
    python = min(_measure("pass", limit) for _ in range(3))
    modules = [name for package in wanted["packages"] for name in find_modules(package["name"], package.get("manager", "pip")) or []]
    imports = _measure(_IMPORT_ALL, limit, *modules)
    figures = {"python": round(python * 1000), "imports": round(imports * 1000)}
    return Verdict("passed", "", "", figures)


def _measure(code, limit, *words):
    begun = time.monotonic()
    ended = run_python(code, limit, *words)
    if ended.status != 0:
        raise Problem(f"python {ended.in_words()}: {last_line(ended.output)}", ended.output)
    return time.monotonic() - begun
