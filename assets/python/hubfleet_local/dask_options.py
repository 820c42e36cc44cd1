"""What a user may choose for a Dask cluster, and what that becomes.

| option      | meaning |
|-------------|---------|
| image       | the worker image of a profile that is open to the user; `image@key` for a server that runs on with an older one |
| environment | extra variables for scheduler and workers |
"""

import os

from dask_gateway_server.options import Mapping, Options, Select

from . import profiles
from .launching import environment_paths, environment_variables

SCHEDULER = "distributed.cli.dask_scheduler"
WORKER = "distributed.cli.dask_worker"
# A command of their own was dropped in distributed 2026.6; the modules are in every version.
# As text, which dask takes, too: the scheduler's account need not be able to read hubfleet's own files.
with open(os.path.join(os.path.dirname(__file__), "connection_errors.py")) as file:
    _PRELOAD = file.read()


def options_for(site, user):
    """The options as this user sees them now."""
    current = site.current.read()
    open_profiles = profiles.offered(current, site.access(), user)
    if not open_profiles:
        raise PermissionError(f"no profile of this hub is open to {user}")
    images = {}
    for profile in open_profiles:
        images.setdefault(profile["workerImage"], os.path.realpath(profile["workerEnvironment"]))
    images.update(site.worker_environments.of(user))
    preset = profiles.default_of(open_profiles)["workerImage"]
    written = [profile for profile in open_profiles if profile["workerImage"] == preset]
    return Options(
        Select("image", sorted(images.items()), default=preset, label="Image"),
        Mapping("environment", label="Environment variables"),
        handler=lambda options: _configuration(current, options, written[0]),
    )


def _configuration(current, options, profile):
    environment = options.image
    dask = current.get("dask") or {}
    python = f"{environment}/bin/python"
    variables = {
        **environment_variables(environment),
        **(current.get("environment") or {}),
        **(profile.get("environment") or {}),
    }
    variables.update({str(key): str(value) for key, value in options.environment.items()})
    variables.update(environment_paths(environment))
    return {
        "scheduler_cmd": [python, "-m", SCHEDULER, "--preload", _PRELOAD],
        "worker_cmd": [python, "-m", WORKER, "--preload", _PRELOAD],
        "environment": variables,
        "worker_cores": dask["workerCores"],
        "worker_memory": dask["workerMemoryBytes"],
        "scheduler_cores": 1,
        "cluster_max_workers": dask["maxWorkersPerCluster"],
        "idle_timeout": float(dask["idleSeconds"]),
    }
