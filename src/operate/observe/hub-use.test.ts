import { describe, expect, it } from "vitest";

import { createStateFilesMemory } from "../../adapters/state-files/state-files-memory.ts";
import { aLocalWorld } from "../../../test/support/a-local-world.ts";
import { hubPaths } from "../../runtime/local/paths.ts";
import type { HubUse } from "./count-use.ts";
import { hubUse } from "./hub-use.ts";

const fleetUuid = "6ba7b810-9dad-41d1-80b4-00c04fd430c8";
const { machine } = aLocalWorld();
const { serverUse, daskUse } = hubPaths(machine.stateRoot, fleetUuid, "alpha");

const moment = (minute: number): string => new Date(Date.UTC(2026, 10, 21, 12, minute)).toISOString();
const line = (minute: number, kind: string, user?: string, image?: string): string =>
  `${JSON.stringify({ at: moment(minute), kind, user, image })}\n`;

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
      failing: [],
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
      failing: [],
    });
  });

  it.each([
    ["where none started", ["failed aa lab", "failed bb lab", "failed aa lab"], [{ image: "lab", users: 2 }]],
    [
      "by those who came after the last that started",
      ["failed aa lab", "ready bb lab", "failed bb lab", "failed cc lab"],
      [{ image: "lab", users: 2 }],
    ],
    ["of no image whose last server started", ["failed aa lab", "failed bb lab", "ready cc lab"], []],
    [
      "of one image, whatever becomes of others",
      ["failed aa lab", "ready bb bio", "failed cc lab", "ready aa bio", "failed aa geo"],
      [
        { image: "geo", users: 1 },
        { image: "lab", users: 2 },
      ],
    ],
    ["also where no image is told", ["failed aa", "failed bb"], [{ image: "", users: 2 }]],
  ])("knows servers that don't start any more: %s", async (_, events, failing) => {
    const words = events.map((event) => event.split(" "));
    const text = words.map(([kind = "", user, image]) => line(15, kind, user, image)).join("");

    expect((await use({ [serverUse]: text }))?.failing).toEqual(failing);
  });

  it("goes on across a log that was set aside", async () => {
    const older = line(11, "ready", "aa") + line(12, "failed", "bb");

    const both = await use({ [`${serverUse}.1`]: older, [serverUse]: line(13, "ready", "bb") });

    expect(both).toMatchObject({ spawns: 2, users: 2, failedSpawns: 1 });
    expect(await use({ [`${serverUse}.1`]: older })).toMatchObject({ spawns: 1, failedSpawns: 1 });
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
