import { access, readFile, readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import type { ProcessIdentity } from "../../ports/processes.ts";
import { readStartTime } from "../processes/proc-table.ts";

/**
 * Processes whose root directory is a container's of the store (containers/storage, drivers overlay and vfs): steps that
 * outlived their builder. Their environment is the image's, so no marker tells; the kernel's table of mounts does.
 */
export async function findSteps(graph: string): Promise<readonly ProcessIdentity[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const directory = rootDirectory(await readFile(`/proc/${pid}/mountinfo`, "utf8").catch(() => ""));
      if (directory === undefined || !(await isThere(join(graph, directory)))) return undefined;
      const startTime = await readStartTime(pid);
      return startTime === undefined ? undefined : { pid, startTime };
    }),
  );
  return found.filter((process) => process !== undefined);
}

/** Where in a store the root of a mount table lies: "overlay/<id>" or "vfs/dir/<id>"; see proc(5) for the fields. */
function rootDirectory(mounts: string): string | undefined {
  const line = mounts.split("\n").find((one) => one.split(" ")[4] === "/");
  if (line === undefined) return undefined;
  // Long lists of layers are given relative to the store, so only the last steps of the path are sure.
  const upper = /[ ,]upperdir=([^, ]+)/.exec(line)?.[1];
  if (upper !== undefined) return join("overlay", basename(dirname(upper)));
  const copied = /\/vfs\/dir\/([0-9a-f]{64})$/.exec(line.split(" ")[3] ?? "")?.[1];
  return copied === undefined ? undefined : join("vfs", "dir", copied);
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
