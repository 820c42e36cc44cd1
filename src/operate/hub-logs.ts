import { HubfleetError } from "../errors/hubfleet-error.ts";
import { nameHint } from "../errors/nearest-name.ts";
import type { LocalWorld } from "../ports/local-world.ts";
import { componentNames } from "../runtime/local/desired-hub.ts";
import { hubPaths } from "../runtime/local/paths.ts";

export interface Log {
  /** "hub", "proxy", "gateway", "culler" or "server/USER". */
  readonly component: string;
  /** Its last lines. */
  tail(lines: number): Promise<readonly string[]>;
}

/**
 * The logs of a hub's components, or of one of them or of a user's server.
 * @throws HubfleetError UNKNOWN_TARGET when it has no such log
 */
export async function findLogs(
  fleetUuid: string,
  hub: string,
  {
    component,
    previous,
    world,
  }: { component: string | undefined; previous: boolean; world: Pick<LocalWorld, "files" | "machine"> },
): Promise<readonly Log[]> {
  const { run } = hubPaths(world.machine.stateRoot, fleetUuid, hub);
  // A component's log begins with its process; the one before is moved aside, and so is a user's server's.
  const ending = previous ? ".log.1" : ".log";
  const logOf = (name: string, path: string): Log => ({
    component: name,
    tail: (lines) => world.files.tail(path, lines),
  });
  const servers = (await world.files.list(`${run}/servers`))
    .filter((name) => name.endsWith(ending))
    .map((name) => logOf(`server/${name.slice(0, -ending.length)}`, `${run}/servers/${name}`));
  const own = componentNames.map((name) => logOf(name, `${run}/${name}${ending}`));
  if (component === undefined) {
    const present = await Promise.all(own.map((log) => world.files.exists(`${run}/${log.component}${ending}`)));
    return own.filter((_, index) => present[index]);
  }
  const all = [...own, ...servers];
  const found = all.filter((log) => log.component === component);
  if (found.length > 0) return found;
  const names = all.map((log) => log.component);
  throw new HubfleetError("UNKNOWN_TARGET", {
    message: `hub "${hub}" has no log of "${component}"`,
    hint: nameHint(component, names) ?? `it has: ${names.join(", ")}`,
  });
}
