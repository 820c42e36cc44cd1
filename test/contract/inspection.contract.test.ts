import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { createInspectionLinux } from "../../src/adapters/inspection/inspection-linux.ts";
import { createInspectionMemory } from "../../src/adapters/inspection/inspection-memory.ts";
import { createStateFilesMemory } from "../../src/adapters/state-files/state-files-memory.ts";
import type { Inspection } from "../../src/ports/inspection.ts";
import { eventually } from "../support/eventually.ts";

interface Subject {
  readonly inspection: Inspection;
  readonly root: string;
}

const subjects: Record<string, () => Promise<Subject>> = {
  linux: async () => {
    const root = await mkdtemp(join(tmpdir(), "hubfleet-inspection-"));
    await mkdir(join(root, "home"));
    await chmod(join(root, "home"), 0o700);
    await writeFile(join(root, "file"), "");
    return { inspection: createInspectionLinux(), root };
  },
  memory: async () => {
    const files = createStateFilesMemory({ "/root/file": "" });
    await files.ensureDirectory("/root/home", 0o700);
    return { inspection: createInspectionMemory({ files }), root: "/root" };
  },
};

describe.each(Object.keys(subjects))("inspection: %s", (kind) => {
  let inspection: Inspection;
  let root: string;

  beforeEach(async () => {
    ({ inspection, root } = await (subjects[kind] as () => Promise<Subject>)()); // a key of the table
  });

  afterEach(async () => {
    if (kind === "linux") await rm(root, { recursive: true, force: true });
  });

  it("tells the room of the file system, also for a path that is not there yet", async () => {
    const space = await inspection.space(`${root}/not/there`);

    expect(space.totalBytes).toBeGreaterThan(space.freeBytes);
    expect(space.freeInodes).toBeLessThanOrEqual(space.totalInodes);
  });

  it("tells what a path is, and who may use it", async () => {
    expect(await inspection.facts(`${root}/home`)).toMatchObject({ kind: "directory", mode: 0o700 });
    expect(await inspection.facts(`${root}/file`)).toMatchObject({ kind: "file" });
    expect(await inspection.facts(`${root}/absent`)).toBeUndefined();
  });

  it("knows nobody who locks a file that is not locked", async () => {
    expect(await inspection.lockHolders(`${root}/file`)).toEqual([]);
  });

  it("takes a process that runs for one that is not halted", async () => {
    expect(await inspection.isHalted(process.pid)).toBe(false);
  });

  it("knows a start of the machine that is past", async () => {
    expect((await inspection.bootTime()).getTime()).toBeLessThan(Date.now());
  });
});

describe("inspection: only a real machine", () => {
  const inspection = createInspectionLinux();

  it("has processes that are halted", async () => {
    const child = spawn("/bin/sleep", ["20"]);
    const { pid = 0 } = child;
    child.kill("SIGSTOP");

    await eventually("the process is halted", () => inspection.isHalted(pid));

    child.kill("SIGKILL");
    await once(child, "close");
    expect(await inspection.isHalted(pid)).toBe(false);
  });

  it("says in words why it has no control groups, or nothing", async () => {
    expect(typeof (await inspection.whyNoControlGroups())).toBe("string");
  });
});
