import { describe, expect, it } from "vitest";

import type { Hold } from "./hold.ts";
import { offStage, type OffStageProps } from "./off-stage.ts";

const since = "2026-11-21T09:00:00.000Z";
const stage = { id: "2026.11.21-bbbb", digest: "sha256:b", since };
const older = { id: "2026.11.20-aaaa", digest: "sha256:a", since };
const hold: Hold = { target: "hub/alpha", reason: "exam", owner: "ada", since: 0, until: 1 };
const attempt = { at: 0, words: "kernel: no kernel", record: "r1" };

const atStage: OffStageProps = {
  hub: { name: "alpha", stage: "staging" },
  stage,
  pointer: stage,
  state: "done",
  hold: undefined,
  failed: undefined,
  draftSince: undefined,
  seen: stage.id,
};

describe("a hub", () => {
  it.each<[string, Partial<OffStageProps>]>([
    ["runs its stage's bundle", {}],
    ["runs its stage's bundle, and is on hold", { hold, state: "kept" }],
    ["was not seen", { seen: undefined }],
    ["is of a stage without a bundle", { stage: undefined, pointer: undefined, seen: "draft", state: "waiting" }],
  ])("that %s is not told of", (_, changes) => {
    expect(offStage({ ...atStage, ...changes })).toBeUndefined();
  });

  it.each<[string, Partial<OffStageProps>, ReturnType<typeof offStage>]>([
    [
      "runs a draft beside its bundle",
      { draftSince: since, seen: "draft" },
      {
        hub: "alpha",
        kind: "draft",
        runs: "draft",
        words: "runs a draft of `hubfleet up` since 2026-11-21 09:00:00 UTC, instead of 2026.11.21-bbbb",
        next: "hubfleet rollback hub/alpha",
      },
    ],
    [
      "is being changed",
      { state: "changing", seen: older.id },
      {
        hub: "alpha",
        kind: "changing",
        runs: older.id,
        words: "is being changed to 2026.11.21-bbbb, or was when a command was interrupted",
        next: "hubfleet promote 2026.11.21-bbbb --to staging",
      },
    ],
    [
      "is on hold",
      { state: "kept", pointer: older, seen: older.id, hold },
      { hub: "alpha", kind: "held", runs: older.id, words: "is on hold, and runs 2026.11.20-aaaa" },
    ],
    [
      "went back",
      { state: "failed", pointer: older, seen: older.id, failed: attempt },
      {
        hub: "alpha",
        kind: "failed",
        runs: older.id,
        words: "did not do well with 2026.11.21-bbbb, and runs 2026.11.20-aaaa: kernel: no kernel",
        next: "hubfleet why hub/alpha",
        attempt,
      },
    ],
    [
      "went back to a draft, and nobody can say why",
      { state: "failed", pointer: undefined, seen: "draft" },
      {
        hub: "alpha",
        kind: "failed",
        runs: "draft",
        words: "did not do well with 2026.11.21-bbbb, and runs a draft",
        next: "hubfleet why hub/alpha",
      },
    ],
    [
      "was given the bundle on another machine",
      { seen: older.id },
      {
        hub: "alpha",
        kind: "not-applied",
        runs: older.id,
        words: "is to run 2026.11.21-bbbb, and runs 2026.11.20-aaaa",
        next: "hubfleet apply hub/alpha",
      },
    ],
    [
      "waits for its turn",
      { state: "waiting", pointer: older, seen: older.id },
      { hub: "alpha", kind: "waiting", runs: older.id, words: "waits for 2026.11.21-bbbb, and runs 2026.11.20-aaaa" },
    ],
  ])("that %s is told of", (_, changes, expected) => {
    expect(offStage({ ...atStage, ...changes })).toEqual(expected);
  });
});
