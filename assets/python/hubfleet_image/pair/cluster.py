"""Scheduler, workers and client as real processes on the loopback, on ports that they choose themselves."""

import json
import os
import select
import signal
import subprocess
import time

import processes

# The commands `dask-scheduler` and `dask-worker` are gone since distributed 2026.6; their modules are in every version.
SCHEDULER = "distributed.cli.dask_scheduler"
WORKER = "distributed.cli.dask_worker"
POLL_SECONDS = 0.05
# A worker that gives up tells the client, too; what the client makes of it is the better answer.
GRACE_SECONDS = 1.5


class Pair:
    """The scheduler and the client in the notebook image, the workers in the worker image."""

    def __init__(self, request, directory):
        self.request = request
        self.directory = directory
        self.processes = {}
        self.logs = {}
        self.told = {}
        self.expected = set()
        self.words = b""

    def start(self, seconds):
        """Everything at once: worker and client wait for the scheduler's file by themselves."""
        self._start_scheduler("scheduler", "notebook")
        self._start_worker("worker", "scheduler")
        self._start_client()
        return self._wait(seconds)

    def start_others(self):
        """What later workflows need: another worker, and the scheduler where Dask Gateway places it."""
        wanted = {workflow["name"] for workflow in self.request["workflows"]}
        if "lost-worker" in wanted:
            self._start_worker("second worker", "scheduler")
        if "gateway" in wanted:
            self._start_scheduler("gateway scheduler", "worker")
            self._start_worker("gateway worker", "gateway scheduler")

    def run(self, workflow):
        schedulers = {name: self._file(name) for name in ("scheduler", "gateway scheduler")}
        self._send({**workflow, "schedulers": schedulers})
        return self._wait(workflow["seconds"])

    def new_words(self):
        """What the processes said since the last time."""
        parts = []
        for name, path in self.logs.items():
            with open(path, "rb") as file:
                file.seek(self.told.get(name, 0))
                words = file.read()
            self.told[name] = self.told.get(name, 0) + len(words)
            if words.strip():
                parts.append(f"--- {name}\n{words.decode(errors='replace').strip()}")
        return "\n".join(parts)

    def end(self):
        processes.end_all()
        for process in self.processes.values():
            process.poll()

    def _start_scheduler(self, name, image):
        words = ["-m", SCHEDULER, "--host", "127.0.0.1", "--port", "0", "--scheduler-file", self._file(name)]
        self._start(name, image, [*words, "--no-dashboard"])

    def _start_worker(self, name, scheduler):
        words = ["-m", WORKER, "--scheduler-file", self._file(scheduler), "--host", "127.0.0.1", "--name", name]
        limits = ["--nthreads", "1", "--memory-limit", "0", "--no-nanny", "--no-dashboard"]
        self._start(name, "worker", [*words, *limits])

    def _start_client(self):
        reader, writer = os.pipe()
        code = os.path.join(os.path.dirname(os.path.abspath(__file__)), "client.py")
        words = ["-B", code, str(writer), self._file("scheduler"), str(self.request["startSeconds"])]
        self._start("client", "notebook", words, stdin=subprocess.PIPE, pass_fds=(writer,))
        os.close(writer)
        self.answers = reader

    def _start(self, name, image, words, **options):
        home = os.path.join(self.directory, name.replace(" ", "-"))
        os.makedirs(os.path.join(home, "tmp"))
        self.logs[name] = os.path.join(home, "log")
        options.setdefault("stdin", subprocess.DEVNULL)
        with open(self.logs[name], "wb") as log:
            self.processes[name] = subprocess.Popen(
                [self.request[image]["python"], *words],
                cwd=home,
                env=_environment(self.request[image]["environment"], home),
                stdout=log,
                stderr=subprocess.STDOUT,
                preexec_fn=processes.die_with_parent,
                **options,
            )

    def _send(self, message):
        try:
            self.processes["client"].stdin.write(json.dumps(message).encode() + b"\n")
            self.processes["client"].stdin.flush()
        except BrokenPipeError:
            pass  # it has ended, which is noticed next

    def _wait(self, seconds):
        """The client's answer, or the process that ended before it came, or the time that went by."""
        deadline = time.monotonic() + seconds
        at = lost = None
        while True:
            for message in self._read(POLL_SECONDS):
                if "end" in message:
                    self.processes["second worker"].kill()
                    self.expected.add("second worker")
                elif "at" in message:
                    at = message["at"]
                elif lost is None:
                    return message
                else:
                    return {**message, "result": "failed", "lost": lost}
            if lost is None:
                lost = self._find_lost()
                if lost is not None:
                    deadline = time.monotonic() + GRACE_SECONDS
            if time.monotonic() > deadline or (lost is not None and lost["process"] == "client"):
                why = {"seconds": seconds} if lost is None else {"lost": lost}
                return {"result": "failed", "summary": "", "at": at, **why}

    def _read(self, seconds):
        if not select.select([self.answers], [], [], seconds)[0]:
            return []
        data = os.read(self.answers, 1 << 20)
        if data == b"":
            time.sleep(seconds)  # its end of the pipe is closed: it is about to end
        *lines, self.words = (self.words + data).split(b"\n")
        return [json.loads(line) for line in lines]

    def _find_lost(self):
        for name, process in self.processes.items():
            code = process.poll()
            if code is not None and name not in self.expected:
                return {"process": name, "exitCode": code, "signal": _signal_name(code)}
        return None

    def _file(self, name):
        return os.path.join(self.directory, f"{name.replace(' ', '-')}.json")


def _signal_name(code):
    return signal.Signals(-code).name if code < 0 else None


def _environment(directory, home):
    """Nothing of the machine's or the operator's own: neither Dask's configuration nor Python's."""
    return {
        "PATH": f"{directory}/bin:/usr/local/bin:/usr/bin:/bin",
        "VIRTUAL_ENV": directory,
        "HOME": home,
        "TMPDIR": os.path.join(home, "tmp"),
        "LANG": "C.UTF-8",
        "MPLBACKEND": "Agg",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONFAULTHANDLER": "1",
        "PYTHONUNBUFFERED": "1",
        "DASK_ROOT_CONFIG": os.path.join(home, "no-configuration"),
        "HUBFLEET_PROCESS": os.environ.get("HUBFLEET_PROCESS", ""),
    }
