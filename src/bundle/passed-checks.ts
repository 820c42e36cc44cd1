import { HubfleetErrors } from "../errors/hubfleet-error.ts";
import { readRecords } from "../evidence/read-records.ts";
import type { Bundle } from "./bundle.ts";
import { gateBundle } from "./gate-bundle.ts";
import type { PartCheck } from "./gate-input.ts";
import { gateRecords } from "./gate-records.ts";
import { indexEvidence } from "./index-evidence.ts";
import { judgePartChecks } from "./judge-checks.ts";

export interface SortedChecks {
  /** On record for exactly these parts, as a gate would have it. */
  readonly passed: readonly PartCheck[];
  readonly missing: readonly PartCheck[];
}

/** What a bundle's images and pairs have passed on record, and what not. @throws HubfleetErrors for damaged evidence */
export function sortChecks(
  bundle: Bundle,
  { files, now }: { readonly files: ReadonlyMap<string, string>; readonly now: Date },
): SortedChecks {
  const { records, problems } = readRecords(files);
  if (problems.length > 0) throw new HubfleetErrors(problems);
  const evidence = indexEvidence(gateRecords(records.values(), () => []));
  const whole = gateBundle(bundle);
  const hasPassed = (check: PartCheck): boolean =>
    judgePartChecks("", { bundle: { ...whole, partChecks: [check] }, evidence, now: now.getTime() }).reasons.length ===
    0;
  const passed = whole.partChecks.filter(hasPassed);
  return { passed, missing: whole.partChecks.filter((check) => !passed.includes(check)) };
}
