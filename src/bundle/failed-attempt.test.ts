import { expect, it } from "vitest";

import type { PlacedRecord } from "../evidence/read-records.ts";
import { type RecordDraft, writeRecord } from "../evidence/record.ts";
import { failedAttempt } from "./failed-attempt.ts";

const about = { hub: "alpha", stage: "staging", bundle: "sha256:b", parts: {} };
const origin: Pick<RecordDraft, "fleet" | "at" | "who"> = {
  fleet: "11111111-2222-4333-8444-555555555555",
  at: { time: "2026-11-21T09:00:00.000Z", clock: { kind: "service", service: "ci" } },
  who: { id: "ci", known: "ci" },
};
const applied = (result: "done" | "failed", summary?: string, subject = about): RecordDraft => ({
  kind: "apply",
  ...origin,
  subject,
  body: { result, deployment: "b@1", ...(summary === undefined ? {} : { summary }) },
});
const checked = (check: string, verdict: "passed" | "failed", summary?: string): RecordDraft => ({
  kind: "check",
  ...origin,
  subject: about,
  body: { check, verdict, ...(summary === undefined ? {} : { summary }) },
});
const words = (...drafts: readonly RecordDraft[]): string | undefined => {
  const records: readonly PlacedRecord[] = drafts.map((draft, sequence) => ({ ...writeRecord(draft, []), sequence }));
  return failedAttempt(records.toReversed(), { hub: "alpha", bundle: "sha256:b" })?.words;
};

it.each<[string, readonly RecordDraft[], string | undefined]>([
  ["nothing of a hub that never got it", [], undefined],
  ["nothing of one that did well", [applied("done")], undefined],
  ["nothing of one that did well in the end", [applied("failed", "no"), applied("done")], undefined],
  [
    "what its check said",
    [checked("hub", "failed", "kernel: no kernel"), applied("failed", "long")],
    "kernel: no kernel",
  ],
  [
    "what each of its checks said",
    [
      checked("hub", "failed", "kernel: no kernel"),
      checked("extra/maps", "failed", "blank"),
      checked("extra/docs", "passed"),
      applied("failed", "long"),
    ],
    "kernel: no kernel; extra/maps: blank",
  ],
  ["why it could not be put in place", [applied("failed", "port 18000 is taken")], "port 18000 is taken"],
  [
    "what the last attempt said",
    [checked("hub", "failed", "first"), applied("failed"), checked("hub", "failed", "second"), applied("failed")],
    "second",
  ],
  ["nothing of another hub", [applied("failed", "no", { ...about, hub: "beta" })], undefined],
  ["nothing of another bundle", [applied("failed", "no", { ...about, bundle: "sha256:c" })], undefined],
])("tells %s", (_, drafts, expected) => {
  expect(words(...drafts)).toBe(expected);
});
