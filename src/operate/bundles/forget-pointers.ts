import { type Deployed, withAttempt, withHub } from "../../bundle/deployed.ts";
import { fromUnknown } from "../../errors/from-unknown.ts";
import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { StateRef } from "../../ports/state-ref.ts";
import { commitChange } from "./commit-change.ts";

/**
 * Hubs that are destroyed on purpose are to run nothing any more: else the next `apply` would bring them back. Answers, in a
 * line, why that could not be written; they are destroyed all the same. Where there is no Git, no bundle was ever given.
 */
export async function forgetPointers(
  state: () => Promise<StateRef>,
  hubs: readonly string[],
): Promise<string | undefined> {
  try {
    await commitChange(
      await state(),
      ({ deployed }) => {
        const after = hubs.reduce(withoutHub, deployed);
        return after === deployed ? "nothing" : { deployed: after };
      },
      { message: `destroyed: ${hubs.join(", ")}` },
    );
    return undefined;
  } catch (thrown) {
    if (thrown instanceof HubfleetError && thrown.code === "NOT_A_REPOSITORY") return undefined;
    const why = fromUnknown(thrown)[0];
    return `what it was given could not be taken back, so that apply may bring it up again: ${why?.code ?? ""}, ${why?.message ?? ""}`;
  }
}

/** The same object where nothing is said of the hub. */
function withoutHub(deployed: Deployed, hub: string): Deployed {
  const stages = Object.keys(deployed.stages).filter((stage) => deployed.stages[stage]?.hubs?.[hub] !== undefined);
  if (deployed.hubs[hub] === undefined && stages.length === 0) return deployed;
  return stages.reduce((all, stage) => withAttempt(all, stage, hub, undefined), withHub(deployed, hub, undefined));
}
