"""Conda environments without conda: a request as JSON on stdin, events as JSON lines on stdout.

{"command": "solve" | "install", …}   →   {"event": "progress" | "result" | "failure", …}

Run by hubfleet with a Python that has py-rattler; see solving.py and installing.py for what the commands take.
"""

import asyncio
import json
import os
import sys
import traceback

from installing import install
from solving import solve
from words import Failure, tell

COMMANDS = {"solve": solve, "install": install}


def main():
    # What is made here is read by the accounts of users.
    os.umask(0o022)
    request = json.load(sys.stdin)
    try:
        result = asyncio.run(COMMANDS[request["command"]](request))
    except Failure as failure:
        tell("failure", kind=failure.kind, about=failure.about, words=failure.words)
        return 1
    tell("result", **result)
    return 0


if __name__ == "__main__":
    try:
        status = main()
    except BaseException:
        traceback.print_exc()
        status = 2
    sys.stderr.flush()
    # Not the interpreter's own end: py-rattler's threads may outlive a failed request and bring it down on the way.
    os._exit(status)
