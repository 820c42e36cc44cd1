import { type Deployed, withAttempt, withHub } from "../../bundle/deployed.ts";
import { fromUnknown } from "../../errors/from-unknown.ts";
import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { PlacedRecord } from "../../evidence/read-records.ts";
import type { RecordDraft } from "../../evidence/record.ts";
import type { StateRef } from "../../ports/state-ref.ts";
import { commitChange } from "./commit-change.ts";
import type { recordOrigin } from "./record-origin.ts";

export interface ForgetOptions {
  readonly homes: "kept" | "deleted";
  readonly origin: () => Promise<Origin>;
}

type Origin = Awaited<ReturnType<typeof recordOrigin>>;

/**
 * Hubs that are destroyed on purpose are to run nothing any more: else the next `apply` would bring them back. Who did it is
 * on record, of hubs that anything is recorded of. Answers, in a line, why that could not be written; they are destroyed all
 * the same. Where there is no Git, no bundle was ever given.
 */
export async function forgetPointers(
  state: () => Promise<StateRef>,
  hubs: readonly string[],
  { homes, origin }: ForgetOptions,
): Promise<string | undefined> {
  try {
    await commitChange(
      await state(),
      async ({ deployed, evidence }) => {
        const after = hubs.reduce(withoutHub, deployed);
        const known = hubs.filter((hub) => isKnown(hub, evidence.records.values()));
        if (known.length === 0) return after === deployed ? "nothing" : { deployed: after };
        const who = await origin();
        const records = known.map((hub): RecordDraft => ({
          kind: "destroy",
          ...who,
          subject: { hub },
          body: { homes },
        }));
        return { deployed: after, records };
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

/** Whether something was recorded of it since it was destroyed last. */
function isKnown(hub: string, records: Iterable<PlacedRecord>): boolean {
  const last = [...records]
    .filter(({ record }) => record.subject.hub === hub)
    .toSorted((one, other) => one.sequence - other.sequence)
    .at(-1);
  return last !== undefined && last.record.kind !== "destroy";
}

/** The same object where nothing is said of the hub. */
function withoutHub(deployed: Deployed, hub: string): Deployed {
  const stages = Object.keys(deployed.stages).filter((stage) => deployed.stages[stage]?.hubs?.[hub] !== undefined);
  if (deployed.hubs[hub] === undefined && stages.length === 0) return deployed;
  return stages.reduce((all, stage) => withAttempt(all, stage, hub, undefined), withHub(deployed, hub, undefined));
}
