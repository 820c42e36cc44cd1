import { expect, it } from "vitest";

import type { StateStanding } from "../../../ports/state-ref.ts";
import { standingWords } from "./standing-words.ts";

const good: StateStanding = { remote: "origin", reach: { kind: "current" }, isFirstSight: false, waiting: undefined };
const stale = { kind: "stale", words: "no answer within 60 s" } as const;
const waiting = {
  commits: 1,
  records: 3,
  since: new Date("2026-11-21T09:30:10Z"),
  reason: "unreachable",
  words: "no answer within 60 s",
} as const;

it.each<readonly [string, Partial<StateStanding>, string]>([
  ["nothing where all is well", {}, ""],
  [
    "that there is no remote",
    { remote: undefined, reach: stale },
    "the repository has no remote: bundles are kept in this clone alone\n",
  ],
  [
    "first trust",
    { isFirstSight: true },
    "this clone saw the state of origin for the first time, and trusts what it found\n",
  ],
  ["silence", { reach: stale }, "origin was not reached, so this is what this clone knows: no answer within 60 s\n"],
  [
    "what waits, once with its reason",
    { reach: stale, waiting },
    "state waiting to be pushed to origin: 1 commit with 3 records, since 2026-11-21 09:30 UTC: no answer within 60 s\n",
  ],
])("says %s", (_name, change, words) => {
  expect(standingWords({ ...good, ...change })).toBe(words);
});
