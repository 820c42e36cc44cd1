import { writeFileSync } from "node:fs";

import type { Reporter, TestCase, TestModule } from "vitest/node";

import { type Totals, totalsFile } from "./totals.ts";

/** Counts what ran and collects every skip with its reason, for the last lines of script/test. */
export function createTotalsReporter(): Reporter {
  return {
    onTestRunEnd(modules, unhandledErrors) {
      if (totalsFile === undefined) return;
      const cases = modules.flatMap((module) => [...module.children.allTests()]);
      const count = (state: string): number => cases.filter((one) => one.result().state === state).length;
      const totals: Totals = {
        passed: count("passed"),
        failed: count("failed") + brokenModules(modules) + unhandledErrors.length,
        skipped: cases.filter((one) => one.result().state === "skipped").map(describeSkip),
      };
      writeFileSync(totalsFile, JSON.stringify(totals));
    },
  };
}

/** Files and suites that failed outside of any test: they could not be loaded, or a hook threw. */
function brokenModules(modules: readonly TestModule[]): number {
  const suites = modules.flatMap((module) => [module, ...module.children.allSuites()]);
  return suites.filter((suite) => suite.errors().length > 0).length;
}

function describeSkip(test: TestCase): Totals["skipped"][number] {
  const result = test.result();
  const note = result.state === "skipped" ? result.note : undefined;
  return {
    name: `${test.project.name} › ${test.fullName}`,
    reason: note ?? "NO REASON GIVEN: use test/support/skip.ts",
  };
}
