"""A browser without a screen, told what to do by the DevTools protocol, with the WebSocket client of the image's tornado."""

import asyncio
import base64
import json
import os
import subprocess
import tempfile
import time
import urllib.request

from .children import end_group, read_bounded
from .verdicts import Problem, last_line

# The account that it runs under is there for this check alone; the pages are the check's own.
_OPTIONS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--hide-scrollbars"]


class Browser:
    def __init__(self, program, limit):
        self._limit = limit
        self._profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self._log = tempfile.TemporaryFile()
        self._child = subprocess.Popen(
            [program, *_OPTIONS, "--window-size=900,700", "--remote-debugging-port=0", f"--user-data-dir={self._profile.name}", "about:blank"],
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        end_group(self._child)
        self._profile.cleanup()
        self._log.close()

    def show(self, url, ready, picture, seconds):
        """Opens a page and asks it again and again, in JavaScript, until it answers yes or the time is over.

        @returns the last answer; the picture is taken in any case
        """
        address = self._page()
        return asyncio.run(_show(address, url, ready, picture, seconds))

    def _page(self):
        until = time.monotonic() + self._limit
        marker = os.path.join(self._profile.name, "DevToolsActivePort")
        while time.monotonic() < until:
            if self._child.poll() is not None:
                words = read_bounded(self._log)
                raise Problem(f"the browser ended: {last_line(words)}", words)
            try:
                with open(marker) as file:
                    port = file.readline().strip()
                opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
                with opener.open(f"http://127.0.0.1:{port}/json/list", timeout=5) as answer:
                    pages = [page for page in json.load(answer) if page["type"] == "page"]
                if pages:
                    return pages[0]["webSocketDebuggerUrl"]
            except (OSError, ValueError):
                pass
            time.sleep(0.1)
        raise Problem(f"the browser did not start within {self._limit:.0f} s", read_bounded(self._log))


async def _show(address, url, ready, picture, seconds):
    from tornado.websocket import websocket_connect

    connection = await websocket_connect(address, max_message_size=64 * 2**20)
    try:
        await _ask(connection, 1, "Page.navigate", url=url)
        until, number, answer = time.monotonic() + seconds, 1, None
        while time.monotonic() < until:
            number += 1
            told = await _ask(connection, number, "Runtime.evaluate", expression=ready, returnByValue=True)
            answer = told.get("result", {}).get("value")
            if answer is True:
                await asyncio.sleep(0.3)
                break
            await asyncio.sleep(0.2)
        shot = await _ask(connection, number + 1, "Page.captureScreenshot", format="png")
        with open(picture, "wb") as file:
            file.write(base64.b64decode(shot.get("data", "")))
        return answer
    finally:
        connection.close()


async def _ask(connection, number, method, **words):
    await connection.write_message(json.dumps({"id": number, "method": method, "params": words}))
    while True:
        message = await asyncio.wait_for(connection.read_message(), 30)
        if message is None:
            raise Problem("the browser went away")
        told = json.loads(message)
        if told.get("id") == number:
            return told.get("result", {})
