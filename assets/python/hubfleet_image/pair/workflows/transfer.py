"""A large object each way, compared by its digest."""

import hashlib
import os

MEGABYTES = 64


def test_transfer(client):
    sent = os.urandom(1 << 20) * MEGABYTES
    digest = hashlib.blake2b

    [there] = client.scatter([sent])
    assert client.submit(lambda data: digest(data).hexdigest(), there).result() == digest(sent).hexdigest(), (
        "what arrived on the worker is not what was sent"
    )
    back = client.submit(lambda data: data[::-1], there).result()
    assert back == sent[::-1], "what came back is not what the worker sent"
    return f"{MEGABYTES} MB each way"
