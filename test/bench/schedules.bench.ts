import { availableParallelism } from "node:os";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";

import { runSchedules, type ScheduleRun, type ScheduleTotals } from "../support/gate-schedules.ts";

/**
 * A million random schedules of looks, failures, deployments, clocks that are set and machines that start again, each
 * beside what is true in it: no gate may open early, and where clocks are right each must open at the very look. Other
 * schedules than those of the unit test. HUBFLEET_SCHEDULES: how many. Fails when a gate is wrong.
 */
const chunk = 20_000;

if (isMainThread) await runAll(Number(process.env["HUBFLEET_SCHEDULES"] ?? 1_000_000));
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin
else parentPort?.postMessage(runSchedules(workerData as ScheduleRun)); // given below

async function runAll(count: number): Promise<void> {
  const start = performance.now();
  const totals: ScheduleTotals[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < count) {
      const first = next;
      next += chunk;
      // Far from the numbers of the unit test.
      totals.push(
        await inWorker({ first: 1_000_000_000 + first, count: Math.min(chunk, count - first), looks: "telling" }),
      );
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));

  const sum = (numberOf: (one: ScheduleTotals) => number): number =>
    totals.reduce((total, one) => total + numberOf(one), 0);
  const [early, late] = [totals.flatMap((one) => one.early), totals.flatMap((one) => one.late)];
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  console.log(`${sum((one) => one.schedules)} random schedules in ${seconds} s:`);
  console.log(`  ${sum((one) => one.decisions)} gates judged, ${sum((one) => one.open)} open`);
  console.log(`  ${early.length} opened early (goal 0), ${late.length} late where clocks are right (goal 0)`);
  if (early.length + late.length > 0)
    throw new Error(`wrong schedules: ${[...early, ...late].slice(0, 10).join(", ")}`);
}

function inWorker(run: ScheduleRun): Promise<ScheduleTotals> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: run });
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}
