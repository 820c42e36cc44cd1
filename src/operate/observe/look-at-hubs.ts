import type { Look, PendingLooks } from "../../bundle/looks.ts";
import type { Fleet } from "../../fleet/fleet.ts";
import type { LocalWorld } from "../../ports/local-world.ts";
import { componentNames } from "../../runtime/local/desired-hub.ts";
import type { ObservedHub } from "../../runtime/local/observed-hub.ts";
import { observeHubs } from "../observe-hub.ts";
import { healthOf } from "../status.ts";
import { hubUse } from "./hub-use.ts";
import { type KnownHub, takeLook } from "./take-look.ts";

/** What is known of a hub of this machine before it is looked at. */
export interface HubToLookAt extends KnownHub {
  /** A command is at work on it. */
  readonly isChanging: boolean;
  /** Asked of what was found, not of what was put in place. */
  readonly runsWhatItShould: (observed: ObservedHub) => boolean;
}

export interface LookProps {
  readonly fleet: Fleet;
  readonly pending: PendingLooks;
  /** By the clock of this machine, before it looks: what passes was then at least that well. */
  readonly at: Look["at"];
  readonly world: LookWorld;
}

type LookWorld = Pick<LocalWorld, "files" | "processes" | "hubApi" | "machine" | "clock">;

/** Looks once at hubs of this machine that the fleet describes. Changes nothing, and answers a look for each of them. */
export async function lookAtHubs(hubs: readonly HubToLookAt[], props: LookProps): Promise<readonly Look[]> {
  const { fleet, world } = props;
  const places = hubs.map(({ hub }) => {
    const { port, basePath } = fleet.hubs.get(hub) ?? {};
    return { name: hub, port, basePath };
  });
  const observed = await observeHubs(fleet.uuid, places, world);
  const found = new Map(observed.map((one) => [one.name, one]));
  return Promise.all(
    hubs.map((hub) => {
      const one = found.get(hub.hub);
      if (one === undefined) throw new TypeError(`hub ${hub.hub} was not observed`);
      return lookAtHub(hub, one, props);
    }),
  );
}

async function lookAtHub(
  { isChanging, runsWhatItShould, ...known }: HubToLookAt,
  observed: ObservedHub,
  { fleet, pending, at, world }: LookProps,
): Promise<Look> {
  const found = {
    ...healthOf(observed, fleet),
    starting: componentNames.filter((name) => observed.components[name].isStarting === true),
    isChanging,
    runsWhatItShould: runsWhatItShould(observed),
  };
  return takeLook(known, found, {
    ...{ pending, at },
    useSince: (since) => hubUse({ fleetUuid: fleet.uuid, hub: known.hub, since, until: new Date(at.time) }, world),
  });
}
