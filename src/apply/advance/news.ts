import { type DeadlineInput, deadlines } from "../../bundle/deadlines.ts";
import { holdsIn } from "../../bundle/deployed.ts";
import type { Parts } from "../../bundle/gate-evidence.ts";
import type { GateInput } from "../../bundle/gate-input.ts";
import type { GateVerdict } from "../../bundle/gate-verdict.ts";
import { policyOf } from "../../bundle/gate.ts";
import { glassToSecond } from "../../bundle/glass-to-second.ts";
import { changedParts } from "../../bundle/judge-people.ts";
import { bundleId } from "../../bundle/latest-bundle.ts";
import type { Notice } from "../../bundle/notice.ts";
import { readOutbox, wasTold } from "../../bundle/notices.ts";
import { askedNotice } from "../../bundle/event-notices.ts";
import { findBundle } from "../../bundle/read-bundles.ts";
import type { EvidenceRecord, RecordDraft } from "../../evidence/record.ts";
import type { Role } from "../../fleet/stage-policy.ts";
import type { Fleet } from "../../fleet/fleet.ts";
import type { FleetReading } from "../../fleet/read-fleet.ts";
import type { IsSecondLook } from "../../operate/bundles/second-looks.ts";
import type { StateNow } from "../../operate/bundles/commit-change.ts";

export interface DeadlineNews {
  readonly fleet: Fleet;
  readonly reading: FleetReading;
  readonly isSecondLook: IsSecondLook;
  readonly now: number;
}

/** Everything that has to be said of deadlines at this moment. */
export function deadlineNotices(
  { deployed, evidence, files }: StateNow,
  { fleet, reading, isSecondLook, now }: DeadlineNews,
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
      isSecondLook,
      idOf: (digest) => bundleId(files, digest) ?? digest.slice(0, 19),
    }),
    now,
  });
}

/** A bundle that waits for people alone. */
export interface WaitingForPeople {
  readonly notice: Notice;
  /** Roles whose silence counts in time, once they were told. */
  readonly silent: readonly Role[];
  readonly subject: { readonly bundle: string; readonly stage: string; readonly parts: Parts };
}

/** People are asked once nothing but their word is missing. `pages`: where else than at a command line. */
export function waitingForPeople(
  input: GateInput,
  verdict: GateVerdict,
  pages: readonly string[],
): WaitingForPeople | undefined {
  if (verdict.kind !== "blocked") return undefined;
  const ofPeople = new Set(["sign-off-missing", "checklist-open"]);
  if (verdict.reasons.length === 0 || !verdict.reasons.every(({ code }) => ofPeople.has(code))) return undefined;
  const { bundle, stage, now } = input;
  const asked = verdict.reasons.map(({ satisfiedBy }) => satisfiedBy);
  return {
    notice: askedNotice({ bundle: bundle.id, stage: stage.name, at: now, asked, pages }),
    silent: policyOf(stage).signoffs.flatMap((one) => (one.noObjectionWithinSeconds === undefined ? [] : [one.role])),
    subject: { bundle: bundle.digest, stage: stage.name, parts: changedParts(stage, bundle.parts) },
  };
}

/** That people were asked, once the notice of it has reached somebody: silence of who was not told is none. */
export function askedRecords(
  waiting: readonly WaitingForPeople[],
  { files, evidence }: Pick<StateNow, "files" | "evidence">,
  origin: Pick<RecordDraft, "at" | "who" | "fleet">,
): readonly RecordDraft[] {
  const outbox = readOutbox(files);
  const records = [...evidence.records.values()];
  return waiting
    .filter(({ notice }) => wasTold(outbox, notice.id))
    .flatMap(({ silent, subject }) =>
      silent
        .filter((role) => !records.some(({ record }) => isAsked(record, role, subject)))
        .map((role): RecordDraft => ({ kind: "asked", ...origin, subject, body: { role } })),
    );
}

function isAsked(record: EvidenceRecord, role: Role, { stage, parts }: WaitingForPeople["subject"]): boolean {
  if (record.kind !== "asked" || record.body.role !== role || record.subject.stage !== stage) return false;
  return Object.entries(parts).every(([part, digest]) => record.subject.parts?.[part] === digest);
}
