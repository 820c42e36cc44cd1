import type { FleetReading } from "../../fleet/read-fleet.ts";
import type { ImageSources } from "../../ports/image-sources.ts";
import type { LocalWorld } from "../../ports/local-world.ts";
import { retentionOf } from "../housekeeping/retention-of.ts";
import { lookAtBuilders } from "./look-at-builders.ts";
import { lookAtFleet } from "./look-at-fleet.ts";
import { lookAtLeftovers } from "./look-at-leftovers.ts";
import { lookAtMachine } from "./look-at-machine.ts";
import { lookAtSecrets, tryNamedSecrets } from "./look-at-secrets.ts";
import { lookAtTools } from "./look-at-tools.ts";
import { type DoctorLine, fail, ok } from "./line.ts";

export interface DoctorReport {
  readonly version: 1;
  /** The fleet's name; null outside of one, where only the machine was looked at. */
  readonly fleet: string | null;
  readonly lines: readonly DoctorLine[];
}

export interface ExamineProps {
  /** Undefined outside of a fleet. */
  readonly reading: FleetReading | undefined;
  readonly directory: string;
  readonly world: LocalWorld;
  /** Opened for a fleet only. */
  readonly sources: () => Promise<Pick<ImageSources, "findBuilder">>;
}

/**
 * Looks at what hubfleet needs of this machine, and at what the fleet has on it. Changes nothing; a builder that is asked for the
 * first time makes itself an empty store.
 */
export async function examine({ reading, directory, world, sources }: ExamineProps): Promise<DoctorReport> {
  const fleet = reading?.fleet;
  const parts = await Promise.all([
    lookAtTools(fleet, world),
    lookAtMachine(world),
    fleet === undefined ? [] : lookAtFleet(fleet, directory, world),
    fleet === undefined ? [] : lookAtBuilders(fleet, await sources()),
    fleet === undefined ? [] : lookAtSecrets(world),
    fleet === undefined ? [] : tryNamedSecrets(fleet, world),
    lookAtLeftovers(world, retentionOf(fleet)),
  ]);
  return {
    version: 1,
    fleet: fleet?.name ?? null,
    lines: [...(reading === undefined ? [] : [lookAtFiles(reading)]), ...parts.flat()],
  };
}

/** A fleet that cannot be read still leaves the machine to look at. */
function lookAtFiles({ problems, written }: FleetReading): DoctorLine {
  const [first] = problems;
  if (first === undefined) return ok("fleet", `${written.hubs.names.size} hubs; its files are good`);
  return fail("fleet", `${problems.length} problems in its files, the first: ${first.message}`, "hubfleet validate");
}
