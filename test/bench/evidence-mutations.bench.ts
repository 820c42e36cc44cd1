import { type Files, makeEvidence } from "../support/evidence-history.ts";
import { mutate } from "../support/evidence-mutations.ts";
import { judgeAgainst, listed } from "../support/judge-evidence.ts";
import { verifyFiles } from "../../src/evidence/verify/verify-files.ts";
import { fleetUuid } from "../support/evidence-files.ts";
import { createRandom } from "../support/random.ts";

/**
 * How many of a hundred thousand things that somebody could do to evidence are found, relative to an anchor; and, for
 * comparison, of one in ten without one. Takes a few minutes of one core. Figures, no assertions.
 *   node test/bench/evidence-mutations.bench.ts [HOW MANY [FIRST SEED]]
 */
const [wanted = 100_000, first = 1_000_000] = process.argv.slice(2).map(Number);

interface Count {
  tried: number;
  found: number;
  /** Judged without an anchor, and found then. */
  triedAlone: number;
  alone: number;
  agreed: number;
}

const begin = process.cpuUsage();
const counts = new Map<string, Count>();
let total = 0;
for (let seed = first; total < wanted; seed += 1) {
  const random = createRandom(seed);
  const evidence = makeEvidence(random, { commits: 4 + random.below(9) });
  for (let index = 0; index < 20 && total < wanted; index += 1) {
    const mutated = mutate(evidence, random);
    if (mutated === undefined) continue;
    const { kind, tip, isInFiles } = mutated;
    const { files, history, sceptic } = judgeAgainst(evidence, tip);
    const count = counts.get(kind) ?? { tried: 0, found: 0, triedAlone: 0, alone: 0, agreed: 0 };
    counts.set(kind, count);
    total += 1;
    count.tried += 1;
    if ((isInFiles ? files : history).length > 0) count.found += 1;
    else console.log(`NOT FOUND: ${kind}, seed ${seed}, ${index}`);
    if (total % 10 === 0) judgeAlone(tip.files, count);
    if (listed(files).join() === sceptic.join()) count.agreed += 1;
    else console.log(`JUDGED OTHERWISE: ${kind}, seed ${seed}, ${index}`);
  }
}
const sum = (key: keyof Count): number => [...counts.values()].reduce((all, count) => all + count[key], 0);
for (const [kind, { tried, found, triedAlone, alone }] of [...counts].toSorted(([one], [other]) =>
  one < other ? -1 : 1,
)) {
  console.log(
    `${String(tried).padStart(7)}  ${percent(found, tried)} found, ${percent(alone, triedAlone)} without an anchor  ${kind}`,
  );
}
const { user, system } = process.cpuUsage(begin);
console.log(
  `${total} mutations, seeds from ${first}, ${((user + system) / 1e6).toFixed(0)} s of a core: ${percent(sum("found"), total)} found relative to an anchor`,
);
console.log(
  `without one ${percent(sum("alone"), sum("triedAlone"))}; both verifiers say the same of ${percent(sum("agreed"), total)}`,
);

function judgeAlone(files: Files, count: Count): void {
  count.triedAlone += 1;
  if (verifyFiles(files, { fleet: fleetUuid, anchors: [] }).findings.length > 0) count.alone += 1;
}

function percent(some: number, all: number): string {
  return all === 0 ? "none tried" : `${((100 * some) / all).toFixed(some === all ? 0 : 2)} %`;
}
