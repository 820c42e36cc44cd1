import type { RepositorySnapshot } from "./repository-snapshot.ts";

/** What becomes of a file where an image is built. */
export type Carrying = "carried out" | "not carried out";

/** A file of an image's directory that says what is in the image, by repo2docker's names. */
export interface ImageInput {
  /** Relative to the fleet's root. */
  readonly path: string;
  /** What hubfleet takes it for, in words. */
  readonly meaning: string;
  /** Where the image is an environment of this machine. */
  readonly environment: Carrying;
  /** Where it is a container. */
  readonly container: Carrying;
  /** What to do instead, for what is carried out nowhere. */
  readonly instead?: string;
}

type Meaning = Omit<ImageInput, "path">;

/**
 * The names that repo2docker reads (https://repo2docker.readthedocs.io/en/latest/config_files/) and two of QHub's, in
 * the order of its documentation. What is not carried out anywhere is listed with what to do instead.
 */
const meanings = {
  "environment.yml": both("conda packages"),
  "requirements.txt": both("packages from PyPI"),
  "apt.txt": container("Debian packages"),
  "runtime.txt": both("the Python version"),
  postBuild: container("a script that runs once, after the packages"),
  start: container("a script that starts each server"),
  Dockerfile: container("the container, as its own file says"),
  "environment.yaml": nowhere("conda packages", "rename it to environment.yml"),
  Pipfile: nowhere("packages from PyPI, for pipenv", "write them into requirements.txt"),
  "Pipfile.lock": nowhere("pipenv's lock", "write the packages into requirements.txt; hubfleet locks them"),
  "pyproject.toml": nowhere("a Python project", "publish it, or name it in requirements.txt by address and commit"),
  "setup.py": nowhere("a Python project", "publish it, or name it in requirements.txt by address and commit"),
  "Project.toml": nowhere("Julia packages", "write a Dockerfile, or use conda packages"),
  REQUIRE: nowhere("Julia packages", "write a Dockerfile, or use conda packages"),
  "install.R": nowhere("R packages", "write a Dockerfile, or use conda packages"),
  DESCRIPTION: nowhere("an R package", "write a Dockerfile, or use conda packages"),
  "default.nix": nowhere("Nix packages", "write a Dockerfile"),
  "labextensions.txt": nowhere("JupyterLab extensions to build", "install them as packages from requirements.txt"),
  "overrides.json": nowhere("JupyterLab's settings", "install it through a package or in a Dockerfile"),
} as const satisfies Record<string, Meaning>;

/** The inputs that an image's directory has, in the order above. */
export function imageInputs(image: string, { entries }: Pick<RepositorySnapshot, "entries">): readonly ImageInput[] {
  return Object.entries(meanings).flatMap(([file, meaning]) => {
    const path = `images/${image}/${file}`;
    return entries.get(path)?.kind === "file" ? [{ path, ...meaning }] : [];
  });
}

/** The minor that a runtime.txt names ("python-3.11", "python-3.11.4"), or undefined when it names something else. */
export function parseRuntime(text: string): string | undefined {
  return /^python-(3\.\d+)(?:\.\d+)?$/.exec(text.trim())?.[1];
}

function both(meaning: string): Meaning {
  return { meaning, environment: "carried out", container: "carried out" };
}

function container(meaning: string): Meaning {
  return { meaning, environment: "not carried out", container: "carried out" };
}

function nowhere(meaning: string, instead: string): Meaning {
  return { meaning, environment: "not carried out", container: "not carried out", instead };
}
