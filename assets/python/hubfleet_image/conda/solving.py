"""Specs to packages, for every platform of an image.

{"channels": [name or address, by priority], "directory": what relative addresses are seen from, "specs": […],
 "platforms": [{"subdir": "linux-64", "virtual": [[name, version, build]]}], "present": [{"subdir", "url"}], "cache": …}

What this machine is does not matter: the virtual packages are given, so every machine comes to the same lock.
"""

import asyncio
import os

import rattler
from archives import Archives
from rattler import Channel, ChannelConfig, ChannelPriority, Gateway, GenericVirtualPackage, MatchSpec
from rattler import BuildString, PackageName, Version
from rattler.exceptions import GatewayError, InvalidChannelError, InvalidMatchSpecError, SolverError
from rattler.repo_data import MultiSource
from words import Failure, tell

# "defaults" is conda's word for several channels of equal rank.
DEFAULTS = ["https://repo.anaconda.com/pkgs/main", "https://repo.anaconda.com/pkgs/r"]


async def solve(request):
    config = ChannelConfig(root_dir=request["directory"])
    specs = [_spec(text) for text in request["specs"]]
    sources = [_source(name, config) for name in _with_channels_of(specs, request["channels"])]
    gateway = Gateway(cache_dir=os.path.join(request["cache"], "repodata"))
    archives = Archives(request["cache"])
    packages = []
    for platform in request["platforms"]:
        subdir = platform["subdir"]
        tell("progress", text=f"solving for {subdir}")
        urls = {present["url"] for present in request["present"] if present["subdir"] == subdir}
        records = await _solve(sources, specs, platform, gateway, await _present(sources, subdir, gateway, urls))
        packages += await asyncio.gather(*[_package(record, subdir, archives) for record in records])
    return {"packages": packages}


async def _solve(sources, specs, platform, gateway, locked):
    try:
        return await rattler.solve(
            sources=sources,
            specs=specs,
            gateway=gateway,
            platforms=[platform["subdir"], "noarch"],
            locked_packages=locked,
            virtual_packages=[
                GenericVirtualPackage(PackageName(name), Version(version), BuildString(build))
                for name, version, build in platform["virtual"]
            ],
            channel_priority=ChannelPriority.Strict,
            channel_relations="disabled",
        )
    except SolverError as error:
        raise Failure("unsatisfiable", platform["subdir"], error) from error
    except GatewayError as error:
        raise Failure("channel", platform["subdir"], error) from error


async def _present(sources, subdir, gateway, urls):
    """The channels' own records of what the present lock holds; what a channel has no more is not kept."""
    if not urls:
        return []
    names = sorted({os.path.basename(url).rsplit("-", 2)[0] for url in urls})
    try:
        found = await gateway.query(sources, [subdir, "noarch"], names, recursive=False, channel_relations="disabled")
    except GatewayError as error:
        raise Failure("channel", subdir, error) from error
    return [record for records in found for record in records if record.url in urls]


async def _package(record, subdir, archives):
    name = record.name.normalized
    md5 = record.md5.hex() if record.md5 is not None else None
    sha256 = record.sha256.hex() if record.sha256 is not None else await archives.learn(record.url, md5)
    is_python = any(text.split(" ")[0] in ("python", "python_abi") for text in record.depends)
    return {
        "name": name,
        "version": str(record.version),
        "subdir": subdir,
        "url": record.url,
        "sha256": sha256,
        "isPython": is_python and name != "python",
    }


def _spec(text):
    try:
        return MatchSpec(text, strict=False)
    except InvalidMatchSpecError as error:
        raise Failure("spec", text, error) from error


def _with_channels_of(specs, channels):
    """A channel that only a spec names ("bioconda::samtools") comes after those of the list."""
    named = [spec.channel.name or spec.channel.base_url for spec in specs if spec.channel is not None]
    return list(dict.fromkeys([*channels, *named]))


def _source(name, config):
    try:
        if name == "defaults":
            return MultiSource([Channel(url, config) for url in DEFAULTS])
        return Channel(name, config)
    except InvalidChannelError as error:
        raise Failure("channel", name, error) from error
