import type { LocalWorld } from "../../ports/local-world.ts";
import { hubPaths } from "../../runtime/local/paths.ts";
import { countUse, type HubUse, type UseWindow } from "./count-use.ts";

export interface HubUseProps extends UseWindow {
  readonly fleetUuid: string;
  readonly hub: string;
}

/** What people did with a hub of this machine. `undefined`: it does not count. */
export async function hubUse(
  { fleetUuid, hub, ...window }: HubUseProps,
  { files, machine }: Pick<LocalWorld, "files" | "machine">,
): Promise<HubUse | undefined> {
  const { serverUse, daskUse } = hubPaths(machine.stateRoot, fleetUuid, hub);
  const [servers, dask] = await Promise.all([readLog(serverUse, files), readLog(daskUse, files)]);
  return countUse({ servers, dask }, window);
}

/** Both parts of a log, the earlier first. One that is set aside between the two looks is there once. */
async function readLog(path: string, files: Pick<LocalWorld["files"], "read">): Promise<readonly string[]> {
  const now = await files.read(path);
  const older = await files.read(`${path}.1`);
  if (now === undefined || older?.startsWith(now) === true) return older === undefined ? [] : [older];
  return older === undefined ? [now] : [older, now];
}
