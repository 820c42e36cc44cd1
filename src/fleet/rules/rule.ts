import type { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { LayeredHub } from "../hub-layers.ts";
import type { WrittenFleet } from "../written-fleet.ts";

export interface LayeredFleet {
  readonly written: WrittenFleet;
  readonly hubs: ReadonlyMap<string, LayeredHub>;
}

/** Something that must hold between files. Any key may be missing: that is another problem, reported elsewhere. */
export type Rule = (fleet: LayeredFleet) => readonly HubfleetError[];
