import { applyBundle } from "../../bundle/apply-bundle.ts";
import type { Bundle } from "../../bundle/bundle.ts";
import { findBundle } from "../../bundle/read-bundles.ts";
import { type HubfleetError, HubfleetErrors } from "../../errors/hubfleet-error.ts";
import type { Fleet } from "../../fleet/fleet.ts";
import type { FleetReading } from "../../fleet/read-fleet.ts";

/** A fleet with one of its bundles, worked out once however many hubs run it. */
export interface OpenedBundle {
  readonly bundle: Bundle;
  readonly reading: FleetReading;
  /** Without the misfits. */
  readonly fleet: Fleet;
  /** Hubs whose own files do not go with the bundle, each with what is wrong: the others have nothing to do with it. */
  readonly misfits: ReadonlyMap<string, readonly HubfleetError[]>;
}

export type OpenBundle = (id: string) => OpenedBundle;

/**
 * @throws (when asked) HubfleetError BUNDLE_UNKNOWN, BUNDLE_CHANGED, …; HubfleetErrors where the bundle does not go with what is
 * written, whatever the hubs say
 */
export function openBundles({
  reading,
  files,
}: {
  readonly reading: FleetReading;
  readonly files: ReadonlyMap<string, string>;
}): OpenBundle {
  const opened = new Map<string, OpenedBundle>();
  return (id) => {
    const known = opened.get(id);
    if (known !== undefined) return known;
    const made = combine(reading, findBundle(files, id));
    opened.set(id, made);
    return made;
  };
}

function combine(reading: FleetReading, bundle: Bundle): OpenedBundle {
  const whole = applyBundle(reading, bundle);
  if (whole.fleet !== undefined) return { bundle, reading: whole, fleet: whole.fleet, misfits: new Map() };
  const names = [...reading.written.hubs.files.keys()];
  const misfits = new Map(
    names.flatMap((name) => {
      const { fleet, problems } = applyBundle(onlyHubs(reading, [name]), bundle);
      return fleet === undefined ? [[name, problems] as const] : [];
    }),
  );
  const rest = names.filter((name) => !misfits.has(name));
  const combined = applyBundle(onlyHubs(reading, rest), bundle);
  if (combined.fleet === undefined) throw new HubfleetErrors(whole.problems);
  return { bundle, reading: combined, fleet: combined.fleet, misfits };
}

/** The others are still known by name. */
function onlyHubs(reading: FleetReading, names: readonly string[]): FleetReading {
  const { hubs } = reading.written;
  const files = new Map([...hubs.files].filter(([name]) => names.includes(name)));
  return { ...reading, written: { ...reading.written, hubs: { ...hubs, files } } };
}
