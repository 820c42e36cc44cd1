"""Packages as they came from a channel, kept by their SHA-256 so that an environment can be built again offline.

A package is used only after its bytes were compared with the digest, whether it was just fetched or lay here.
"""

import asyncio
import hashlib
import os
import shutil
import tempfile
import time
from urllib.parse import unquote, urlsplit

from rattler import Client
from rattler.package_streaming import download_to_path
from words import Failure, tell

# The library itself tries a request again several times.
ATTEMPTS = 2
# What a killed download left is deleted when nobody can still be writing it.
LEFT_SECONDS = 6 * 3600
AT_ONCE = 8


class Archives:
    def __init__(self, cache):
        self.directory = os.path.join(cache, "archives")
        self._client = Client.default_client()
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._learned = {}
        self._forget_left()

    async def bring(self, url, sha256):
        """Path of the package with this digest."""
        path = os.path.join(self.directory, sha256, os.path.basename(urlsplit(url).path))
        if os.path.isfile(path):
            if await asyncio.to_thread(_digest, path, "sha256") == sha256:
                os.utime(os.path.dirname(path))  # it is kept by its last use
                return path
            os.unlink(path)
        async with self._turns:
            fetched = await self._fetch(url)
        try:
            actual = await asyncio.to_thread(_digest, fetched, "sha256")
            if actual != sha256:
                raise Failure("digest", url, f"the lock says sha256 {sha256}, the channel's file has {actual}")
            return _keep(fetched, path)
        finally:
            _forget(fetched)

    async def learn(self, url, md5):
        """SHA-256 of a package for which the channel gives an MD5 at most. The package is kept."""
        if url not in self._learned:
            self._learned[url] = await self._find_out(url, md5)
        return self._learned[url]

    async def _find_out(self, url, md5):
        async with self._turns:
            fetched = await self._fetch(url)
        try:
            if md5 is not None and await asyncio.to_thread(_digest, fetched, "md5") != md5:
                raise Failure("digest", url, "the file is not the one that the channel's index describes")
            sha256 = await asyncio.to_thread(_digest, fetched, "sha256")
            _keep(fetched, os.path.join(self.directory, sha256, os.path.basename(urlsplit(url).path)))
            return sha256
        finally:
            _forget(fetched)

    def _forget_left(self):
        if not os.path.isdir(self.directory):
            return
        for entry in os.scandir(self.directory):
            if entry.name.startswith(".fetching-") and entry.stat().st_mtime < time.time() - LEFT_SECONDS:
                _forget(entry.path)

    async def _fetch(self, url):
        os.makedirs(self.directory, exist_ok=True)
        descriptor, path = tempfile.mkstemp(dir=self.directory, prefix=".fetching-")
        os.close(descriptor)
        tell("progress", text=f"fetching {os.path.basename(urlsplit(url).path)}")
        for attempt in range(1, ATTEMPTS + 1):
            try:
                if urlsplit(url).scheme == "file":
                    await asyncio.to_thread(shutil.copyfile, unquote(urlsplit(url).path), path)
                else:
                    await download_to_path(self._client, url, path)
                return path
            except Exception as error:  # The library raises many kinds.
                if attempt == ATTEMPTS or isinstance(error, FileNotFoundError):
                    _forget(path)
                    raise Failure("download", url, error) from error
                await asyncio.sleep(attempt)


def _keep(fetched, path):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    os.chmod(fetched, 0o644)
    os.replace(fetched, path)
    return path


def _forget(path):
    if os.path.exists(path):
        os.unlink(path)


def _digest(path, algorithm):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, algorithm).hexdigest() if hasattr(hashlib, "file_digest") else _chunks(file, algorithm)


def _chunks(file, algorithm):
    digest = hashlib.new(algorithm)
    while chunk := file.read(1 << 20):
        digest.update(chunk)
    return digest.hexdigest()
