import { HubfleetError } from "../../errors/hubfleet-error.ts";
import { renderLock } from "../../image/lock/render-lock.ts";
import type { BuildRequest, Environments, LockRequest, Python } from "../../ports/environments.ts";
import { createStateFilesMemory, type StateFilesMemory } from "../state-files/state-files-memory.ts";
import { createPretendedChannels, leftToPip, type PretendedChannels } from "./environments-memory-conda.ts";

export interface EnvironmentsMemoryProps {
  /** Where requirements, locks and environments lie; share it with the state files of the test. */
  readonly files?: StateFilesMemory;
  /** Full versions of the interpreters of the pretended machine. */
  readonly pythons?: readonly string[];
}

/** The twin, with a package index of its own and a count of builds. */
export interface EnvironmentsMemory extends Environments {
  readonly files: StateFilesMemory;
  /** Directories in the order in which they were built; a build that failed is not among them. */
  readonly builds: readonly string[];
  /** Requirement files in the order in which they were locked. */
  readonly locks: readonly string[];
  /** Offers a package in the index; the version published last is the newest. A name that was never published has every version. */
  publish(name: string, version: string): void;
  /** The conda channels of the pretended world; there is none to begin with. */
  readonly channels: Pick<PretendedChannels, "offer" | "remove">;
  /** The next lock or build fails with these words of the tool. */
  failNext(kind: "lock" | "build", words: string): void;
}

/** Environments that are one file with the lock in it. Locks pin what the index of the test offers. */
export function createEnvironmentsMemory(props: EnvironmentsMemoryProps = {}): EnvironmentsMemory {
  const { files = createStateFilesMemory(), pythons = ["3.12.4", "3.11.2"] } = props;
  const index = new Map<string, string[]>();
  const channels = createPretendedChannels();
  const failures: { lock?: string | undefined; build?: string | undefined } = {};
  const underWay = new Map<string, Promise<void>>();
  const removals = new Map<string, Promise<boolean>>();
  const builds: string[] = [];
  const locks: string[] = [];

  function failIfTold(kind: "lock" | "build", code: "LOCK_FAILED" | "ENVIRONMENT_FAILED"): void {
    const words = failures[kind];
    failures[kind] = undefined;
    if (words !== undefined) throw new HubfleetError(code, { message: words, retry: "later" });
  }

  async function build({ directory, lock, python: { platform } }: BuildRequest, signal: AbortSignal): Promise<void> {
    await files.remove(directory);
    await files.ensureDirectory(directory, 0o755);
    await new Promise((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
    const text = await files.read(lock);
    try {
      failIfTold("build", "ENVIRONMENT_FAILED");
      if (text === undefined) throw failedBuild(`"${lock}" is not there`);
      if (text.includes("@conda ")) channels.install(text, platform);
      const unsound = text.split("\n").find((line) => /^[^#@]/.test(line) && line.includes("==") && !isSound(line));
      if (unsound !== undefined) throw failedBuild(`hash mismatch: ${unsound}`);
    } catch (error) {
      await files.remove(directory);
      throw error;
    }
    await files.ensureFile(`${directory}/bin/python`, text, 0o755);
    await files.ensureFile(`${directory}/.complete`, "", 0o644);
    builds.push(directory);
  }

  return {
    files,
    builds,
    locks,
    channels,
    publish: (name, version) => void index.set(name, [...(index.get(name) ?? []), version]),
    failNext(kind, words) {
      failures[kind] = words;
    },
    async findPython(minor) {
      const version = pythons.find((one) => one.startsWith(`${minor}.`));
      return version === undefined ? undefined : python(version);
    },
    async listPythonMinors() {
      const minors = new Set(pythons.map((version) => version.split(".").slice(0, 2).join(".")));
      return [...minors].sort((one, other) => Number(other.split(".")[1]) - Number(one.split(".")[1]));
    },
    isComplete: (directory) => files.exists(`${directory}/.complete`),
    async lock(request, signal) {
      signal.throwIfAborted();
      failIfTold("lock", "LOCK_FAILED");
      const text = await lockText(request, { files, index, channels });
      locks.push(request.requirements);
      return text;
    },
    async ensure(request, signal) {
      signal.throwIfAborted();
      if (await this.isComplete(request.directory)) return;
      await removals.get(request.directory)?.catch(() => undefined);
      if (await this.isComplete(request.directory)) return;
      const present = underWay.get(request.directory);
      if (present !== undefined) return present;
      const started = build(request, signal).finally(() => underWay.delete(request.directory));
      underWay.set(request.directory, started);
      return started;
    },
    async remove(directory, isUnused) {
      if (underWay.has(directory) || removals.has(directory)) return false;
      const removal = removeUnused(directory, isUnused, files).finally(() => removals.delete(directory));
      removals.set(directory, removal);
      return removal;
    },
  };
}

async function removeUnused(
  directory: string,
  isUnused: () => Promise<boolean>,
  files: StateFilesMemory,
): Promise<boolean> {
  const mark = `${directory}/.complete`;
  const wasComplete = await files.exists(mark);
  await files.remove(mark);
  if (!(await isUnused())) {
    if (wasComplete) await files.ensureFile(mark, "", 0o644);
    return false;
  }
  await files.remove(directory);
  return true;
}

async function lockText(
  request: LockRequest,
  {
    files,
    index,
    channels,
  }: {
    readonly files: StateFilesMemory;
    readonly index: ReadonlyMap<string, readonly string[]>;
    readonly channels: PretendedChannels;
  },
): Promise<string> {
  const { conda, header } = request;
  const requirements = await files.read(request.requirements);
  const named = request.requirements.replace(`${request.fleetDirectory}/`, "");
  if (requirements === undefined && conda === undefined) throw unresolvable(`"${named}" is not there`);
  const present = await files.read(request.lock);
  const packages = conda === undefined ? [] : channels.solve(request, conda, present);
  const wanted = [...(requirements ?? "").split("\n"), ...(conda?.pip ?? [])]
    .map((line) => line.replace(/#.*/, "").trim())
    .filter((line) => line !== "");
  const pins = leftToPip(wanted, packages).map((line) =>
    pin(line, isUpgraded(line, request) ? undefined : present, { index, named }),
  );
  const pipText = pins.map((line) => `${line}\n`).join("");
  return renderLock({ header, variables: conda?.variables ?? {}, conda: packages, pipText });
}

function isUpgraded(requirement: string, { upgrade = [] }: LockRequest): boolean {
  return upgrade === "all" || upgrade.includes(requirement.split("==")[0] ?? "");
}

function pin(
  requirement: string,
  present: string | undefined,
  { index, named }: { readonly index: ReadonlyMap<string, readonly string[]>; readonly named: string },
): string {
  const [name = "", exact] = requirement.split("==");
  const versions = index.get(name) ?? [exact ?? "1.0"];
  if (exact !== undefined && !versions.includes(exact))
    throw unresolvable(`"${named}": there is no version of ${requirement}`);
  const kept = present
    ?.split("\n")
    .map((line) => line.split(" ")[0] ?? "")
    .find((line) => line.startsWith(`${name}==`));
  const version = exact ?? kept?.split("==")[1] ?? versions.at(-1) ?? "1.0";
  return `${name}==${version} --hash=sha256:${name}-${version}`;
}

function isSound(line: string): boolean {
  const [pinned = "", hash] = line.split(" ");
  return hash === `--hash=sha256:${pinned.replace("==", "-")}`;
}

function python(version: string): Python {
  return {
    executable: `/usr/bin/python${version.split(".").slice(0, 2).join(".")}`,
    version,
    platform: "linux-x86_64",
  };
}

function unresolvable(message: string): HubfleetError {
  return new HubfleetError("LOCK_FAILED", { message, retry: "later" });
}

function failedBuild(message: string): HubfleetError {
  return new HubfleetError("ENVIRONMENT_FAILED", { message, retry: "later" });
}
