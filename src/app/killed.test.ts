import { describe, expect, it } from "vitest";

import type { FaultKind } from "../../test/support/faults.ts";
import { emptySituation, fleetChanges, type Situation, situation } from "../../test/support/fleet-changes.ts";
import type { FleetBuilder } from "../../test/support/a-fleet.ts";
import { complaints, complaintsAfterDestroy, complaintsAfterRemoval } from "../../test/support/oracle.ts";
import { addRubbish, complaintsAboutRubbish } from "../../test/support/rubbish.ts";
import { parseJournal } from "../apply/journal.ts";
import type { Outcome } from "../apply/outcome.ts";
import { fromUnknown } from "../errors/from-unknown.ts";

const kinds: readonly FaultKind[] = [
  ...(["killed before", "killed during", "killed after"] as const),
  ...(["answer lost", "done twice", "disk full"] as const),
];
type Command = (situation: Situation) => Promise<unknown>;
const up: Command = async ({ app, machine }) => app.up((await app.select([])).local, machine.watch);
const apply: Command = async ({ app, machine }) => app.apply((await app.select([])).local, machine.watch);
const remove: Command = async ({ app, machine }) =>
  app.apply((await app.select([])).local, machine.watch, undefined, { remove: true }).catch((thrown: unknown) => {
    // When nothing is left to remove, there is nothing that was brought up either.
    if (fromUnknown(thrown)[0]?.code !== "NO_DRAFT") throw thrown;
  });
const prune: Command = async ({ app, machine }) => app.prune({ isDryRun: false, isNow: false }, machine.watch);
const destroy: Command = async ({ app, machine }) =>
  app.destroy(await app.present([]), { deleteHomes: false, deleteEnvironments: false }, machine.watch);

/** Promise: whatever happened to a command at whatever call, the next one converges; nothing is unlocked by hand. */
describe.each(kinds)("a command of which a call was %s", { timeout: 60_000 }, (kind) => {
  it.each(fleetChanges.filter(({ command }) => command === "apply"))(
    "is finished by apply: $name",
    async ({ wanted, ...change }) => {
      const hits = await everyCall(
        kind,
        async () => situation({ ...change, wanted }),
        apply,
        async (one) => {
          await apply(one);
          return complaints(one.machine, one.after);
        },
      );

      expect(hits.length).toBeGreaterThan(kind === "killed before" ? 20 : 2);
    },
  );

  it.each(fleetChanges.filter(({ command }) => command === "up"))(
    "leaves apply one state or the other, and is finished by up: $name",
    async ({ wanted, ...change }) => {
      const hits = await everyCall(
        kind,
        async () => situation({ ...change, wanted }),
        up,
        async (one) => {
          await apply(one);
          const [asBefore, asAfter] = await Promise.all([
            complaints(one.machine, { ...one.before, ...liveOf(one) }),
            complaints(one.machine, one.after),
          ]);
          // What was written for a change that `apply` does not make is not its to clear away.
          const isNeither = [asBefore, asAfter].every((words) =>
            words.some((word) => !word.startsWith("half-written")),
          );
          const between = isNeither ? [...asBefore, "or", ...asAfter] : [];
          await up(one);
          return [...between, ...(await complaints(one.machine, one.after))];
        },
      );

      expect(hits.length).toBeGreaterThan(kind === "killed before" ? 20 : 2);
    },
  );

  it("is finished by up: a first up", async () => {
    const hits = await everyCall(kind, emptySituation, up, async (one) => {
      await up(one);
      return complaints(one.machine, one.after);
    });

    expect(hits.length).toBeGreaterThan(20);
  });

  it("is finished by apply --remove: a hub whose file is gone, and plain apply leaves it down", async () => {
    const edit = (fleet: FleetBuilder): FleetBuilder =>
      fleet.without("hubs/alpha.yaml").withHub("beta", { port: 18_100 });
    const prepare = (): Promise<Situation> => situation({ edit, wanted: {} });
    const hits = await everyCall(kind, prepare, remove, async (one) => {
      await remove(one);
      await apply(one).catch(() => undefined); // beta was never brought up
      return complaintsAfterRemoval(one.machine);
    });

    expect(hits.length).toBeGreaterThan(2);
  });

  it("is finished by prune: a prune, and nothing that is in use is touched", async () => {
    const prepare = async (): Promise<Situation> => {
      const one = await situation({ wanted: {} });
      await addRubbish(one.machine);
      return one;
    };
    const hits = await everyCall(kind, prepare, prune, async (one) => {
      const between = await complaints(one.machine, one.after);
      await prune(one);
      const found = [...between, ...(await complaints(one.machine, one.after))];
      return [
        ...found.filter((word) => !word.startsWith("half-written")),
        ...(await complaintsAboutRubbish(one.machine)),
      ];
    });

    expect(hits.length).toBeGreaterThan(kind === "disk full" ? 0 : 2);
  });

  it("is finished by destroy: a destroy", async () => {
    const prepare = async (): Promise<Situation> => situation({ wanted: {} });
    const hits = await everyCall(kind, prepare, destroy, async (one) => {
      await destroy(one);
      return complaintsAfterDestroy(one.machine);
    });

    expect(hits.length).toBeGreaterThan(2);
  });
});

it.each(["a live setting", "a title"])("a full disk is named as such, and mended by making room: %s", async (name) => {
  const change = fleetChanges.find((one) => one.name === name) ?? { command: "up", wanted: {} };
  const command = change.command === "up" ? up : apply;

  for (let call = 0; ; call++) {
    const one = await situation(change);
    one.machine.faults.arm({ kind: "disk full", call });
    const end = await command(one).then(
      (result) =>
        (result as readonly Outcome[]).flatMap((outcome) => (outcome.kind === "failed" ? outcome.errors : [])),
      fromUnknown,
    );
    const hit = one.machine.faults.hit();
    if (hit === undefined) break;
    // A boot entry that cannot be written is worth a note; the hubs run all the same.
    const codes = end.map(({ code }) => code);
    expect({ hit, codes }).toEqual({ hit, codes: hit === "bootService.ensure" ? [] : ["DISK_FULL"] });
  }
});

it("goes on from a journal that was torn anywhere, and writes a whole one after it", { timeout: 60_000 }, async () => {
  const killed = await situation({ edit: (fleet) => fleet.withHub("alpha", { port: 18_100 }), wanted: {} });
  killed.machine.faults.arm({ kind: "killed before", call: 60 });
  await up(killed).catch(() => undefined);
  const path = "/state/fleets/11111111-2222-4333-8444-555555555555/journal.jsonl";
  const journal = (await killed.machine.files.read(path)) ?? "";
  expect(journal.length).toBeGreaterThan(1_000);

  for (let length = 0; length <= journal.length; length += length > journal.length - 250 ? 1 : 97) {
    const one = await situation({
      edit: (fleet) => fleet.withHub("alpha", { port: 18_000, title: "Beta" }),
      wanted: {},
    });
    await one.machine.files.ensureFile(path, journal.slice(0, length), 0o600);

    await up(one);

    expect(await complaints(one.machine, { ...one.before, title: "Beta" })).toEqual([]);
    const added = ((await one.machine.files.read(path)) ?? "").slice(length).trim().split("\n");
    expect(parseJournal(added)).toHaveLength(added.length);
    expect(added.length).toBeGreaterThan(3);
  }
});

it("waits for a hub that a killed command had only just started, not for one that is stuck", async () => {
  const alpha = "11111111-2222-4333-8444-555555555555/alpha";
  const one = await situation({ accident: ({ processes }) => processes.crash(`${alpha}/culler`), wanted: {} });
  const { url } = one.machine.hubAt(18_000);
  one.machine.hubApi.break(url);

  const applying = apply(one);
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
  one.machine.hubApi.break(url, false);

  expect(await applying).toMatchObject([{ kind: "changed" }]);
  expect(await complaints(one.machine, one.after)).toEqual([]);
  one.machine.processes.crash(`${alpha}/culler`);
  one.machine.clock.advance(600_000);
  one.machine.hubApi.break(url);
  expect(await apply(one)).toMatchObject([{ kind: "failed", errors: [{ code: "HUB_UNREACHABLE" }] }]);
});

/** A culler that is missing shows that a command did not finish; where there is none, nothing but the hub's silence does. */
describe("a hub without culling that a killed command had only just started", () => {
  const alpha = "11111111-2222-4333-8444-555555555555/alpha";
  const edit = (before: FleetBuilder): FleetBuilder =>
    before.withHub("alpha", { port: 18_000, title: "Alpha", culling: { enabled: false } });
  const noCuller = { components: ["proxy", "gateway", "hub"] } as const;
  const killedAfter = async (part: "hub" | "proxy" | "gateway"): Promise<Situation> => {
    const one = await situation({ edit, wanted: noCuller });
    await apply(one);
    one.machine.clock.advance(600_000);
    one.machine.processes.crash(`${alpha}/${part}`);
    await apply(one);
    return one;
  };

  it.each([
    ["hub", "http://127.0.0.1:18002/alpha/"],
    ["gateway", "http://127.0.0.1:18003/"],
    ["proxy", "http://127.0.0.1:18001/"],
  ] as const)("is waited for while its %s does not answer yet", async (part, url) => {
    const one = await killedAfter(part);
    if (part === "proxy") one.machine.hubAt(18_000).loseRoutes();
    one.machine.hubApi.break(url);

    let isDone = false;
    const applying = apply(one).finally(() => void (isDone = true));
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
    const wasDone = isDone;
    one.machine.hubApi.break(url, false);

    expect(await applying).toMatchObject([{ kind: "changed" }]);
    expect(wasDone).toBe(false);
    expect(await complaints(one.machine, one.after)).toEqual([]);
    expect(await apply(one)).toMatchObject([{ kind: "unchanged" }]);
  });

  it("is not called unchanged when it is stuck", async () => {
    const one = await killedAfter("hub");
    one.machine.clock.advance(600_000);
    one.machine.hubApi.break("http://127.0.0.1:18002/alpha/");

    expect(await apply(one)).toMatchObject([{ kind: "failed", errors: [{ code: "HUB_UNREACHABLE" }] }]);
  });
});

/** What `apply` takes from the working tree even when the draft is the old one. */
function liveOf({ before, after: { users, announcement } }: Situation): Partial<Situation["after"]> {
  return { users, servers: before.servers.filter((user) => users.includes(user)), announcement };
}

/** Lets the fault hit each call in turn, each on a machine of its own, until there is no such call. */
async function everyCall(
  kind: FaultKind,
  prepare: () => Promise<Situation>,
  command: Command,
  goOn: (situation: Situation) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const hits: string[] = [];
  const wrong: unknown[] = [];
  for (let call = 0; call < 1_000; call++) {
    const one = await prepare();
    one.machine.faults.arm({ kind, call });
    await command(one).catch(() => undefined);
    const hit = one.machine.faults.hit();
    one.machine.faults.arm(undefined);
    if (hit === undefined) break;
    hits.push(hit);
    const found = await goOn(one).catch((thrown: unknown) => [String(thrown)]);
    if (found.length > 0) wrong.push({ call, hit, found });
  }
  expect(wrong).toEqual([]);
  return hits;
}
