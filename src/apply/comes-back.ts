import { fromUnknown } from "../errors/from-unknown.ts";
import type { Fleet } from "../fleet/fleet.ts";
import type { LocalWorld, Report } from "../ports/local-world.ts";
import { bootEntry } from "./boot-entry.ts";

export interface ComesBackProps {
  readonly fleet: Fleet;
  /** Absolute path of the working tree. */
  readonly directory: string;
  readonly world: LocalWorld;
  readonly report: Report;
}

/**
 * Has the fleet's hubs brought back when the machine restarts. They run either way, so a service manager that refuses is
 * worth a note, not a failure.
 */
export async function ensureComesBack({ fleet, directory, world, report }: ComesBackProps): Promise<void> {
  if (!(await world.bootService.isPresent())) return;
  const entry = bootEntry(fleet, directory, world);
  const target = `fleet/${fleet.name}`;
  try {
    if (await world.bootService.ensure(entry)) {
      report({ target, text: `comes back when the machine restarts (${entry.name}.service)`, state: "note" });
    }
  } catch (thrown) {
    const reason = fromUnknown(thrown)[0]?.message ?? "";
    report({ target, text: `will not come back by itself when the machine restarts: ${reason}`, state: "note" });
  }
}
