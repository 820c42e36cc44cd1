import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile, chmod } from "node:fs/promises";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { createProcessesLinux } from "../../src/adapters/processes/processes-linux.ts";
import type { MarkedProcess } from "../../src/ports/processes.ts";
import { assignUidBlock, type UidBlocks } from "../../src/runtime/local/uid-blocks.ts";

export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** Run as another account. */
  readonly uid?: number;
  readonly directory?: string;
}

/** A fleet of a test's own: a directory, a state root, ports that nobody has, and a sweep at the end. */
export interface Sandbox {
  /** Reachable by every account. */
  readonly root: string;
  readonly fleet: string;
  readonly state: string;
  /** What commands find in their environment, beside what this process has. */
  readonly variables: Readonly<Record<string, string>>;
  uuid(): string;
  /** Runs `hubfleet` in the fleet's directory. Never rejects for a command that fails. */
  hubfleet(words: readonly string[], options?: RunOptions): Promise<CommandResult>;
  /** The same, and a failure of the test when the exit status is not 0. */
  succeed(words: readonly string[], options?: RunOptions): Promise<CommandResult>;
  /** Makes the fleet from the example and moves its hubs to free ports, which are answered by hub name. */
  init(): Promise<Readonly<Record<string, number>>>;
  /** A file that is not there is made, from nothing. */
  edit(path: string, change: (text: string) => string): Promise<void>;
  read(path: string): Promise<string>;
  /** A secret of a hub, as its operator could read it. */
  secret(hub: string, name: string): string;
  hubDirectory(hub: string): string;
  /** Ends whatever is left, by pid, and answers what it was: a test expects nothing. */
  sweep(): Promise<readonly string[]>;
}

const program = fileURLToPath(new URL("../../bin/hubfleet", import.meta.url));
const processes = createProcessesLinux({ signal: (pid, name) => void process.kill(pid, name) });

/** Kept from run to run: environments are named by content, and most tests are about something else than building them. */
const sharedEnvironments = `/var/tmp/hubfleet-test-environments-${process.getuid?.() ?? 0}`;

export interface SandboxOptions {
  /** "own": built in the sandbox, for tests that build, break or count environments. */
  readonly environments: "own" | "shared";
}

export async function createSandbox(
  name: string,
  { environments }: SandboxOptions = { environments: "own" },
): Promise<Sandbox> {
  const root = await mkdtemp(`/var/tmp/hubfleet-${name}-`);
  await chmod(root, 0o755);
  const fleet = join(root, "fleet");
  const state = join(root, "state");
  const uuid = (): string => /^uuid: (\S+)/m.exec(readFileSync(join(fleet, "fleet.yaml"), "utf8"))?.[1] ?? "no uuid";
  const store = environments === "shared" ? { HUBFLEET_ENVIRONMENTS: sharedEnvironments } : {};
  const variables = { HUBFLEET_STATE: state, ...store, NO_COLOR: "1" };
  const uids = join(state, "uids.json");
  await mkdir(state, { mode: 0o711 });
  // User ids of its own, too: `destroy` ends what runs under them, and a real fleet of this machine has the first blocks.
  await writeFile(uids, JSON.stringify({ version: 1, blocks: { sandbox: randomInt(1_000, 20_000) } }), { mode: 0o644 });
  const hubDirectory = (hub: string): string => join(state, "fleets", uuid(), "hubs", hub);

  const hubfleet: Sandbox["hubfleet"] = (words, { environment = {}, uid, directory = fleet } = {}) =>
    run([program, ...words], {
      directory,
      uid,
      environment: { ...process.env, ...variables, ...environment },
    });
  const edit: Sandbox["edit"] = async (path, change) => {
    await mkdir(dirname(join(fleet, path)), { recursive: true });
    const before = await readFile(join(fleet, path), "utf8").catch(() => "");
    const after = change(before);
    if (after === before) throw new Error(`the edit of ${path} changed nothing`);
    await writeFile(join(fleet, path), after);
  };
  const succeed: Sandbox["succeed"] = async (words, options) => {
    const result = await hubfleet(words, options);
    if (result.exitCode === 0) return result;
    throw new Error(`hubfleet ${words.join(" ")} ended with ${result.exitCode}\n${result.stdout}\n${result.stderr}`);
  };

  return {
    root,
    fleet,
    state,
    variables,
    uuid,
    hubfleet,
    succeed,
    edit,
    hubDirectory,
    read: (path) => readFile(join(fleet, path), "utf8"),
    secret: (hub, key) => {
      const secrets = JSON.parse(readFileSync(join(hubDirectory(hub), "data/secrets.json"), "utf8")) as Record<
        string,
        string
      >;
      return secrets[key] ?? "";
    },
    async init() {
      await mkdir(root, { recursive: true });
      await succeed(["init", fleet], { directory: root });
      const ports: Record<string, number> = {};
      for (const hub of ["research", "staging"]) {
        const port = await freeBlock();
        ports[hub] = port;
        await edit(`hubs/${hub}.yaml`, (text) => text.replace(/^port: \d+$/m, `port: ${port}`));
      }
      return ports;
    },
    async sweep() {
      // Rehearsals have a uuid of their own.
      const known = existsSync(join(state, "fleets")) ? readdirSync(join(state, "fleets")) : [];
      const own = existsSync(join(fleet, "fleet.yaml")) ? [uuid()] : [];
      const found = await Promise.all([...new Set([...known, ...own])].map((one) => findLeft(one, uids)));
      const left = found.flat();
      await processes.stop(left, 3_000);
      await rm(root, { recursive: true, force: true });
      return left.map(({ pid, uid, marker, command }) => `process ${pid} of ${uid}, "${marker}": ${command}`);
    },
  };
}

/** By marker, and by the user ids of the fleet's hubs for processes that dropped theirs. */
async function findLeft(fleetUuid: string, uids: string): Promise<readonly MarkedProcess[]> {
  const registry = JSON.parse(await readFile(uids, "utf8")) as UidBlocks; // written by hubfleet, or above
  const hubs = Object.keys(registry.blocks).filter((key) => key.startsWith(`${fleetUuid}/`));
  const blocks = hubs.map((key) => assignUidBlock(registry, key).block);
  const owned = await Promise.all(blocks.map(({ firstUid, count }) => processes.findByUid(firstUid, count)));
  const found = [...(await processes.findMarked(`${fleetUuid}/`)), ...owned.flat()];
  return [...new Map(found.map((process) => [process.pid, process])).values()];
}

/** Below the ports that the kernel gives to clients. */
let nextBlock = 20_000 + (process.pid % 240) * 50;

/** The first of ten consecutive ports on which nobody listens. */
export async function freeBlock(): Promise<number> {
  for (;;) {
    const first = nextBlock;
    nextBlock += 10;
    const free = await Promise.all(Array.from({ length: 10 }, (_, index) => isFree(first + index)));
    if (free.every(Boolean)) return first;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

function run(
  [file = "", ...words]: readonly string[],
  { directory, uid, environment }: { directory: string; uid: number | undefined; environment: NodeJS.ProcessEnv },
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, words, {
      cwd: directory,
      env: environment,
      stdio: ["ignore", "pipe", "pipe"],
      ...(uid === undefined ? {} : { uid, gid: uid }),
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
    child.once("error", reject);
    child.once("close", (code) =>
      resolve({ exitCode: code ?? -1, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() }),
    );
  });
}
