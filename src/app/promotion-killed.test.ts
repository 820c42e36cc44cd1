import { describe, expect, it } from "vitest";

import { aFleet } from "../../test/support/a-fleet.ts";
import { aPromotingFleet, type PromotingFleet } from "../../test/support/a-promoting-fleet.ts";
import type { FaultKind } from "../../test/support/faults.ts";
import { complaints, homeOf, strangers, type WantedHub } from "../../test/support/oracle.ts";
import { bundlePath } from "../bundle/read-bundles.ts";

/** To die after a call is to die before the next one. */
const kinds: readonly FaultKind[] = ["killed before", "killed during", "answer lost", "disk full"];
const access = { admins: ["ada"], users: ["edsger", "grace"] };
const one = aFleet().withHub("alpha", { port: 18_000, title: "Alpha", dask: { enabled: false } });

interface Situation {
  readonly fleet: PromotingFleet;
  /** Ids of bundles: the one that runs, and the one that is to come. */
  readonly good: string;
  readonly next: string;
}

const wanted: WantedHub = {
  ...{ name: "alpha", port: 18_000, title: "Alpha", components: ["proxy", "hub", "culler"], homes: true },
  ...{ hubPackage: "jupyterhub==5.5.4", labPackage: "jupyterhub==5.5.4" },
  ...{ users: ["edsger", "grace"], announcement: "", servers: ["edsger"], daskClusters: [] },
};

/** A hub in use, on a bundle or on a draft, and another bundle to come. */
async function situation(before: "bundle" | "draft" = "bundle"): Promise<Situation> {
  const fleet = await aPromotingFleet(one);
  const { machine } = fleet;
  const good = await fleet.bundleWith({ access, environment: { REGION: "north" } });
  if (before === "draft") await fleet.up();
  else await fleet.promote(good, "production");
  const next = await fleet.bundleWith({ access, environment: { REGION: "south" } });
  machine.hubAt(18_000).startServer("edsger", "standard");
  for (const stranger of strangers) machine.processes.add(stranger);
  await machine.files.ensureFile(homeOf("alpha"), "mine", 0o600);
  return { fleet, good, next };
}

/** What is wrong with what is said of the hub, and with what runs. `next`: how its stage stands with it. */
async function wrong(
  { fleet, ...ids }: Situation,
  { runs, how }: { readonly runs: "good" | "next" | "draft"; readonly how: "done" | "failed" },
): Promise<readonly string[]> {
  const { stages, hubs } = fleet.deployed();
  const pointer = hubs["alpha"];
  const id = runs === "draft" ? undefined : ids[runs];
  const region = runs === "next" ? "south" : "north";
  const found: string[] = [];
  const expectSame = (what: string, is: unknown, should: unknown): void =>
    void (JSON.stringify(is) === JSON.stringify(should) || found.push(`${what} is ${JSON.stringify(is)}`));
  expectSame("the pointer", [pointer?.id, pointer?.trial, pointer?.before], [id, undefined, undefined]);
  expectSame("the attempt", stages["production"]?.hubs, { alpha: how });
  expectSame("REGION", await fleet.region("alpha"), region);
  expectSame(
    "apply",
    (await fleet.apply()).map(({ kind }) => kind),
    ["unchanged"],
  );
  expectSame("the temporary users", fleet.machine.hubSessions.users.size, 0);
  // The rooms of image checks had the first block of user ids.
  const complained = (await complaints(fleet.machine, wanted)).filter(
    (words) => words !== "its block of user ids is 1",
  );
  return [...found, ...complained];
}

/** How often something is on record, by kind and by the bundle that it is about. */
function count({ fleet }: Situation, kind: string, id: string): number {
  const digest = fleet.files().get(bundlePath(id)) === undefined ? "" : id.split("-")[1];
  return fleet.records().filter(({ record }) => {
    return record.kind === kind && record.subject.bundle?.startsWith(`sha256:${digest}`) === true;
  }).length;
}

type Act = (situation: Situation) => Promise<unknown>;
const promote: Act = async ({ fleet, next }) => fleet.promote(next, "production");
const rollback: Act = async ({ fleet }) => fleet.rollback("hub/alpha");

/** Promise: whatever happened to a command at whatever call, the same command again converges; nothing is lost or doubled. */
describe.each(kinds)("a command of which a call was %s, typed again", { timeout: 120_000 }, (kind) => {
  // Who does not hear an answer may well try again what was done: only a kill has nobody who tries.
  const isKill = kind.startsWith("killed");

  it("puts a bundle on a hub: promote", async () => {
    const hits = await everyCall(kind, async () => situation(), {
      act: promote,
      check: async (now) => [
        ...(await wrong(now, { runs: "next", how: "done" })),
        ...(count(now, "promotion", now.next) === 1 ? [] : ["the promotion is not on record once"]),
        ...(count(now, "apply", now.next) === 1 || !isKill ? [] : ["what came of it is not on record once"]),
      ],
    });
    expect(hits.length).toBeGreaterThan(1);
  });

  it("sends a hub back that does not do well, to its bundle: promote", async () => {
    const prepare = async (): Promise<Situation> => {
      const now = await situation();
      now.fleet.fail(true);
      return now;
    };
    const hits = await everyCall(kind, prepare, {
      act: promote,
      check: (now) => wrong(now, { runs: "good", how: "failed" }),
    });
    expect(hits.length).toBeGreaterThan(1);
  });

  it("sends a hub back that does not do well, to its draft: promote", async () => {
    const prepare = async (): Promise<Situation> => {
      const now = await situation("draft");
      now.fleet.fail(true);
      return now;
    };
    const hits = await everyCall(kind, prepare, {
      act: promote,
      check: (now) => wrong(now, { runs: "draft", how: "failed" }),
    });
    expect(hits.length).toBeGreaterThan(1);
  });

  it("sends a hub back that somebody does not like: rollback", async () => {
    const prepare = async (): Promise<Situation> => {
      const now = await situation();
      await promote(now);
      return now;
    };
    const hits = await everyCall(kind, prepare, {
      act: rollback,
      check: async (now) => {
        const { stages, ...rest } = now.fleet.deployed();
        const asIf =
          stages["production"]?.hubs?.["alpha"] === undefined ? [] : ["the hub is said to be at its stage's"];
        const held = Object.keys(rest.holds).join() === "hub/alpha" ? [] : ["it is not held"];
        const kept = (await wrong(now, { runs: "good", how: "done" })).filter(
          (word) => !word.startsWith("the attempt"),
        );
        const once = count(now, "rollback", now.good) === 1 ? [] : ["the rollback is not on record once"];
        return [...asIf, ...held, ...kept, ...once];
      },
    });
    expect(hits.length).toBeGreaterThan(1);
  });
});

describe.each(["killed before", "killed during"] as const)("bundle new of which a call was %s", (kind) => {
  it("makes one bundle when it is typed again", { timeout: 120_000 }, async () => {
    const prepare = async (): Promise<Situation> => {
      const fleet = await aPromotingFleet(one);
      await fleet.edit("images/lab/requirements.txt", "jupyterhub==5.5.4\njupyterlab\n");
      await fleet.app().images.lock(["lab"], undefined, fleet.machine.watch);
      await fleet.commit();
      return { fleet, good: "", next: "" };
    };
    const hits = await everyCall(kind, prepare, {
      act: async ({ fleet }) => fleet.app().bundles.create(fleet.machine.watch),
      check: async ({ fleet }) => {
        const made = [...fleet.files().keys()].filter((path) => path.startsWith("bundles/"));
        const { kind: again } = await fleet.app().bundles.create(fleet.machine.watch);
        return made.length === 1 && again === "there" ? [] : [`there are ${made.length}; typed again, it is ${again}`];
      },
    });
    expect(hits.length).toBeGreaterThan(5);
  });
});

/** Lets the fault hit each call in turn, each on a machine of its own, until there is no such call. */
async function everyCall(
  kind: FaultKind,
  prepare: () => Promise<Situation>,
  {
    act,
    check,
  }: {
    readonly act: Act;
    readonly check: (now: Situation) => Promise<readonly string[]>;
  },
): Promise<readonly string[]> {
  const hits: string[] = [];
  const found: unknown[] = [];
  for (let call = 0; call < 1_000; call += 1) {
    const now = await prepare();
    const { faults } = now.fleet.machine;
    faults.arm({ kind, call, onlyChanging: true });
    await act(now).catch(() => undefined);
    const hit = faults.hit();
    faults.arm(undefined);
    if (hit === undefined) break;
    hits.push(hit);
    const words = await act(now).then(
      () => check(now),
      (thrown: unknown) => [String(thrown)],
    );
    if (words.length > 0) found.push({ call, hit, words });
  }
  expect(found).toEqual([]);
  return hits;
}
