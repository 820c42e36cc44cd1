import { createImageUseCases, type ImageUseCases } from "./app-images.ts";
import { applyDraft } from "./apply/apply-draft.ts";
import type { EndingPolicy } from "./apply/apply-with-notice.ts";
import { describeHolder, withLease } from "./apply/lease.ts";
import type { Outcome } from "./apply/outcome.ts";
import { up } from "./apply/up.ts";
import { HubfleetErrors } from "./errors/hubfleet-error.ts";
import type { Fleet, Hub } from "./fleet/fleet.ts";
import { type FleetReading, readFleet } from "./fleet/read-fleet.ts";
import type { RepositorySnapshot } from "./fleet/repository-snapshot.ts";
import { isSameSnapshot } from "./fleet/same-snapshot.ts";
import { createSchemaFiles } from "./fleet/schema-files.ts";
import { checkHub } from "./operate/check/check-hub.ts";
import type { CheckReport } from "./operate/check/check-report.ts";
import type { ImageCheckReport } from "./image/check/image-check-report.ts";
import { checkImage } from "./operate/image-check/check-image.ts";
import { forgetDrafts } from "./operate/draft-store.ts";
import { destroyFleetRest, type DestroyOptions, type FleetRemains } from "./operate/destroy-fleet-rest.ts";
import { destroyHub, isDown, type Remains } from "./operate/destroy-hub.ts";
import { type DoctorReport, examine } from "./operate/doctor/examine.ts";
import { execInHub } from "./operate/exec.ts";
import { type Ending, findEndings } from "./operate/find-endings.ts";
import { type Pruned, type PruneOptions, pruneMachine } from "./operate/housekeeping/prune.ts";
import { findPresent } from "./operate/find-present.ts";
import { followLogs } from "./operate/follow-logs.ts";
import { type HubLogin, readLogin } from "./operate/hub-login.ts";
import { findLogs, type LogFile } from "./operate/hub-logs.ts";
import { compareImages } from "./operate/image-diff/compare-images.ts";
import { selectImage } from "./operate/images/select-images.ts";
import { machineRemarks } from "./operate/machine-remarks.ts";
import { readPlanFile } from "./operate/plan-file.ts";
import { planFleet } from "./operate/plan-fleet.ts";
import { ensureRehearsals, forgetRehearsals, onlyRehearsed, rehearsedFleet } from "./operate/rehearsals.ts";
import { restartHub } from "./operate/restart-hub.ts";
import { type Selection, selectHubs } from "./operate/select-hubs.ts";
import { fleetStatus, type HubStatus } from "./operate/status.ts";
import { findServers, type RunningServer, type StoppedServers, stopServers } from "./operate/stop-servers.ts";
import { watchStatus } from "./operate/watch-status.ts";
import { type Diagnosis, diagnose } from "./operate/why/diagnose.ts";
import { gatherEvidence } from "./operate/why/gather-evidence.ts";
import type { ImageDifference } from "./image/diff/image-difference.ts";
import type { Plan } from "./plan/plan.ts";
import type { ImageSources } from "./ports/image-sources.ts";
import type { LocalWorld, Report } from "./ports/local-world.ts";
import type { Repository } from "./ports/repository.ts";
import { stableJson } from "./runtime/local/digest.ts";
import { type Carrying, carriedSettings } from "./runtime/local/carried-settings.ts";

export interface AppProps {
  /** Absolute path of the fleet's directory. */
  readonly directory: string;
  readonly repository: Repository;
  readonly local: LocalWorld;
  /** Opened by the commands that need them. */
  readonly sources: () => Promise<ImageSources>;
  /** "local": every use-case is about the rehearsals of the fleet's hubs on this machine, and never about the real ones. */
  readonly on?: "local" | undefined;
}

/** Whoever runs a use-case that takes time: where its steps go, and how it is told to stop. */
export interface Watch {
  readonly report: Report;
  readonly signal: AbortSignal;
}

export interface Destroyed {
  readonly hubs: readonly Remains[];
  /** What the whole fleet keeps, when all of its hubs are gone. */
  readonly rest: FleetRemains | undefined;
}

/** The use-cases, one method each; what the command line and the server call. */
export interface App {
  readonly directory: string;
  /** Reads the fleet and says everything that is wrong with it. Never throws for what people wrote. */
  read(): Promise<FleetReading>;
  /** The fleet, when there is nothing wrong with it. @throws HubfleetErrors with all problems */
  fleet(): Promise<Fleet>;
  /** Writes schemas/ and names them in the fleet's files. Returns the paths of what was written. */
  writeSchemas(): Promise<readonly string[]>;
  /** The hubs that targets name. @throws HubfleetError UNKNOWN_TARGET, NOT_LOCAL */
  select(targets: readonly string[]): Promise<Selection>;
  readonly images: ImageUseCases;
  /**
   * What differs between two images, each an image of the fleet, one at a commit, a lock file or a container by digest;
   * with one side: since the last commit. Changes nothing.
   */
  diffImages(sides: readonly [string, string?], options: DiffImagesOptions, watch: Watch): Promise<ImageDifference>;
  /** Brings hubs up on this machine as the working tree has them. */
  up(hubs: readonly Hub[], watch: Watch, ending?: EndingPolicy): Promise<readonly Outcome[]>;
  /** What `apply` would do, and what waits for `up`. Changes nothing. */
  plan(hubs: readonly Hub[], removal?: Removal): Promise<Plan>;
  /** Puts in place what the draft and the live settings say; mends what ended. */
  apply(
    hubs: readonly Hub[],
    watch: Watch,
    saved?: Plan,
    options?: Partial<Removal> & { ending?: EndingPolicy },
  ): Promise<readonly Outcome[]>;
  /** Servers and Dask clusters that run now and that a command would end, for asking before it begins. */
  endings(hubs: readonly Hub[], command: "apply" | "up"): Promise<readonly Ending[]>;
  savePlan(plan: Plan, path: string): Promise<void>;
  /** @throws HubfleetError PLAN_INVALID for a file that is no plan of this fleet */
  loadPlan(path: string): Promise<Plan>;
  status(): Promise<readonly HubStatus[]>;
  /** The command that is changing the fleet on this machine right now, in words; undefined when none is. */
  changing(): Promise<string | undefined>;
  /** Tells the status again and again, until the signal. */
  watchStatus(tell: (hubs: readonly HubStatus[]) => void, signal: AbortSignal): Promise<void>;
  /** Why a hub is as it is: what is wrong, since when, the cause, what to type next. Changes nothing. */
  why(hub: string): Promise<Diagnosis>;
  /** Looks at this machine and, inside of a fleet, at what the fleet has on it. Changes nothing. */
  doctor(): Promise<DoctorReport>;
  /** Removes what nothing on this machine uses any more; also outside of a fleet. */
  prune(options: PruneOptions, watch: Watch): Promise<Pruned>;
  /** Ends a hub's own processes, or its proxy, and puts them in place again; users' servers go on. */
  restart(hub: Hub, part: "hub" | "proxy", watch: Watch): Promise<readonly Outcome[]>;
  /** The servers that run on a hub, of these users or of all. @throws HubfleetError HUB_UNREACHABLE, UNKNOWN_TARGET */
  servers(hub: string, users: readonly string[]): Promise<readonly RunningServer[]>;
  /** Announces, waits, ends servers. */
  stopServers(hub: string, options: StopServersOptions, watch: Watch): Promise<StoppedServers>;
  /** Runs a command in a hub's environment, or as a user in their home, with the terminal; answers its exit status. */
  exec(hub: string, command: readonly string[], server?: string): Promise<number>;
  /**
   * Tries a hub as a temporary user of it, and takes that user away again. `only` names steps; undefined: all.
   * Never throws for what is wrong with the hub. @throws HubfleetError UNKNOWN_STEP, CHECK_RUNNING
   */
  check(hub: Hub, only: readonly string[] | undefined, watch: Watch): Promise<CheckReport>;
  /**
   * Tests an image as it is locked, in its environment; verdicts of the same contents are not reached twice.
   * Never throws for what is wrong with the image. @throws HubfleetError UNKNOWN_TARGET, UNKNOWN_STEP, LOCK_STALE
   */
  checkImage(target: string, options: CheckImageOptions, watch: Watch): Promise<ImageCheckReport>;
  /** `previous`: those from before the last start. */
  logs(hub: string, component: string | undefined, previous?: boolean): Promise<readonly LogFile[]>;
  /** Names of the hubs that targets (or, without any, all) cover on this machine, written or not. */
  present(targets: readonly string[]): Promise<readonly string[]>;
  /** Those of these hubs of which more is here than what a teardown keeps. */
  running(hubs: readonly string[]): Promise<readonly string[]>;
  destroy(hubs: readonly string[], options: DestroyOptions, watch: Watch): Promise<Destroyed>;
  /** How people get in, for showing it on a terminal. */
  login(hub: Hub): Promise<HubLogin>;
  /** What to know about this machine whenever hubs are brought up on it. */
  remarks(): readonly string[];
  /** Which of a hub's settings this machine carries out. */
  carrying(hub: Hub): Carrying;
  /** The last lines of a log. */
  tail(path: string, lines: number): Promise<readonly string[]>;
  /** Tells what is added to logs, until the signal. */
  follow(
    logs: readonly LogFile[],
    tell: (log: LogFile, lines: readonly string[]) => void,
    signal: AbortSignal,
  ): Promise<void>;
}

export interface DiffImagesOptions {
  /** Where relative paths begin. */
  readonly workingDirectory: string;
  /** Of containers that were built for several. */
  readonly platform: string | undefined;
  /** Ask no package index. */
  readonly offline: boolean;
}

export interface StopServersOptions {
  readonly servers: readonly RunningServer[];
  /** Shown on the hub's pages until the servers end. */
  readonly message: string;
  readonly waitMilliseconds: number;
}

export interface CheckImageOptions {
  /** Names of checks; undefined: all. */
  readonly only: readonly string[] | undefined;
  /** Look at everything anew. */
  readonly again: boolean;
}

export interface Removal {
  /** Hubs whose file is gone are taken down, their data kept; without it they are left as they run. */
  readonly remove: boolean;
}

export function createApp({ directory, repository, local: world, sources, on }: AppProps): App {
  const isRehearsal = on === "local";
  // A rehearsal does not come back when the machine is restarted.
  const local = isRehearsal ? { ...world, bootService: { ...world.bootService, isPresent: async () => false } } : world;
  // A command asks several times; only what was read from the disk has to be as it is now.
  let last: { readonly snapshot: RepositorySnapshot; readonly reading: FleetReading } | undefined;
  const read = async (): Promise<FleetReading> => {
    const snapshot = await repository.snapshot();
    if (last === undefined || !isSameSnapshot(last.snapshot, snapshot))
      last = { snapshot, reading: readFleet(snapshot) };
    return last.reading;
  };
  const written = async (): Promise<Fleet> => {
    const reading = await read();
    if (reading.fleet === undefined) throw new HubfleetErrors(reading.problems);
    return reading.fleet;
  };
  const fleet = async (): Promise<Fleet> =>
    isRehearsal ? rehearsedFleet(await written(), { directory, world: local }) : written();
  const shown = async (): Promise<Fleet> => (isRehearsal ? onlyRehearsed(await fleet()) : fleet());

  return {
    directory,
    read,
    fleet,
    writeSchemas: async () => {
      const files = createSchemaFiles(await repository.snapshot());
      for (const [path, text] of files) await repository.write(path, text);
      return [...files.keys()];
    },
    select: async (targets) => selectHubs(targets.length === 0 ? await shown() : await fleet(), targets),
    images: createImageUseCases({ directory, local, sources, read, fleet }),
    diffImages: async (sides, options, watch) =>
      compareImages(sides, { fleet, directory, world: { ...local, ...(await sources()) }, ...options, ...watch }),
    up: async (hubs, watch, ending) => {
      if (isRehearsal) await ensureRehearsals(await written(), hubs, { directory, world: local });
      const now = await fleet();
      const chosen = hubs.map((hub) => now.hubs.get(hub.name) ?? hub);
      return up({ fleet: now, directory, hubs: chosen, ending, world: local, ...watch });
    },
    plan: async (hubs, { remove } = { remove: false }) =>
      planFleet({ fleet: await fleet(), directory, hubs, remove, world: local }),
    apply: async (hubs, watch, saved, options) =>
      applyDraft({ fleet: await fleet(), hubs, saved, ...options, world: local, ...watch }),
    endings: async (hubs, command) => {
      const now = await fleet();
      const chosen = hubs.map((hub) => now.hubs.get(hub.name) ?? hub);
      return findEndings({ fleet: now, directory, hubs: chosen, command, world: local });
    },
    savePlan: async (plan, path) => void (await local.files.ensureFile(path, stableJson(plan), 0o644)),
    loadPlan: async (path) => readPlanFile(path, await fleet(), local.files),
    status: async () => fleetStatus(await shown(), local),
    changing: async () => describeHolder((await fleet()).uuid, local),
    watchStatus: async (tell, signal) =>
      watchStatus(async () => fleetStatus(await shown(), local), tell, { clock: local.clock, signal }),
    why: async (hub) => diagnose(await gatherEvidence(await fleet(), hub, local)),
    doctor: async () => {
      const isFleet = await local.files.exists(`${directory}/fleet.yaml`);
      return examine({ reading: isFleet ? await read() : undefined, directory, world: local });
    },
    prune: async (options, { signal }) => {
      const isFleet = await local.files.exists(`${directory}/fleet.yaml`);
      return pruneMachine(isFleet ? await fleet() : undefined, options, { world: local, signal });
    },
    restart: async (hub, part, watch) =>
      restartHub({ fleet: await fleet(), hub, proxy: part === "proxy", world: local, ...watch }),
    servers: async (hub, users) => findServers(await fleet(), hub, { users, world: local }),
    stopServers: async (hub, options, watch) =>
      stopServers({ fleetUuid: (await fleet()).uuid, hub, ...options, world: local, ...watch }),
    exec: async (hub, command, server) =>
      execInHub({ fleetUuid: (await fleet()).uuid, hub, command, server, world: local }),
    check: async (hub, only, watch) => checkHub({ fleet: await fleet(), hub, directory, only, world: local, ...watch }),
    checkImage: async (target, options, watch) => {
      const all = await fleet();
      const image = selectImage(all, target);
      return checkImage({ fleet: all, image, directory, ...options, world: local, ...watch });
    },
    logs: async (hub, component, previous = false) =>
      findLogs((await fleet()).uuid, hub, { component, previous, world: local }),
    present: async (targets) => findPresent(await fleet(), targets, local),
    running: async (hubs) => {
      const { uuid } = await fleet();
      const down = await Promise.all(hubs.map((hub) => isDown({ fleetUuid: uuid, hub, world: local })));
      return hubs.filter((_, index) => down[index] === false);
    },
    destroy: async (hubs, options, { report }) => {
      const { uuid } = await fleet();
      return withLease({ fleetUuid: uuid, command: "destroy", world: local, report }, async (steps) => {
        const { deleteHomes } = options;
        // First of all, so that a kill from here on is finished by destroy and not undone by apply.
        await forgetDrafts(uuid, hubs, local);
        const remains = await Promise.all(
          hubs.map((hub) => destroyHub({ fleetUuid: uuid, hub, deleteHomes, world: local, steps })),
        );
        // Not a step of the journal, which goes with the rest.
        report({ target: "fleet", text: "look for leftovers", state: "started" });
        const rest = await destroyFleetRest(uuid, options, local);
        if (isRehearsal) await forgetRehearsals(await written(), hubs, local);
        report({ target: "fleet", text: "look for leftovers", state: "done" });
        return { hubs: remains, rest };
      });
    },
    login: async (hub) => readLogin((await fleet()).uuid, hub, local),
    tail: (path, lines) => local.files.tail(path, lines),
    follow: (logs, tell, signal) => followLogs(logs, tell, { world: local, signal }),
    remarks: () => machineRemarks(local),
    carrying: (hub) => {
      const asWritten = last?.reading.fleet?.hubs.get(hub.name) ?? hub;
      return carriedSettings(asWritten, { canLimit: local.machine.isRoot, isRehearsal });
    },
  };
}
