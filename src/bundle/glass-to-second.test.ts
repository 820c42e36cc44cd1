import { describe, expect, it } from "vitest";

import type { PlacedRecord } from "../evidence/read-records.ts";
import { type RecordDraft, writeRecord } from "../evidence/record.ts";
import { glassToSecond } from "./glass-to-second.ts";

const origin = (id: string): Pick<RecordDraft, "fleet" | "at" | "who"> => ({
  fleet: "11111111-2222-4333-8444-555555555555",
  at: { time: "2026-11-21T09:00:00.000Z", clock: { kind: "service", service: "ci" } },
  who: { id, known: "claimed" },
});
const glass: RecordDraft = {
  kind: "break-glass",
  ...origin("ada"),
  subject: { bundle: "sha256:b", stage: "production" },
  body: { reason: "maps are blank" },
};
const signed = (id: string, stage = "production", bundle?: string): RecordDraft => ({
  kind: "sign-off",
  ...origin(id),
  subject: { stage, ...(bundle === undefined ? {} : { bundle }) },
  body: {},
});
const placed = (...drafts: readonly RecordDraft[]): readonly PlacedRecord[] =>
  drafts.map((draft, sequence) => ({ ...writeRecord(draft, []), sequence }));
const isSecondLook = ({ record }: PlacedRecord, bundle: string): boolean =>
  record.who.known === "claimed" && (record.subject.bundle ?? bundle) === bundle;
const asked = (drafts: readonly RecordDraft[], teamSize: number | undefined = 3): number =>
  glassToSecond(placed(...drafts), { teamSize, isSecondLook, idOf: () => "b1" }).length;

describe("broken glass", () => {
  it("asks for a second person", () => {
    expect(glassToSecond(placed(glass), { teamSize: 2, isSecondLook, idOf: (digest) => `id of ${digest}` })).toEqual([
      {
        bundle: "id of sha256:b",
        stage: "production",
        person: "ada",
        reason: "maps are blank",
        at: Date.parse("2026-11-21T09:00:00.000Z"),
      },
    ]);
  });

  it.each<[string, readonly RecordDraft[], number, number | undefined]>([
    ["nobody where one person runs the fleet", [glass], 0, 1],
    ["nobody where the team's size is not said", [glass], 0, undefined],
    ["nobody once another one signed for the stage", [glass, signed("grace")], 0, 3],
    ["still, when they signed before", [signed("grace"), glass], 1, 3],
    ["still, when the same person signs", [glass, signed("ada")], 1, 3],
    ["still, when they signed for another stage", [glass, signed("grace", "staging")], 1, 3],
    ["still, when they signed for another bundle", [glass, signed("grace", "production", "sha256:c")], 1, 3],
    ["still, when the word is not theirs", [glass, { ...signed("grace"), who: { id: "grace", known: "ci" } }], 1, 3],
    ["once for each time", [glass, glass], 2, 3],
  ])("asks %s", (_, drafts, count, teamSize) => {
    expect(asked(drafts, teamSize ?? 1)).toBe(count);
  });
});
