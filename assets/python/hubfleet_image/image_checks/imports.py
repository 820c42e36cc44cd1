"""Every package that the image declares is imported, each in a process of its own."""

import json
import os
import tempfile
from concurrent.futures import ThreadPoolExecutor

from .children import run_python
from .distributions import find_modules
from .verdicts import Problem, Verdict, last_line

_IMPORT = """
import importlib, json, sys, time, traceback, warnings
answer = {"seconds": {}, "warnings": [], "aside": []}
def write():
    with open(sys.argv[1], "w") as file:
        json.dump(answer, file)
def note(message, category, filename, lineno, file=None, line=None):
    answer["warnings"].append(f"{category.__name__}: {str(message).strip().splitlines()[0] if str(message).strip() else ''}")
warnings.showwarning = note
for name in sys.argv[3:]:
    answer["module"] = name
    write()
    begun = time.perf_counter()
    try:
        importlib.import_module(name)
    except BaseException as error:
        if name in sys.argv[2].split(","):
            answer["aside"].append(f"`import {name}` {type(error).__name__}: {error}")
            continue
        answer["error"] = f"{type(error).__name__}: {error}"
        write()
        traceback.print_exc()
        raise SystemExit(1)
    answer["seconds"][name] = time.perf_counter() - begun
del answer["module"]
write()
"""


def check(wanted, directory, session):
    packages = wanted["packages"]
    if not packages:
        return Verdict("passed", "the image declares no packages")
    with ThreadPoolExecutor(max(2, os.cpu_count() or 1)) as pool:
        looks = list(pool.map(lambda package: look(package, wanted["limit"]), packages))
    output = "\n".join(entry["line"] for entry in looks) + "".join(f"\n\n{entry['output']}" for entry in looks if entry["output"])
    broken = [entry for entry in looks if entry["error"]]
    if broken:
        more = f" (and {len(broken) - 1} more: {', '.join(entry['name'] for entry in broken[1:])})" if broken[1:] else ""
        raise Problem(f"{broken[0]['name']}: {broken[0]['error']}{more}", output)
    return _summarise(looks, output)


def look(package, limit):
    """What importing one package came to. Packages for other platforms are not installed, rightly."""
    name = package["name"]
    entry = {"name": name, "error": None, "output": "", "seconds": 0.0, "warnings": [], "modules": [], "absent": False}
    modules = find_modules(name, package.get("manager", "pip"))
    if modules is None:
        entry["absent"] = package.get("conditional", False)
        if entry["absent"]:
            return {**entry, "line": f"{name}: not for this platform"}
        return {**entry, "error": "is declared and not installed", "line": f"{name}: is declared and not installed"}
    if not modules:
        return {**entry, "line": f"{name}: has no module of its own"}
    entry["modules"] = modules
    with tempfile.TemporaryDirectory() as place:
        path = os.path.join(place, "answer.json")
        aside = modules_aside(name, modules)
        ended = run_python(_IMPORT, limit, path, ",".join(aside), *modules)
        answer = _read(path)
    seconds = answer.get("seconds", {})
    entry["warnings"] = sorted(set(answer.get("warnings", [])))
    entry["seconds"] = sum(seconds.values())
    if ended.status != 0:
        at = answer.get("module", modules[0])
        entry["error"] = f"`import {at}` {answer.get('error') or f'{ended.in_words()} {last_line(ended.output)}'.strip()}"
        return {**entry, "output": f"--- {name}\n{ended.output}", "line": f"{name}: {entry['error']}"}
    entry["line"] = f"{name}: {', '.join(modules)} in {entry['seconds']:.2f} s"
    entry["line"] += "".join(f"\n  beside it: {words}" for words in answer.get("aside", []))
    if entry["warnings"]:
        entry["line"] += "".join(f"\n  warns: {words}" for words in entry["warnings"])
    return entry


def modules_aside(name, modules):
    """Those that are not the package itself, where one of them is: build scripts end up in wheels, and nobody imports them."""
    own = name.replace("-", "_").lower()
    return [] if own not in (one.lower() for one in modules) else [one for one in modules if one.split(".")[0].lower() != own]


def _read(path):
    try:
        with open(path) as file:
            return json.load(file)
    except (OSError, ValueError):
        return {}


def _summarise(looks, output):
    imported = [entry for entry in looks if entry["modules"]]
    parts = [f"{len(imported)} {'package imports' if len(imported) == 1 else 'packages import'}"]
    if imported:
        slowest = max(imported, key=lambda entry: entry["seconds"])
        parts.append(f"the slowest is {slowest['name']} with {slowest['seconds']:.1f} s")
    without = [entry["name"] for entry in looks if not entry["modules"] and not entry["absent"]]
    if without:
        parts.append(f"without a module: {', '.join(without)}")
    absent = [entry["name"] for entry in looks if entry["absent"]]
    if absent:
        parts.append(f"not for this platform: {', '.join(absent)}")
    warning = [entry for entry in looks if entry["warnings"]]
    if warning:
        parts.append(f"{warning[0]['name']} warns: {warning[0]['warnings'][0]}")
    return Verdict("warned" if warning else "passed", "; ".join(parts), output)
