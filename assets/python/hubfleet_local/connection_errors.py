"""A preload of Dask schedulers and workers: a broken TLS connection must not take others with it.

Where a system call fails below OpenSSL 3.4 and newer, Python (since 3.11.12, 3.12.9 and 3.13.2) leaves the error in the
thread's queue, and the next read of any healthy connection reports it as its own: a worker or client that went away
costs another one its connection (https://github.com/python/cpython/issues/148594). Here the queue is emptied at once.
"""

import ssl


def _empty_queue(context=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)):
    try:
        context.load_verify_locations(cadata=b"no certificate")
    except ssl.SSLError:
        pass  # Python empties the queue when it raises one of these


def _emptying(method):
    def call(*args, **kwargs):
        try:
            return method(*args, **kwargs)
        except ssl.SSLError:
            raise
        except OSError:
            _empty_queue()
            raise

    return call


for _name in ("read", "write", "send", "do_handshake", "unwrap"):
    setattr(ssl.SSLSocket, _name, _emptying(getattr(ssl.SSLSocket, _name)))
