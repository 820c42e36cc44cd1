import {
  createBootServiceMemory,
  type BootServiceMemory,
} from "../../src/adapters/boot-service/boot-service-memory.ts";
import { createClockMemory, type ClockMemory } from "../../src/adapters/clock/clock-memory.ts";
import {
  createEnvironmentsMemory,
  type EnvironmentsMemory,
} from "../../src/adapters/environments/environments-memory.ts";
import { createHubApiMemory, type HubApiMemory, type PretendedHub } from "../../src/adapters/hub-api/hub-api-memory.ts";
import { type ChartsMemory, createChartsMemory } from "../../src/adapters/helm/charts-memory.ts";
import { createHelmMemory, type RenderChart } from "../../src/adapters/helm/helm-memory.ts";
import type { ClusterMemory } from "../../src/adapters/kubernetes/cluster-memory.ts";
import { createKubernetesMemory } from "../../src/adapters/kubernetes/kubernetes-memory.ts";
import { createInspectionMemory, type InspectionMemory } from "../../src/adapters/inspection/inspection-memory.ts";
import { createHubSessionsMemory, type HubSessionsMemory } from "../../src/adapters/hub-session/hub-session-memory.ts";
import { createLocksMemory, type LocksMemory } from "../../src/adapters/locks/locks-memory.ts";
import {
  createProcessesMemory,
  type ProcessesMemory,
  type Program,
} from "../../src/adapters/processes/processes-memory.ts";
import { createNotifierMemory, type NotifierMemory } from "../../src/adapters/notifier/notifier-memory.ts";
import { createProgramsMemory, type ProgramsMemory } from "../../src/adapters/programs/programs-memory.ts";
import { createRandomMemory } from "../../src/adapters/random/random-memory.ts";
import {
  createRepositoryMemory,
  type MemoryFiles,
  snapshotOf,
} from "../../src/adapters/repository/repository-memory.ts";
import {
  createStateCloneMemory,
  createStateRefMemory,
  createStateRemoteMemory,
  type StateRemoteMemory,
} from "../../src/adapters/state-ref/state-ref-memory.ts";
import { createStateHistoryMemory } from "../../src/adapters/state-history/state-history-memory.ts";
import {
  createSecretFilesMemory,
  type SecretFilesMemory,
} from "../../src/adapters/secret-files/secret-files-memory.ts";
import { createStateFilesMemory, type StateFilesMemory } from "../../src/adapters/state-files/state-files-memory.ts";
import { createApp } from "../../src/app/app.ts";
import type { App, Watch } from "../../src/app/use-cases.ts";
import type { Clusters } from "../../src/ports/clusters.ts";
import type { ClusterAddress } from "../../src/ports/kubernetes.ts";
import type { LocalWorld, ProgressEvent } from "../../src/ports/local-world.ts";
import type { BuildRequest } from "../../src/ports/environments.ts";
import type { ProcessIdentity, ProcessSpec } from "../../src/ports/processes.ts";
import type { FleetBuilder } from "./a-fleet.ts";
import { runProgram } from "./pretended-program.ts";
import { type PretendedSources, pretendedSources } from "./pretended-sources.ts";
import { createFaults, type Faults, type Tears } from "./faults.ts";

/** A pretended machine: the twins of all its ports, which see each other as the real ones do. */
export interface PretendedMachine extends LocalWorld {
  readonly files: StateFilesMemory;
  readonly processes: ProcessesMemory;
  readonly locks: LocksMemory;
  readonly environments: EnvironmentsMemory;
  readonly hubApi: HubApiMemory;
  readonly hubSessions: HubSessionsMemory;
  readonly inspection: InspectionMemory;
  readonly bootService: BootServiceMemory;
  readonly secretFiles: SecretFilesMemory;
  readonly programs: ProgramsMemory;
  readonly clock: ClockMemory;
  readonly sources: PretendedSources;
  /** Whom notices reach. */
  readonly notifier: NotifierMemory;
  /** What the contexts of its kubeconfig lead to. */
  readonly contexts: (ClusterAddress & { readonly cluster: ClusterMemory })[];
  /** What the clone of this machine pushes to. */
  readonly remote: StateRemoteMemory;
  /** Repositories of charts. */
  readonly charts: ChartsMemory;
  /** The use-cases on a fleet whose working tree is `/fleet`; a fleet given later replaces the one before. */
  open(fleet: FleetBuilder, as?: { readonly isRoot?: boolean; readonly on?: "local" }): Promise<App>;
  /** The hub that was started on the port block; people log in to it and start servers. */
  hubAt(firstPort: number): PretendedHub;
  /** What goes wrong with the calls of commands. */
  readonly faults: Pick<Faults, "arm" | "hit">;
  /** Components of this name end right after their start from now on, with these last words; undefined mends them. */
  breakComponent(name: string, lastWords: string | undefined): void;
  /** From now on commands ask these clusters, and no pretended ones. */
  askClusters(clusters: Clusters): void;
  /** What commands told while they worked. */
  readonly watch: Watch & { readonly events: readonly ProgressEvent[] };
}

export interface LocalWorldProps {
  readonly isRoot?: boolean;
  /** Of another machine, to share it. */
  readonly remote?: StateRemoteMemory;
  /** Where another machine comes in between. */
  readonly beforeStateStep?: (step: string) => Promise<void>;
  /** What charts make on its clusters, by their names. @default nothing */
  readonly renderCharts?: Readonly<Record<string, RenderChart>>;
}

const pythonSource = "/package/assets/python/hubfleet_local";

export function aLocalWorld({
  isRoot = true,
  remote = createStateRemoteMemory(),
  beforeStateStep = async () => {},
  renderCharts = {},
}: LocalWorldProps = {}): PretendedMachine {
  const clock = createClockMemory();
  const files = createStateFilesMemory({
    [`${pythonSource}/__init__.py`]: "",
    "/package/assets/python/hubfleet_image/__main__.py": "",
  });
  const broken = new Map<string, string>();
  const events: ProgressEvent[] = [];
  let tree: readonly string[] = [];
  // A program takes ports and starts a hub, so it needs the twins that are made after it.
  const programs = async (spec: ProcessSpec): Promise<Program> =>
    runProgram(spec, { files, processes, hubApi, broken });
  const processes: ProcessesMemory = createProcessesMemory({ files, clock, programs });
  const hubApi: HubApiMemory = createHubApiMemory({ files, processes, clock });

  const faults = createFaults(tearsOf({ files, processes }));
  const world = {
    files,
    processes,
    locks: createLocksMemory(clock),
    environments: createEnvironmentsMemory({ files }),
    hubApi,
    hubSessions: createHubSessionsMemory(),
    inspection: createInspectionMemory({ files }),
    bootService: createBootServiceMemory(),
    secretFiles: createSecretFilesMemory(),
    programs: createProgramsMemory(),
    clock,
    random: createRandomMemory(),
    machine: {
      stateRoot: "/state",
      environments: "/state/environments",
      pid: 4_711,
      program: ["/usr/bin/hubfleet"] as [string],
      isRoot,
      node: "/usr/bin/node",
      proxyProgram: "/proxy",
      proxyVersion: "5.3.0",
      boundLog: "/bound-log.cjs",
    },
    pythonSource,
    variable: () => undefined,
  };
  // Not the locks: the kernel takes those of a killed command back. Not the clock: it changes nothing.
  const faultyWorld: LocalWorld = {
    ...world,
    files: faults.wrap("files", files),
    processes: faults.wrap("processes", processes),
    environments: faults.wrap("environments", world.environments),
    hubApi: faults.wrap("hubApi", hubApi),
    hubSessions: faults.wrap("hubSessions", world.hubSessions),
    bootService: faults.wrap("bootService", world.bootService),
  };
  const sources = pretendedSources(files);
  const notifier = createNotifierMemory();
  const charts = createChartsMemory();
  const contexts: (ClusterAddress & { readonly cluster: ClusterMemory })[] = [];
  let clusters: Clusters = {
    kubernetes: createKubernetesMemory({ contexts }),
    helm: (major) => createHelmMemory({ major, charts: renderCharts }),
  };
  const clone = createStateCloneMemory(remote);
  const state = createStateRefMemory({
    clone,
    clock,
    attempts: 12,
    delayMilliseconds: () => 0,
    beforeStep: async (step) => {
      await faults.wrap("state", { [step]: async () => {} })[step]?.();
      await beforeStateStep(step);
    },
  });
  return {
    ...world,
    sources,
    remote,
    notifier,
    contexts,
    charts,
    faults,
    watch: { events, report: (event) => void events.push(event), signal: new AbortController().signal },
    async open(fleet, { isRoot: isNowRoot = isRoot, on } = {}) {
      const now = fleet.files();
      for (const path of tree) if (now[path] === undefined) await files.remove(`/fleet/${path}`);
      tree = Object.keys(now);
      for (const [path, content] of Object.entries(now)) {
        if (typeof content === "string") await files.ensureFile(`/fleet/${path}`, content, 0o644);
      }
      return createApp({
        directory: "/fleet",
        sources: async () => sources,
        state: async () => state,
        history: async () => createStateHistoryMemory(clone),
        notifier: async () => notifier,
        clusters: async () => clusters,
        charts: async () => charts,
        versions: { hubfleet: "0.1.0" },
        repository: { ...createRepositoryMemory(now), snapshot: async () => snapshotOf(await asEdited(now, files)) },
        local: { ...faultyWorld, machine: { ...faultyWorld.machine, isRoot: isNowRoot } },
        on,
      });
    },
    askClusters(others) {
      clusters = others;
    },
    hubAt(firstPort) {
      const hub = hubApi.hubs().find(({ url }) => new URL(url).port === String(firstPort + 2));
      if (hub === undefined) throw new Error(`no hub was started at ${firstPort}`);
      return hub;
    },
    breakComponent(name, lastWords) {
      if (lastWords === undefined) broken.delete(name);
      else broken.set(name, lastWords);
    },
  };
}

/** What a kill in the middle of a call leaves: what the ports promise of it, and no more. */
function tearsOf({ files, processes }: { files: StateFilesMemory; processes: ProcessesMemory }): Tears {
  const half = (whole: string | Uint8Array): string | Uint8Array => whole.slice(0, whole.length / 2);
  return {
    "files.ensureFile": async (path: string, content: string | Uint8Array, mode: number) =>
      void (await files.ensureFile(path.replace(/([^/]*)$/, ".$1.new"), half(content), mode)),
    "files.append": async (path: string, line: string) =>
      void (await files.ensureFile(path, `${(await files.read(path)) ?? ""}${line.slice(0, line.length / 2)}`, 0o600)),
    "files.copy": async (from: string, to: string) => files.copy(from, `${to}.new`),
    "files.remove": async (path: string) => {
      const [first] = Object.keys(files.contents(path));
      if (first !== undefined) await files.remove(first);
    },
    "processes.start": async ({ marker, record, ...spec }: ProcessSpec) => {
      await files.remove(record);
      processes.add({ marker, command: "/bin/sh", spec: { marker, record, ...spec } });
    },
    "processes.stop": async ([first]: readonly ProcessIdentity[], grace: number) =>
      processes.stop(first === undefined ? [] : [first], grace),
    "environments.remove": async (directory: string) => files.remove(`${directory}/.complete`),
    "environments.ensure": async ({ directory }: BuildRequest) =>
      void (await files.ensureFile(`${directory}/bin/python`, "half", 0o755)),
  };
}

/** The working tree with what commands wrote into it since. */
async function asEdited(tree: MemoryFiles, files: StateFilesMemory): Promise<MemoryFiles> {
  const now = await Promise.all(
    Object.entries(tree).map(async ([path, content]) => {
      const edited = typeof content === "string" ? await files.read(`/fleet/${path}`) : undefined;
      return [path, edited ?? content] as const;
    }),
  );
  return Object.fromEntries(now);
}
