import type { CheckRecord, GateRecord, Parts } from "../../../src/bundle/gate-evidence.ts";
import { anObservation, day, type GateCase, noPolicy, start, theParts, watched, withSoak } from "../a-gate.ts";

/** What is so, the gate's input, and what the gate says: "open", "expired", or the codes of its reasons. */
export type GateRow = readonly [string, GateCase, ...string[]];

export const week = withSoak({ minimumSeconds: 7 * 86_400 });
export const seen = anObservation({ at: start + day });
export const end = start + 30 * day;
export const dated = { at: start + day, sequence: start + day } as const;
export const onTry: CheckRecord = {
  kind: "check",
  id: "c",
  ...dated,
  check: "hub",
  hub: "try",
  stage: "testing",
  standing: "stage",
  parts: theParts,
  verdict: "passed",
};
export const signOff = {
  kind: "sign-off",
  id: "s",
  ...dated,
  stage: "production",
  person: "ada",
  roles: ["approver"],
  parts: theParts,
} as const;
export const objection = { ...signOff, kind: "objection", id: "o", reason: "the plots are wrong" } as const;
export const asked = {
  kind: "asked",
  id: "q",
  ...dated,
  stage: "production",
  role: "approver",
  parts: theParts,
} as const;
export const tick = {
  kind: "tick",
  id: "t",
  ...dated,
  stage: "production",
  item: "plots",
  person: "ada",
  parts: theParts,
} as const;
export const glass = {
  kind: "break-glass",
  id: "b",
  ...dated,
  bundle: "sha256:b1",
  stage: "production",
  person: "ada",
  reason: "exploited",
} as const;

export const checked = { policy: { ...noPolicy, checks: ["hub"] } };
export const signed = { policy: { ...noPolicy, signoffs: [{ role: "approver" as const, count: 1 }] } };
export const silent = {
  policy: { ...noPolicy, signoffs: [{ role: "approver" as const, count: 1, noObjectionWithinSeconds: 86_400 }] },
};
export const listed = {
  policy: { ...noPolicy, checklist: [{ name: "plots", text: "Look at the maps", needsAttachment: true }] },
};
export const freeze = { from: end, to: end + day, packagesCloseAt: end - 14 * day, timeZone: "UTC", reason: "Week" };
export const frozen = { policy: { ...noPolicy, freezes: [freeze] } };
export const withoutLab = { running: { "image/lab": "lab-1", "image/hub": "hub-1", settings: "old", renderer: "1" } };
export const changedLab: Parts = { ...theParts, "image/lab": "lab-2" };

export function soaking(milliseconds: number): GateCase {
  const looks = watched(start, start + milliseconds);
  const last = anObservation({ at: start + milliseconds });
  return { evidence: [...looks, last], now: start + milliseconds, testing: { policy: week } };
}

export function used(spawns: number, users: number, daskClusters: number): GateCase {
  const exposure = { since: start, spawns, users, daskClusters };
  return {
    evidence: [anObservation({ at: start + day, exposure })],
    testing: { policy: withSoak({ exposure: { spawns: 20, users: 5, daskClusters: 3 } }) },
  };
}

export function imageCheck(changes: Partial<CheckRecord>): GateRecord {
  return {
    kind: "check",
    id: "i",
    ...dated,
    check: "image/lab",
    parts: { "image/lab": "lab-1" },
    verdict: "passed",
    ...changes,
  };
}

export function mark(of: string): GateRecord {
  return { kind: "mark", id: `m-${of}`, ...dated, of, person: "ada", reason: "the network was down" };
}

export function hold(until: number): {
  target: "stage/production";
  reason: string;
  owner: string;
  since: number;
  until: number;
} {
  return { target: "stage/production", reason: "exams", owner: "ada", since: start, until };
}
