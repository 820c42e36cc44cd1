import type { Deployed } from "../../bundle/deployed.ts";
import { readDeployed } from "../../bundle/deployed.ts";
import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { StateRef, StateStanding } from "../../ports/state-ref.ts";
import type { Draft } from "../../runtime/local/draft.ts";

/** What the state says that hubs are to run. */
export type Intent =
  | {
      readonly kind: "read";
      readonly files: ReadonlyMap<string, string>;
      readonly deployed: Deployed;
      readonly standing: StateStanding;
    }
  /** Nobody knows; what this machine keeps counts on. `remark`: why, in a line; undefined where there is no Git at all. */
  | { readonly kind: "unknown"; readonly remark?: string };

/** The same, for whoever does not ask how the branch stands. */
export type WantedState = Omit<Extract<Intent, { readonly kind: "read" }>, "standing"> | { readonly kind: "unknown" };

/**
 * Reads the state for commands that must do their work also when it cannot be read: who lost access loses it, and what ended
 * is started, whatever happened to the branch.
 */
export async function readIntent(state: () => Promise<StateRef>, signal?: AbortSignal): Promise<Intent> {
  try {
    const { files, standing } = await (await state()).read(signal === undefined ? {} : { signal });
    return { kind: "read", files, deployed: readDeployed(files), standing };
  } catch (thrown) {
    if (!(thrown instanceof HubfleetError) || thrown.code === "INTERRUPTED") throw thrown;
    if (thrown.code === "NOT_A_REPOSITORY") return { kind: "unknown" };
    const remark = `what stages are to run is not known, hubs stay with what they were given: ${thrown.code}, ${thrown.message}`;
    return { kind: "unknown", remark };
  }
}

/** As far as this machine knows by itself what its hubs were given: of holds it knows nothing. */
export function deployedHere({ hubs }: Draft): Deployed {
  const given = Object.entries(hubs).flatMap(([name, { bundle, since }]) =>
    bundle === undefined ? [] : [[name, { ...bundle, since }] as const],
  );
  return { version: 1, stages: {}, hubs: Object.fromEntries(given), holds: {} };
}
