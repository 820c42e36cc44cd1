import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { createClockSystem } from "../../src/adapters/clock/clock-system.ts";
import { createLocksMemory } from "../../src/adapters/locks/locks-memory.ts";
import { createLocksSocket } from "../../src/adapters/locks/locks-socket.ts";
import { createStateFilesDisk } from "../../src/adapters/state-files/state-files-disk.ts";
import type { Locks } from "../../src/ports/locks.ts";

interface Subject {
  readonly locks: Locks;
  /** Another command takes the lock; the answer kills it. */
  holdElsewhere(name: string, note: string, command: string): Promise<() => Promise<void>>;
}

const files = createStateFilesDisk();
const subjects: Record<string, () => Subject> = {
  socket: () => ({
    locks: createLocksSocket({ files, clock: createClockSystem(), pid: process.pid }),
    holdElsewhere: async (...words) => {
      const child = await holdInChild(...words);
      return async () => {
        child.kill("SIGKILL");
        await once(child, "exit");
      };
    },
  }),
  memory: () => {
    const locks = createLocksMemory();
    return {
      locks,
      holdElsewhere: async (name, _note, command) => {
        const end = locks.holdElsewhere(name, { command });
        return async () => end();
      },
    };
  },
};

describe.each(Object.keys(subjects))("locks: %s", (kind) => {
  let subject: Subject;
  let locks: Locks;
  let root: string;
  let note: string;
  let name: string;

  beforeEach(async () => {
    subject = (subjects[kind] as () => Subject)(); // a key of the table
    ({ locks } = subject);
    root = await mkdtemp(join(tmpdir(), "hubfleet-locks-"));
    note = join(root, "lease.json");
    name = `contract${root}`;
  });

  afterEach(async () => {
    await rm(root, { recursive: true, force: true });
  });

  it("tells who holds a lock without taking it", async () => {
    expect(await locks.holder(name, note)).toBeUndefined();
    const turn = await locks.tryAcquire(name, note, "up");

    expect(await locks.holder(name, note)).toMatchObject({ command: "up" });

    if (turn.kind === "held") await turn.release();
    expect(await locks.holder(name, note)).toBeUndefined();
  });

  it("gives a lock to one holder, and to the next when it is released", async () => {
    const first = await locks.tryAcquire(name, note, "up");
    const second = await locks.tryAcquire(name, note, "apply");
    if (first.kind === "held") await first.release();
    const third = await locks.tryAcquire(name, note, "apply");

    expect([first.kind, second.kind, third.kind]).toEqual(["held", "taken", "held"]);
    if (third.kind === "held") await third.release();
  });

  it("tells who holds it and since when", async () => {
    const end = await subject.holdElsewhere(name, note, "up");

    const turn = await locks.tryAcquire(name, note, "apply");

    expect(turn).toMatchObject({ kind: "taken", by: { command: "up" } });
    expect(turn.kind === "taken" && turn.by?.pid !== process.pid && turn.by?.since instanceof Date).toBe(true);
    await end();
  });

  it("is free at once when its holder was killed", async () => {
    const kill = await subject.holdElsewhere(name, note, "up");
    await kill();

    const turn = await locks.tryAcquire(name, note, "apply");

    expect(turn.kind).toBe("held");
    if (turn.kind === "held") await turn.release();
  });

  it("does not let go of somebody else's lock when released twice", async () => {
    const first = await locks.tryAcquire(name, note, "up");
    if (first.kind === "held") await first.release();
    const second = await locks.tryAcquire(name, note, "apply");
    if (first.kind === "held") await first.release();

    const third = await locks.tryAcquire(name, note, "destroy");

    expect(third).toMatchObject({ kind: "taken", by: { command: "apply" } });
    if (second.kind === "held") await second.release();
  });

  it("tells long names apart", async () => {
    const long = `${name}/${"directory/".repeat(30)}`;
    const one = await locks.tryAcquire(`${long}one`, `${note}1`, "build");
    const other = await locks.tryAcquire(`${long}other`, `${note}2`, "build");

    expect([one.kind, other.kind]).toEqual(["held", "held"]);
    for (const turn of [one, other]) if (turn.kind === "held") await turn.release();
  });

  it("gives a lock that many want at once to one of them", async () => {
    const turns = await Promise.all(Array.from({ length: 20 }, async () => locks.tryAcquire(name, note, "up")));

    expect(turns.filter((turn) => turn.kind === "held")).toHaveLength(1);
    for (const turn of turns) if (turn.kind === "held") await turn.release();
  });
});

it("a lock whose note cannot be written is not held", async () => {
  const closed = { ...files, ensureFile: () => Promise.reject(new Error("EACCES: permission denied")) };
  const clock = createClockSystem();
  const name = `contract/closed/${process.pid}`;

  await expect(createLocksSocket({ files: closed, clock, pid: 1 }).tryAcquire(name, "/x", "up")).rejects.toThrow(
    "EACCES",
  );

  expect(await createLocksSocket({ files, clock, pid: 1 }).holder(name, "/x")).toBeUndefined();
});

it("a lock can be had on a full disk, without its note: whoever makes room needs it", async () => {
  const error = Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
  const full = { ...files, ensureFile: () => Promise.reject(error) };
  const clock = createClockSystem();
  const name = `contract/full/${process.pid}`;

  const turn = await createLocksSocket({ files: full, clock, pid: 1 }).tryAcquire(name, "/x", "prune");

  const other = createLocksSocket({ files, clock, pid: 1 });
  expect(await other.holder(name, "/x")).toBe("somebody");
  if (turn.kind === "held") await turn.release();
  expect(await other.holder(name, "/x")).toBeUndefined();
});

async function holdInChild(name: string, note: string, command: string): Promise<ChildProcess> {
  const source = new URL("../../src/adapters/", import.meta.url);
  const script = `
    import { createLocksSocket } from ${JSON.stringify(new URL("locks/locks-socket.ts", source).href)};
    import { createStateFilesDisk } from ${JSON.stringify(new URL("state-files/state-files-disk.ts", source).href)};
    const locks = createLocksSocket({ files: createStateFilesDisk(), clock: { now: () => new Date() }, pid: process.pid });
    const [name, note, command] = process.argv.slice(1);
    console.log((await locks.tryAcquire(name, note, command)).kind);
    setInterval(() => {}, 1000);
  `;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script, name, note, command], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [words] = (await once(child.stdout, "data")) as [Buffer]; // a stream without encoding gives buffers
  if (words.toString() !== "held\n") throw new Error(`the other command says ${words.toString()}`);
  return child;
}
