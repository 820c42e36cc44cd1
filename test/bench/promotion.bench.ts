import { spawnSync } from "node:child_process";

import { createSandbox, type Sandbox } from "../support/process-sandbox.ts";

/** From a package to a hub that runs it, beside the goals for it. Run by script/bench. */
const sandbox = await createSandbox("bench-promotion", { environments: "shared" });
try {
  await sandbox.init();
  commit(sandbox, "the fleet");
  await tell("first bundle new, three images tested", "", () => bundleNew());
  const first = await newest();
  await tell("promote to a first stage, hub brought up and checked", "", () =>
    sandbox.succeed(["promote", first, "--to", "staging"]),
  );
  for (const round of ["unchanged bundle new", "unchanged bundle new again"]) {
    await tell(round, "goal 2 s", () => bundleNew());
  }
  await tell("promote what is there", "", () => sandbox.succeed(["promote", first, "--to", "staging"]));
  await tell("promote --plan of a shut gate", "", () =>
    sandbox.hubfleet(["promote", first, "--to", "production", "--plan"]),
  );
  for (const round of ["advance", "advance again"]) await tell(round, "", () => sandbox.succeed(["advance"]));
  await tell("status", "", () => sandbox.succeed(["status"]));

  const begun = performance.now();
  await tell("  image add", "", () => sandbox.succeed(["image", "add", "lab", "humanize"]));
  commit(sandbox, "humanize");
  await tell("  bundle new, one image tested, environment built", "", () => bundleNew());
  const second = await newest();
  const sofar = (performance.now() - begun) / 1000;
  let running = 0;
  await tell("  promote, hub checked", "", async () => {
    const { stderr } = await sandbox.succeed(["promote", second, "--to", "staging"]);
    running = secondsUntilChecked(stderr);
  });
  console.log(
    `one package to running in staging: ${(sofar + running).toFixed(1)} s (goal 30 s); checked, too: ${secondsSince(begun)} s`,
  );
  await tell("rollback of a hub, checked", "", () => sandbox.succeed(["rollback", "hub/staging"]));
} finally {
  await sandbox.hubfleet(["destroy", "--all", "--yes"]);
  console.log(`ended by the bench itself: ${(await sandbox.sweep()).length} processes`);
}

function bundleNew(): Promise<unknown> {
  return sandbox.succeed(["bundle", "new"]);
}

/** When the hub runs what it was given: the check begins with a user of its own, and says after how many seconds. */
function secondsUntilChecked(stderr: string): number {
  const [, seconds] = /([\d.]+)s\s+\S+ hub\/staging\s+let a temporary user in/.exec(stderr) ?? [];
  if (seconds === undefined) throw new Error(`no check began:\n${stderr}`);
  return Number(seconds);
}

async function newest(): Promise<string> {
  const { stdout } = await sandbox.succeed(["bundle", "list", "-o", "name"]);
  return stdout.split("\n")[0] ?? "";
}

function commit({ fleet }: Sandbox, message: string): void {
  const who = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.org"];
  spawnSync("git", ["-C", fleet, ...who, "commit", "--quiet", "--all", "--message", message]);
}

async function tell(what: string, goal: string, work: () => Promise<unknown>): Promise<void> {
  const start = performance.now();
  await work();
  console.log(`${what}: ${secondsSince(start)} s${goal === "" ? "" : ` (${goal})`}`);
}

function secondsSince(start: number): string {
  return ((performance.now() - start) / 1000).toFixed(1);
}
