"""What listens to the world runs with as few rights as it can, and no longer than who started it."""

import ctypes
import os
import signal

_PR_SET_PDEATHSIG = 1


def drop(uid, sheet, outbox):
    """Makes the directories ready, gives up root, and ends with the hub."""
    os.umask(0o077)
    parent = os.getppid()
    readable = os.path.dirname(sheet)
    for directory in (readable, outbox):
        os.makedirs(directory, exist_ok=True)
    os.chmod(outbox, 0o700)
    if uid is not None and os.getuid() == 0:
        # The sheet is hubfleet's, for this group to read; the outbox is ours.
        os.chown(readable, 0, uid)
        os.chmod(readable, 0o710)
        os.chown(outbox, uid, uid)
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    # After a change of user it would be forgotten.
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        raise SystemExit("the hub is gone")
