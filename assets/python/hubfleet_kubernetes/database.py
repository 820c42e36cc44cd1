"""The hub's database, made ready for the JupyterHub that starts.

| the database | what happens |
|---|---|
| none yet, or as this JupyterHub has it | nothing |
| of an earlier one | copied to NAME.before-REVISION, then upgraded |
| half upgraded, by a start that was killed | the copy is put back, then upgraded |
| of a later one, with the copy that was made before its upgrade | put aside as NAME.later-REVISION; the copy is put back |
| of a later one, without | nothing: JupyterHub refuses it, with its own words |

So a hub that goes back to what it ran before has its database back, too: without what was written since.
"""

import os
import sqlite3
import sys

import jupyterhub
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from jupyterhub import dbutil

_SCHEME = "sqlite:///"


def prepare(url, log):
    if not url.startswith(_SCHEME):
        return
    path = url.removeprefix(_SCHEME)
    revision = _revision_of(path)
    if revision is None:
        return
    scripts = _scripts()
    head = scripts.get_current_head()
    if revision == head:
        return
    if _is_known(scripts, revision):
        _upgrade(path, revision, url, log)
    else:
        _go_back(path, revision, head, log)


def _upgrade(path, revision, url, log):
    copy = f"{path}.before-{revision}"
    if os.path.exists(copy):
        # A finished upgrade would have another revision, and going back takes the copy away.
        log.warning("database: an upgrade was cut short; putting %s back", copy)
        _copy(copy, path)
    else:
        log.warning("database: copying revision %s to %s", revision, copy)
        _copy(path, copy)
    log.warning("database: upgrading it")
    # It runs `alembic` by name.
    os.environ["PATH"] = os.pathsep.join([os.path.dirname(sys.executable), os.environ.get("PATH", "/usr/bin:/bin")])
    dbutil.upgrade(url)


def _go_back(path, revision, head, log):
    copy = f"{path}.before-{head}"
    if not os.path.exists(copy):
        log.error("database: revision %s is of a later JupyterHub, and there is no copy of revision %s", revision, head)
        return
    aside = f"{path}.later-{revision}"
    log.warning("database: going back to %s; what a later JupyterHub wrote is kept as %s", copy, aside)
    _copy(path, aside)
    os.replace(copy, path)


def _revision_of(path):
    """None: there is no database, or nothing in it yet."""
    if not os.path.exists(path):
        return None
    connection = sqlite3.connect(path)
    try:
        row = connection.execute("select version_num from alembic_version").fetchone()
    except sqlite3.OperationalError:
        return None
    finally:
        connection.close()
    return row[0] if row else None


def _copy(source, target):
    """Whole or not at all, also of a database that was not closed."""
    half = f"{target}.half"
    if os.path.exists(half):
        os.remove(half)
    with sqlite3.connect(source) as read, sqlite3.connect(half) as written:
        read.backup(written)
    read.close()
    written.close()
    os.replace(half, target)


def _scripts():
    config = Config()
    config.set_main_option("script_location", os.path.join(os.path.dirname(jupyterhub.__file__), "alembic"))
    return ScriptDirectory.from_config(config)


def _is_known(scripts, revision):
    try:
        return scripts.get_revision(revision) is not None
    except CommandError:
        return False
