import type { Image } from "../fleet/fleet.ts";
import { type CondaEnvironment, parseEnvironmentFile } from "../image/conda/environment-file.ts";
import { includedFiles } from "../image/lock/included-files.ts";
import type { LockInputs } from "../image/lock/lock-header.ts";
import type { StateFiles } from "../ports/state-files.ts";

/** What an image's lock is made from, as the working tree has it now. */
export interface ReadLockInputs {
  readonly inputs: LockInputs;
  /** Undefined for an image of pip packages alone. */
  readonly conda: CondaEnvironment | undefined;
}

/** Whether the image has an environment.yml. */
export function isCondaImage({ inputs }: Pick<Image, "inputs">): boolean {
  return inputs.some(({ path }) => path.endsWith("/environment.yml"));
}

/** Reads requirements, what they name by `-r` and `-c`, and environment.yml, whose problems validation has told. */
export async function readLockInputs(
  image: Image,
  fleetDirectory: string,
  files: Pick<StateFiles, "read">,
): Promise<ReadLockInputs> {
  const directory = `${fleetDirectory}/${image.directory}`;
  const [requirements, text] = await Promise.all([
    files.read(`${fleetDirectory}/${image.requirements}`),
    isCondaImage(image) ? files.read(`${directory}/environment.yml`) : undefined,
  ]);
  const conda = text === undefined ? undefined : parseEnvironmentFile("environment.yml", text).environment;
  const own = image.requirements.slice(image.directory.length + 1);
  const roots = [...includedFiles(requirements ?? ""), ...includedFiles((conda?.pip ?? []).join("\n"))];
  const included = await readIncluded(roots, directory, { files, own });
  return {
    conda,
    inputs: {
      pythonMinor: image.python,
      requirements: requirements ?? "",
      included,
      conda,
      platforms: image.platforms,
      files: [...(conda === undefined ? [] : ["environment.yml"]), ...(requirements === undefined ? [] : [own])],
    },
  };
}

/** Text by path seen from the image's directory; a file that is not there is left to the resolver to name. */
async function readIncluded(
  roots: readonly string[],
  directory: string,
  { files, own }: { readonly files: Pick<StateFiles, "read">; readonly own: string },
): Promise<Readonly<Record<string, string>>> {
  const found = new Map<string, string>();
  const seen = new Set([own]);
  const open = roots.map((path) => normalizePath(path));
  for (let path = open.shift(); path !== undefined; path = open.shift()) {
    if (seen.has(path)) continue;
    seen.add(path);
    const text = await files.read(path.startsWith("/") ? path : normalizePath(`${directory}/${path}`));
    if (text === undefined) continue;
    found.set(path, text);
    const base = path.slice(0, path.lastIndexOf("/") + 1);
    open.push(...includedFiles(text).map((inner) => normalizePath(inner.startsWith("/") ? inner : `${base}${inner}`)));
  }
  return Object.fromEntries(found);
}

/** "a/../b.txt" is "b.txt": one name for one file. */
function normalizePath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === ".." && parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else parts.push(part);
  }
  return `${path.startsWith("/") ? "/" : ""}${parts.join("/")}`;
}
