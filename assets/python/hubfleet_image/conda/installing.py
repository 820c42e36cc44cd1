"""Locked packages to an environment.

{"prefix": …, "packages": [{"url", "sha256"}], "subdir": …, "variables": {…}, "cache": …}
"""

import asyncio
import json
import os

import rattler
from activation import write_activation
from archives import Archives
from rattler import RepoDataRecord, Subdir
from rattler.exceptions import InstallerError, IoError, LinkError, TransactionError
from words import Failure, tell


async def install(request):
    prefix, cache = request["prefix"], request["cache"]
    archives = Archives(cache)
    packages = request["packages"]
    paths = await asyncio.gather(*[archives.bring(package["url"], package["sha256"]) for package in packages])
    records = [await RepoDataRecord.from_package_archive(path) for path in paths]
    tell("progress", text=f"linking {len(records)} packages")
    try:
        # Scripts that packages want to run after they are installed are not run.
        await rattler.install(
            records=records,
            target_prefix=prefix,
            cache_dir=os.path.join(cache, "packages"),
            installed_packages=[],
            platform=Subdir(request["subdir"]),
            execute_link_scripts=False,
            show_progress=False,
        )
    except (InstallerError, TransactionError, LinkError, IoError, OSError) as error:
        raise Failure("install", prefix, error) from error
    _note_origins(prefix, {os.path.basename(path): package["url"] for path, package in zip(paths, packages)})
    await asyncio.to_thread(write_activation, prefix, request["variables"])
    return {"packages": len(records)}


def _note_origins(prefix, urls):
    """The environment's own record says where a package is from, not where it lay on this machine."""
    directory = os.path.join(prefix, "conda-meta")
    for name in os.listdir(directory):
        if not name.endswith(".json"):
            continue
        path = os.path.join(directory, name)
        with open(path) as file:
            record = json.load(file)
        url = urls.get(record.get("fn"))
        if url is None:
            continue
        record.update(url=url, channel=url.rsplit("/", 2)[0])
        with open(path, "w") as file:
            json.dump(record, file, indent=2)
