"""The image's own tests: pytest files, scripts, notebooks."""

import json
import os
import shutil
import sys
import time
import xml.etree.ElementTree as xml

from .children import run_child, run_python
from .kernels import Kernel, KernelDied
from .verdicts import Problem, Skip, Verdict, first_line, last_line

# Whatever was brought comes last: what the image has of the same packages counts.
_PYTEST = """
import sys
sys.path.extend(sys.argv[1:2] if sys.argv[1] else [])
import pytest
raise SystemExit(pytest.main(sys.argv[2:]))
"""


def check(wanted, directory, session):
    if "copy" in wanted:
        # Where the tests lie on a place that cannot be written: what they write beside themselves is nobody's.
        shutil.copytree(wanted["copy"], wanted["directory"], dirs_exist_ok=True)
    path = os.path.join(wanted["directory"], wanted["path"])
    run = {"pytest": _pytest, "script": _script, "notebook": _notebook}[wanted["kind"]]
    return run(path, wanted, directory)


def _script(path, wanted, directory):
    argv = [sys.executable, "-u", os.path.basename(path)]  # so that what was printed stands in the order in which it was
    ended = run_child(argv, wanted["limit"], directory=os.path.dirname(path))
    if ended.status is None:
        raise Problem(f"took longer than {wanted['limit']:g} s", ended.output)
    if ended.status != 0:
        raise Problem(f"{ended.in_words()}: {last_line(ended.output)}", ended.output)
    return Verdict("passed", "ended without an error", ended.output)


def _pytest(path, wanted, directory):
    results = os.path.join(directory, "results.xml")
    words = ["-q", "-p", "no:cacheprovider", "--color=no", "-o", "addopts=", f"--junitxml={results}", os.path.basename(path)]
    overlay = wanted.get("overlay") or ""
    ended = run_python(_PYTEST, wanted["limit"], overlay, *words, directory=os.path.dirname(path))
    if ended.status is None:
        raise Problem(f"took longer than {wanted['limit']:g} s", ended.output)
    counts, failures = read_results(results)
    if ended.status == 5:
        raise Problem("there is no test in it", ended.output)
    if ended.status != 0 or failures:
        first = failures[0] if failures else f"pytest {ended.in_words()}: {last_line(ended.output)}"
        raise Problem(f"{counts}: {first}" if counts else first, ended.output)
    return Verdict("passed", counts, ended.output)


def read_results(path):
    """Counts in words, and a line for each failure. Nothing where pytest did not come so far."""
    try:
        suites = list(xml.parse(path).getroot().iter("testsuite"))
    except (OSError, xml.ParseError):
        return "", []
    total, bad, skipped = (
        sum(int(suite.get(key, 0)) for suite in suites for key in keys)
        for keys in (["tests"], ["failures", "errors"], ["skipped"])
    )
    failures = [
        f"{case.get('name') or case.get('classname')}: {first_line(part.get('message', ''))}"
        for suite in suites
        for case in suite.iter("testcase")
        for part in [*case.findall("failure"), *case.findall("error")]
    ]
    counts = [(total - bad - skipped, "passed"), (bad, "failed"), (skipped, "skipped")]
    return ", ".join(f"{count} {word}" for count, word in counts if count), failures


def _notebook(path, wanted, directory):
    with open(path) as file:
        notebook = json.load(file)
    until = time.monotonic() + wanted["limit"]
    kernel = Kernel(wanted["limit"], os.path.dirname(path))
    try:
        return _run_cells(notebook, kernel, until, wanted)
    finally:
        kernel.close()
        with open(os.path.join(directory, os.path.basename(path)), "w") as file:
            json.dump(notebook, file, indent=1)


def _run_cells(notebook, kernel, until, wanted):
    ran, printed = 0, []
    for number, cell in enumerate(notebook.get("cells", []), 1):
        source = "".join(cell.get("source", ""))
        if cell.get("cell_type") != "code" or not source.strip():
            continue
        left = until - time.monotonic()
        if left <= 0:
            raise Problem(f"cell {number}: took longer than {wanted['limit']:g} s", "".join(printed))
        try:
            answer = kernel.run(source, left)
        except TimeoutError:
            raise Problem(f"cell {number}: took longer than {wanted['limit']:g} s", "".join(printed)) from None
        except KernelDied as error:
            raise Problem(f"cell {number}: {error}", "".join(printed) + kernel.words()) from None
        cell["outputs"], cell["execution_count"] = answer.outputs, answer.count
        printed.append(answer.printed)
        ran += 1
        if answer.error is not None and "raises-exception" not in cell.get("metadata", {}).get("tags", []):
            error = answer.error
            trace = "\n".join(error.get("traceback", []))
            raise Problem(f"cell {number}: {error['ename']}: {first_line(error['evalue'])}", "".join(printed) + _plain(trace))
    if ran == 0:
        raise Problem("the notebook has no code")
    return Verdict("passed", f"{ran} {'cell' if ran == 1 else 'cells'} ran", "".join(printed))


def _plain(text):
    import re

    return re.sub(r"\x1b\[[0-9;]*m", "", text)
