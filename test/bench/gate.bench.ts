import type { GateBundle, GateStage } from "../../src/bundle/gate-input.ts";
import { gateRecords } from "../../src/bundle/gate-records.ts";
import type { GateRecord } from "../../src/bundle/gate-evidence.ts";
import type { GateVerdict } from "../../src/bundle/gate-verdict.ts";
import { judgeGate } from "../../src/bundle/gate.ts";
import { type EvidenceIndex, indexEvidence } from "../../src/bundle/index-evidence.ts";
import { readRecords } from "../../src/evidence/read-records.ts";
import { largeEvidence } from "../support/large-evidence.ts";

/**
 * What deciding on gates costs in a fleet of years. Figures, no assertions.
 *
 * "Gate decisions for 200 hubs x 1,000 bundles x 100,000 records": in a process that has the records as gates read them,
 * sort them once (`indexEvidence`), then ask of each of the 1,000 bundles whether it may enter production now
 * (`judgeGate`). The two stages before have the 200 hubs, each of which must have been checked, soaked and used; every
 * verdict comes with all of its reasons in words. Reading the records is measured by itself, and so is listing the
 * records that open gates rest on, which is made when somebody asks for it.
 */
const world = largeEvidence({ bundles: 1000, testingHubs: 20, canaryHubs: 180, productionHubs: 40, records: 100_000 });
const { bundles, testing, canary, production, now } = world;

console.log(`${testing.hubs.length + canary.hubs.length} hubs before production, ${bundles.length} bundles`);
const placed = tell("read and check the files of records", () => readRecords(world.files).records);
const records = tell(`make ${placed.size} records what gates read`, () =>
  gateRecords(placed.values(), () => ["approver"]),
);

let sum = 0;
const index = tell("index them", () => indexEvidence(records), count);
const verdicts = tell("decide each bundle into production", () => decide(index, production, [testing, canary]), count);
console.log(`  together ${sum.toFixed(2)} s (goal 1.0 s): ${kindsOf(verdicts)}`);

tell("decide them again", () => decide(index, production, [testing, canary]));
tell("decide each bundle into testing and canary", () => [
  decide(index, testing, []),
  decide(index, canary, [testing]),
]);
tell("list the records that open gates rest on", () =>
  verdicts.map((one) => (one.kind === "open" ? one.restsOn.map((ground) => ground.records.length) : [])),
);
tell("index and decide all anew with one record more", () =>
  decide(indexEvidence([...records, oneMore(records)]), production, [testing, canary]),
);
const [newest] = bundles.slice(-1);
tell("index, and decide the newest bundle alone", () =>
  decide(indexEvidence(records), production, [testing, canary], newest === undefined ? [] : [newest]),
);

function decide(
  evidence: EvidenceIndex,
  stage: GateStage,
  earlier: readonly GateStage[],
  asked: readonly GateBundle[] = bundles,
): readonly GateVerdict[] {
  return asked.map((bundle) => judgeGate({ bundle, stage, earlier, evidence, authors: [], now, newestRecordAt: now }));
}

function oneMore(before: readonly GateRecord[]): GateRecord {
  const last = before.findLast(({ kind }) => kind === "observation");
  if (last === undefined) throw new Error("there is no observation");
  return { ...last, id: "one more", sequence: before.length };
}

function kindsOf(all: readonly GateVerdict[]): string {
  const kinds = Map.groupBy(all, ({ kind }) => kind);
  return [...kinds].map(([kind, { length }]) => `${length} ${kind}`).join(", ");
}

function count(seconds: number): void {
  sum += seconds;
}

function tell<Result>(what: string, work: () => Result, counted?: (seconds: number) => void): Result {
  const start = performance.now();
  const result = work();
  const seconds = (performance.now() - start) / 1000;
  counted?.(seconds);
  console.log(`${what}: ${seconds.toFixed(2)} s`);
  return result;
}
