import type { Observation } from "./gate-evidence.ts";
import { isAfter } from "./is-after.ts";
import { cellOf, type RowSoaksProps, type SoakingRow } from "./row-soaks.ts";
import type { HubSoak, PartSoak } from "./soak.ts";
import { isOfRow, type TableHub } from "./stage-table.ts";

/** A part of a bundle, as a stage asks it to soak. */
export interface AskedPart extends SoakingRow {
  readonly isPatched: boolean;
  readonly neededMilliseconds: number;
}

export interface AskedSoak extends RowSoaksProps {
  /** By their places in the table of the stage; undefined: the bundle does not have the part. */
  readonly parts: readonly (AskedPart | undefined)[];
  /** Whether a part that no look vouches for says all of its hub: nothing can be further from done. */
  readonly canStop: boolean;
  readonly isUseAsked: boolean;
  readonly minimumSeconds: number;
}

/** How far the parts of a bundle that a hub runs have soaked on it. */
export function hubSoak(hub: TableHub, asked: AskedSoak): HubSoak {
  let slowest: AskedPart | undefined;
  let mostLeft = 0;
  let fewest: AskedPart | undefined;
  let fewestPasses = 0;
  for (const place of hub.parts) {
    const part = asked.parts[place];
    if (part === undefined) continue;
    const { milliseconds, passes } = cellOf(part, hub.index, asked);
    if (passes === 0 && asked.canStop && !part.isPatched) return unseen(hub, soakOf(part, 0), asked);
    const left = part.neededMilliseconds - milliseconds;
    if (slowest === undefined || left > mostLeft) {
      slowest = part;
      mostLeft = left;
    }
    if (fewest === undefined || passes < fewestPasses) {
      fewest = part;
      fewestPasses = passes;
    }
  }
  if (slowest === undefined || fewest === undefined) {
    const nothing = { part: "settings", milliseconds: 0, neededMilliseconds: asked.minimumSeconds * 1000 };
    return unseen(hub, nothing, asked);
  }
  const isSeen = fewestPasses > 0 && isSeenTogether({ fewest, hub, asked });
  return {
    hub: hub.name,
    isDone: isSeen && mostLeft <= 0,
    isSeen,
    slowest: soakOf(slowest, cellOf(slowest, hub.index, asked).milliseconds),
    passes: () => allPasses(hub, asked),
  };
}

function soakOf({ row, neededMilliseconds }: AskedPart, milliseconds: number): PartSoak {
  return { part: row.part, milliseconds, neededMilliseconds };
}

/** Its looks say something only of use. */
function unseen(hub: TableHub, slowest: PartSoak, asked: AskedSoak): HubSoak {
  const passes = (): readonly Observation[] => (asked.isUseAsked ? allPasses(hub, asked) : []);
  return { hub: hub.name, isDone: false, isSeen: false, slowest, passes };
}

interface TogetherProps {
  readonly fewest: AskedPart;
  readonly hub: TableHub;
  readonly asked: AskedSoak;
}

/** Whether one look found all parts well at once. It is among those that vouch for the part that has the fewest. */
function isSeenTogether(props: TogetherProps): boolean {
  return passesOf(props.fewest, props.hub, props.asked).some((pass) => vouchesForAll(pass, props));
}

/** A look that vouches for one part does so for all that it saw, but for those that failed later. */
function vouchesForAll(pass: Observation, { fewest, hub, asked }: TogetherProps): boolean {
  for (const place of hub.parts) {
    const part = asked.parts[place];
    if (part === undefined || part === fewest) continue;
    if (!isOfRow(pass, part.row, part.row.logs[hub.index]?.passed)) return false;
    const { failures } = cellOf(part, hub.index, asked).seen;
    if (failures.some((failure) => !isAfter(pass, failure))) return false;
  }
  return true;
}

function allPasses(hub: TableHub, asked: AskedSoak): readonly Observation[] {
  return hub.parts.flatMap((place) => passesOf(asked.parts[place], hub, asked));
}

function passesOf(part: AskedPart | undefined, hub: TableHub, asked: AskedSoak): readonly Observation[] {
  return part === undefined ? [] : cellOf(part, hub.index, asked).seen.passes;
}
