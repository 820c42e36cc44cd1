"""Makes a conda channel in a directory, from a description on stdin; the standard library is all it needs.

{"directory": …, "node": …, "packages": [{"name", "version", "build"?, "subdir"?, "depends"?, "format"?: "conda" | "tar.bz2",
"noarch"?: "python" | "generic", "entryPoints"?: […], "digest"?: "sha256" | "md5", "files"?: {path: text},
"prefixed"?: {path: "text" | "binary"}, "interpreter"?: "whole" | "small"}]}

A file named in "prefixed" has PREFIX in it, in place of which the installer writes where the environment lies. The
package of the interpreter holds the Python that runs this script, with its standard library or what installers need of it.
"""

import bz2
import hashlib
import io
import json
import os
import re
import subprocess
import sys
import sysconfig
import tarfile
import zipfile

PLACEHOLDER = "/opt/" + "placehold_" * 24
MINOR = "%d.%d" % sys.version_info[:2]
LEFT_OUT = {"__pycache__", "test", "tests", "idlelib", "tkinter", "turtledemo", "ensurepip", "lib2to3", "pydoc_data"}

LEFT_OUT_OF_SMALL = {"asyncio", "xml", "xmlrpc", "wsgiref", "dbm", "curses", "sqlite3", "unittest", "http", "html", "venv", "wheel", "msilib"}


def main():
    description = json.load(sys.stdin)
    directory = description["directory"]
    indexes = {"noarch": _index(directory, "noarch")}
    for package in description["packages"]:
        subdir = package.get("subdir", "noarch" if package.get("noarch") else "linux-64")
        index = indexes.setdefault(subdir, _index(directory, subdir))
        _add(package, subdir, index, description)
    for subdir, index in indexes.items():
        os.makedirs(os.path.join(directory, subdir), exist_ok=True)
        with open(os.path.join(directory, subdir, "repodata.json"), "w") as file:
            json.dump(index, file)


def _index(directory, subdir):
    """The channel's index as it is, so that packages can be added."""
    path = os.path.join(directory, subdir, "repodata.json")
    if os.path.exists(path):
        return json.loads(_read(path))
    return {"info": {"subdir": subdir}, "packages": {}, "packages.conda": {}, "repodata_version": 1}


def _add(package, subdir, index, description):
    stem = "-".join([package["name"], package["version"], package.get("build", "0")])
    files, record = _files(package), _record(package, subdir)
    info = _info(package, files, record)
    packed = package.get("format", "conda")
    if packed == "conda":
        content = _conda(stem, info, files, description["node"])
    else:
        content = bz2.compress(_tar({**info, **files}), 1)
    name = f"{stem}.{packed}"
    directory = os.path.join(description["directory"], subdir)
    os.makedirs(directory, exist_ok=True)
    with open(os.path.join(directory, name), "wb") as file:
        file.write(content)
    record["md5"] = hashlib.md5(content).hexdigest()
    if package.get("digest") != "md5":
        record["sha256"] = hashlib.sha256(content).hexdigest()
    record["size"] = len(content)
    index["packages.conda" if packed == "conda" else "packages"][name] = record


def _record(package, subdir):
    record = {key: package[key] for key in ("name", "version", "noarch") if key in package}
    build = package.get("build", "0")
    record.update(build=build, build_number=int(re.search(r"\d*$", build).group() or 0), subdir=subdir)
    record.update(depends=package.get("depends", []), timestamp=1_700_000_000_000)
    return record


def _files(package):
    """Path → (mode, bytes), or (None, target) for a link."""
    files = {}
    for path, text in package.get("files", {}).items():
        content = text.replace("PREFIX", PLACEHOLDER) if path in package.get("prefixed", {}) else text
        mode = 0o755 if path.startswith("bin/") or content.startswith("#!") else 0o644
        files[path] = (mode, content.encode("latin-1"))
    if package.get("interpreter"):
        files.update(_interpreter(package["interpreter"] == "small"))
    return files


def _interpreter(is_small):
    left_out = LEFT_OUT | LEFT_OUT_OF_SMALL if is_small else LEFT_OUT
    executable = os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable)
    files = {f"bin/python{MINOR}": (0o755, _read(executable))}
    for link in ("python", "python3"):
        files[f"bin/{link}"] = (None, f"python{MINOR}")
    library = os.path.dirname(os.__file__)
    for directory, directories, names in os.walk(library):
        directories[:] = [name for name in directories if name not in left_out and not _is_of_the_system(name)]
        for name in names:
            path = os.path.join(directory, name)
            if name not in ("EXTERNALLY-MANAGED", "sitecustomize.py") and os.path.isfile(path):
                files[f"lib/python{MINOR}/{os.path.relpath(path, library)}"] = (0o644, _read(path))
    shared = sysconfig.get_config_var("INSTSONAME") or ""
    found = os.path.join(sysconfig.get_config_var("LIBDIR") or "", shared)
    if ".so" in shared and os.path.isfile(found) and not found.startswith("/usr/lib"):
        files[f"lib/{shared}"] = (0o755, _read(found))
    _undo_debian(files)
    return files


def _is_of_the_system(name):
    return name.endswith("-packages") or name.startswith("config-")


def _undo_debian(files):
    """Debian's Python looks for packages elsewhere; this one is to be as any other. Its `site` is frozen into it."""
    library = f"lib/python{MINOR}"
    files[f"{library}/site-packages/README.txt"] = (0o644, b"Packages.\n")
    if b"dist-packages" not in files[f"{library}/site.py"][1]:
        return
    files[f"{library}/dist-packages"] = (None, "site-packages")
    mode, content = files[f"{library}/sysconfig.py"]
    content = content.replace(b"prefix_scheme = 'posix_local'", b"prefix_scheme = 'posix_prefix'")
    files[f"{library}/sysconfig.py"] = (mode, content)


def _info(package, files, record):
    prefixed = package.get("prefixed", {})
    paths = [_path(path, content, prefixed.get(path)) for path, content in sorted(files.items())]
    info = {
        "info/index.json": record,
        "info/paths.json": {"paths": paths, "paths_version": 1},
        "info/about.json": {"summary": "made by a test"},
    }
    if package.get("noarch") == "python":
        entry_points = package.get("entryPoints", [])
        info["info/link.json"] = {
            "noarch": {"type": "python", "entry_points": entry_points},
            "package_metadata_version": 1,
        }
    packed = {path: (0o644, json.dumps(value).encode()) for path, value in info.items()}
    packed["info/files"] = (0o644, "".join(f"{path}\n" for path in sorted(files)).encode())
    return packed


def _path(path, content, prefix_mode):
    mode, value = content
    if mode is None:
        return {"_path": path, "path_type": "softlink", "sha256": hashlib.sha256(b"").hexdigest(), "size_in_bytes": 0}
    entry = {"_path": path, "path_type": "hardlink"}
    entry.update(sha256=hashlib.sha256(value).hexdigest(), size_in_bytes=len(value))
    if prefix_mode is not None:
        entry.update(prefix_placeholder=PLACEHOLDER, file_mode=prefix_mode)
    return entry


def _tar(files):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for path, (mode, content) in sorted(files.items()):
            member = tarfile.TarInfo(path)
            if mode is None:
                member.type, member.linkname = tarfile.SYMTYPE, content
                tar.addfile(member)
            else:
                member.size, member.mode = len(content), mode
                tar.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def _conda(stem, info, files, node):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in (
            ("metadata.json", json.dumps({"conda_pkg_format_version": 2})),
            (f"pkg-{stem}.tar.zst", _zstd(_tar(files), node)),
            (f"info-{stem}.tar.zst", _zstd(_tar(info), node)),
        ):
            archive.writestr(zipfile.ZipInfo(name), content)
    return buffer.getvalue()


def _zstd(content, node):
    program = "process.stdout.write(require('zlib').zstdCompressSync(require('fs').readFileSync(0)))"
    return subprocess.run([node, "-e", program], input=content, stdout=subprocess.PIPE, check=True).stdout


def _read(path):
    with open(path, "rb") as file:
        return file.read()


if __name__ == "__main__":
    main()
