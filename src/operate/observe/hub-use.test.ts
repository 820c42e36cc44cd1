import { describe, expect, it } from "vitest";

import { createStateFilesMemory } from "../../adapters/state-files/state-files-memory.ts";
import { aLocalWorld } from "../../../test/support/a-local-world.ts";
import { hubPaths } from "../../runtime/local/paths.ts";
import { type HubUse, hubUse } from "./hub-use.ts";

const fleetUuid = "6ba7b810-9dad-41d1-80b4-00c04fd430c8";
const { machine } = aLocalWorld();
const { serverUse, daskUse } = hubPaths(machine.stateRoot, fleetUuid, "alpha");

const moment = (minute: number): string => new Date(Date.UTC(2026, 10, 21, 12, minute)).toISOString();
const line = (minute: number, kind: string, user?: string): string =>
  `${JSON.stringify({ at: moment(minute), kind, user })}\n`;

/** Between the 10th minute and the 20th. */
const use = (logs: Readonly<Record<string, string>>): Promise<HubUse | undefined> => {
  const props = { fleetUuid, hub: "alpha", since: new Date(moment(10)), until: new Date(moment(20)) };
  return hubUse(props, { files: createStateFilesMemory(logs), machine });
};

describe("what people did with a hub", () => {
  it("cannot be told of a hub that does not count", async () => {
    expect(await use({})).toBeUndefined();
  });

  it("is nothing where it counts, and nobody came", async () => {
    expect(await use({ [serverUse]: line(0, "begun") })).toEqual({
      spawns: 0,
      users: 0,
      daskClusters: 0,
      failedSpawns: 0,
      failedUsers: 0,
      failingUsers: 0,
    });
  });

  it("is counted between two moments, the first included", async () => {
    const servers = [
      line(9, "ready", "aa"),
      line(10, "ready", "aa"),
      line(12, "ready", "bb"),
      line(13, "failed", "cc"),
      line(14, "failed", "cc"),
      line(15, "ready", "aa"),
      line(20, "ready", "dd"),
    ].join("");
    const dask = [line(9, "dask", "aa"), line(11, "dask", "bb"), line(12, "dask", "ee"), line(20, "dask", "aa")].join(
      "",
    );

    expect(await use({ [serverUse]: servers, [daskUse]: dask })).toEqual({
      spawns: 3,
      users: 3,
      daskClusters: 2,
      failedSpawns: 2,
      failedUsers: 1,
      failingUsers: 0,
    });
  });

  it.each([
    ["everybody's, where none started", ["failed aa", "failed bb", "failed aa"], 2],
    ["those after the last that started, whose ever it was", ["failed aa", "ready bb", "failed bb", "failed cc"], 2],
    ["none, where one started afterwards", ["failed aa", "failed bb", "ready cc"], 0],
  ])("knows servers that don't start any more: %s", async (_, events, failingUsers) => {
    const text = events.map((event) => line(15, event.split(" ")[0] ?? "", event.split(" ")[1])).join("");

    expect(await use({ [serverUse]: text })).toMatchObject({ failingUsers });
  });

  it("goes on across a log that was set aside", async () => {
    const older = line(11, "ready", "aa") + line(12, "failed", "bb");

    const both = await use({ [`${serverUse}.1`]: older, [serverUse]: line(13, "ready", "bb") });

    expect(both).toMatchObject({ spawns: 2, users: 2, failedSpawns: 1, failingUsers: 0 });
    expect(await use({ [`${serverUse}.1`]: older })).toMatchObject({ spawns: 1, failingUsers: 1 });
  });

  it("counts nothing twice of a log that is set aside while it is read", async () => {
    const begun = line(11, "ready", "aa");
    const logs: Record<string, string> = { [serverUse]: begun, [`${serverUse}.1`]: line(10, "ready", "old") };
    const files = {
      ...createStateFilesMemory(),
      read: async (path: string): Promise<string | undefined> => {
        const text = logs[path];
        if (path === serverUse) {
          logs[`${serverUse}.1`] = `${begun}${line(12, "ready", "bb")}`;
          logs[serverUse] = line(13, "ready", "cc");
        }
        return text;
      },
    };
    const props = { fleetUuid, hub: "alpha", since: new Date(moment(10)), until: new Date(moment(20)) };

    expect(await hubUse(props, { files, machine })).toMatchObject({ spawns: 2, users: 2 });
  });

  it("reads over what a crash left, and what it does not know", async () => {
    const whole = line(12, "ready", "aa");
    const text = [
      "\0\0\0\0\n",
      `${whole.slice(0, 50)}\n`,
      '{"at":"2026-11-21T12:12:00.000Z","kind":"ready"}\n',
      '{"at":"2026-11-21T12:12:00.000Z","kind":7,"user":"aa"}\n',
      line(12, "moved", "aa"),
      "2026\n\n",
      whole,
      whole.slice(0, 40),
    ].join("");

    expect(await use({ [serverUse]: text })).toMatchObject({ spawns: 1, users: 1, failedSpawns: 0 });
  });
});
