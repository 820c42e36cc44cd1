"""Writes down how the start of a user's server ended, whichever spawner starts it."""

from . import use_log


def note_spawn(spawner, image):
    """
    When JupyterHub is done with this start, one way or the other. What users ask for in vain is no failure.
    `image`: asked then, for what the server was to be started with.
    """
    spawning = getattr(spawner, "_spawn_future", None)
    if spawning is None or spawning.done():
        return

    def note(done):
        site, user = spawner.site, spawner.user.name
        if done.cancelled():
            return
        error = done.exception()
        if error is None and spawner.server is not None:
            site.server_use.note(use_log.READY, user, spawner.log, image())
        elif getattr(error, "status_code", 500) >= 500 and site.rules_of(user):
            site.server_use.note(use_log.FAILED, user, spawner.log, image())

    spawning.add_done_callback(note)
