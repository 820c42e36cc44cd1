import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

import { type HubSession, logIn } from "../support/hub-session.ts";
import { createSandbox, type RunOptions, type Sandbox } from "../support/process-sandbox.ts";

/** The example fleet, from nothing to nothing, beside the goals for it. Run by script/bench. */
const cold = await createSandbox("bench-cold");
const options: RunOptions = { environment: { UV_CACHE_DIR: join(cold.root, "uv-cache") } };
let warm: Sandbox | undefined;
try {
  await cold.init();
  await tell("first up, empty caches", "goal 45 s", async () => cold.succeed(["up"], options));
  await tell("destroy", "", async () => cold.succeed(["destroy", "--all", "--yes"], options));

  warm = await createSandbox("bench-warm");
  const ports = await warm.init();
  await tell("first up, warm caches", "goal 20 s", async () => warm?.succeed(["up"], options));
  for (const round of ["no-change up", "no-change up again"]) {
    await tell(round, "goal 1.5 s", async () => warm?.succeed(["up"], options));
  }
  for (const words of [["plan"], ["status"]]) {
    await tell(words.join(" "), "", async () => warm?.succeed(words, options));
  }
  const url = `http://127.0.0.1:${ports["research"]}/research/`;
  const grace = await logIn(url, "grace", warm.secret("research", "sharedPassword"));
  await tell("first server of a user", "", async () => grace.startServer("lab"));
  await tellRestart(warm, grace);
  await tell("destroy with a user's server", "", async () => warm?.succeed(["destroy", "--all", "--yes"], options));
} finally {
  const left = [...(await cold.sweep()), ...((await warm?.sweep()) ?? [])];
  console.log(`ended by the bench itself: ${left.length} processes`);
}

/** Restarts the hub with a new title and asks the user's server through the proxy all the while. */
async function tellRestart(sandbox: Sandbox, session: HubSession): Promise<void> {
  await session.serverStatus();
  const statuses: number[] = [];
  const probing = { isDone: false };
  const probe = (async () => {
    while (!probing.isDone) {
      statuses.push(await session.serverStatus().catch(() => 0));
      await wait(50);
    }
  })();
  await sandbox.edit("hubs/research.yaml", (text) => text.replace(/^title: .*$/m, "title: Another title"));
  await tell("up that restarts a hub", "", async () => sandbox.succeed(["up"], options));
  probing.isDone = true;
  await probe;
  const failed = statuses.filter((status) => status !== 200).length;
  console.log(`requests of a user's server failed during the hub's restart: ${failed} of ${statuses.length} (goal 0)`);
}

async function tell(what: string, goal: string, work: () => Promise<unknown>): Promise<void> {
  const start = performance.now();
  await work();
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${what}: ${seconds} s${goal === "" ? "" : ` (${goal})`}`);
}
