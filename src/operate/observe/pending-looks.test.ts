import { describe, expect, it } from "vitest";

import { minute } from "../../../test/support/a-gate.ts";
import { aLocalWorld, type PretendedMachine } from "../../../test/support/a-local-world.ts";
import { aLook } from "../../../test/support/a-look.ts";
import { createInterleaving } from "../../../test/support/interleave.ts";
import type { Look } from "../../bundle/looks.ts";
import { fleetPaths } from "../../runtime/local/paths.ts";
import { destroyFleetRest } from "../destroy-fleet-rest.ts";
import { forgetDrafts, keepLooks, readLooks, takeLooks } from "./pending-looks.ts";

const uuid = "6ba7b810-9dad-41d1-80b4-00c04fd430c8";
const policy = { heartbeatSeconds: 24 * 3600, observeEverySeconds: 3600 };
const keep = async (world: PretendedMachine, ...looks: readonly Look[]): ReturnType<typeof keepLooks> =>
  keepLooks(
    uuid,
    looks.map((look) => ({ look, policy })),
    world,
  );

describe("looks that wait on this machine", () => {
  it("are there for the next command, and taken once", async () => {
    const world = aLocalWorld();
    await forgetDrafts(uuid, await keep(world, aLook(0, { bundle: undefined })), world);
    await keep(world, aLook(minute, { bundle: undefined }), aLook(2 * minute, { bundle: undefined }));

    const [draft, ...others] = await takeLooks(uuid, undefined, world);

    expect(draft?.observation.body.longestGapSeconds).toBe(60);
    expect(others).toEqual([]);
    await forgetDrafts(uuid, draft === undefined ? [] : [draft], world);
    expect(await takeLooks(uuid, undefined, world)).toEqual([]);
    expect((await readLooks(uuid, world)).pending.hubs["try"]?.last).toEqual(aLook(2 * minute, { bundle: undefined }));
  });

  it("are to be recorded again, and first, as long as nobody said that they were", async () => {
    const world = aLocalWorld();
    const killed = await keep(world, aLook(0));

    const both = await keep(world, aLook(minute), aLook(2 * minute, { verdict: "failed" }));

    expect(both.slice(0, 1)).toEqual(killed);
    expect(both.map(({ observation: { body } }) => body.verdict)).toEqual(["passed", "passed", "failed"]);
    await forgetDrafts(uuid, killed, world);
    expect((await readLooks(uuid, world)).drafts).toEqual(both.slice(1));
  });

  it.each(["", "{", "[]", '{"version":2,"hubs":{},"drafts":[]}', '{"version":1,"hubs":{"try":{}},"drafts":[]}'])(
    "are none where the file says %j",
    async (text) => {
      const world = aLocalWorld();
      await world.files.ensureFile(fleetPaths(world.machine.stateRoot, uuid).looks, text, 0o600);

      expect(await readLooks(uuid, world)).toEqual({ pending: { version: 1, hubs: {} }, drafts: [] });
      expect(await keep(world, aLook(0))).toHaveLength(1);
    },
  );

  it("are lost by no command that runs at the same time, whoever is how far", async () => {
    const hubs = ["one", "two", "three"];
    for (let seed = 1; seed <= 200; seed += 1) {
      const world = aLocalWorld();
      const { step, run } = createInterleaving(seed * 7919);
      const slow = { ...world, files: oneStepEach(world.files, step), clock: { ...world.clock, sleep: step } };
      const command = async (hub: string): Promise<void> => {
        const look = (at: number): { look: Look; policy: typeof policy } => ({ look: aLook(at, { hub }), policy });
        await forgetDrafts(uuid, await keepLooks(uuid, [look(0)], slow), slow);
        await keepLooks(uuid, [look(minute)], slow);
      };

      await run(Promise.all(hubs.map(command)));

      const { pending, drafts } = await readLooks(uuid, world);
      expect(Object.keys(pending.hubs).sort()).toEqual(["one", "three", "two"]);
      expect(Object.values(pending.hubs).map(({ waiting }) => waiting?.first)).toEqual(
        hubs.map(() => aLook(minute).at),
      );
      expect(drafts).toEqual([]);
      expect(world.locks.held()).toEqual([]);
    }
  });

  it("go with the fleet", async () => {
    const world = aLocalWorld();
    const { looks } = fleetPaths(world.machine.stateRoot, uuid);
    await keep(world, aLook(0));

    expect(await world.files.exists(looks)).toBe(true);

    await destroyFleetRest(uuid, { deleteEnvironments: false }, world);

    expect(await world.files.exists(looks)).toBe(false);
  });
});

function oneStepEach(files: PretendedMachine["files"], step: () => Promise<void>): PretendedMachine["files"] {
  return {
    ...files,
    read: async (path) => {
      await step();
      return files.read(path);
    },
    ensureFile: async (path, content, mode) => {
      await step();
      return files.ensureFile(path, content, mode);
    },
  };
}
