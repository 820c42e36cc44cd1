import { expect, it } from "vitest";

import { judgeStartUp } from "./judge-start-up.ts";

const before = { at: "2026-11-20T10:00:00.000Z", figures: { python: 20, imports: 2_000, server: 3_000 } };

it.each<[string, Record<string, number>, string]>([
  ["the same", { python: 20, imports: 2_000 }, "passed"],
  ["twice as long and not more", { imports: 4_000 }, "passed"],
  ["more than twice as long", { imports: 4_001 }, "warned"],
  ["ten times as long, of next to nothing", { python: 200 }, "passed"],
  ["something that was not measured before", { kernel: 60_000 }, "passed"],
])("%s is judged", (_what, figures, result) => {
  expect(judgeStartUp(figures, before).result).toBe(result);
});

it("says what became slower, against when", () => {
  expect(judgeStartUp({ python: 20, server: 9_000 }, before)).toEqual({
    result: "warned",
    summary: "server takes 9.0 s and took 3.0 s on 2026-11-20T10:00:00.000Z (python 0.02 s, server 9.0 s)",
    output: "python: 0.02 s, before 0.02 s\nserver: 9.0 s, before 3.0 s",
  });
});

it("has nothing to compare the first time", () => {
  expect(judgeStartUp({ python: 20, imports: 90_000 }, undefined)).toMatchObject({ result: "passed" });
});
