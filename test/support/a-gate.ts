import type { GateRecord, MachineClock, Observation } from "../../src/bundle/gate-evidence.ts";
import type { GateBundle, GateHub, GateInput, GateStage } from "../../src/bundle/gate-input.ts";
import type { GateReason, GateVerdict } from "../../src/bundle/gate-verdict.ts";
import { judgeGate } from "../../src/bundle/gate.ts";
import { indexEvidence } from "../../src/bundle/index-evidence.ts";
import type { StagePolicy } from "../../src/fleet/stage-policy.ts";

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;
/** When the bundle of these tests was made. */
export const start = Date.UTC(2026, 10, 21, 12);

export const noPolicy: StagePolicy = {
  checks: [],
  soak: {
    minimumSeconds: 0,
    patchMinimumSeconds: 0,
    exposure: { spawns: 0, users: 0, daskClusters: 0 },
    observeEverySeconds: 3600,
  },
  untried: "refuse",
  signoffs: [],
  selfSignoff: true,
  claimed: "accept",
  logins: "accept",
  checklist: [],
  freezes: [],
  waves: [],
  concurrency: 4,
  failures: 0,
  iterate: false,
  auto: false,
};

export const theParts = { "image/lab": "lab-1", "image/hub": "hub-1", settings: "settings-1", renderer: "1" };
const partNames = Object.keys(theParts);

/** A gate's input as tests change it: evidence as a list, and only what differs. */
export interface GateCase {
  readonly bundle?: Partial<GateBundle>;
  readonly stage?: Partial<GateStage>;
  readonly testing?: Partial<GateStage>;
  readonly earlier?: readonly GateStage[];
  readonly evidence?: readonly GateRecord[];
  readonly authors?: readonly string[];
  readonly now?: number;
  readonly newestRecordAt?: number;
}

/** Bundle b1 on its way from "testing" (hub "try") to "production" (hub "real"). */
export function aGateInput(test: GateCase = {}): GateInput {
  const { evidence = [], now = start + 30 * day, newestRecordAt } = test;
  return {
    bundle: {
      id: "2026.11.21-b1",
      digest: "sha256:b1",
      madeAt: start,
      parts: theParts,
      patched: [],
      partChecks: [],
      withoutContainer: [],
      ...test.bundle,
    },
    stage: aStage("production", { hubs: [aHub("real")], ...test.stage }),
    earlier: test.earlier ?? [aStage("testing", { hubs: [aHub("try")], ...test.testing })],
    evidence: indexEvidence(evidence),
    authors: test.authors ?? [],
    now,
    newestRecordAt,
  };
}

export function judge(test: GateCase): GateVerdict {
  return judgeGate(aGateInput(test));
}

/** "open", "expired", or the codes of the reasons. */
export function outcome(test: GateCase): readonly string[] {
  const verdict = judge(test);
  return verdict.kind === "blocked" ? verdict.reasons.map(({ code }) => code) : [verdict.kind];
}

export function reasonsOf(test: GateCase): readonly GateReason[] {
  const verdict = judge(test);
  return verdict.kind === "open" ? [] : verdict.reasons;
}

export function aStage(name: string, changes: Partial<GateStage> = {}): GateStage {
  const policy = changes.policy ?? noPolicy;
  return { name, before: policy, isRemoved: false, hubs: [], running: undefined, holds: [], ...changes, policy };
}

export function aHub(name: string, changes: Partial<GateHub> = {}): GateHub {
  return { name, parts: partNames, needsContainers: false, ...changes };
}

export function withSoak(changes: Partial<StagePolicy["soak"]>): StagePolicy {
  return { ...noPolicy, soak: { ...noPolicy.soak, ...changes } };
}

export function anObservation(changes: Partial<Observation> = {}): Observation {
  const { hub = "try", at = start } = changes;
  const verdict = changes.verdict ?? "passed";
  return {
    kind: "observation",
    id: `${hub}-${verdict}-${at}-${changes.clock?.machine ?? ""}${changes.clock?.boot ?? ""}-${changes.deployment ?? "d1"}`,
    at,
    sequence: at,
    hub,
    stage: "testing",
    deployment: "d1",
    parts: theParts,
    standing: "stage",
    verdict,
    ...changes,
  };
}

/** Observations at even distances, both ends included. */
export function watched(
  from: number,
  to: number,
  changes: Partial<Observation> & { readonly every?: number } = {},
): readonly Observation[] {
  const { every = hour, ...keys } = changes;
  return Array.from({ length: Math.floor((to - from) / every) + 1 }, (_, index) =>
    anObservation({ ...keys, at: from + index * every }),
  );
}

/** The clock of a machine that says what the dates say, as long as nobody sets them. */
export function clockOf(at: number, machine = "server", boot = "1"): MachineClock {
  return { machine, boot, seconds: (at - start) / 1000 + 1000 };
}
