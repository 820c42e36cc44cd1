"""A uid of one's own for every user, for ever: never given to anybody else, even after a user is deleted.

| id             | whose |
|----------------|-------|
| firstUid       | group of everybody on this hub |
| firstUid + 1   | group of the hub's administrators |
| firstUid + 2   | temporary users of `hubfleet check`, one after another |
| firstUid + 3   | the page on which people sign |
| firstUid + 16… | users (uid = gid) |
"""

from .documents import changing_json, Watched
from .names import is_reserved

_RESERVED = 16


class UidsExhausted(Exception):
    pass


class Uids:
    def __init__(self, path, first, count):
        self.path = path
        self._map = Watched(path, empty={"users": {}})
        self.everyone = first
        self.admins = first + 1
        self.check = first + 2
        self.page = first + 3
        self._start = first + _RESERVED
        self._end = first + count

    def known(self, user):
        """The uid of a user who had one already, else None."""
        if is_reserved(user):
            return self.check
        return self._map.read()["users"].get(user)

    def of(self, user):
        """The uid of a user; a new user gets the next one that was never used."""
        if is_reserved(user):
            return self.check
        with changing_json(self.path, {"version": 1, "next": self._start, "users": {}}) as map:
            uid = map["users"].get(user)
            if uid is None:
                uid = max([map["next"], self._start, *(value + 1 for value in map["users"].values())])
                if uid >= self._end:
                    raise UidsExhausted(f"all uids below {self._end} are given away")
                map["users"][user] = uid
                map["next"] = uid + 1
            return uid
