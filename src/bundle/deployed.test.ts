import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import {
  type Deployed,
  deploymentOf,
  holdsIn,
  pointerOf,
  readDeployed,
  withAttempt,
  withHold,
  withHub,
  withStage,
  writeDeployed,
} from "./deployed.ts";

const nothing: Deployed = { version: 1, stages: {}, hubs: {}, holds: {} };
const moment = fc
  .date({ min: new Date(Date.UTC(2020, 0)), max: new Date(Date.UTC(2040, 0)), noInvalidDate: true })
  .map((date) => date.toISOString());
const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
const pointer = fc.record({ id: word, digest: word, since: moment });
const deployed: fc.Arbitrary<Deployed> = fc.record({
  version: fc.constant(1 as const),
  stages: fc.dictionary(
    word,
    fc
      .tuple(pointer, fc.dictionary(word, fc.constantFrom("changing" as const, "done" as const, "failed" as const)))
      .map(([one, hubs]) => ({ ...one, hubs })),
  ),
  hubs: fc.dictionary(
    word,
    fc.tuple(pointer, pointer).map(([one, before]) => ({ ...one, trial: "forward" as const, before })),
  ),
  holds: fc.dictionary(
    fc.tuple(fc.constantFrom("hub" as const, "stage" as const), word).map(([kind, name]) => `${kind}/${name}` as const),
    fc.record({ reason: fc.string({ minLength: 1 }), owner: word, since: moment, until: moment, bundle: word }),
  ),
});
const pointed = { id: "b1", digest: "sha256:b1", since: "2026-11-21T12:00:00.000Z" };
const asFile = (text: string): ReadonlyMap<string, string> => new Map([["deployed.yaml", text]]);

describe("deployed.yaml", () => {
  it("is read as it was written, and the same says the same bytes", () => {
    fc.assert(
      fc.property(deployed, (one) => {
        const written = writeDeployed(one);
        const again = readDeployed(new Map([written]));
        expect(again).toEqual(one);
        expect(writeDeployed(again)).toEqual(written);
      }),
    );
  });

  it("says that nothing was given where there is none", () => {
    expect(readDeployed(new Map())).toEqual(nothing);
  });

  it.each([
    ["version: 2\nstages: {}\n", "DEPLOYED_TOO_NEW", "this hubfleet reads version 1"],
    ["version: 1\nstages: {}\nhubs: {}\nholds: {}\nmore: 1\n", "DEPLOYED_INVALID", "more"],
    ["version: 1\nstages: {}\nhubs: {alpha: {id: b1}}\nholds: {}\n", "DEPLOYED_INVALID", "hubs.alpha.digest"],
    ["version: 1\nstages: {}\nhubs: {}\nholds: {cluster/a: {}}\n", "DEPLOYED_INVALID", "holds"],
    ["version: 1\nstages: &a {}\nhubs: *a\nholds: *a\n", "DEPLOYED_INVALID", "Alias"],
    ["version: [1\n", "DEPLOYED_INVALID", "cannot be read"],
  ])("refuses %j: %s, %s", (text, code, words) => {
    expect(() => readDeployed(asFile(text))).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(words) as string }) as Error,
    );
  });
});

describe("changes of it", () => {
  it("give a stage a bundle with which none of its hubs has come anywhere", () => {
    const before = withAttempt(withStage(nothing, "testing", pointed), "testing", "alpha", "done");

    expect(withStage(before, "testing", { ...pointed, id: "b2" }).stages).toEqual({
      testing: { ...pointed, id: "b2", hubs: {} },
    });
  });

  it("say of a hub how far it has come, and take that back; of a stage without a bundle nothing", () => {
    const given = withStage(nothing, "testing", pointed);
    const done = withAttempt(given, "testing", "alpha", "done");

    expect(done.stages["testing"]?.hubs).toEqual({ alpha: "done" });
    expect(withAttempt(done, "testing", "alpha", undefined)).toEqual(given);
    expect(withAttempt(nothing, "testing", "alpha", "done")).toBe(nothing);
  });

  it("give and take a hub's bundle and a hold, and leave the rest", () => {
    fc.assert(
      fc.property(deployed, (one) => {
        const hold = { reason: "exams", owner: "ada", since: pointed.since, until: pointed.since };
        const changed = withHold(withHub(one, "NEW", pointed), "stage/NEW", hold);
        expect(pointerOf(changed, { name: "NEW" })).toEqual(pointed);
        expect(holdsIn(changed)).toContainEqual({
          ...{ target: "stage/NEW", reason: "exams", owner: "ada" },
          ...{ since: Date.parse(pointed.since), until: Date.parse(pointed.since) },
        });
        expect(withHold(withHub(changed, "NEW", undefined), "stage/NEW", undefined)).toEqual(one);
      }),
    );
  });

  it("find the bundle of a renamed hub under its old name, until it has one under its own", () => {
    const old = withHub(nothing, "alpha", pointed);
    const renamed = { name: "beta", renamedFrom: "alpha" };

    expect(pointerOf(old, renamed)).toEqual(pointed);
    expect(pointerOf(withHub(old, "beta", { ...pointed, id: "b2" }), renamed)?.id).toBe("b2");
    expect(pointerOf(old, { name: "beta" })).toBeUndefined();
  });
});

it("tells the same bundle given twice apart", () => {
  const later = { ...pointed, since: "2026-11-22T12:00:00.000Z" };

  expect(deploymentOf(pointed)).not.toBe(deploymentOf(later));
});
