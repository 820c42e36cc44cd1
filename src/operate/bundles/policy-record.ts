import { policyChanges, policyDigest } from "../../bundle/policy-changes.ts";
import type { RecordDraft } from "../../evidence/record.ts";
import type { Fleet } from "../../fleet/fleet.ts";
import type { FleetReading } from "../../fleet/read-fleet.ts";
import type { StateNow } from "./commit-change.ts";
import { fleetThen } from "./stages-at.ts";

export interface PolicyRecordProps {
  readonly fleet: Fleet;
  readonly fleetAt: (commit: string) => Promise<FleetReading | undefined>;
  readonly head: () => Promise<string | undefined>;
}

/** A record of what stages ask, where that is not what was recorded last: editing a gate leaves a trace, too. */
export async function policyRecord(
  { evidence }: Pick<StateNow, "evidence">,
  origin: Pick<RecordDraft, "at" | "who" | "fleet">,
  { fleet, fleetAt, head }: PolicyRecordProps,
): Promise<readonly RecordDraft[]> {
  const digest = policyDigest(fleet.stages);
  const last = [...evidence.records.values()]
    .flatMap(({ record, sequence }) => (record.kind === "policy" ? [{ body: record.body, sequence }] : []))
    .toSorted((one, other) => other.sequence - one.sequence)[0]?.body;
  if (last?.digest === digest) return [];
  const commit = await commitThatSays(digest, { fleetAt, head });
  const then = last?.commit === undefined ? undefined : await fleetAt(last.commit);
  const changed =
    last === undefined
      ? { changes: ["recorded for the first time"], loosens: false }
      : then === undefined
        ? { changes: ["what was asked before is not known in this clone"], loosens: true }
        : policyChanges(fleetThen(then).stages, fleet.stages);
  const body = { digest, ...changed, changes: [...changed.changes], ...(commit === undefined ? {} : { commit }) };
  return [{ kind: "policy", ...origin, subject: {}, body }];
}

/** What is only in the working tree is in no commit. */
async function commitThatSays(
  digest: string,
  { fleetAt, head }: Pick<PolicyRecordProps, "fleetAt" | "head">,
): Promise<string | undefined> {
  const commit = await head();
  const there = commit === undefined ? undefined : await fleetAt(commit);
  return there !== undefined && policyDigest(fleetThen(there).stages) === digest ? commit : undefined;
}
