import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { aGateInput, aHub, aStage, minute, withSoak } from "../../test/support/a-gate.ts";
import {
  liveThrough,
  partsWith,
  quietEvents,
  trulyWatched,
  wildEvents,
  type World,
} from "../../test/support/gate-world.ts";
import type { PlacedRecord } from "../evidence/read-records.ts";
import type { EvidenceRecord } from "../evidence/record.ts";
import type { GateRecord, Observation } from "./gate-evidence.ts";
import type { GateStage } from "./gate-input.ts";
import { gateRecords } from "./gate-records.ts";
import { judgeGate } from "./gate.ts";
import {
  addLook,
  failuresIn,
  flushLooks,
  type Look,
  type LooksDraft,
  noLooks,
  toObservations,
  useSince,
} from "./looks.ts";
import { soakIn, type StageSoak } from "./soak.ts";

const everyMinutes = 20;
const policy = { heartbeatSeconds: 3600, observeEverySeconds: everyMinutes * 60 };
const runs = { numRuns: 500 };
const minimum = fc.integer({ min: 0, max: 40 });

/** What is not of the world: what looks see of use, which come to nothing, after which somebody takes what waits. */
const chances = fc.record({
  /** Of a hundred. */
  taken: fc.constantFrom(0, 10, 50, 90),
  windows: fc.constantFrom("of the run" as const, "of the look" as const, "either" as const),
  numbers: fc.infiniteStream(fc.nat(99)),
});
type Chances = typeof chances extends fc.Arbitrary<infer Value> ? Value : never;

describe("looks that wait and are recorded together", () => {
  it("are worth what a record of each would be, whenever they are taken, where one machine looks", () => {
    const seen = { minutes: 0, spawns: 0 };
    fc.assert(
      fc.property(quietEvents, chances, (events, chance) => {
        const world = endOf(events, true);
        const { each, together } = recordBoth(world, chance);
        const [one, other] = [soakOf(each, world), soakOf(together, world)];

        expect(figuresOf(other, chance)).toEqual(figuresOf(one, chance));
        seen.minutes += (one.hubs[0]?.slowest.milliseconds ?? 0) / minute;
        seen.spawns += one.use.spawns;
      }),
      runs,
    );
    expect(seen.minutes).toBeGreaterThan(1000);
    expect(seen.spawns).toBeGreaterThan(1000);
  });

  it.each([true, false])(
    "are worth no more than a record of each, whatever clocks and however many machines (named: %s)",
    (named) => {
      const opened = { together: 0, each: 0 };
      fc.assert(
        fc.property(wildEvents, chances, minimum, (events, chance, minutes) => {
          const world = endOf(events, named);
          const { each, together } = recordBoth(world, chance);
          if (opens(each, world, minutes)) opened.each += 1;
          const isOpen = opens(together, world, minutes);
          if (isOpen) opened.together += 1;

          expect(!isOpen || opens(each, world, minutes)).toBe(true);
          expect(excess(soakOf(together, world), soakOf(each, world))).toEqual({});
        }),
        runs,
      );
      expect(opened.together).toBeGreaterThan(100);
    },
  );

  it("open no gate before its time, in a world in which the truth is known", () => {
    const opened = { count: 0 };
    fc.assert(
      fc.property(wildEvents, chances, minimum, (events, chance, minutes) => {
        const world = endOf(events, true);
        const isOpen = opens(recordBoth(world, chance).together, world, minutes);
        if (isOpen) opened.count += 1;
        const seen = (["image/lab", "settings"] as const).map((part) => trulyWatched(world, { part, everyMinutes }));

        expect(!isOpen || Math.min(...seen.map((one) => one ?? -1)) >= minutes).toBe(true);
      }),
      runs,
    );
    expect(opened.count).toBeGreaterThan(100);
  });
});

function endOf(events: Parameters<typeof liveThrough>[0], named: boolean): World {
  const [last] = [...liveThrough(events, { named })].slice(-1);
  if (last === undefined) throw new Error("nothing happened");
  return last;
}

/** Every look as a record of its own, and the same looks kept by each machine until something is to be recorded. */
function recordBoth(
  world: World,
  { taken, windows, numbers }: Chances,
): { readonly each: readonly GateRecord[]; readonly together: readonly GateRecord[] } {
  const next = (below: number): number => (numbers.next().value ?? 0) % below;
  const kept = new Map<number, typeof noLooks>();
  const [each, together]: [PlacedRecord[], PlacedRecord[]] = [[], []];
  const exposureOf = (look: Look, pending: typeof noLooks): Look["exposure"] => {
    const [first, before] = [useSince(pending, look), pending.hubs[look.hub]?.last];
    if (first === undefined || before === undefined) return undefined;
    const isOfRun = windows === "of the run" || (windows === "either" && next(2) === 0);
    const counts = { spawns: next(5), users: next(5), daskClusters: next(5) };
    if (!isOfRun) return { since: before.at.time, ...counts };
    const { spawns, users, daskClusters } = before.exposure ?? { spawns: 0, users: 0, daskClusters: 0 };
    return {
      since: first,
      spawns: spawns + counts.spawns,
      users: Math.max(users, counts.users),
      daskClusters: daskClusters + counts.daskClusters,
    };
  };
  for (const [index, observation] of world.records.entries()) {
    const machine = world.looks[index]?.machine ?? 0;
    const pending = kept.get(machine) ?? noLooks;
    const bare = { ...toLook(observation, next(6) === 0), failuresBefore: failuresIn(together)("try") };
    const look = { ...bare, exposure: exposureOf(bare, pending) };
    const added = addLook(pending, look, policy);
    place(each, addLook(noLooks, { ...look, failuresBefore: failuresIn(each)("try") }, policy).drafts);
    place(together, added.drafts);
    const flushed = next(100) < taken ? flushLooks(added.pending) : { ...added, drafts: [] };
    place(together, flushed.drafts);
    kept.set(machine, flushed.pending);
  }
  for (const pending of kept.values()) place(together, flushLooks(pending).drafts);
  return { each: gateRecords(each, () => []), together: gateRecords(together, () => []) };
}

function toLook(
  { at, clock, verdict, ...observation }: Observation,
  comesToNothing: boolean,
): Omit<Look, "failuresBefore"> {
  const { hub, stage, parts, standing, deployment } = observation;
  return {
    hub,
    stage,
    at: {
      time: new Date(at).toISOString(),
      clock: clock === undefined ? { kind: "service", service: "ci" } : { kind: "machine", ...clock },
    },
    bundle: { id: "b1", digest: "sha256:b1" },
    parts,
    standing,
    deployment,
    verdict: verdict === "failed" ? "failed" : comesToNothing ? "unknown" : "passed",
    reason: "",
  };
}

function place(records: PlacedRecord[], drafts: readonly LooksDraft[]): void {
  for (const draft of toObservations(drafts, failuresIn(records))) {
    const record: EvidenceRecord = {
      ...draft,
      version: 1,
      fleet: "00000000-0000-4000-8000-000000000000",
      parents: [],
      who: { id: "unnamed", known: "claimed" },
    };
    records.push({ name: String(records.length), path: "", text: "", record, sequence: records.length });
  }
}

/** What it asks of use is asked so that it is counted. */
function testing(minutes: number): GateStage {
  const soak = { minimumSeconds: minutes * 60, observeEverySeconds: everyMinutes * 60 };
  return aStage("testing", {
    policy: withSoak({ ...soak, exposure: { spawns: 1, users: 1, daskClusters: 1 } }),
    hubs: [aHub("try")],
  });
}

function soakOf(records: readonly GateRecord[], world: World): StageSoak {
  const stage = testing(40);
  return soakIn(stage, stage.policy, inputOf(records, world));
}

function opens(records: readonly GateRecord[], world: World, minutes: number): boolean {
  const stage = testing(minutes);
  const timeAlone = withSoak({ ...stage.policy.soak, exposure: { spawns: 0, users: 0, daskClusters: 0 } });
  const earlier = [{ ...stage, policy: timeAlone, before: timeAlone }];
  return judgeGate({ ...inputOf(records, world), earlier, newestRecordAt: undefined }).kind === "open";
}

function inputOf(records: readonly GateRecord[], world: World): ReturnType<typeof aGateInput> {
  const now = Math.max(...world.records.map(({ at }) => at));
  const bundle = { parts: partsWith(world.image), madeAt: Number.NEGATIVE_INFINITY };
  return aGateInput({ bundle, stage: { hubs: [] }, evidence: records, now });
}

function figuresOf({ hubs, use }: StageSoak, { windows }: Chances): unknown {
  const [hub] = hubs;
  // Of windows that overlap in part, which are counted together is not the same for one record and for several.
  return { isSeen: hub?.isSeen, milliseconds: hub?.slowest.milliseconds, use: windows === "either" ? undefined : use };
}

/** What the one says more than the other. */
function excess(one: StageSoak, other: StageSoak): Readonly<Record<string, number>> {
  const amounts = ({ hubs: [hub], use }: StageSoak): Readonly<Record<string, number>> => ({
    ...use,
    seen: Number(hub?.isSeen),
    milliseconds: hub?.slowest.milliseconds ?? 0,
  });
  const allowed = amounts(other);
  return Object.fromEntries(Object.entries(amounts(one)).filter(([name, amount]) => amount > (allowed[name] ?? 0)));
}
