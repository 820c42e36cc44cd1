import { rm } from "node:fs/promises";

import type { ImageCheckReport } from "../../src/image/check/image-check-report.ts";
import { createSandbox } from "../support/process-sandbox.ts";

/** How long it takes to decide about an image, with real environments. Figures, no assertions. */
const sandbox = await createSandbox("bench-images", { environments: "shared" });
await sandbox.init();
const only = ["--only", "imports,dependencies,kernel,completion,plot,map,server,start-up,tests"];

const first = await check([...only]);
tell("lab: every check but the pair", first.milliseconds, "goal 12 s");
for (const one of first.checks) if (one.result !== "skipped") tell(`  ${one.check}`, one.milliseconds, one.result);
for (const round of ["", ", again"]) {
  tell(`lab: unchanged${round}, in process`, (await check([...only])).milliseconds, "goal 0.3 s");
}
tell("lab: one import check anew", (await check(["--only", "imports", "--again"])).milliseconds, "");
const pair = await check(["--only", "pair"]);
tell("lab: the pair with its workers", pair.milliseconds, "goal 15 s");
for (const one of pair.checks) tell(`  ${one.check}`, one.milliseconds, one.result);
tell("lab: the pair, unchanged", (await check(["--only", "pair"])).milliseconds, "goal 0.3 s");
await sandbox.sweep();
await rm(sandbox.root, { recursive: true, force: true });

async function check(words: readonly string[]): Promise<ImageCheckReport> {
  const { stdout } = await sandbox.succeed(["check", "image/lab", "-o", "json", ...words]);
  return JSON.parse(stdout) as ImageCheckReport;
}

function tell(what: string, milliseconds: number, goal: string): void {
  console.log(`${what.padEnd(60)} ${(milliseconds / 1000).toFixed(2).padStart(8)} s  ${goal}`);
}
