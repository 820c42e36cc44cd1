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
_ATTEMPTS = 5


class Cgroups:
    """`reason` is empty when limits hold, else it says why they do not."""

    def __init__(self, base):
        self.base = base
        self.reason = ""
        if not base:
            self.reason = "limits need a control group, which only the administrator of the machine can make"
            return
        try:
            remove(self._make("probe"))
        except OSError as error:
            self.base = None
            self.reason = f"no control group can be made: {error.strerror} ({error.filename})"
            return
        missing = _missing()
        if missing:
            self.reason = f"this machine has no control group for {' and '.join(sorted(missing))}"

    def create(self, name, memory=None, cpu=None):
        """Makes the group with its limits; returns its directories (none where groups cannot be made)."""
        if not self.base:
            return []
        directories = self._make(name)
        for directory in directories:
            _limit_memory(directory, memory)
            _limit_cpu(directory, cpu)
        return directories

    def _make(self, name):
        for attempt in range(_ATTEMPTS):
            try:
                if is_unified():
                    return [_make_unified([*self.base.split("/"), name])]
                return _make_by_controller(f"{self.base}/{name}")
            except FileNotFoundError:
                # Another process removed the parent because it was empty.
                if attempt == _ATTEMPTS - 1:
                    raise
        return []


def is_unified():
    return os.path.exists(f"{ROOT}/cgroup.controllers")


def _missing():
    if is_unified():
        return set(_CONTROLLERS) - set(_read(f"{ROOT}/cgroup.controllers").split())
    return {controller for controller in _CONTROLLERS if not os.path.isdir(f"{ROOT}/{controller}")}


def _make_unified(parts):
    present = [controller for controller in _CONTROLLERS if controller not in _missing()]
    directory = ROOT
    for part in parts:
        for controller in present:
            _write(f"{directory}/cgroup.subtree_control", f"+{controller}")
        directory = f"{directory}/{part}"
        os.makedirs(directory, exist_ok=True)
    return directory


def _make_by_controller(path):
    own, missing, directories = _own_groups(), _missing(), []
    for controller in _CONTROLLERS:
        if controller in missing:
            continue
        parent = f"{ROOT}/{controller}{own.get(controller, '')}"
        if not os.path.isdir(parent):
            parent = f"{ROOT}/{controller}"
        directory = f"{parent}/{path}"
        os.makedirs(directory, exist_ok=True)
        directories.append(directory)
    return directories


def everywhere(base):
    """Every directory of this base, whichever process made it: version 1 groups lie below their maker's."""
    return [directory for directory, _, _ in os.walk(ROOT) if directory.endswith(f"/{base}")]


def sweep(base, prefix=""):
    """Removes groups whose processes are gone; the kernel keeps those in use."""
    for parent in everywhere(base):
        for name in os.listdir(parent):
            if name.startswith(prefix) and os.path.isdir(f"{parent}/{name}"):
                remove([f"{parent}/{name}"])
        remove([parent])


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


def of_process(pid, base):
    """Directories of this base's groups that a process is in."""
    directories = []
    for controller, path in _groups_of(pid).items():
        directory = f"{ROOT}/{controller}{path}" if controller else f"{ROOT}{path}"
        if f"/{base}/" in directory and (not controller or controller in _CONTROLLERS):
            directories.append(directory)
    return directories


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
    return _groups_of("self")


def _groups_of(pid):
    """Controller → path; version 2 has one group, without a controller's name."""
    groups = {}
    for line in _read(f"/proc/{pid}/cgroup").splitlines():
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
