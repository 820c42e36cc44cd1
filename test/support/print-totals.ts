import { readFileSync } from "node:fs";

import { type Totals, totalsFile } from "./totals.ts";

/**
 * The last lines of script/test. Arguments: how many checks (format, lint, types) passed and failed, and "tests" when
 * vitest was started: then a missing file of totals is a failure too.
 */
const [passedChecks, failedChecks, ran] = process.argv.slice(2);
const totals = ran === "tests" ? readTotals() : { passed: 0, failed: 0, skipped: [] };
const failed = totals.failed + Number(failedChecks);

for (const [reason, names] of Map.groupBy(totals.skipped, (skip) => skip.reason)
  .entries()
  .map(withNames)) {
  console.log(`skipped because ${reason}:`);
  for (const name of names) console.log(`  ${name}`);
}
console.log(`${totals.passed + Number(passedChecks)} passed, ${failed} failed, ${totals.skipped.length} skipped`);
process.exitCode = failed === 0 ? 0 : 1;

function withNames([reason, skips]: [string, Totals["skipped"]]): [string, readonly string[]] {
  return [reason, skips.map((skip) => skip.name)];
}

function readTotals(): Totals {
  try {
    return JSON.parse(readFileSync(totalsFile ?? "", "utf8")) as Totals; // written by our reporter
  } catch {
    console.log("vitest ended without a result");
    return { passed: 0, failed: 1, skipped: [] };
  }
}
