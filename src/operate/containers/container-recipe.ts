import { HubfleetError, HubfleetErrors } from "../../errors/hubfleet-error.ts";
import type { Image } from "../../fleet/fleet.ts";
import { parseAptFile } from "../../image/container/apt-file.ts";
import { parseImageReference, renderImageReference } from "../../image/container/image-reference.ts";
import { renderDockerfile } from "../../image/container/render-dockerfile.ts";
import { dockerfileReferences } from "../../image/dockerfile-references.ts";
import { parseLock } from "../../image/lock/parse-lock.ts";
import type { StateFiles } from "../../ports/state-files.ts";
import { isLockable, lockMissing, lockProblems } from "../images/lock-problems.ts";

/** What a builder is given beside the image's files. */
export interface ContainerRecipe {
  readonly dockerfile: string;
  /** It is the image's own file, taken as it is. */
  readonly isOwn: boolean;
  /** What the container starts from, by digest; of an own Dockerfile what its last stage stands on. */
  readonly base: string;
  /** For the builder. They decide what is built as the Dockerfile's text does, and count as its inputs. */
  readonly buildArguments: Readonly<Record<string, string>>;
}

export interface RecipeProps {
  /** The fleet's. */
  readonly directory: string;
  readonly files: StateFiles;
}

/**
 * The Dockerfile of an image as the working tree has it: its own, or ours. No builder and no registry is asked.
 * @throws HubfleetError BASE_MISSING when there is neither base nor Dockerfile; NO_DOCKERFILE for what is taken from a
 *   registry as it is; LOCK_MISSING, LOCK_STALE; APT_FILE_INVALID; VARIANT_WITHOUT_EFFECT
 */
export async function containerRecipe(image: Image, { directory, files }: RecipeProps): Promise<ContainerRecipe> {
  if (image.from !== undefined) throw noDockerfile(image.name, image.from);
  const read = (file: string): Promise<string | undefined> => files.read(`${directory}/${image.directory}/${file}`);
  const own = await read("Dockerfile");
  const problems = isLockable(image) ? await lockProblems([image], { directory, world: { files } }) : [];
  if (problems.length > 0) throw new HubfleetErrors(problems);
  // A shell makes the file empty before anything can be printed into it.
  if (own !== undefined && own.trim() !== "") return ownRecipe(image, own);
  if (image.base === undefined) throw baseMissing(image);
  const [lock, apt] = await Promise.all([read(lockFile(image)), read("apt.txt")]);
  if (lock === undefined) throw lockMissing(image);
  const base = parseImageReference(image.base);
  const { packages, problems: wrong } = parseAptFile(`${image.directory}/apt.txt`, apt ?? "");
  if (wrong.length > 0) throw new HubfleetErrors(wrong);
  const has = (file: string): boolean => image.inputs.some(({ path }) => path === `${image.directory}/${file}`);
  const dockerfile = renderDockerfile(image, {
    base,
    lock: parseLock(lock),
    aptPackages: packages,
    hasPostBuild: has("postBuild"),
    hasStart: has("start"),
  });
  return { dockerfile, isOwn: false, base: renderImageReference(base), buildArguments: {} };
}

/** A Dockerfile that an image shares with its variants tells them apart by the lock's name. */
function ownRecipe(image: Image, dockerfile: string): ContainerRecipe {
  const base = dockerfileReferences(dockerfile).findLast(({ text }) => /^\s*FROM\s/i.test(text))?.name ?? "scratch";
  const asksForLock = /^\s*ARG\s+LOCK(?:=|\s|$)/im.test(dockerfile);
  if (image.variantOf !== undefined && !asksForLock) throw withoutEffect(image);
  return { dockerfile, isOwn: true, base, buildArguments: asksForLock ? { LOCK: lockFile(image) } : {} };
}

function withoutEffect(image: Image): HubfleetError {
  return new HubfleetError("VARIANT_WITHOUT_EFFECT", {
    message: `"${image.directory}/Dockerfile" does not ask which lock it is built with, so the container of "${image.name}" would be that of "${image.variantOf}"`,
    hint: `write \`ARG LOCK=lock.txt\` after FROM, and "$LOCK" where it says lock.txt; for "${image.name}" it is ${lockFile(image)}`,
    at: { path: `${image.directory}/Dockerfile`, line: 1, column: 1 },
  });
}

function lockFile({ lock, directory }: Image): string {
  return lock.slice(directory.length + 1);
}

function baseMissing({ name, role, directory, python }: Image): HubfleetError {
  const example =
    role === "hub"
      ? "quay.io/jupyterhub/k8s-hub:VERSION, VERSION being that of the jupyterhub chart"
      : `python:${python}-slim or quay.io/jupyter/minimal-notebook:python-${python}`;
  return new HubfleetError("BASE_MISSING", {
    message: `image "${name}" says nothing that its container could start from: it has neither \`base\` nor a Dockerfile`,
    hint: `\`hubfleet image pin ${name} REFERENCE\` writes \`base\` with the reference's digest; REFERENCE is for example ${example}`,
    at: { path: `${directory}/image.yaml`, line: 1, column: 1 },
  });
}

function noDockerfile(name: string, from: string): HubfleetError {
  return new HubfleetError("NO_DOCKERFILE", {
    message: `image "${name}" is taken from "${from}" as it is`,
    hint: "there is nothing to build; what is in it shows `hubfleet image diff`",
  });
}
