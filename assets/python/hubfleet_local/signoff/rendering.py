"""Pages from templates, everything in them escaped."""

import os
from datetime import datetime

from jinja2 import DictLoader, Environment

_HERE = os.path.join(os.path.dirname(__file__), "templates")


def _read(name):
    with open(os.path.join(_HERE, name), encoding="utf-8") as file:
        return file.read()


# At once: later, this process may not read here any more.
STYLE = _read("style.css")
_templates = DictLoader({name: _read(name) for name in os.listdir(_HERE) if name.endswith(".html")})
_pages = Environment(loader=_templates, autoescape=True, trim_blocks=True, lstrip_blocks=True)


def render(name, **values):
    return _pages.get_template(name).render(**values)


def _moment(text):
    """A date as people read it, in UTC."""
    at = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return f"{at.day} {at:%B %Y, %H:%M} UTC"


_WORDS = {"sign-off": "yes", "objection": "no", "tick": "tick", "withdrawal": "withdrawal"}

_pages.filters["moment"] = _moment
_pages.filters["word"] = lambda kind: _WORDS.get(kind, kind)
