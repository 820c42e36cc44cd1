"""How names of users and servers appear in file names and process markers."""

import hashlib
import re
import unicodedata
from urllib.parse import quote

MARKER = "HUBFLEET_PROCESS"
# The service as which hubfleet itself asks a hub.
OPERATOR = "hubfleet"
_LONGEST = 180
_CHECK = "hubfleet-check-"


def escaped(name):
    """A file name for a user: reversible for ordinary names, never ambiguous beside `--server`."""
    text = quote(name, safe="@")
    text = re.sub(r"-(?=-)|-$", "%2D", text)
    text = re.sub(r"^\.", "%2E", text)
    if len(text) > _LONGEST:
        digest = hashlib.sha256(name.encode()).hexdigest()[:16]
        text = f"{text[:_LONGEST]}~{digest}"
    return text


def is_reserved(user):
    """True for names that belong to the temporary users of `hubfleet check`: nobody else may have one."""
    return user.lower().startswith(_CHECK)


def leads_elsewhere(user):
    """True for names that mean another place as part of a path or an address: dots alone, separators, their escapes."""
    return (
        not user.strip(".")
        or re.search(r"[/\\]|%[0-9a-fA-F]{2}", user) is not None
        or any(unicodedata.category(letter).startswith("C") for letter in user)
    )


def is_check_name(user):
    """True for a whole name of a temporary user: the reserved beginning and the eight digits of a run."""
    return re.fullmatch(_CHECK + "[0-9a-f]{8}", user) is not None


def server_label(user, server):
    return f"{escaped(user)}--{escaped(server)}" if server else escaped(user)


def is_marker(text):
    """True for what hubfleet writes into an environment: fleet, hub, and what the process is."""
    return re.match(r"^[0-9a-f-]{36}/[^/]+/[^/]+", text) is not None
