import { HubfleetError } from "../errors/hubfleet-error.ts";
import { fromUnknown } from "../errors/from-unknown.ts";
import { destroyHub } from "../operate/destroy-hub.ts";
import { forgetDrafts, readDraft } from "../operate/draft-store.ts";
import type { LocalWorld } from "../ports/local-world.ts";
import { bootEntryName } from "./boot-entry.ts";
import type { Outcome } from "./outcome.ts";
import type { Steps } from "./steps.ts";

export interface RemoveHubsProps {
  readonly fleetUuid: string;
  readonly hubs: readonly string[];
  readonly world: LocalWorld;
  readonly steps: Steps;
}

/** Takes down hubs whose files are gone, as `destroy` does, and keeps their data. One that fails never stops the others. */
export async function removeHubs(props: RemoveHubsProps): Promise<readonly Outcome[]> {
  const { fleetUuid, hubs, world } = props;
  if (hubs.length === 0) return [];
  // First of all, so that a kill from here on is finished by the next removal and not undone by `apply`.
  await forgetDrafts(fleetUuid, hubs, world);
  const outcomes = await Promise.all(hubs.map((hub) => removeOne(hub, props)));
  const { hubs: left } = await readDraft(fleetUuid, world);
  if (Object.keys(left).length === 0) await world.bootService.remove(bootEntryName(fleetUuid));
  return outcomes;
}

async function removeOne(hub: string, { fleetUuid, world, steps }: RemoveHubsProps): Promise<Outcome> {
  const target = `hub/${hub}`;
  const begun = world.clock.now().getTime();
  try {
    const { leftBehind } = await destroyHub({ fleetUuid, hub, deleteHomes: false, world, steps });
    if (leftBehind.length === 0) {
      return { target, kind: "changed", milliseconds: world.clock.now().getTime() - begun };
    }
    const error = new HubfleetError("PROCESS_NOT_STOPPED", {
      message: `hub "${hub}" left behind: ${leftBehind.join("; ")}`,
      hint: `hubfleet destroy hub/${hub}`,
      retry: "later",
    });
    return { target, kind: "failed", errors: [error] };
  } catch (thrown) {
    return { target, kind: "failed", errors: fromUnknown(thrown) };
  }
}
