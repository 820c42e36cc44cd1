import { dirname } from "node:path";

import { ensureUidBlocks } from "../../apply/prepare-machine.ts";
import type { LocalWorld } from "../../ports/local-world.ts";
import type { ProgramResult } from "../../ports/programs.ts";
import { machinePaths } from "../../runtime/local/paths.ts";
import { assignUidBlock } from "../../runtime/local/uid-blocks.ts";
import { describeMachine } from "../desired-hubs.ts";
import { environmentVariables } from "../environment-variables.ts";

export type RoomWorld = Pick<
  LocalWorld,
  "files" | "programs" | "processes" | "locks" | "clock" | "machine" | "pythonSource" | "variable"
>;

export interface RoomProgram {
  readonly argv: readonly [string, ...string[]];
  /** What it is for; the last part of its marker. */
  readonly job: string;
  /** Of the image that it runs in. */
  readonly environment: string;
  /** By default the room itself. */
  readonly directory?: string;
  readonly variables?: Readonly<Record<string, string>>;
  readonly milliseconds: number;
  readonly signal: AbortSignal;
}

/** A place for running other people's code: an account, a home and temporary files that are gone afterwards. */
export interface CheckRoom {
  /** Absolute path; empty but for `home` and `tmp` at first. */
  readonly directory: string;
  /** The directory that holds `hubfleet_image`, readable by the room's account. */
  readonly pythonPath: string;
  /** User and group id of its own, when run by root. */
  readonly account: number | undefined;
  /** Gives what was put into the room to its account; call it before running anything that writes there. */
  give(): Promise<void>;
  run(program: RoomProgram): Promise<ProgramResult>;
  /** Ends whatever still runs in the room. */
  endAll(): Promise<void>;
}

const most = 100;
const registryKey = "image-checks";

/**
 * Runs work in a room that nobody else uses, and leaves nothing of it: processes, home, temporary files. Rooms are
 * numbered; a lock that ends with its command says who has which, so what is found in a free one is a killed command's,
 * and goes first.
 */
export async function withCheckRoom<Result>(
  world: RoomWorld,
  work: (room: CheckRoom) => Promise<Result>,
): Promise<Result> {
  const { stateRoot } = world.machine;
  for (let number = 0; ; number = (number + 1) % most) {
    const directory = `${stateRoot}/checking/${number}`;
    const turn = await world.locks.tryAcquire(`image-check/${directory}`, `${directory}.json`, "check");
    if (turn.kind === "taken") {
      if (number === most - 1) await world.clock.sleep(200);
      continue;
    }
    const account = await accountOf(number, world);
    const sweep = (): Promise<void> => sweepRoom({ directory, account, world });
    try {
      await sweep();
      return await work(await openRoom({ directory, account, world }));
    } finally {
      await sweep();
      await turn.release();
    }
  }
}

interface Place {
  readonly directory: string;
  readonly account: number | undefined;
  readonly world: RoomWorld;
}

/** From a block of user ids like a hub's, one for each room. */
async function accountOf(number: number, world: RoomWorld): Promise<number | undefined> {
  if (!world.machine.isRoot) return undefined;
  const blocks = await ensureUidBlocks([registryKey], await describeMachine(world), world);
  return assignUidBlock(blocks, registryKey).block.firstUid + number;
}

async function openRoom({ directory, account, world }: Place): Promise<CheckRoom> {
  const { files, programs } = world;
  await files.ensureDirectory(directory, 0o700);
  await files.ensureDirectory(`${directory}/home`, 0o700);
  await files.ensureDirectory(`${directory}/tmp`, 0o700);
  const pythonPath = await ensureImagePackage(world);
  const give = async (): Promise<void> => {
    if (account === undefined) return;
    const owner = `${account}:${account}`;
    await programs.run(
      { argv: ["chown", "-R", "-h", owner, directory], environment: { PATH: systemPath }, directory: "/" },
      60_000,
    );
  };
  await give();
  return {
    directory,
    pythonPath,
    account,
    give,
    endAll: () => endProcesses({ directory, account, world }),
    run: async ({ argv, job, environment, variables, milliseconds, signal, directory: within = directory }) =>
      programs.run(
        {
          argv,
          directory: within,
          environment: {
            ...(await environmentVariables(environment, files)),
            PATH: `${environment}/bin:${systemPath}`,
            LANG: "C.UTF-8",
            HOME: `${directory}/home`,
            TMPDIR: `${directory}/tmp`,
            // An environment is content-addressed: nothing may be added to it, and an ordinary account could.
            PYTHONDONTWRITEBYTECODE: "1",
            ...(await activation(environment, files)),
            ...variables,
            HUBFLEET_PROCESS: `${markerOf(directory)}${job}`,
          },
          ...(account === undefined ? {} : { account }),
        },
        milliseconds,
        signal,
      ),
  };
}

/** What activating a conda environment would set, as its build wrote it down. */
async function activation(
  environment: string,
  files: Pick<RoomWorld["files"], "read">,
): Promise<Readonly<Record<string, string>>> {
  const text = await files.read(`${environment}/etc/hubfleet/activation.json`);
  if (text === undefined) return {};
  return (JSON.parse(text) as { readonly variables: Readonly<Record<string, string>> }).variables; // the build wrote it
}

const systemPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** The directory that holds `hubfleet_image` where other accounts may read it, which the package's own need not allow. */
export async function ensureImagePackage(world: RoomWorld): Promise<string> {
  const { files, machine, pythonSource } = world;
  const source = `${dirname(pythonSource)}/hubfleet_image`;
  const digest = (await files.digest(source)) ?? "missing";
  const pythonPath = `${machinePaths(machine.stateRoot).runtime}/image-${digest.slice(0, 16)}`;
  const target = `${pythonPath}/hubfleet_image`;
  while (!(await files.exists(target))) {
    const turn = await world.locks.tryAcquire(`copy/${target}`, `${pythonPath}.json`, "check");
    if (turn.kind === "taken") {
      await world.clock.sleep(50);
      continue;
    }
    try {
      if (!(await files.exists(target))) await files.copy(source, target);
    } finally {
      await turn.release();
    }
  }
  return pythonPath;
}

async function sweepRoom(place: Place): Promise<void> {
  const { directory, account, world } = place;
  await endProcesses(place);
  await world.files.remove(directory);
  if (account === undefined) return;
  const owned = ["/tmp", "/var/tmp", "/dev/shm", "-mindepth", "1", "-maxdepth", "1", "-uid", String(account)] as const;
  await world.programs.run(
    {
      argv: ["find", ...owned, "-exec", "rm", "-rf", "{}", "+"],
      environment: { PATH: systemPath },
      directory: "/",
    },
    60_000,
  );
}

async function endProcesses({ directory, account, world: { processes } }: Place): Promise<void> {
  // Again: one that was being started is found a moment later.
  for (let round = 0; round < 20; round++) {
    const marked = await processes.findMarked(markerOf(directory));
    const owned = account === undefined ? [] : await processes.findByUid(account, 1);
    if (marked.length + owned.length === 0) return;
    await processes.stop([...marked, ...owned], 0);
  }
}

function markerOf(directory: string): string {
  return `image-check:${directory}/`;
}
