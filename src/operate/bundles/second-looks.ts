import { isTaken } from "../../bundle/judge-people.ts";
import { bundleId } from "../../bundle/latest-bundle.ts";
import { findBundle } from "../../bundle/read-bundles.ts";
import { type SigningPeople, signingPeople } from "../../bundle/signing-people.ts";
import { fromUnknown } from "../../errors/from-unknown.ts";
import type { PlacedRecord } from "../../evidence/read-records.ts";
import type { Fleet } from "../../fleet/fleet.ts";
import type { StateNow } from "./commit-change.ts";
import type { Judge } from "./judge-bundle.ts";

/** Whether a sign-off is somebody's own word on a bundle, of whatever role, by the rules by which gates count one. */
export type IsSecondLook = (signOff: PlacedRecord, bundle: string) => boolean;

export interface SecondLooksProps {
  readonly judge: Pick<Judge, "people">;
  readonly fleet: Fleet;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Asks who was who for each bundle that somebody let in alone. A bundle of which that cannot be known, nobody has seconded. */
export async function secondLooks(
  { files, evidence }: Pick<StateNow, "files" | "evidence">,
  { judge, fleet, now }: SecondLooksProps,
): Promise<IsSecondLook> {
  const records = [...evidence.records.values()];
  const alone = new Set(
    records.flatMap(({ record }) => (record.kind === "break-glass" ? (record.subject.bundle ?? []) : [])),
  );
  const known = new Map<string, SigningPeople>();
  for (const digest of (fleet.teamSize ?? 1) < 2 ? [] : alone) {
    const id = bundleId(files, digest);
    if (id === undefined) continue;
    try {
      const before = await judge.people(findBundle(files, id));
      known.set(digest, signingPeople({ before, today: fleet.people ?? [], now }));
    } catch (thrown) {
      fromUnknown(thrown); // a commit that is not here, a bundle that was changed: told elsewhere
    }
  }
  const policies = new Map(fleet.stages.map(({ name, policy }) => [name, policy]));
  return ({ record }, bundle) => {
    const [people, policy] = [known.get(bundle), policies.get(record.subject.stage ?? "")];
    if (people === undefined || policy === undefined || record.subject.bundle !== bundle) return false;
    return people.rolesOf(record.who.id, "yes").length > 0 && isTaken(people.proofOf(record), policy);
  };
}
