import { chmod, copyFile, lutimes, mkdir, symlink, utimes } from "node:fs/promises";
import { dirname, join } from "node:path";

import pMap from "p-map";

import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { ContextFile } from "../../image/tag/container-inputs.ts";
import type { PlaceRequest } from "../../ports/context-files.ts";
import { isMissing } from "../is-missing.ts";

/** Copies files with what a tag is made from, and dates them and their directories alike. */
export async function placeFiles({ from, to, files, sourceDateEpoch }: PlaceRequest): Promise<void> {
  const directories = directoriesOf(files, to);
  for (const directory of directories) {
    await mkdir(directory, { recursive: true });
    await chmod(directory, 0o755);
  }
  await pMap(files, async (file) => placeFile(file, { from, to, sourceDateEpoch }), { concurrency: 16 });
  // The deepest first: putting a file into a directory dates it anew.
  for (const directory of [...directories].reverse()) await utimes(directory, sourceDateEpoch, sourceDateEpoch);
}

/** Parents before what is in them. */
function directoriesOf(files: readonly ContextFile[], to: string): readonly string[] {
  const found = new Set([to]);
  for (const { path } of files) {
    for (let parent = dirname(path); parent !== "."; parent = dirname(parent)) found.add(join(to, parent));
  }
  return [...found].sort();
}

async function placeFile(
  { path, isExecutable, linkTarget }: ContextFile,
  { from, to, sourceDateEpoch }: Omit<PlaceRequest, "files">,
): Promise<void> {
  const target = join(to, path);
  if (linkTarget !== undefined) {
    await symlink(linkTarget, target);
    await lutimes(target, sourceDateEpoch, sourceDateEpoch);
    return;
  }
  await copyFile(join(from, path), target).catch((error: unknown) => {
    throw isMissing(error) ? inputsChanged(path) : error;
  });
  await chmod(target, isExecutable ? 0o755 : 0o644);
  await utimes(target, sourceDateEpoch, sourceDateEpoch);
}

/** Compares what was placed with what was read before. */
export function refuseChanged(read: readonly ContextFile[], placed: readonly ContextFile[]): void {
  const now = new Map(placed.map((file) => [file.path, file]));
  const changed = read.find(({ path, sha256, linkTarget }) => {
    const file = now.get(path);
    return file === undefined || file.sha256 !== sha256 || file.linkTarget !== linkTarget;
  });
  if (changed !== undefined) throw inputsChanged(changed.path);
}

function inputsChanged(path: string): HubfleetError {
  return new HubfleetError("INPUTS_CHANGED", {
    message: `"${path}" was changed after its image's tag had been made from it`,
    hint: "run the command again when nobody edits the image",
    retry: "later",
  });
}
