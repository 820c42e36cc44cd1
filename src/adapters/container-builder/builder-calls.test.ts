import { expect, it } from "vitest";

import { createClockSystem } from "../clock/clock-system.ts";
import { createLocksMemory } from "../locks/locks-memory.ts";
import { createProcessesLinux } from "../processes/processes-linux.ts";
import { createRandomSystem } from "../random/random-system.ts";
import { createRun } from "../run.ts";
import { createStateFilesMemory } from "../state-files/state-files-memory.ts";
import { createBuilderCalls } from "./builder-calls.ts";

it("what killed commands left is ended, but nobody who only asks", async () => {
  const { signal } = new AbortController();
  const calls = createBuilderCalls("buildah", {
    run: createRun(),
    files: createStateFilesMemory(),
    locks: createLocksMemory(),
    clock: createClockSystem(),
    random: createRandomSystem(),
    processes: createProcessesLinux({ signal: (pid, name) => void process.kill(pid, name) }),
    variable: (name) => (name === "PATH" ? "/usr/bin:/bin" : undefined),
    store: `/state-of-a-test/${process.pid}`,
  });
  const started = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const words = ["sh", "-c", "echo ready; exec sleep 2"] as const;
  const builds = calls.call(words, { signal, onLine: () => started[0]?.resolve() });
  const asks = calls.call(words, { signal, onLine: () => started[1]?.resolve(), isQuestion: true });
  await Promise.all(started.map(({ promise }) => promise));

  await calls.endLeftovers();

  expect((await builds).exitCode).not.toBe(0);
  expect((await asks).exitCode).toBe(0);
});
