import { beforeEach, describe, expect, it } from "vitest";

import { aLocalWorld, type PretendedMachine } from "../../../test/support/a-local-world.ts";
import { withCheckRoom } from "./check-room.ts";

const signal = new AbortController().signal;
const program = { argv: ["true"], job: "plot", environment: "/environments/one", milliseconds: 1_000, signal } as const;

describe("a room for checks", () => {
  let machine: PretendedMachine;

  beforeEach(() => {
    machine = aLocalWorld();
  });

  it("runs programs with a home, an account and a marker of its own, in the image's environment", async () => {
    await withCheckRoom(machine, (room) => room.run(program));

    const request = machine.programs.requests.find(({ argv }) => argv[0] === "true");
    expect(request).toMatchObject({
      account: 1_900_000_000,
      directory: "/state/checking/0",
      environment: {
        HOME: "/state/checking/0/home",
        TMPDIR: "/state/checking/0/tmp",
        PATH: expect.stringMatching(/^\/environments\/one\/bin:/) as string,
        HUBFLEET_PROCESS: "image-check:/state/checking/0/plot",
      },
    });
  });

  it("ends what runs in it and removes its files, also when the work fails", async () => {
    const work = withCheckRoom(machine, async (room) => {
      machine.processes.add({ marker: `image-check:${room.directory}/plot`, command: "python" });
      await machine.files.ensureFile(`${room.directory}/home/notes`, "mine", 0o600);
      throw new Error("the check broke");
    });

    await expect(work).rejects.toThrow("the check broke");
    expect(await machine.processes.findMarked("image-check:")).toEqual([]);
    expect(await machine.files.exists("/state/checking/0")).toBe(false);
  });

  it("clears first what a killed command left", async () => {
    machine.processes.add({ marker: "image-check:/state/checking/0/server", command: "jupyter-lab" });
    await machine.files.ensureFile("/state/checking/0/home/notes", "old", 0o600);

    await withCheckRoom(machine, async () => {
      expect(await machine.processes.findMarked("image-check:")).toEqual([]);
      expect(await machine.files.exists("/state/checking/0/home/notes")).toBe(false);
    });
  });

  it("is nobody else's: a second one meanwhile has another number and account", async () => {
    await withCheckRoom(machine, async (first) => {
      await withCheckRoom(machine, async (second) => {
        expect([first.directory, second.directory]).toEqual(["/state/checking/0", "/state/checking/1"]);
        expect([first.account, second.account]).toEqual([1_900_000_000, 1_900_000_001]);
      });
      expect(await machine.files.exists(first.directory)).toBe(true);
    });
  });

  it("keeps the ordinary account where hubfleet is not run by root", async () => {
    machine = aLocalWorld({ isRoot: false });

    await withCheckRoom(machine, (room) => room.run(program));

    expect(machine.programs.requests.map(({ argv, account }) => [argv[0], account])).toEqual([["true", undefined]]);
  });
});
