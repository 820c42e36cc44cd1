"""Runs a notebook image and a worker image against each other: `python -I -S supervise.py REQUEST.json`.

Starts scheduler, workers and client, hands the client one workflow after another, and keeps an eye on all of them: a
workflow ends with the client's word, with a process that ended, or with its time limit. Every end is one line of JSON on
standard output. The standard library alone is enough for this file: it must work whatever the images hold.
"""

import json
import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import processes  # noqa: E402
from cluster import Pair  # noqa: E402

MOST_CHARACTERS = 20_000


def main(path):
    with open(path, encoding="utf-8") as file:
        request = json.load(file)
    os.chdir(request["directory"])
    processes.adopt_orphans()
    processes.end_with_parent()
    try:
        run_all(request)
        say({"event": "end"})
    finally:
        processes.end_all()


def run_all(request):
    left = list(request["workflows"])
    for start in range(1, request["mostStarts"] + 1):
        pair = Pair(request, os.path.join(request["directory"], f"start-{start}"))
        try:
            if not connect(pair, request, start == 1):
                return
            while left and run_one(pair, left.pop(0)):
                pass
        finally:
            pair.end()
        if not left:
            return


def connect(pair, request, is_first):
    begun = time.monotonic()
    end = pair.start(request["startSeconds"])
    passed = end["result"] == "passed"
    # Of a pair that had to be started again, only the failure is news.
    if is_first or not passed:
        tell("connect", begun, pair, end)
    if passed:
        pair.start_others()
    return passed


def run_one(pair, workflow):
    """True when the pair is fit for the next one."""
    begun = time.monotonic()
    say({"event": "started", "name": workflow["name"]})
    end = pair.run(workflow)
    tell(workflow["name"], begun, pair, end)
    return "lost" not in end and "seconds" not in end


def tell(name, begun, pair, end):
    output = "\n".join(part for part in (end.pop("output", ""), pair.new_words()) if part)
    milliseconds = round((time.monotonic() - begun) * 1000)
    say({"event": "ended", "name": name, **end, "milliseconds": milliseconds, "output": shortened(output)})


def shortened(text):
    if len(text) <= MOST_CHARACTERS:
        return text
    half = MOST_CHARACTERS // 2
    return f"{text[:half]}\n[{len(text) - MOST_CHARACTERS} characters left out]\n{text[-half:]}"


def say(event):
    print(json.dumps(event), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
