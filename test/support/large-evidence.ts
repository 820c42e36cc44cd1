import { createHash } from "node:crypto";

import { type RecordDraft, writeRecord } from "../../src/evidence/record.ts";
import type { GateBundle, GateHub, GateStage } from "../../src/bundle/gate-input.ts";
import type { StagePolicy } from "../../src/fleet/stage-policy.ts";
import { aHub, aStage, day, hour, noPolicy, start } from "./a-gate.ts";
import { randomNumbers } from "./random-numbers.ts";

/** A fleet's year: its bundles, its stages, and the state ref's files with what was seen of them, by path. */
export interface LargeEvidence {
  readonly bundles: readonly GateBundle[];
  readonly testing: GateStage;
  readonly canary: GateStage;
  readonly production: GateStage;
  readonly files: ReadonlyMap<string, string>;
  /** Of the newest record. */
  readonly now: number;
}

export interface LargeEvidenceSize {
  readonly bundles: number;
  readonly testingHubs: number;
  readonly canaryHubs: number;
  readonly productionHubs: number;
  readonly records: number;
}

/**
 * A bundle is made every four hours and changes one part in twelve, seldom two. Testing gets each, canary every tenth,
 * production every fortieth. Hubs are looked at every half hour, which is one record for each deployment and each day;
 * one look in two hundred finds a hub unwell, and half of these are set down to something else or to one part.
 * The same size gives the same files.
 */
export function largeEvidence(size: LargeEvidenceSize): LargeEvidence {
  const random = randomNumbers(7);
  const bundles = makeBundles(size.bundles, random);
  const hubs = (name: string, count: number): readonly GateHub[] =>
    Array.from({ length: count }, (_, index) => aHub(`${name}-${index}`, { parts: hubParts(index) }));
  const testing = { hubs: hubs("testing", size.testingHubs), every: 1, name: "testing" };
  const canary = { hubs: hubs("canary", size.canaryHubs), every: 10, name: "canary" };
  const production = { hubs: hubs("production", size.productionHubs), every: 40, name: "production" };
  const now = start + size.bundles * between;

  const drafts = [
    ...draftsOfParts(bundles),
    ...[testing, canary, production].flatMap((stage) => lookAtStage(stage, bundles, random)),
    ...bundles.filter((_, index) => index % production.every === 0).flatMap((bundle) => draftsOfPeople(bundle)),
  ].toSorted((one, other) => (one.at.time < other.at.time ? -1 : 1));
  return {
    bundles,
    testing: aStage("testing", { hubs: testing.hubs, policy: policies.testing }),
    canary: aStage("canary", { hubs: canary.hubs, policy: policies.canary }),
    production: aStage("production", {
      hubs: production.hubs,
      policy: policies.production,
      running: bundles.filter((_, index) => index % production.every === 0).at(-2)?.parts,
    }),
    files: writeAll(drafts.slice(0, size.records), random),
    now,
  };
}

interface VisitedStage {
  readonly name: string;
  readonly hubs: readonly GateHub[];
  /** It gets one bundle in so many. */
  readonly every: number;
}

const between = 4 * hour;
const fleet = "0f0e1d9c-6f0e-4a51-9d5f-0d6c2b0a7c11";
const images = ["lab", "worker", "hub", "gpu", "geo", "climate"];
const groups = ["classes", "research", "accelerated"];
const partNames = [
  ...images.map((name) => `image/${name}`),
  ...groups.map((name) => `group/${name}`),
  "charts",
  "settings",
  "renderer",
];
const policies: Readonly<Record<"testing" | "canary" | "production", StagePolicy>> = {
  testing: {
    ...noPolicy,
    checks: ["hub"],
    soak: { ...noPolicy.soak, minimumSeconds: 3 * 3600 },
  },
  canary: {
    ...noPolicy,
    checks: ["hub"],
    hubs: 120,
    soak: {
      minimumSeconds: 86_400,
      patchMinimumSeconds: 3600,
      exposure: { spawns: 20, users: 3, daskClusters: 0 },
      observeEverySeconds: 3600,
    },
  },
  production: {
    ...noPolicy,
    untried: "say",
    signoffs: [{ role: "approver", count: 2 }],
    checklist: [{ name: "plots", text: "Look at the maps", needsAttachment: false }],
    expiresSeconds: (100 * day) / 1000,
  },
};

/** Which of the images and groups a hub uses: two images and the hub's own, and one group. */
function hubParts(index: number): readonly string[] {
  const own = ["gpu", "geo", "climate"][index % 3] ?? "gpu";
  const group = groups[index % groups.length] ?? "classes";
  const used = [...["lab", "worker", "hub", own].map((name) => `image/${name}`), `group/${group}`];
  return [...used, "charts", "settings", "renderer"];
}

function makeBundles(count: number, random: () => number): readonly GateBundle[] {
  const versions = new Map(partNames.map((part) => [part, 0]));
  return Array.from({ length: count }, (_, index): GateBundle => {
    const weights = [...partNames, ...partNames.slice(0, 3), "settings", "settings", "settings"];
    for (let changes = random() < 0.2 ? 2 : 1; changes > 0; changes -= 1) {
      const part = weights[Math.floor(random() * weights.length)] ?? "settings";
      versions.set(part, (versions.get(part) ?? 0) + 1);
    }
    const parts = Object.fromEntries([...versions].map(([part, version]) => [part, digestOf(`${part} ${version}`)]));
    const own = images.map((name) => `image/${name}`);
    return {
      id: `2026.11.21-${index}`,
      digest: digestOf(`bundle ${index}`),
      madeAt: start + index * between,
      parts,
      patched: index % 50 === 49 ? ["image/lab"] : [],
      partChecks: [
        ...own.map((part) => ({ check: part, parts: [part] })),
        { check: "pair/lab/worker", parts: ["image/lab", "image/worker"] },
      ],
      withoutContainer: [],
    };
  });
}

/** Every image and pair is checked when it is new. */
function draftsOfParts(bundles: readonly GateBundle[]): readonly RecordDraft[] {
  const drafts = new Map<string, RecordDraft>();
  for (const { parts, partChecks, madeAt } of bundles) {
    for (const { check, parts: names } of partChecks) {
      const asked = Object.fromEntries(names.map((name) => [name, parts[name] ?? ""]));
      const key = JSON.stringify([check, asked]);
      const body = { check, verdict: "passed" as const };
      if (!drafts.has(key)) drafts.set(key, { kind: "check", ...head("ci", madeAt, asked, {}), body });
    }
  }
  return [...drafts.values()];
}

/** Looks, and checks at the beginning, of every bundle that a stage gets. */
function lookAtStage(
  { name: stage, hubs, every }: VisitedStage,
  bundles: readonly GateBundle[],
  random: () => number,
): readonly RecordDraft[] {
  const visits = bundles.filter((_, index) => index % every === 0);
  const checks = stage === "production" ? [] : policies[stage === "testing" ? "testing" : "canary"].checks;
  return visits.flatMap((bundle) =>
    hubs.flatMap(({ name: hub, parts: names }): readonly RecordDraft[] => {
      const parts = Object.fromEntries(names.map((part) => [part, bundle.parts[part] ?? ""]));
      const from = bundle.madeAt + 10 * 60_000 + Math.floor(random() * 600_000);
      const place = { hub, stage, bundle: bundle.id };
      const ran = checks.map((check, index): RecordDraft => ({
        kind: "check",
        ...head("watcher", from + index * 1000, parts, place),
        body: { check, verdict: random() < 0.01 ? "failed" : "passed", standing: "stage" },
      }));
      const looks = daysOf(from, bundle.madeAt + every * between - 60_000).map(([first, last]): RecordDraft => ({
        kind: "observation",
        ...head("watcher", last, parts, place),
        body: {
          verdict: "passed",
          standing: random() < 0.01 ? "held" : "stage",
          deployment: `${bundle.id}@${bundle.madeAt}`,
          first: { time: moment(first), clock: clockAt(first) },
          longestGapSeconds: 1800,
          exposure: { since: moment(first), spawns: Math.floor(random() * 20), users: 3, daskClusters: 1 },
        },
      }));
      if (random() > 0.005) return [...ran, ...looks];
      const failure: RecordDraft = {
        kind: "observation",
        ...head("watcher", from + hour, parts, place),
        body: {
          verdict: "failed",
          standing: "stage",
          deployment: `${bundle.id}@${bundle.madeAt}`,
          ...(random() < 0.25 ? { blames: ["settings"] } : {}),
        },
      };
      return [...ran, ...looks, failure];
    }),
  );
}

function draftsOfPeople({ parts, madeAt }: GateBundle): readonly RecordDraft[] {
  return ["ada", "grace"].flatMap((person, index): readonly RecordDraft[] => {
    const keys = head(person, madeAt + 2 * day + index * hour, parts, { stage: "production" });
    const signed: RecordDraft = { kind: "sign-off", ...keys, body: {} };
    return index === 0 ? [signed, { kind: "tick", ...keys, body: { item: "plots" } }] : [signed];
  });
}

function daysOf(from: number, to: number): readonly (readonly [number, number])[] {
  const days: [number, number][] = [];
  for (let first = from; first < to; first += day) days.push([first, Math.min(to, first + day - 60_000)]);
  return days;
}

/** Each after the one before; a failure in two is marked. */
function writeAll(drafts: readonly RecordDraft[], random: () => number): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  let heads: readonly string[] = [];
  const write = (draft: RecordDraft): string => {
    const { name, path, text } = writeRecord(draft, heads);
    files.set(path, text);
    heads = [name];
    return name;
  };
  for (const draft of drafts) {
    const of = write(draft);
    if (draft.kind !== "observation" || draft.body.verdict !== "failed" || random() < 0.5) continue;
    const { fleet: uuid, at } = draft;
    write({
      kind: "mark",
      fleet: uuid,
      at,
      who: { id: "ada", known: "claimed" },
      subject: {},
      body: { of, reason: "power" },
    });
  }
  return files;
}

function head(
  id: string,
  at: number,
  parts: Readonly<Record<string, string>>,
  place: Omit<RecordDraft["subject"], "parts">,
): Pick<RecordDraft, "fleet" | "at" | "who" | "subject"> {
  const isMachine = id === "watcher";
  return {
    fleet,
    at: { time: moment(at), clock: isMachine ? clockAt(at) : { kind: "service", service: "ci" } },
    who: { id, known: "claimed" },
    subject: { ...place, parts },
  };
}

/** One machine, which starts again every forty days. */
function clockAt(at: number): RecordDraft["at"]["clock"] {
  const boot = Math.floor((at - start) / (40 * day));
  return { kind: "machine", machine: "watcher", boot: String(boot), seconds: (at - start) / 1000 - boot * 40 * 86_400 };
}

function moment(at: number): string {
  return new Date(at).toISOString();
}

function digestOf(text: string): string {
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}
