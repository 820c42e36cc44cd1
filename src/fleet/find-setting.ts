import { HubfleetError } from "../errors/hubfleet-error.ts";
import { nameHint } from "../errors/nearest-name.ts";
import { effectiveSettings, effectiveValue, type OriginOfValue, originsBelow } from "./effective-settings.ts";
import { findKeys, nearestKey } from "./key-documents.ts";
import type { FleetReading } from "./read-fleet.ts";

/** A hub's setting as it counts. */
export interface Setting {
  readonly hub: string;
  /** Dotted; empty for all settings of the hub. */
  readonly key: string;
  /** Undefined when no layer sets it and it has no default. */
  readonly value: unknown;
  readonly origins: readonly OriginOfValue[];
}

/**
 * Looks a hub's setting up. `target` is `hub/NAME` or a bare name.
 * @throws HubfleetError UNKNOWN_TARGET or UNKNOWN_SETTING, with the nearest that exists
 */
export function findSetting(reading: FleetReading, target: string, key: string): Setting {
  const name = target.replace(/^hub\//, "");
  const hub = reading.hubs.get(name);
  if (hub === undefined) {
    const hint = nameHint(name, reading.hubs.keys());
    throw new HubfleetError("UNKNOWN_TARGET", {
      message: `the fleet has no hub "${name}"`,
      ...(hint === undefined ? {} : { hint }),
    });
  }

  const found = effectiveValue(effectiveSettings(hub, reading), key);
  if (found === undefined && findKeys(key).every((document) => !document.files.includes("hubs/NAME.yaml"))) {
    const nearest = nearestKey(key);
    throw new HubfleetError("UNKNOWN_SETTING", {
      message: `hubs have no setting "${key}"`,
      hint: nearest === undefined ? `\`hubfleet config hub/${name}\` prints all of them` : `did you mean "${nearest}"?`,
    });
  }
  return { hub: name, key, value: found?.value, origins: originsBelow(hub, reading, key) };
}
