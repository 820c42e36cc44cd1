"""Directories that all users of a hub see.

| writers  | owner and group          | mode | new files |
|----------|--------------------------|------|-----------|
| everyone | root, everybody's group  | 2770 | everybody's group reads and writes |
| admins   | root, the admins' group  | 2770 | a default ACL lets everybody's group read |
"""

import errno
import os
import struct

from .launching import open_to_users
from .names import escaped

_VERSION = 2
_OWNER, _GROUP_OWNER, _GROUP, _MASK, _OTHER = 0x01, 0x04, 0x08, 0x10, 0x20
_NO_ID = 0xFFFFFFFF


def ensure_shared_directories(site, log):
    open_to_users(site.in_data("shared"))
    for shared in site.current.read().get("shared") or []:
        path = site.in_data("shared", escaped(shared["name"]))
        os.makedirs(path, exist_ok=True)
        if site.uids is None:
            os.chmod(path, 0o700)
            continue
        for_admins = shared["writers"] == "admins"
        group = site.uids.admins if for_admins else site.uids.everyone
        os.chown(path, 0, group)
        os.chmod(path, 0o2770)
        _set_readers(path, site.uids.everyone if for_admins else None, log)


def _set_readers(path, group, log):
    for name in ("system.posix_acl_access", "system.posix_acl_default"):
        try:
            if group is None:
                os.removexattr(path, name)
            else:
                os.setxattr(path, name, _acl(group))
        except OSError as error:
            if error.errno == errno.ENODATA:
                continue
            if group is not None:
                log.warning("%s: only administrators can read it, its file system has no ACLs", path)
            return


def _acl(readers):
    entries = [
        (_OWNER, 7, _NO_ID),
        (_GROUP_OWNER, 7, _NO_ID),
        (_GROUP, 5, readers),
        (_MASK, 7, _NO_ID),
        (_OTHER, 0, _NO_ID),
    ]
    return struct.pack("<I", _VERSION) + b"".join(struct.pack("<HHI", *entry) for entry in entries)
