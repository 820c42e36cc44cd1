import { type DeadlineInput, deadlines } from "../../bundle/deadlines.ts";
import { holdsIn } from "../../bundle/deployed.ts";
import type { GateVerdict } from "../../bundle/gate-verdict.ts";
import { glassToSecond } from "../../bundle/glass-to-second.ts";
import { bundleId } from "../../bundle/latest-bundle.ts";
import type { Notice } from "../../bundle/notice.ts";
import { askedNotice } from "../../bundle/event-notices.ts";
import { findBundle } from "../../bundle/read-bundles.ts";
import type { Fleet } from "../../fleet/fleet.ts";
import type { FleetReading } from "../../fleet/read-fleet.ts";
import type { StateNow } from "../../operate/bundles/commit-change.ts";

/** Everything that has to be said of deadlines at this moment. */
export function deadlineNotices(
  { deployed, evidence, files }: StateNow,
  { fleet, reading, now }: { readonly fleet: Fleet; readonly reading: FleetReading; readonly now: number },
): readonly Notice[] {
  const stages = fleet.stages.map(({ name, policy }): DeadlineInput["stages"][number] => {
    const pointer = deployed.stages[name];
    if (pointer === undefined) return { name, policy };
    const { document } = findBundle(files, pointer.id);
    return { name, policy, bundle: { id: pointer.id, madeAt: Date.parse(document.madeAt) } };
  });
  const experiments = [...reading.written.experiments.files.values()].flatMap(({ name, value }) =>
    value.deadline === undefined
      ? []
      : [{ name, hubs: value.hubs ?? [], until: Date.parse(value.deadline) + 86_400_000 }],
  );
  return deadlines({
    stages,
    holds: holdsIn(deployed),
    experiments,
    brokenGlass: glassToSecond(evidence.records.values(), {
      teamSize: fleet.teamSize,
      idOf: (digest) => bundleId(files, digest) ?? digest.slice(0, 19),
    }),
    now,
  });
}

/** People are asked once nothing but their word is missing. */
export function askedNotices(
  stage: string,
  { bundle, verdict, now }: { readonly bundle: string; readonly verdict: GateVerdict; readonly now: number },
): readonly Notice[] {
  if (verdict.kind !== "blocked") return [];
  const ofPeople = new Set(["sign-off-missing", "checklist-open"]);
  if (verdict.reasons.length === 0 || !verdict.reasons.every(({ code }) => ofPeople.has(code))) return [];
  return [askedNotice({ bundle, stage, at: now, asked: verdict.reasons.map(({ satisfiedBy }) => satisfiedBy) })];
}
