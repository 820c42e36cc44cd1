"""Which modules a package of the environment brings, from the metadata that its installer left."""

import glob
import json
import os
import re
import sys
from importlib import metadata

# Names that distributions leave at the top by mistake; importing them says nothing about the package.
_NOT_MEANT = {"test", "tests", "testing", "doc", "docs", "example", "examples", "benchmarks", "conftest", "setup"}
_SUFFIXES = re.compile(r"\.(py|pyc|so|pyd|[\w-]+\.so)$")


def find_modules(name, manager="pip"):
    """Importable names of a package, shortest first: none for a metapackage; None where it is not installed."""
    looks = [_files_of_distribution, _files_of_conda_package]
    found = (look(name) for look in (looks if manager == "pip" else reversed(looks)))
    files = next((files for files in found if files is not None), None)
    return None if files is None else modules_of(files)


def modules_of(files):
    """The shallowest packages and modules below site-packages: `google.cloud.storage`, not the shared `google`."""
    paths = [path.replace(os.sep, "/") for path in files]
    packages = {path.rsplit("/", 1)[0] for path in paths if re.search(r"/__init__\.(py|pyc|so|[\w-]+\.so)$", path)}
    found = {package for package in packages if not _has_package_above(package, packages)}
    for path in paths:
        directory, _, base = path.rpartition("/")
        if not _SUFFIXES.search(base) or base.startswith("__init__."):
            continue
        if directory == "":
            found.add(base.split(".")[0])
        elif not _has_package_above(path, packages) and _is_namespace(directory):
            found.add(f"{directory}/{base.split('.')[0]}")
    names = sorted(name.replace("/", ".") for name in found if all(part.isidentifier() for part in name.split("/")))
    meant = [name for name in names if not name.startswith("_") and name.split(".")[0] not in _NOT_MEANT]
    return meant or names


def _has_package_above(path, packages):
    parts = path.split("/")[:-1]
    return any("/".join(parts[: end + 1]) in packages for end in range(len(parts)))


def _is_namespace(directory):
    return all(part.isidentifier() for part in directory.split("/")) and "__pycache__" not in directory


def _files_of_distribution(name):
    try:
        distribution = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return None
    return [str(file) for file in distribution.files or [] if not str(file).startswith("..")]


def _files_of_conda_package(name):
    """A conda package need hold no Python at all: a library, a compiler, R."""
    for path in glob.glob(os.path.join(sys.prefix, "conda-meta", f"{glob.escape(name)}-*.json")):
        with open(path) as file:
            record = json.load(file)
        if record.get("name") == name:
            prefix = f"lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages/"
            return [file.removeprefix(prefix) for file in record.get("files", []) if file.startswith(prefix)]
    return None
