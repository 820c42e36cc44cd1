import { mkdtemp, rm } from "node:fs/promises";

import { createClockSystem } from "../../src/adapters/clock/clock-system.ts";
import { createRandomSystem } from "../../src/adapters/random/random-system.ts";
import { createStateFilesDisk } from "../../src/adapters/state-files/state-files-disk.ts";
import type { App } from "../../src/app/use-cases.ts";
import { openSteps } from "../../src/apply/steps.ts";
import type { Plan } from "../../src/plan/plan.ts";
import { aFleet, type FleetBuilder } from "../support/a-fleet.ts";
import { aLocalWorld } from "../support/a-local-world.ts";

/**
 * How long planning takes, on memory twins: what hubfleet itself does, without a machine's /proc and hubs' answers. And
 * what the journal costs, on the disk of /var/tmp with every line forced to it. Figures, no assertions.
 */
const hubs = 200;
const machine = aLocalWorld();
const fleet = aFleet()
  .without("hubs/alpha.yaml")
  .withGroup("classes", { culling: { idle: "30m" }, environment: { OMP_NUM_THREADS: "2" } })
  .withHubs(hubs, {
    groups: ["classes"],
    access: { users: Array.from({ length: 30 }, (_, index) => `user-${index}`) },
  });
const edited = fleet.withHub("hub-100", { title: "Another", port: 21_000, groups: ["classes"] });

await tell(`bring up ${hubs} hubs, memory twins`, "", async () => {
  const app = await machine.open(fleet);
  await app.up((await app.select([])).local, machine.watch);
});
await tellPlan(`plan ${hubs} unchanged hubs, memory twins`, fleet);
await tellPlan(`plan ${hubs} hubs, one edited, memory twins`, edited);
await tell(`apply ${hubs} unchanged hubs, memory twins`, "", async () => {
  const app = await machine.open(fleet);
  await app.apply((await app.select([])).local, machine.watch);
});
await tellJournal();

async function tellPlan(what: string, written: FleetBuilder): Promise<void> {
  const app = await machine.open(written);
  const plans: Plan[] = [];
  for (const round of ["", ", again"]) {
    await tell(`${what}${round}`, "goal 1.0 s", async () => plans.push(await planAll(app)));
  }
  const changed = new Set(
    plans.flatMap(({ changes, waiting }) => [...changes, ...waiting]).map(({ target }) => target),
  );
  console.log(`  changes found on: ${[...changed].join(", ") || "none"}`);
}

async function planAll(app: App): Promise<Plan> {
  return app.plan((await app.select([])).local);
}

/** Whether a long journal makes a change dearer: a change is a line before and a line after. */
async function tellJournal(): Promise<void> {
  const root = await mkdtemp("/var/tmp/hubfleet-bench-journal-");
  const world = {
    files: createStateFilesDisk(),
    clock: createClockSystem(),
    random: createRandomSystem(),
    machine: { ...machine.machine, stateRoot: root },
  };
  const open = async (name: string): Promise<() => Promise<void>> => {
    const steps = await openSteps({ fleetUuid: name, command: "bench", world, report: () => undefined });
    return async () => steps.run("hub/alpha", "start hub", async () => undefined);
  };
  try {
    for (const round of [1, 2, 3]) {
      const journals = { short: await open(`short-${round}`), long: await open(`long-${round}`) };
      const taken = { short: 0, long: 0 };
      // By turns, so that whatever else keeps the disk busy is in both.
      for (let turn = 0; turn < 4_000; turn++) {
        const which = turn % 4 === 0 ? "short" : "long";
        taken[which] += await milliseconds(journals[which]);
      }
      const ratio = (taken.long / taken.short).toFixed(2);
      const [few, many] = [taken.short, taken.long].map((time) => (time / 1000).toFixed(1));
      console.log(`journal of 1,000 changes: ${few} s, of 3,000: ${many} s, ratio ${ratio} (goal 3.3)`);
    }
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

async function tell(what: string, goal: string, work: () => Promise<unknown>): Promise<void> {
  const start = performance.now();
  await work();
  const taken = ((performance.now() - start) / 1000).toFixed(2);
  console.log(`${what}: ${taken} s${goal === "" ? "" : ` (${goal})`}`);
}
