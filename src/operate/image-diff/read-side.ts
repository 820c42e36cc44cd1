import { resolve } from "node:path";

import { parse } from "yaml";

import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { Fleet, Image } from "../../fleet/fleet.ts";
import { hasCondaPackages } from "../../image/conda/conda-python.ts";
import { parseImageReference } from "../../image/container/image-reference.ts";
import type { ImageContents, ImageSize } from "../../image/diff/image-contents.ts";
import { lockContents } from "../../image/diff/lock-contents.ts";
import { renderSide, type SideReference } from "../../image/diff/parse-side.ts";
import { parseLock } from "../../image/lock/parse-lock.ts";
import type { Python } from "../../ports/environments.ts";
import type { Git } from "../../ports/git.ts";
import type { LocalWorld } from "../../ports/local-world.ts";
import { selectImage } from "../images/select-images.ts";
import { draftImage } from "../resolve-images.ts";
import { readContainer, type ReadContainerProps } from "./read-container.ts";

export interface ReadSideProps extends Omit<ReadContainerProps, "world"> {
  /** Asked only where a side is an image of the fleet. @throws HubfleetErrors when something is wrong with it */
  readonly fleet: () => Promise<Pick<Fleet, "images">>;
  /** The fleet's. */
  readonly directory: string;
  /** Where relative paths begin. */
  readonly workingDirectory: string;
  readonly world: ReadContainerProps["world"] & Pick<LocalWorld, "environments"> & { readonly git: Git };
}

/**
 * What one side holds.
 * @throws HubfleetError UNKNOWN_TARGET, REVISION_UNKNOWN, LOCK_ABSENT, LOCK_UNREADABLE, and those of `readContainer`
 */
export async function readSide(side: SideReference, props: ReadSideProps): Promise<ImageContents> {
  const name = renderSide(side);
  switch (side.kind) {
    case "container":
      return readContainer(side.reference, name, props);
    case "file":
      return readLockFile(side.path, props);
    case "image":
      return side.revision === undefined
        ? readImage(selectImage(await props.fleet(), side.name), props)
        : readRevision({ ...side, revision: side.revision }, props);
  }
}

async function readImage(image: Image, props: ReadSideProps): Promise<ImageContents> {
  const name = `image/${image.name}`;
  if (image.from !== undefined) return readContainer(parseImageReference(image.from), name, props);
  const { world, directory } = props;
  const lock = await world.files.read(`${directory}/${image.lock}`);
  if (lock === undefined) throw lockAbsent(`${name} has no lock: there is no "${image.lock}"`);
  const asked = namesInCondaFile(await world.files.read(`${directory}/${image.directory}/environment.yml`));
  return fromLock(lock, { name, asked, props });
}

async function readLockFile(path: string, props: ReadSideProps): Promise<ImageContents> {
  const lock = await props.world.files.read(resolve(props.workingDirectory, path));
  if (lock === undefined) {
    const hint = "write the path of a lock, or image/NAME";
    throw new HubfleetError("LOCK_ABSENT", { message: `there is no file "${path}"`, hint });
  }
  return fromLock(lock, { name: path, asked: undefined, props });
}

/** Where the fleet has no such image any more, or not yet, its files are looked for where they would be. */
async function readRevision(
  side: { readonly name: string; readonly revision: string },
  props: ReadSideProps,
): Promise<ImageContents> {
  const name = `image/${side.name}@${side.revision}`;
  const [base = "", variant] = side.name.split("/");
  const fleet = await props.fleet();
  const image = fleet.images.get(side.name);
  const lockPath = image?.lock ?? `images/${base}/lock.${variant === undefined ? "" : `${variant}.`}txt`;
  const lock = await readAt(side.revision, lockPath, props);
  if (lock !== undefined) {
    const asked = namesInCondaFile(await readAt(side.revision, `images/${base}/environment.yml`, props));
    return fromLock(lock, { name, asked, props });
  }
  const from = fromOf(await readAt(side.revision, `images/${base}/image.yaml`, props));
  if (from !== undefined) return readContainer(parseImageReference(from), name, props);
  // A name that neither the fleet nor that commit has is a typing error.
  if (image === undefined) selectImage(fleet, side.name);
  throw lockAbsent(`the commit "${side.revision}" has no lock of image/${side.name}: there is no "${lockPath}" in it`);
}

/** A file's text at a commit; undefined where that commit has none. */
async function readAt(
  revision: string,
  path: string,
  { world, directory }: ReadSideProps,
): Promise<string | undefined> {
  const found = await world.git.readAt(directory, revision, path);
  switch (found.kind) {
    case "file":
      return found.text;
    case "absent":
      return undefined;
    case "unknown-revision":
      throw new HubfleetError("REVISION_UNKNOWN", {
        message: `Git knows no commit "${revision}"${revision === "HEAD" ? ": nothing is committed yet" : ""}`,
        hint:
          revision === "HEAD"
            ? "commit the fleet, or name two sides"
            : "write it as `git log` shows it, or fetch it first",
      });
    case "no-repository":
      throw new HubfleetError("REVISION_UNKNOWN", {
        message: `"${directory}" is in no Git repository, so there is no commit "${revision}"`,
        hint: "name two sides that need no Git: images, locks, references",
      });
  }
}

interface LockSide {
  readonly name: string;
  readonly asked: ReadonlySet<string> | undefined;
  readonly props: ReadSideProps;
}

async function fromLock(lock: string, { name, asked, props }: LockSide): Promise<ImageContents> {
  const size = await environmentSize(lock, props.world);
  return lockContents(lock, { name, size, ...(asked === undefined ? {} : { asked }) });
}

/** The environment that the lock becomes here; nothing is built to know its size. */
async function environmentSize(lock: string, world: ReadSideProps["world"]): Promise<ImageSize> {
  const minor = parseLock(lock)
    .header.map((line) => /\bpython (3\.\d+)\b/.exec(line)?.[1])
    .find((found) => found !== undefined);
  if (minor === undefined) return { kind: "unknown", because: "the lock names no Python" };
  const python = await pythonFor(lock, minor, world);
  if (python === undefined) return { kind: "unknown", because: `no Python ${minor} here` };
  const { environment } = draftImage(lock, minor, python, world);
  if (!(await world.environments.isComplete(environment))) return { kind: "unknown", because: "not built here" };
  return { kind: "environment", bytes: await world.files.size(environment) };
}

/** Conda packages bring a Python of their own; any of this machine does for them. */
async function pythonFor(
  lock: string,
  minor: string,
  { environments }: Pick<LocalWorld, "environments">,
): Promise<Python | undefined> {
  const python = await environments.findPython(minor);
  if (python !== undefined || !hasCondaPackages(lock)) return python;
  const [other] = await environments.listPythonMinors();
  return other === undefined ? undefined : environments.findPython(other);
}

/** Names of what environment.yml asks for; undefined where there is none. */
function namesInCondaFile(text: string | undefined): ReadonlySet<string> | undefined {
  if (text === undefined) return undefined;
  const { dependencies } = Object(parseYaml(text)) as { readonly dependencies?: unknown };
  const names = (Array.isArray(dependencies) ? dependencies : [])
    .filter((entry) => typeof entry === "string")
    .map((entry) => /^(?:.*::)?\s*([A-Za-z0-9][\w.-]*)/.exec(entry)?.[1]?.toLowerCase() ?? "");
  return new Set(names);
}

function fromOf(text: string | undefined): string | undefined {
  const { from } = Object(parseYaml(text ?? "")) as { readonly from?: unknown };
  return typeof from === "string" ? from : undefined;
}

function parseYaml(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined; // `validate` tells what is wrong with it
  }
}

function lockAbsent(message: string): HubfleetError {
  return new HubfleetError("LOCK_ABSENT", {
    message,
    hint: "lock the image with `hubfleet image lock`, or compare another commit",
  });
}
