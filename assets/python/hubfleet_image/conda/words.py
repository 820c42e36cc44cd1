"""What the driver says to hubfleet."""

import json
import sys


class Failure(Exception):
    """The request cannot be done.

    kind: "spec", "unsatisfiable", "channel", "download", "digest", "install"; about: the spec, channel or address.
    """

    def __init__(self, kind, about, words):
        super().__init__(words)
        self.kind, self.about, self.words = kind, about, str(words)


def tell(event, **values):
    print(json.dumps({"event": event, **values}), file=sys.stdout, flush=True)
