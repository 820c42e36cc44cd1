import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { createProcessesLinux } from "../../src/adapters/processes/processes-linux.ts";
import type { ProcessSpec } from "../../src/ports/processes.ts";
import { eventually } from "../support/eventually.ts";
import { itAsRoot, skipUnless } from "../support/skip.ts";

const itWithPython = skipUnless(existsSync("/usr/bin/python3"), "/usr/bin/python3 is not there");
const sleeper: ProcessSpec["argv"] = ["/bin/sleep", "300"];

describe("processes: what only Linux shows", () => {
  const signals: number[] = [];
  const processes = createProcessesLinux({
    signal: (pid, signal) => {
      signals.push(pid);
      process.kill(pid, signal);
    },
  });
  const children: ChildProcess[] = [];
  let prefix: string;
  let root: string;

  beforeEach(async () => {
    prefix = `${randomUUID()}/hub/`;
    root = await mkdtemp(join(tmpdir(), "hubfleet-processes-"));
    signals.length = 0;
  });

  afterEach(async () => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
    await processes.stop(await processes.findMarked(prefix), 0);
    await rm(root, { recursive: true, force: true });
  });

  function spec(argv: ProcessSpec["argv"], changes: Partial<ProcessSpec> = {}): ProcessSpec {
    return {
      marker: `${prefix}proxy`,
      argv,
      environment: { PATH: "/usr/bin:/bin" },
      directory: root,
      log: `${root}/proxy.log`,
      record: `${root}/proxy.json`,
      specDigest: "digest-1",
      ...changes,
    };
  }

  async function logged(lines: number): Promise<readonly string[]> {
    return eventually(`${lines} lines are logged`, async () => {
      const found = (await readFile(`${root}/proxy.log`, "utf8")).split("\n").slice(0, -1);
      return found.length >= lines && found;
    });
  }

  it("a program gets the environment it was given, its marker and nothing else", async () => {
    const environment = { PATH: "/usr/bin:/bin", WORDS: "two words\ttab $HOME 'quoted'", EMPTY: "" };

    await processes.start(spec(["/usr/bin/env"], { environment }));

    const lines = await logged(4);
    const given = [...Object.entries(environment), ["HUBFLEET_PROCESS", `${prefix}proxy`]];
    expect(lines.toSorted()).toEqual(given.map(([name, value]) => `${name}=${value}`).toSorted());
  });

  it("a program gets its arguments as they are", async () => {
    await processes.start(spec(["/usr/bin/printf", "%s\\n", "$(id)", "a  b", "", "*", "'\""]));

    expect(await logged(5)).toEqual(["$(id)", "a  b", "", "*", "'\""]);
  });

  it("a program runs in its directory, in a session of its own, with umask 022", async () => {
    const identity = await processes.start(spec(["/bin/sh", "-c", "pwd; umask; exec sleep 300"]));

    expect(await logged(2)).toEqual([root, "0022"]);
    const stat = (await readFile(`/proc/${identity.pid}/stat`, "utf8")).split(" ");
    expect(stat[5]).toBe(String(identity.pid));
  });

  it("the log is appended to by both streams of every start", async () => {
    await writeFile(`${root}/proxy.log`, "before\n");
    for (const word of ["one", "two"]) {
      await processes.start(spec(["/bin/sh", "-c", `echo ${word}; echo ${word}-error >&2`]));
      await eventually("it has ended", async () => (await processes.observe(`${root}/proxy.json`)) === undefined);
    }

    expect(await logged(5)).toEqual(["before", "one", "one-error", "two", "two-error"]);
  });

  it("a program that is not there ends at once and says so", async () => {
    await processes.start(spec(["/nowhere/program"]));

    await eventually("it has ended", async () => (await processes.observe(`${root}/proxy.json`)) === undefined);
    expect((await logged(1)).join("\n")).toContain("/nowhere/program");
  });

  it("a directory that is not there is a start that failed", async () => {
    const starting = processes.start(spec(sleeper, { directory: `${root}/nowhere` }));

    await expect(starting).rejects.toMatchObject({ code: "PROCESS_NOT_STARTED" });
    expect(await processes.findMarked(prefix)).toEqual([]);
  });

  it("programs that end at once were started, however fast they are", async () => {
    for (let round = 0; round < 20; round++) {
      expect(await processes.start(spec(["/bin/true"]))).toHaveProperty("pid");
    }
  });

  it("a zombie has ended", async () => {
    const parent = spawn("/bin/sh", ["-c", "/bin/sleep 0.3 & echo $!; exec /bin/sleep 300"], {
      env: { HUBFLEET_PROCESS: `${prefix}hub` },
      stdio: ["ignore", "pipe", "inherit"],
    });
    children.push(parent);
    const [words] = (await once(parent.stdout, "data")) as [Buffer]; // a stream without encoding gives buffers
    const pid = Number(words.toString());
    const stat = async (): Promise<readonly string[]> => (await readFile(`/proc/${pid}/stat`, "utf8")).split(" ");
    const startTime = (await stat())[21] ?? "";
    const boot = (await readFile("/proc/sys/kernel/random/boot_id", "utf8")).trim();
    await writeFile(
      `${root}/proxy.json`,
      JSON.stringify({ version: 1, pid, startTime, boot, specDigest: "", startedAt: new Date().toISOString() }),
    );
    expect(await processes.observe(`${root}/proxy.json`)).toMatchObject({ pid });

    await eventually("it is a zombie", async () => (await stat())[2] === "Z");

    expect(await processes.observe(`${root}/proxy.json`)).toBeUndefined();
    expect((await processes.findMarked(prefix)).map((one) => one.pid)).toEqual([parent.pid]);
    await processes.stop([{ pid, startTime }], 1_000);
    expect(signals).toEqual([]);
  });

  itWithPython("a process whose first thread has ended runs until the last one has", async () => {
    const exitOfOneThread = process.arch === "arm64" ? 93 : 60;
    const words = [
      "import ctypes, threading, time",
      "threading.Thread(target=time.sleep, args=(300,)).start()",
      "print('ready', flush=True)",
      `ctypes.CDLL(None).syscall(${exitOfOneThread}, 0)`,
    ].join("\n");
    const identity = await processes.start(spec(["/usr/bin/python3", "-c", words]));
    await logged(1);
    await eventually("its first thread is a zombie", async () =>
      (await readFile(`/proc/${identity.pid}/stat`, "utf8")).includes(") Z "),
    );

    expect(await processes.observe(`${root}/proxy.json`)).toMatchObject(identity);
    await processes.stop([identity], 5_000);
    expect(await processes.observe(`${root}/proxy.json`)).toBeUndefined();
    expect(signals).toEqual([identity.pid]);
  });

  it("a port is free as soon as its listener was stopped, however many threads that had", async () => {
    const words =
      'require("node:net").createServer().listen(0, "127.0.0.1", function () { console.log(this.address().port) })';
    for (let round = 0; round < 15; round++) {
      await rm(`${root}/proxy.log`, { force: true });
      const identity = await processes.start(spec([process.execPath, "-e", words]));
      const port = Number((await logged(1))[0]);

      await processes.stop([identity], 5_000);

      expect(await processes.portOwner(port)).toBeUndefined();
    }
  });

  it("a process outlives the command that started it, however that ended", async () => {
    const starter = startInChild(spec(sleeper), "process.kill(process.pid, 'SIGKILL')");
    await once(starter, "exit");

    const observed = await processes.observe(`${root}/proxy.json`);

    expect(observed).toBeDefined();
    const [found] = await processes.findMarked(prefix);
    expect(found).toMatchObject({ pid: observed?.pid, parent: 1 });
  });

  it("a command that is killed at any moment leaves a recorded process or none", async () => {
    const outcomes: string[] = [];
    for (const milliseconds of [0, 1, 2, 3, 4, 6, 8, 10, 15, 30]) {
      const starter = startInChild(spec(sleeper), "setInterval(() => {}, 1000)");
      await once(starter.stdout as Readable, "data");
      await wait(milliseconds);
      starter.kill("SIGKILL");
      await once(starter, "exit");

      const settled = await eventually("record and processes agree", async () => {
        await wait(100);
        const [observed, marked] = [await processes.observe(`${root}/proxy.json`), await processes.findMarked(prefix)];
        const pids = observed === undefined ? [] : [observed.pid];
        return marked.map(({ pid }) => pid).join() === pids.join() && { running: marked };
      });
      outcomes.push(settled.running.length === 0 ? "none" : "recorded");
      await processes.stop(settled.running, 5_000);
      await rm(`${root}/proxy.json`, { force: true });
    }
    expect(outcomes).toHaveLength(10);
  });

  it("the listener of IPv6 is named, too", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "::1", resolve));
    const { port } = server.address() as { port: number }; // listens on TCP

    const owner = await processes.portOwner(port);
    await new Promise<void>((resolve) => server.close(() => resolve()));

    expect(owner).toMatchObject({ port, process: { pid: process.pid } });
  });

  itAsRoot("processes of a range of accounts are found, marked or not", async () => {
    const first = 1_999_999_000;
    const run = (uid: number, env: Record<string, string>): ChildProcess => {
      const child = spawn("/bin/sleep", ["300"], { uid, gid: uid, cwd: "/", env, stdio: "ignore" });
      children.push(child);
      return child;
    };
    const marked = run(first, { HUBFLEET_PROCESS: `${prefix}server/ada` });
    const unmarked = run(first + 9, {});
    run(first + 10, {});
    await wait(50);

    const found = await processes.findByUid(first, 10);

    expect(found.map(({ pid, uid, marker }) => [pid, uid, marker])).toEqual([
      [unmarked.pid, first + 9, ""],
      [marked.pid, first, `${prefix}server/ada`],
    ]);
  });

  itAsRoot("a listener of another account is an owner without a name", async () => {
    const words =
      'require("node:net").createServer().listen(0, "127.0.0.1", function () { console.log(this.address().port) })';
    await processes.start(spec([process.execPath, "-e", words]));
    const port = Number((await logged(1))[0]);
    expect(await processes.portOwner(port)).toHaveProperty("process");

    process.seteuid?.(65_534);
    const owner = await processes.portOwner(port).finally(() => process.seteuid?.(0));

    expect(owner).toEqual({ port });
  });
});

/** A command of its own that starts the process and then runs the words. */
function startInChild(spec: ProcessSpec, words: string): ChildProcess {
  const adapter = new URL("../../src/adapters/processes/processes-linux.ts", import.meta.url).href;
  const script = `
    import { createProcessesLinux } from ${JSON.stringify(adapter)};
    const processes = createProcessesLinux({ signal: () => {} });
    console.log("starting");
    await processes.start(JSON.parse(process.argv[1]));
    ${words}
  `;
  return spawn(process.execPath, ["--input-type=module", "--eval", script, JSON.stringify(spec)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
}
