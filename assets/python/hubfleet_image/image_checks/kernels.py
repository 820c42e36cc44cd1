"""A kernel of the image, driven by the image's own jupyter_client."""

import os
import tempfile
import time
from queue import Empty

from .children import read_bounded
from .verdicts import Problem, Skip, last_line


class KernelDied(Exception):
    pass


class Answer:
    """What running a piece of code came to."""

    def __init__(self):
        self.printed = ""
        self.outputs = []
        self.error = None
        self.count = None

    def images(self, kind="image/png"):
        return [output["data"][kind] for output in self.outputs if kind in output.get("data", {})]


class Kernel:
    """Started on construction; `close` ends it at once."""

    def __init__(self, limit, directory=None):
        manager_module = _import("jupyter_client.manager", "jupyter_client")
        _import("ipykernel", "ipykernel")
        specs = _import("jupyter_client.kernelspec", "jupyter_client").KernelSpecManager()
        names = sorted(specs.find_kernel_specs())
        if not names:
            raise Problem("the image has ipykernel and no kernelspec")
        self.name = "python3" if "python3" in names else names[0]
        self._words = tempfile.TemporaryFile()
        begun = time.monotonic()
        self.manager = manager_module.KernelManager(kernel_name=self.name)
        options = {"cwd": directory} if directory else {}
        self.manager.start_kernel(stdout=self._words, stderr=self._words, **options)
        self.client = self.manager.blocking_client()
        self.client.start_channels()
        try:
            self.client.wait_for_ready(timeout=limit)
        except RuntimeError as error:
            said = self.words()
            self.close()
            reason = last_line(said) or str(error)
            raise Problem(f"the kernel {self.name} did not start within {limit:.0f} s or ended: {reason}", said) from error
        self.seconds = time.monotonic() - begun

    def words(self):
        """What its process wrote: not what code printed, which the kernel sends."""
        return read_bounded(self._words)

    def run(self, code, limit):
        """Runs code to its end. @raises TimeoutError, KernelDied"""
        answer = Answer()
        until = time.monotonic() + limit
        request = self.client.execute(code, allow_stdin=False, stop_on_error=True)
        while True:
            message = self._next(self.client.get_iopub_msg, request, until, limit)
            kind, content = message["msg_type"], message["content"]
            if kind == "stream":
                answer.printed += content["text"]
                answer.outputs.append({"output_type": "stream", **content})
            elif kind in ("display_data", "execute_result"):
                answer.outputs.append({"output_type": kind, **{key: content[key] for key in content if key != "transient"}})
            elif kind == "error":
                answer.error = content
                answer.outputs.append({"output_type": "error", **content})
            elif kind == "status" and content["execution_state"] == "idle":
                break
        reply = self._next(self.client.get_shell_msg, request, until, limit)
        answer.count = reply["content"].get("execution_count")
        return answer

    def complete(self, code, limit):
        """What TAB offers at the end of the code, each as the whole last expression would read."""
        until = time.monotonic() + limit
        content = self._next(self.client.get_shell_msg, self.client.complete(code), until, limit)["content"]
        start = content.get("cursor_start", 0)
        return [code[:start] + match for match in content.get("matches", [])]

    def _next(self, get, request, until, limit):
        while True:
            left = until - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"no answer within {limit:.0f} s")
            try:
                message = get(timeout=min(left, 0.5))
            except Empty:
                if not self.manager.is_alive():
                    raise KernelDied(f"the kernel ended: {last_line(self.words())}") from None
                continue
            if message["parent_header"].get("msg_id") == request:
                return message

    def close(self):
        client = getattr(self, "client", None)
        if client is not None:
            client.stop_channels()
        if self.manager.has_kernel:
            self.manager.shutdown_kernel(now=True)
        self.manager.cleanup_resources() if hasattr(self.manager, "cleanup_resources") else None
        self._words.close()


def _import(module, package):
    import importlib

    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] == package:
            raise Skip(f"the image has no {package}") from error
        raise


def program(name):
    """A program of the environment, or None."""
    import sys

    path = os.path.join(sys.prefix, "bin", name)
    return path if os.access(path, os.X_OK) else None
