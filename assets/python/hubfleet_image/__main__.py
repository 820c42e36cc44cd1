"""Runs checks of an image with the image's own Python: `python hubfleet_image REQUEST`.

REQUEST is JSON: {"nonce": word, "checks": [{"check": name, "limit": seconds, …}], "keep": directory}. Each check ends in
one line on stdout, the nonce before it so that nothing that the image's code prints can be taken for it. Only the
standard library is used here; what the image holds is imported by the checks that are about it.
"""

import json
import os
import sys
import time
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from image_checks import table  # noqa: E402  the path above is where it lies
from image_checks.verdicts import Problem, Skip, Verdict  # noqa: E402


def main(request):
    session = table.Session()
    try:
        for wanted in request["checks"]:
            print(f"\n{request['nonce']} {json.dumps(run(wanted, request['keep'], session))}", flush=True)
    finally:
        session.close()


def run(wanted, keep, session):
    name = wanted["check"]
    directory = os.path.join(keep, name)
    os.makedirs(directory, exist_ok=True)
    begun = time.monotonic()
    verdict = decide(wanted, directory, session)
    milliseconds = round((time.monotonic() - begun) * 1000)
    return {"check": name, "milliseconds": milliseconds, "files": sorted(os.listdir(directory)), **verdict.as_json()}


def decide(wanted, directory, session):
    try:
        return table.checks[wanted["check"].split("/")[0]](wanted, directory, session)
    except Skip as reason:
        return Verdict("skipped", str(reason))
    except Problem as problem:
        return Verdict("failed", str(problem), problem.output)
    except Exception as error:
        # What the image's libraries raise into these checks is theirs: a failure of the image, with all that is known.
        return Verdict("failed", f"{type(error).__name__}: {error}", traceback.format_exc())


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
