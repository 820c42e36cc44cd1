"""Who may be here: the written lists, and the memberships a person logged in with.

A *rule* is a short string that says why somebody is let in: `users`, `admins`, `everyone`,
`organization:<name>`, `team:<organization>:<team>`. The first three can be seen from the lists
alone; the others are learnt at login and kept in `grants.json`, so that taking an organization off
the list shows who came in by it.
"""

from .documents import changing_json, Watched
from .names import is_reserved, leads_elsewhere


class AccessList:
    """The `access` part of current.json, names in lower case."""

    def __init__(self, written):
        self.everyone = bool(written.get("everyone"))
        self.users = _lower(written.get("users"))
        self.admins = _lower(written.get("admins"))
        self.organizations = _lower(written.get("organizations"))
        self.teams = _lower(written.get("teams"))
        groups = written.get("groups") or {}
        self.groups = {name: _lower(members) for name, members in groups.items()}

    def listed(self, user):
        """The rules that let this name in without asking anybody."""
        rules = []
        if is_reserved(user) or leads_elsewhere(user):
            return rules
        if user in self.users:
            rules.append("users")
        if user in self.admins:
            rules.append("admins")
        if self.everyone:
            rules.append("everyone")
        return rules

    def membership_rules(self):
        """Rule → what to ask GitHub for."""
        rules = {f"organization:{name}": name for name in self.organizations}
        rules.update({f"team:{name}": name for name in self.teams})
        return rules

    def in_force(self, user, recorded):
        """Every rule that lets the user in now."""
        memberships = self.membership_rules()
        return self.listed(user) + [rule for rule in recorded if rule in memberships]

    def groups_of(self, user):
        return sorted(name for name, members in self.groups.items() if user in members)


class Grants:
    """Which rules let each person in at the last login."""

    def __init__(self, path):
        self.path = path
        self._watched = Watched(path, empty={"grants": {}})

    def of(self, user):
        return self._watched.read()["grants"].get(user, [])

    def record(self, user, rules):
        with changing_json(self.path, {"version": 1, "grants": {}}) as document:
            document["grants"][user] = sorted(rules)

    def forget(self, user):
        with changing_json(self.path, {"version": 1, "grants": {}}) as document:
            document["grants"].pop(user, None)


def _lower(names):
    return {name.lower() for name in names or () if not is_reserved(name)}
