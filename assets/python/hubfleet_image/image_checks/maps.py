"""Interactive maps."""

from .verdicts import Skip


def check(wanted, directory, session):
    raise Skip("todo")
