"""For every package that both images hold: its classes and functions, and objects where we know good ones, there and back.

A class or function is pickled as its name, so this finds names that the worker's version of a package does not have.
Objects carry their content: those that come back as something else are named.
"""

import importlib
import importlib.metadata
import os
import pickle
import re
import sys

import cloudpickle

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import known_objects  # noqa: E402

sys.path.pop(0)
cloudpickle.register_pickle_by_value(known_objects)

AT_ONCE = 12
MOST_NAMES = 300


def test_pickles(client):
    wanted = workflow["packages"]
    modules = modules_of(set(wanted))
    sent, futures, unimportable = {}, [], []
    for start in range(0, len(wanted), AT_ONCE):
        parcel = {}
        for package in wanted[start : start + AT_ONCE]:
            tell_where(package)
            try:
                sent[package] = {
                    **known_objects.objects_of(package),
                    **references(modules.get(package, []), package),
                }
            except BaseException as error:
                unimportable.append(f"{package} ({type(error).__name__}: {error})"[:200])
                continue
            parcel[package] = {label: cloudpickle.dumps(thing) for label, thing in sent[package].items()}
        futures.append(client.submit(there_and_back, parcel, pure=False))
    tell_where("what the worker answers")
    came_back = {}
    for future in futures:
        came_back.update(future.result())
    return verdict(sent, came_back, unimportable)


def references(names, package):
    """The public classes and functions of a package's modules, and the modules themselves."""
    found = {}
    for name in names:
        module = importlib.import_module(name)
        found[f"module {name}"] = module
        for key, value in sorted(vars(module).items()):
            if key.startswith("_") or not callable(value) or len(found) > MOST_NAMES:
                continue
            home = str(getattr(value, "__module__", "") or "").split(".")[0]
            if home == name and is_by_name(value):
                found[f"{value.__module__}.{value.__qualname__}"] = value
    return found


def is_by_name(value):
    try:
        return isinstance(getattr(value, "__qualname__", None), str) and len(pickle.dumps(value)) < 300
    except Exception:
        return False


def modules_of(wanted):
    """The importable top-level modules of distributions, by normalised name."""
    found = {}
    for distribution in importlib.metadata.distributions():
        package = re.sub(r"[-_.]+", "-", distribution.metadata["Name"] or "").lower()
        if package not in wanted:
            continue
        listed = (distribution.read_text("top_level.txt") or "").split()
        if not listed:
            files = [file.parts for file in distribution.files or []]
            listed = [parts[0] for parts in files if len(parts) > 1 and parts[-1].endswith((".py", ".so"))]
            listed += [parts[0].split(".")[0] for parts in files if len(parts) == 1 and parts[0].endswith((".py", ".so"))]
        found[package] = sorted(
            {name for name in listed if name.isidentifier() and not name.startswith("_") and name not in ("test", "tests")}
        )
    return found


def there_and_back(parcel):
    """On the worker: by package and label, the object pickled again by the worker's own libraries, or why not."""
    import cloudpickle
    import pickle

    answers = {}
    for package, things in parcel.items():
        answers[package] = {}
        for label, data in things.items():
            try:
                answers[package][label] = cloudpickle.dumps(pickle.loads(data))
            except BaseException as error:
                answers[package][label] = f"{type(error).__name__}: {error}"[:100]
    return answers


def in_short(error):
    return f"{type(error).__name__}: {error}"[:100]


def verdict(sent, came_back, unimportable):
    broken, lacking, names, objects = [], {}, 0, 0
    for package, things in sent.items():
        for label, thing in things.items():
            answer = came_back[package][label]
            is_name = callable(thing) and "." in label
            names, objects = names + is_name, objects + (not is_name)
            if isinstance(answer, str):
                if is_name:
                    lacking.setdefault(package, []).append(label)
                else:
                    broken.append(f"{package}: {label} cannot be read by the worker ({answer})")
                continue
            try:
                same = known_objects.is_same(thing, pickle.loads(answer))
            except BaseException as error:
                if is_name:  # the worker has it, under a name that is not known here
                    lacking.setdefault(package, []).append(label)
                else:
                    broken.append(f"{package}: {label} cannot be read on its way back ({in_short(error)})")
                continue
            if not same:
                broken.append(f"{package}: {label} comes back as something else")
    print(f"{len(sent)} packages: {names} classes and functions, {objects} modules and objects")
    for line in broken + [f"{package}: on one side only: {', '.join(labels)}" for package, labels in lacking.items()]:
        print(line)
    for line in unimportable:
        print(f"not importable in the notebook image, not tried: {line}")
    told = {"packages": len(sent), "broken": broken, "lacking": lacking, "unimportable": unimportable}
    if broken:
        more = f" and {len(broken) - 2} more" if len(broken) > 2 else ""
        raise AssertionError("; ".join(broken[:2]) + more)
    if lacking:
        shown = "; ".join(
            f"{package} knows {len(labels)} names on one side only, e.g. {labels[0]}"
            for package, labels in list(lacking.items())[:3]
        )
        more = f" and {len(lacking) - 3} packages more" if len(lacking) > 3 else ""
        raise Warned({"summary": shown + more, **told})
    return {"summary": f"{len(sent)} packages, {names} classes and functions, {objects} objects and modules", **told}
