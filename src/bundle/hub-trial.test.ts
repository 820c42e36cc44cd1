import { describe, expect, it } from "vitest";

import type { Deployed, HubPointer } from "./deployed.ts";
import { beginTrial, endTrial, placeBefore, type TrialProps } from "./hub-trial.ts";

const at = (hour: number): string => `2026-11-21T${String(hour).padStart(2, "0")}:00:00.000Z`;
const bundle = (name: string, hour: number): HubPointer => ({ id: name, digest: `sha256:${name}`, since: at(hour) });
const [good, begun, next] = [bundle("good", 1), bundle("begun", 2), bundle("next", 9)];

const deployed = (
  hub: HubPointer | undefined,
  stage = next,
  hubs: Deployed["stages"][string]["hubs"] = {},
): Deployed => ({
  ...{ version: 1, holds: {} },
  stages: { production: { ...stage, hubs } },
  hubs: hub === undefined ? {} : { alpha: hub },
});
const begin = (before: Deployed, props: Partial<TrialProps> = {}): Deployed =>
  beginTrial(before, {
    ...{ stage: "production", hub: { name: "alpha" }, to: next, direction: "forward", draftSince: undefined },
    ...props,
  });

describe("a hub that is to run a bundle", () => {
  it.each<[string, HubPointer | undefined, Partial<TrialProps>, HubPointer]>([
    ["has nothing to go back to where nothing ran", undefined, {}, { ...next, trial: "forward" }],
    ["goes back to what it runs", good, {}, { ...next, trial: "forward", before: good }],
    [
      "goes back past what nobody knows of",
      { ...begun, trial: "forward", before: good },
      {},
      { ...next, trial: "forward", before: good },
    ],
    [
      "goes back to nothing, past what nobody knows of",
      { ...begun, trial: "forward" },
      {},
      { ...next, trial: "forward" },
    ],
    [
      "goes back to where somebody was sending it",
      { ...good, trial: "back", before: begun },
      {},
      { ...next, trial: "forward", before: good },
    ],
    ["has the deployment that it has where it runs it", { ...next, since: at(5) }, {}, { ...next, since: at(5) }],
    [
      "has the one that was begun",
      { ...next, since: at(5), trial: "forward", before: good },
      {},
      { ...next, since: at(5), trial: "forward", before: good },
    ],
    [
      "is newer than a draft over the one that was begun",
      { ...next, since: at(5), trial: "forward", before: good },
      { draftSince: at(7) },
      { ...next, trial: "forward", before: good },
    ],
    [
      "is newer than a draft by a clock ahead",
      good,
      { draftSince: at(20) },
      {
        ...{ ...next, since: at(20) },
        ...{ trial: "forward", before: good },
      },
    ],
    ["says that it is sent back", good, { direction: "back" }, { ...next, trial: "back", before: good }],
    [
      "is sent back out of a trial",
      { ...begun, trial: "forward", before: good },
      { direction: "back" },
      { ...next, trial: "back", before: begun },
    ],
    [
      "is sent back to what it was being tried with",
      { ...next, since: at(5), trial: "forward", before: good },
      { direction: "back" },
      { ...next, since: at(5), trial: "back" },
    ],
  ])("%s", (_what, before, props, after) => {
    const given = begin(deployed(before), props);

    expect(given.hubs["alpha"]).toEqual(after);
    expect(given.stages["production"]?.hubs).toEqual({ alpha: "changing" });
    expect(begin(given, props)).toEqual(given);
  });

  it("counts for a stage only with the stage's bundle", () => {
    const given = begin(deployed(good, begun, { alpha: "done" }));

    expect(given.stages["production"]).toEqual({ ...begun, hubs: {} });
  });

  it("takes what was said of its old name along", () => {
    const before = { ...deployed(undefined, next, { old: "failed" }), hubs: { old: good } };

    const given = begin(before, { hub: { name: "alpha", renamedFrom: "old" } });

    expect(given.hubs).toEqual({ alpha: { ...next, trial: "forward", before: good } });
    expect(given.stages["production"]?.hubs).toEqual({ alpha: "changing" });
  });
});

describe("a trial that is over", () => {
  const first = begin(deployed(undefined));
  const second = begin(deployed(good));
  const back = begin(deployed(good), { direction: "back" });
  const settled = begin(deployed({ ...next, since: at(5) }));

  it.each<
    [string, Deployed, "done" | "failed" | "held", string | undefined, HubPointer | undefined, string | undefined]
  >([
    ["a first bundle does well", first, "done", undefined, next, "done"],
    ["a first bundle fails where nothing ran", first, "failed", undefined, next, "failed"],
    ["a first bundle fails over a draft", first, "failed", at(1), undefined, "failed"],
    ["a first bundle is not tried", first, "held", undefined, undefined, undefined],
    ["a bundle does well", second, "done", undefined, next, "done"],
    ["a bundle fails", second, "failed", undefined, good, "failed"],
    ["a bundle fails over an old draft", second, "failed", at(0), good, "failed"],
    ["a bundle is not tried", second, "held", undefined, good, undefined],
    ["going back does well", back, "done", undefined, next, "done"],
    ["going back fails: it stays there", back, "failed", at(1), next, "failed"],
    ["going back is not done", back, "held", undefined, { ...next, trial: "back", before: good }, undefined],
    ["what ran already fails: it stays", settled, "failed", at(1), { ...next, since: at(5) }, "failed"],
  ])("%s", (_what, before, kind, draftSince, pointer, attempt) => {
    const place = placeBefore(before, "alpha", { draftSince, isIterating: true });
    const given = before.hubs["alpha"] ?? next;

    const after = endTrial(before, { stage: "production", hub: "alpha", kind, begun: given, place });

    expect(after.hubs["alpha"]).toEqual(pointer);
    expect(after.stages["production"]?.hubs?.["alpha"]).toBe(attempt);
  });

  it.each([
    [true, at(5), { kind: "draft" }],
    [true, at(1), { kind: "bundle", pointer: good }],
    [false, at(5), { kind: "bundle", pointer: good }],
    [true, undefined, { kind: "bundle", pointer: good }],
  ] as const)("goes back to what ran: drafts may be %s, one of %s", (isIterating, draftSince, place) => {
    expect(placeBefore(second, "alpha", { draftSince, isIterating })).toEqual(place);
  });

  it("changes nothing of what somebody else decided meanwhile", () => {
    const moved = { ...second, hubs: { alpha: { ...begun, before: good } } };
    const given = second.hubs["alpha"] ?? next;
    const place = { kind: "bundle", pointer: good } as const;

    for (const kind of ["done", "failed", "held"] as const) {
      expect(endTrial(moved, { stage: "production", hub: "alpha", kind, begun: given, place })).toBe(moved);
    }
  });
});
