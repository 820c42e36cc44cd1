"""Read by every user's server: forgets who was let in when the hub took access from somebody.

A server asks the hub about a visitor once and believes the answer for five minutes, so that nobody
notices a restart of the hub. That is five minutes too long for an administrator who no longer is
one. The hub replaces the file `access-epoch` beside this one; the answers from before are void.
"""

import os

try:
    from jupyterhub.services import auth

    class EpochCache(auth._ExpiringDict):
        path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "access-epoch")
        epoch = None

        def _check_age(self, key):
            try:
                status = os.stat(self.path)
                epoch = (status.st_ino, status.st_mtime_ns)
            except OSError:
                epoch = None
            if epoch != self.epoch:
                self.clear()
                self.epoch = epoch
            super()._check_age(key)

    auth._ExpiringDict = EpochCache
except (ImportError, AttributeError):
    pass  # Another version of JupyterHub: its own five minutes stand.
