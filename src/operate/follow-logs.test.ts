import { expect, it } from "vitest";

import { createClockMemory } from "../adapters/clock/clock-memory.ts";
import { createStateFilesMemory } from "../adapters/state-files/state-files-memory.ts";
import { followLogs } from "./follow-logs.ts";

it("tells each line once, also of a log that is cut while it is written", async () => {
  const files = createStateFilesMemory({ "/log": "before\n" });
  const log = { component: "proxy", tail: (lines: number) => files.tail("/log", lines) };
  const interruption = new AbortController();
  const told: string[] = [];
  const turns = [
    async () => files.append("/log", "one"),
    async () => {
      await files.append("/log", "two");
      await files.ensureFile("/log.older", (await files.read("/log")) ?? "", 0o600);
      await files.ensureFile("/log", "", 0o600);
    },
    async () => files.append("/log", "three"),
    async () => {
      await files.append("/log", "four");
      await files.ensureFile("/log.older", (await files.read("/log")) ?? "", 0o600);
      await files.ensureFile("/log", "five\n", 0o600);
    },
    async () => interruption.abort(),
  ];
  const clock = { ...createClockMemory(), sleep: async () => turns.shift()?.() };

  await followLogs([log], (_, lines) => void told.push(...lines), {
    clock,
    signal: interruption.signal,
  });

  expect(told).toEqual(["one", "two", "three", "four", "five"]);
});
