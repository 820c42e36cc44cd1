import { describe, expect, it } from "vitest";

import { aHub, aStage, judge, noPolicy, theParts, withSoak } from "../../test/support/a-gate.ts";
import { readRecords } from "../evidence/read-records.ts";
import { type RecordDraft, writeRecord, type WrittenRecord } from "../evidence/record.ts";
import type { Role } from "../fleet/stage-policy.ts";
import { gateRecords } from "./gate-records.ts";

const fleet = "11111111-2222-4333-8444-555555555555";
const service = { kind: "service", service: "ci" } as const;
const rolesOf = (person: string): readonly Role[] => (person === "ada" ? ["approver"] : []);
const subject = { hub: "try", stage: "testing", parts: theParts };
const well = { verdict: "passed", standing: "stage", deployment: "d1" } as const;

describe("gateRecords", () => {
  it("opens a gate by what was written, read again", () => {
    const exposure = { since: "2026-11-21T12:00:00.000Z", spawns: 3, users: 2, daskClusters: 1 };
    const first = { time: "2026-11-21T12:00:00.000Z", clock: service };
    const drafts: RecordDraft[] = [
      draft("2026-11-22T12:00:00.000Z", {
        kind: "observation",
        body: { ...well, first, longestGapSeconds: 60, exposure },
      }),
      draft("2026-11-22T12:01:00.000Z", {
        kind: "check",
        body: { check: "hub", verdict: "passed", standing: "stage" },
      }),
      draft("2026-11-22T12:02:00.000Z", {
        kind: "sign-off",
        body: {},
        subject: { stage: "production", parts: theParts },
      }),
      draft("2026-11-22T12:03:00.000Z", {
        kind: "tick",
        body: { item: "plots" },
        subject: { stage: "production", parts: theParts },
      }),
    ];
    const evidence = read(drafts);
    const policy = {
      ...withSoak({ minimumSeconds: 86_400, exposure: { spawns: 3, users: 2, daskClusters: 1 } }),
      checks: ["hub"],
    };
    const asks = {
      signoffs: [{ role: "approver" as const, count: 1 }],
      checklist: [{ name: "plots", text: "Look", needsAttachment: false }],
    };
    const earlier = [aStage("testing", { policy, hubs: [aHub("try")] })];

    expect(judge({ evidence, earlier, stage: { policy: { ...noPolicy, ...asks } } }).kind).toBe("open");
    for (const missing of evidence) {
      const others = evidence.filter((one) => one !== missing);
      expect(judge({ evidence: others, earlier, stage: { policy: { ...noPolicy, ...asks } } }).kind).toBe("blocked");
    }
  });

  it("keeps a machine's clock, and takes a service's dates as they are", () => {
    const machine = { kind: "machine", machine: "m", boot: "b", seconds: 12.5 } as const;
    const [named, believed] = read([
      draft("2026-11-22T12:00:00.000Z", { kind: "observation", body: well, clock: machine }),
      draft("2026-11-22T12:00:00.000Z", { kind: "observation", body: well }),
    ]);

    expect(named).toMatchObject({
      at: Date.UTC(2026, 10, 22, 12),
      clock: { machine: "m", boot: "b", seconds: 12.5 },
      sequence: 0,
    });
    expect(believed).not.toHaveProperty("clock");
    expect(believed).toMatchObject({ sequence: 1 });
  });

  it("reads every kind, and nothing of what names no hub or no role that there is", () => {
    const of = "a".repeat(64);
    const kinds = read([
      draft("2026-11-22T12:00:00.000Z", { kind: "objection", body: { reason: "no" } }),
      draft("2026-11-22T12:00:00.000Z", { kind: "asked", body: { role: "approver" } }),
      draft("2026-11-22T12:00:00.000Z", { kind: "asked", body: { role: "king" } }),
      draft("2026-11-22T12:00:00.000Z", { kind: "mark", body: { of, reason: "power" } }),
      draft("2026-11-22T12:00:00.000Z", { kind: "withdrawal", body: { of } }),
      draft("2026-11-22T12:00:00.000Z", {
        kind: "break-glass",
        body: { reason: "now" },
        subject: { bundle: "sha256:b1", stage: "production" },
      }),
      draft("2026-11-22T12:00:00.000Z", { kind: "observation", body: well, subject: { stage: "testing" } }),
    ]);

    expect(kinds.map(({ kind }) => kind)).toEqual(["objection", "asked", "mark", "withdrawal", "break-glass"]);
    expect(kinds[0]).toMatchObject({ person: "ada", roles: ["approver"], stage: "testing", parts: theParts });
  });
});

type Said = Pick<RecordDraft, "kind" | "body"> & {
  readonly subject?: RecordDraft["subject"];
  readonly clock?: RecordDraft["at"]["clock"];
};

function draft(time: string, { clock = service, ...said }: Said): RecordDraft {
  return { fleet, at: { time, clock }, who: { id: "ada", known: "claimed" }, subject, ...said } as RecordDraft; // kind and body belong together
}

/** Writes records, each after the one before, and reads them again. */
function read(drafts: readonly RecordDraft[]): ReturnType<typeof gateRecords> {
  const written: WrittenRecord[] = [];
  for (const one of drafts) {
    const before = written.at(-1);
    written.push(writeRecord(one, before === undefined ? [] : [before.name]));
  }
  const { records } = readRecords(new Map(written.map(({ path, text }) => [path, text])));
  return gateRecords(records.values(), rolesOf);
}
