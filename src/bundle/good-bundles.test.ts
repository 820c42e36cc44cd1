import { describe, expect, it } from "vitest";

import type { PlacedRecord } from "../evidence/read-records.ts";
import { type RecordDraft, writeRecord } from "../evidence/record.ts";
import { goodBundles, leftBundles } from "./good-bundles.ts";

const origin: Pick<RecordDraft, "fleet" | "at" | "who"> = {
  fleet: "11111111-2222-4333-8444-555555555555",
  at: { time: "2026-11-21T09:00:00.000Z", clock: { kind: "service", service: "ci" } },
  who: { id: "ci", known: "ci" },
};
const on = (hub: string, bundle: string): RecordDraft["subject"] => ({ hub, stage: "production", bundle, parts: {} });
const applied = (bundle: string, result: "done" | "failed" | "went-back", hub = "alpha"): RecordDraft => ({
  kind: "apply",
  ...origin,
  subject: on(hub, bundle),
  body: { result, deployment: `${bundle}@1` },
});
const seen = (bundle: string, verdict: "passed" | "failed", standing: "stage" | "draft" = "stage"): RecordDraft => ({
  kind: "observation",
  ...origin,
  subject: on("alpha", bundle),
  body: { verdict, standing, deployment: `${bundle}@1` },
});
const sentBack = (from: string, to: string): RecordDraft => ({
  kind: "rollback",
  ...origin,
  subject: on("alpha", to),
  body: { from: { id: from, digest: from }, reason: "maps are blank", by: "person" },
});
const stageBack = (from: string, to: string): RecordDraft => ({
  kind: "promotion",
  ...origin,
  subject: { stage: "production", bundle: to },
  body: { from: { id: from, digest: from }, how: "rollback", restsOn: [] },
});
const placed = (drafts: readonly RecordDraft[]): readonly PlacedRecord[] =>
  drafts.map((draft, sequence) => ({ ...writeRecord(draft, []), sequence })).toReversed();
const good = (...drafts: readonly RecordDraft[]): readonly string[] =>
  goodBundles(placed(drafts), "alpha").map(({ digest }) => digest);
const left = (...drafts: readonly RecordDraft[]): readonly string[] => [
  ...leftBundles(placed(drafts), { name: "alpha", stage: "production" }),
];

describe("bundles that a hub did well with", () => {
  it("are those that were put on it and kept, or seen well, the latest first", () => {
    expect(good(applied("b1", "done"), seen("b2", "passed"), applied("b3", "done"), seen("b1", "passed"))).toEqual([
      ...["b1", "b3", "b2"],
    ]);
  });

  it("are none that failed, went back, was a draft, or did well on another hub", () => {
    expect(
      good(
        ...[applied("b1", "failed"), applied("b2", "went-back"), seen("b3", "failed")],
        ...[seen("b4", "passed", "draft"), applied("b5", "done", "beta")],
      ),
    ).toEqual([]);
  });
});

describe("bundles that a hub was sent back from", () => {
  it("are left until they do well there again", () => {
    const back = [applied("b1", "done"), applied("b2", "done"), sentBack("b2", "b1"), applied("b1", "done")];

    expect(left(...back)).toEqual(["b2"]);
    expect(left(...back, applied("b2", "done"))).toEqual([]);
  });

  it("are those of its stage, too, and of no other", () => {
    expect(left(applied("b1", "done"), applied("b2", "done"), stageBack("b2", "b1"))).toEqual(["b2"]);
    expect([...leftBundles(placed([stageBack("b2", "b1")]), { name: "alpha", stage: "testing" })]).toEqual([]);
  });

  it("are not those that it was moved from by going forward", () => {
    const forward: RecordDraft = {
      ...{ kind: "promotion", ...origin, subject: { stage: "production", bundle: "b2" } },
      body: { from: { id: "b1", digest: "b1" }, how: "gate", restsOn: [] },
    };

    expect(left(applied("b1", "done"), forward, applied("b2", "done"))).toEqual([]);
  });
});
