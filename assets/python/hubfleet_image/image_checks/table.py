"""The checks by name; the part before a slash counts."""

from . import completion, imports, kernel, maps, plot, server, startup, tests
from .kernels import Kernel
from .verdicts import Problem

checks = {
    "imports": imports.check,
    "start-up": startup.check,
    "kernel": kernel.check,
    "completion": completion.check,
    "plot": plot.check,
    "server": server.check,
    "map": maps.check,
    "tests": tests.check,
}


class Session:
    """What several checks of one process share: a kernel, started by the first that wants one."""

    def __init__(self):
        self._kernel = None
        self._problem = None

    def kernel(self, limit):
        if self._problem is not None:
            raise Problem(f"there is no kernel: {self._problem}")
        if self._kernel is None:
            try:
                self._kernel = Kernel(limit)
            except Problem as problem:
                self._problem = problem
                raise
        return self._kernel

    def close(self):
        if self._kernel is not None:
            self._kernel.close()
