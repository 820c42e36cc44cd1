import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { createProcessesLinux } from "../../src/adapters/processes/processes-linux.ts";
import { createProcessesMemory, type Program } from "../../src/adapters/processes/processes-memory.ts";
import { createStateFilesDisk } from "../../src/adapters/state-files/state-files-disk.ts";
import type { Processes, ProcessSpec } from "../../src/ports/processes.ts";
import type { StateFiles } from "../../src/ports/state-files.ts";
import { eventually } from "../support/eventually.ts";

type Argv = ProcessSpec["argv"];

interface Subject {
  readonly processes: Processes;
  readonly files: StateFiles;
  readonly root: string;
  readonly programs: Readonly<Record<"sleeper" | "stubborn" | "failing" | "listener" | "parent", Argv>>;
  readonly signals: readonly { readonly pid: number; readonly signal: string }[];
  readonly port: number;
  /** What a `parent` program does after its start: has a child. */
  haveChild(pid: number): void;
}

const subjects: Record<string, () => Promise<Subject>> = {
  linux: async () => {
    const signals: { pid: number; signal: string }[] = [];
    const port = await freePort();
    return {
      processes: createProcessesLinux({
        signal: (pid, signal) => {
          signals.push({ pid, signal });
          process.kill(pid, signal);
        },
      }),
      files: createStateFilesDisk(),
      root: await mkdtemp(join(tmpdir(), "hubfleet-processes-")),
      programs: {
        sleeper: ["/bin/sleep", "300"],
        stubborn: ["/bin/sh", "-c", 'trap "" TERM; echo ready; while :; do /bin/sleep 0.05; done'],
        failing: ["/bin/sh", "-c", "echo ready; echo broken >&2; exit 3"],
        listener: [process.execPath, "-e", `require("node:net").createServer().listen(${port}, "127.0.0.1")`],
        parent: ["/bin/sh", "-c", "/bin/sleep 300 & wait"],
      },
      signals,
      port,
      haveChild: () => undefined,
    };
  },
  memory: async () => {
    const port = 18_000;
    const behaviours: Record<string, Program> = {
      stubborn: { ignoresTerm: true },
      failing: { fails: "ready\nbroken" },
      listener: { listens: [port] },
    };
    const processes = createProcessesMemory({ programs: ({ argv }) => behaviours[argv[0]] ?? {} });
    return {
      processes,
      files: processes.files,
      root: "/state",
      programs: {
        sleeper: ["sleeper"],
        stubborn: ["stubborn"],
        failing: ["failing"],
        listener: ["listener"],
        parent: ["parent"],
      },
      signals: processes.signals,
      port,
      haveChild: (pid) => {
        const parent = processes.running().find((one) => one.pid === pid);
        processes.add({ parent: pid, marker: parent?.marker ?? "" });
      },
    };
  },
};

describe.each(Object.keys(subjects))("processes: %s", (kind) => {
  let subject: Subject;
  let processes: Processes;
  let prefix: string;

  beforeEach(async () => {
    subject = await (subjects[kind] as () => Promise<Subject>)(); // a key of the table
    ({ processes } = subject);
    prefix = `${randomUUID()}/hub/`;
  });

  afterEach(async () => {
    await processes.stop(await processes.findMarked(prefix), 0);
    if (kind === "linux") await rm(subject.root, { recursive: true, force: true });
  });

  function spec(program: keyof Subject["programs"], changes: Partial<ProcessSpec> = {}): ProcessSpec {
    return {
      marker: `${prefix}proxy`,
      argv: subject.programs[program],
      environment: { PATH: "/usr/bin:/bin" },
      directory: kind === "linux" ? subject.root : "/",
      log: `${subject.root}/proxy.log`,
      record: `${subject.root}/proxy.json`,
      specDigest: "digest-1",
      ...changes,
    };
  }

  it("starts a process and finds it again by its record", async () => {
    const identity = await processes.start(spec("sleeper"));

    const observed = await processes.observe(`${subject.root}/proxy.json`);

    expect(observed).toMatchObject({ ...identity, specDigest: "digest-1" });
    expect(observed?.startedAt.toISOString()).toMatch(/^20/);
    expect(await processes.observe(`${subject.root}/gateway.json`)).toBeUndefined();
  });

  it("does not take a pid with another start time for the process", async () => {
    const { startTime } = await processes.start(spec("sleeper"));
    const record = (await subject.files.read(`${subject.root}/proxy.json`)) ?? "";

    const other = record.replace(`"${startTime}"`, `"${Number(startTime) + 1}"`);
    await subject.files.ensureFile(`${subject.root}/proxy.json`, other, 0o644);

    expect(await processes.observe(`${subject.root}/proxy.json`)).toBeUndefined();
  });

  it("does not take a record of the boot before for a process", async () => {
    await processes.start(spec("sleeper"));
    const record = (await subject.files.read(`${subject.root}/proxy.json`)) ?? "";

    const other = record.replace(/"boot":"[^"]*"/, '"boot":"another"');
    await subject.files.ensureFile(`${subject.root}/proxy.json`, other, 0o644);

    expect(await processes.observe(`${subject.root}/proxy.json`)).toBeUndefined();
  });

  it.each(["", "{", "null", '{"version":1}', '{"version":2,"pid":1,"startTime":"1"}'])(
    "does not take %j for a record",
    async (text) => {
      await subject.files.ensureFile(`${subject.root}/proxy.json`, text, 0o644);

      expect(await processes.observe(`${subject.root}/proxy.json`)).toBeUndefined();
    },
  );

  it("starts a program that ends at once, and keeps its last words", async () => {
    await processes.start(spec("failing"));

    await eventually("it has ended", async () => (await processes.observe(`${subject.root}/proxy.json`)) === undefined);
    expect(await subject.files.tail(`${subject.root}/proxy.log`, 5)).toEqual(["ready", "broken"]);
  });

  it("finds marked processes in the order of their markers, their children too", async () => {
    const hub = await processes.start(spec("parent", { marker: `${prefix}hub`, record: `${subject.root}/hub.json` }));
    subject.haveChild(hub.pid);
    const gateway = await processes.start(
      spec("sleeper", { marker: `${prefix}gateway`, record: `${subject.root}/gateway.json` }),
    );

    const found = await eventually("there are three", async () => {
      const marked = await processes.findMarked(prefix);
      return marked.length === 3 && marked;
    });

    expect(found.map(({ marker }) => marker)).toEqual([`${prefix}gateway`, `${prefix}hub`, `${prefix}hub`]);
    expect(found[0]).toMatchObject(gateway);
    expect(found.some(({ parent }) => parent === hub.pid)).toBe(true);
    expect(await processes.findMarked(`${prefix}gate`)).toHaveLength(1);
    expect(await processes.findMarked(`${prefix}none`)).toEqual([]);
  });

  it.each(["JUPYTERHUB_API_URL", "DASK_GATEWAY_API_URL"])("tells what a process was told in %s", async (name) => {
    const environment = { PATH: "/usr/bin:/bin", [name]: "http://127.0.0.1:18002/a/hub/api" };
    await processes.start(spec("sleeper", { environment }));
    await processes.start(spec("sleeper", { marker: `${prefix}hub`, record: `${subject.root}/hub.json` }));

    const found = await processes.findMarked(prefix);

    expect(found.map(({ reportsTo }) => reportsTo)).toEqual([undefined, environment[name]]);
  });

  it("stops what ends on SIGTERM without SIGKILL", async () => {
    const identity = await processes.start(spec("sleeper"));

    await processes.stop([identity], 5_000);

    expect(await processes.observe(`${subject.root}/proxy.json`)).toBeUndefined();
    expect(await processes.findMarked(prefix)).toEqual([]);
    expect(subject.signals).toEqual([{ pid: identity.pid, signal: "SIGTERM" }]);
  });

  it("kills what ignores SIGTERM when the grace is over", async () => {
    const identity = await processes.start(spec("stubborn"));
    if (kind === "linux") {
      await eventually("it listens to signals", async () =>
        (await subject.files.tail(`${subject.root}/proxy.log`, 1)).includes("ready"),
      );
    }

    await processes.stop([identity], 200);

    expect(await processes.observe(`${subject.root}/proxy.json`)).toBeUndefined();
    expect(subject.signals.map(({ signal }) => signal)).toEqual(["SIGTERM", "SIGKILL"]);
  });

  it("never signals a pid whose start time differs", async () => {
    const { pid, startTime } = await processes.start(spec("sleeper"));

    await processes.stop([{ pid, startTime: String(Number(startTime) - 1) }], 100);

    expect(await processes.observe(`${subject.root}/proxy.json`)).toBeDefined();
    expect(subject.signals).toEqual([]);
  });

  it("is content to stop nothing, and what has ended", async () => {
    const identity = await processes.start(spec("sleeper"));
    await processes.stop([identity], 5_000);
    const sent = subject.signals.length;

    await processes.stop([], 100);
    await processes.stop([identity], 100);

    expect(subject.signals).toHaveLength(sent);
  });

  it("names who listens on a port", async () => {
    expect(await processes.portOwner(subject.port)).toBeUndefined();
    const identity = await processes.start(spec("listener"));

    const owner = await eventually("somebody listens", async () => processes.portOwner(subject.port));

    expect(owner).toMatchObject({ port: subject.port, process: { ...identity, marker: `${prefix}proxy` } });
    expect(owner.process?.command).toContain(subject.programs.listener[0]);
    await processes.stop([identity], 5_000);
    expect(await processes.portOwner(subject.port)).toBeUndefined();
  });

  it("finds what processes were started with, in their arguments or their environment", async () => {
    const [inArgument, inVariable] = [randomUUID(), randomUUID()];
    const wanted = spec("stubborn");
    const argv: Argv = [...wanted.argv, `/environments/${inArgument}/bin`];
    const environment = { ...wanted.environment, X: `/e/${inVariable}/lib` };
    await processes.start({ ...wanted, argv, environment });
    const [absent, present] = [randomUUID(), [inArgument, `/${inVariable}`]];

    // While the launcher becomes the program, for a moment neither can be read.
    await eventually("both are found", async () => (await processes.findMentioned(present)).size === 2);
    expect(await processes.findMentioned([absent, inArgument])).toEqual(new Set([inArgument]));
    expect(await processes.findMentioned([])).toEqual(new Set());
  });

  it("replaces the record when it starts the next one", async () => {
    const first = await processes.start(spec("sleeper"));
    await processes.stop([first], 5_000);
    const second = await processes.start(spec("sleeper", { specDigest: "digest-2" }));

    const observed = await processes.observe(`${subject.root}/proxy.json`);

    expect(observed).toMatchObject({ ...second, specDigest: "digest-2" });
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  if (address === null || typeof address === "string") throw new Error("listens on TCP");
  return address.port;
}
