"""The client: what a user's notebook is to the workers. Runs workflows as notebook cells run, as `__main__`.

Told what to do by lines of JSON on standard input, answers by lines of JSON on the descriptor it was given, so that what
workflows print is only that.
"""

import inspect
import json
import os
import sys
import time
import traceback
import types

_here = os.path.dirname(os.path.abspath(__file__))
# As in a notebook, the working directory comes first; our own modules must not hide anybody's.
sys.path[0] = ""


class Skipped(Exception):
    """Raised by a workflow that says nothing about this pair; the text is the reason."""


class Warned(Exception):
    """Raised by a workflow that got through and has something to say nevertheless."""


def main(descriptor, scheduler_file, seconds):
    answers = os.fdopen(int(descriptor), "w", encoding="utf-8")

    def answer(message):
        answers.write(json.dumps(message) + "\n")
        answers.flush()

    client = None
    try:
        client = _connect(scheduler_file, float(seconds))
    except Exception as error:
        answer({"result": "failed", "summary": _in_one_line(error), "output": traceback.format_exc()})
        return
    answer({"result": "passed", "summary": "", "output": ""})
    for line in sys.stdin:
        answer(_run(json.loads(line), client, answer))


def _connect(scheduler_file, seconds):
    from distributed import Client

    deadline = time.monotonic() + seconds
    while not os.path.exists(scheduler_file):
        if time.monotonic() > deadline:
            raise TimeoutError("the scheduler did not say where it listens")
        time.sleep(0.02)
    client = Client(scheduler_file=scheduler_file, timeout=seconds, set_as_default=True)
    client.wait_for_workers(1, timeout=seconds)
    return client


def _run(workflow, client, answer):
    module = types.ModuleType("__main__")
    module.__dict__.update(
        client=client,
        __file__=workflow["file"],
        __builtins__=__builtins__,
    )
    if workflow["kind"] == "built-in":
        tell_where = lambda text: answer({"at": text})  # noqa: E731
        kill_worker = lambda: answer({"end": "second worker"})  # noqa: E731
        module.__dict__.update(
            Skipped=Skipped, Warned=Warned, workflow=workflow, tell_where=tell_where, kill_worker=kill_worker
        )
    own = sys.modules["__main__"]
    sys.modules["__main__"] = module
    os.chdir(os.path.dirname(workflow["file"]))
    try:
        with open(workflow["file"], encoding="utf-8") as file:
            exec(compile(file.read(), workflow["file"], "exec"), module.__dict__)
        return _end("passed", _call_all(module, client))
    except Skipped as reason:
        return _end("skipped", str(reason))
    except Warned as reason:
        return _end("warned", *reason.args)
    except BaseException as error:
        return {**_end("failed", _in_one_line(error)), "output": _trace(error, workflow["file"])}
    finally:
        sys.modules["__main__"] = own


def _call_all(module, client):
    """Runs what the file defines as tests, in the order in which they stand there; the last word counts."""
    told = None
    for name, value in list(vars(module).items()):
        if name.startswith("test_") and inspect.isfunction(value) and value.__module__ == "__main__":
            told = value(client) if inspect.signature(value).parameters else value()
    return told


def _end(result, told=None, data=None):
    if isinstance(told, dict):
        told, data = told.get("summary"), told
    return {"result": result, "summary": told if isinstance(told, str) else "", "data": data, "output": ""}


def _in_one_line(error):
    words = " ".join(str(error).split())
    if words and type(error) is AssertionError:
        return words[:300]
    return f"{type(error).__name__}: {words}"[:300] if words else type(error).__name__


def _trace(error, file):
    """From the workflow's own first line on; how it was called is nobody's business."""
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename != file:
        trace = trace.tb_next
    return "".join(traceback.format_exception(type(error), error, trace or error.__traceback__))


if __name__ == "__main__":
    main(*sys.argv[1:])
