import { describe, expect, it } from "vitest";

import { createProgramsMemory } from "../../src/adapters/programs/programs-memory.ts";
import { createProgramsSystem } from "../../src/adapters/programs/programs-system.ts";
import type { ProgramRequest, Programs } from "../../src/ports/programs.ts";

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

describe("programs: only real ones can", () => {
  const programs = createProgramsSystem();

  it("take too long", async () => {
    expect((await programs.run(shell("exec sleep 20"), 100)).exitCode).toBe(-1);
  });

  it("be ended by a signal", async () => {
    expect(await programs.attach(shell("kill -TERM $$"))).toBe(143);
  });
});
