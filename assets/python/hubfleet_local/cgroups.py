"""Memory and CPU limits by control groups, version 1 or 2, and a sure way to find all of a server's processes.

| version | where a group is made |
|---------|-----------------------|
| 2       | below the root of the mount (a group that holds processes cannot pass controllers on) |
| 1       | below the group this process is in, per controller |
"""

import contextlib
import os

ROOT = "/sys/fs/cgroup"
_CONTROLLERS = ("memory", "cpu")
_PERIOD = 100_000


class Cgroups:
    """`reason` is empty when limits hold, else it says why they do not."""

    def __init__(self, base):
        self.base = base
        self.reason = ""
        self._parents = []
        if not base:
            self.reason = "limits need a control group, which only the administrator of the machine can make"
            return
        try:
            if os.path.exists(f"{ROOT}/cgroup.controllers"):
                self._prepare_unified()
            else:
                self._prepare_by_controller()
        except OSError as error:
            self._parents = []
            self.reason = f"no control group can be made: {error.strerror} ({error.filename})"

    def create(self, name, memory=None, cpu=None):
        """Makes the group with its limits; returns its directories (none where groups cannot be made)."""
        directories = []
        for parent in self._parents:
            directory = f"{parent}/{name}"
            os.makedirs(directory, exist_ok=True)
            directories.append(directory)
            _limit_memory(directory, memory)
            _limit_cpu(directory, cpu)
        return directories

    def _prepare_unified(self):
        missing = set(_CONTROLLERS) - set(_read(f"{ROOT}/cgroup.controllers").split())
        directory = ROOT
        for part in self.base.split("/"):
            for controller in _CONTROLLERS:
                if controller not in missing:
                    _write(f"{directory}/cgroup.subtree_control", f"+{controller}")
            directory = f"{directory}/{part}"
            os.makedirs(directory, exist_ok=True)
        for controller in _CONTROLLERS:
            if controller not in missing:
                _write(f"{directory}/cgroup.subtree_control", f"+{controller}")
        self._parents = [directory]
        self._report(missing)

    def _prepare_by_controller(self):
        own = _own_groups()
        missing = {controller for controller in _CONTROLLERS if not os.path.isdir(f"{ROOT}/{controller}")}
        for controller in _CONTROLLERS:
            if controller in missing:
                continue
            parent = f"{ROOT}/{controller}{own.get(controller, '')}"
            if not os.path.isdir(parent):
                parent = f"{ROOT}/{controller}"
            parent = f"{parent}/{self.base}"
            os.makedirs(parent, exist_ok=True)
            self._parents.append(parent)
        self._report(missing)

    def _report(self, missing):
        if missing:
            self.reason = f"this machine has no control group for {' and '.join(sorted(missing))}"


def join(directories):
    """Called in the new process, before it drops its rights."""
    for directory in directories:
        _write(f"{directory}/cgroup.procs", str(os.getpid()))


def members(directories):
    pids = set()
    for directory in directories:
        with contextlib.suppress(OSError):
            pids.update(int(line) for line in _read(f"{directory}/cgroup.procs").split())
    return pids


def remove(directories):
    """Removes empty groups and the empty ones above them; what is in use stays."""
    for directory in directories:
        while os.path.basename(directory) and directory != ROOT:
            try:
                os.rmdir(directory)
            except FileNotFoundError:
                pass
            except OSError:
                break
            if os.path.basename(directory) == "hubfleet":
                break
            directory = os.path.dirname(directory)


def _limit_memory(directory, size):
    if size is None:
        return
    if os.path.exists(f"{directory}/memory.max"):
        _write(f"{directory}/memory.max", str(size))
        with contextlib.suppress(OSError):
            _write(f"{directory}/memory.swap.max", "0")
    elif os.path.exists(f"{directory}/memory.limit_in_bytes"):
        _write(f"{directory}/memory.limit_in_bytes", str(size))
        with contextlib.suppress(OSError):
            _write(f"{directory}/memory.memsw.limit_in_bytes", str(size))


def _limit_cpu(directory, cores):
    if cores is None:
        return
    quota = max(1000, int(cores * _PERIOD))
    if os.path.exists(f"{directory}/cpu.max"):
        _write(f"{directory}/cpu.max", f"{quota} {_PERIOD}")
    elif os.path.exists(f"{directory}/cpu.cfs_quota_us"):
        _write(f"{directory}/cpu.cfs_period_us", str(_PERIOD))
        _write(f"{directory}/cpu.cfs_quota_us", str(quota))


def _own_groups():
    groups = {}
    for line in _read("/proc/self/cgroup").splitlines():
        _, controllers, path = line.split(":", 2)
        for controller in controllers.split(","):
            groups[controller] = "" if path == "/" else path
    return groups


def _read(path):
    with open(path) as file:
        return file.read()


def _write(path, text):
    with open(path, "w") as file:
        file.write(text)
