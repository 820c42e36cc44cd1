"""What activating the environment would set, found out once and written down.

Packages bring shell scripts that set variables (PROJ_DATA, GDAL_DATA, …), and environment.yml may name more. Servers and
Dask workers are started without a shell of their own: they get the variables from the file that is written here.
"""

import json
import os
import subprocess

FILE = os.path.join("etc", "hubfleet", "activation.json")
SECONDS = 60
# Left out of what was found: the shell's own, and what depends on who starts something.
OWN = {"PWD", "OLDPWD", "SHLVL", "_", "PATH", "HOME", "USER", "LOGNAME"}


def write_activation(prefix, variables):
    """The variables of environment.yml are there for the scripts already, and win over what they set."""
    found = {**_after_scripts(prefix, variables), **variables}
    path = os.path.join(prefix, FILE)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        json.dump({"version": 1, "variables": found}, file, indent=2, sort_keys=True)


def _after_scripts(prefix, variables):
    directory = os.path.join(prefix, "etc", "conda", "activate.d")
    scripts = sorted(name for name in _names(directory) if name.endswith(".sh"))
    before = {
        "PATH": f"{prefix}/bin:/usr/bin:/bin",
        "HOME": "/nonexistent",
        "CONDA_PREFIX": prefix,
        "CONDA_DEFAULT_ENV": prefix,
        "CONDA_SHLVL": "1",
        **variables,
    }
    if not scripts:
        return {}
    program = "".join(f'. "{directory}/{name}" >/dev/null 2>&1 || true\n' for name in scripts)
    # `env` of the system: that of the environment may need what is being set.
    done = subprocess.run(
        ["/bin/bash", "--norc", "--noprofile", "-c", program + "exec /usr/bin/env -0"],
        env=before, cwd=prefix, stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS,
    )
    after = dict(entry.split("=", 1) for entry in done.stdout.decode(errors="replace").split("\0") if "=" in entry)
    return {
        name: value
        for name, value in after.items()
        if name not in OWN and not name.startswith(("CONDA_", "BASH_FUNC_")) and before.get(name) != value
    }


def _names(directory):
    return os.listdir(directory) if os.path.isdir(directory) else []
