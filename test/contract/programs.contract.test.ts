import { describe, expect, it } from "vitest";

import { createProgramsMemory } from "../../src/adapters/programs/programs-memory.ts";
import { createProgramsSystem } from "../../src/adapters/programs/programs-system.ts";
import type { ProgramRequest, Programs } from "../../src/ports/programs.ts";
import { itAsRoot } from "../support/skip.ts";

const shell = (words: string, environment: Readonly<Record<string, string>> = {}): ProgramRequest => ({
  argv: ["/bin/sh", "-c", words],
  environment,
  directory: "/",
});
const greeting = shell("echo $GREETING; echo oh >&2; exit 3", { GREETING: "hello" });
const absent: ProgramRequest = { argv: ["/no/such/program"], environment: {}, directory: "/" };

const subjects: Record<string, () => Programs> = {
  system: createProgramsSystem,
  memory: () => {
    const programs = createProgramsMemory();
    programs.answer((request) => request === greeting, { exitCode: 3, output: "hello\noh" });
    programs.answer((request) => request === absent, { exitCode: -1, output: "ENOENT" });
    return programs;
  },
};

describe.each(Object.keys(subjects))("programs: %s", (kind) => {
  const programs = (subjects[kind] as () => Programs)(); // a key of the table

  it("answers what a program said, and its exit status", async () => {
    const { exitCode, output } = await programs.run(greeting, 10_000);

    expect(exitCode).toBe(3);
    expect(output.split("\n").sort()).toEqual(["hello", "oh"]);
  });

  it("answers -1 for a program that cannot be started", async () => {
    expect(await programs.run(absent, 10_000)).toMatchObject({
      exitCode: -1,
      output: expect.stringContaining("ENOENT") as string,
    });
  });

  it("passes the exit status of an attached program on", async () => {
    expect(await programs.attach(shell("exit 0"))).toBe(0);
  });
});

describe("programs: a command ends", () => {
  it("as soon as it knows that a program is not there", async () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    const before = timers();

    await createProgramsSystem().run(absent, 60_000);

    expect(timers()).toBe(before);
  });
});

describe("programs: only real ones can", () => {
  const programs = createProgramsSystem();

  it("take too long", async () => {
    expect((await programs.run(shell("exec sleep 20"), 100)).exitCode).toBe(-1);
  });

  it("be told to end", async () => {
    const interruption = new AbortController();
    const running = programs.run(shell("exec sleep 20"), 20_000, interruption.signal);
    interruption.abort();

    expect((await running).exitCode).toBe(-1);
  });

  it("leave something running that keeps their streams", async () => {
    const { exitCode, output } = await programs.run(shell("sleep 20 & echo $!"), 30_000);

    expect(exitCode).toBe(0);
    expect(process.kill(Number(output), "SIGKILL")).toBe(true); // it still runs
  });

  itAsRoot("run under another account, without the groups of this one", async () => {
    const { output } = await programs.run({ ...shell("id -u; id -G"), account: 54_321 }, 10_000);

    expect(output).toBe("54321\n54321");
  });

  it("be ended by a signal", async () => {
    expect(await programs.attach(shell("kill -TERM $$"))).toBe(143);
  });
});
