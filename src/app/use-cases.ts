import type { BundleUseCases } from "./bundle-use-cases.ts";
import type { EvidenceUseCases } from "./evidence-use-cases.ts";
import type { ReportUseCases } from "./report-use-cases.ts";
import type { PromotionUseCases } from "./promotion-use-cases.ts";
import type { SignOffUseCases } from "./sign-off-use-cases.ts";
import type { RegistryUseCases } from "./registry-use-cases.ts";
import type { ContainerUseCases } from "./container-use-cases.ts";
import type { ImageUseCases } from "./image-use-cases.ts";
import type { EndingPolicy } from "../apply/apply-with-notice.ts";
import type { Outcome } from "../apply/outcome.ts";
import type { Fleet, Hub } from "../fleet/fleet.ts";
import type { Setting } from "../fleet/find-setting.ts";
import type { FleetReading } from "../fleet/read-fleet.ts";
import type { CheckReport } from "../operate/check/check-report.ts";
import type { ImageCheckReport } from "../image/check/image-check-report.ts";
import type { DestroyOptions, FleetRemains } from "../operate/destroy-fleet-rest.ts";
import type { Remains } from "../operate/destroy-hub.ts";
import type { DoctorReport } from "../operate/doctor/examine.ts";
import type { Ending } from "../operate/find-endings.ts";
import type { Pruned, PruneOptions } from "../operate/housekeeping/prune.ts";
import type { DriftReport } from "../operate/kubernetes/report-drift.ts";
import type { CheckedRendering } from "../operate/kubernetes/render-checked.ts";
import type { HubLogin } from "../operate/hub-login.ts";
import type { Log } from "../operate/hub-logs.ts";
import type { ExecResult } from "../ports/kubernetes.ts";
import type { Selection } from "../operate/select-hubs.ts";
import type { StagesStatus, StagesUnknown } from "../operate/stage-status.ts";
import type { HubStatus } from "../operate/status.ts";
import type { RunningServer, StoppedServers } from "../operate/stop-servers.ts";
import type { Diagnosis } from "../operate/why/diagnose.ts";
import type { ImageDifference } from "../image/diff/image-difference.ts";
import type { Plan } from "../plan/plan.ts";
import type { Report } from "../ports/local-world.ts";
import type { Carrying } from "../runtime/local/carried-settings.ts";

/** Whoever runs a use-case that takes time: where its steps go, and how it is told to stop. */
export interface Watch {
  readonly report: Report;
  readonly signal: AbortSignal;
}

export interface FleetStatus {
  readonly hubs: readonly HubStatus[];
  /** Undefined: the fleet never made a bundle. */
  readonly stages: StagesStatus | StagesUnknown | undefined;
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
  /** The same for commands that work wherever a hub is. @throws HubfleetError UNKNOWN_TARGET */
  selectAnywhere(targets: readonly string[]): Promise<readonly Hub[]>;
  /** Kubernetes clusters that targets name as a whole; without targets all of the fleet. */
  selectClusters(targets: readonly string[]): Promise<readonly string[]>;
  readonly images: ImageUseCases;
  readonly registries: RegistryUseCases;
  readonly containers: ContainerUseCases;
  readonly bundles: BundleUseCases;
  readonly evidence: EvidenceUseCases;
  readonly promotions: PromotionUseCases;
  readonly signoffs: SignOffUseCases;
  readonly reports: ReportUseCases;
  /**
   * What differs between two images, each an image of the fleet, one at a commit, a lock file or a container by digest;
   * with one side: since the last commit. Changes nothing.
   */
  diffImages(sides: readonly [string, string?], options: DiffImagesOptions, watch: Watch): Promise<ImageDifference>;
  /** What a hub becomes on its Kubernetes cluster. Changes nothing. @throws HubfleetError as renderWritten */
  render(target: string, signal: AbortSignal): Promise<CheckedRendering>;
  /** A value of a chart of a hub on Kubernetes, "jupyterhub.hub.resources", with its origins. @throws as `render` */
  chartValue(target: string, key: string, signal: AbortSignal): Promise<Setting>;
  /** Brings hubs up on this machine as the working tree has them. */
  up(hubs: readonly Hub[], watch: Watch, ending?: EndingPolicy): Promise<readonly Outcome[]>;
  /** What `apply` would do, and what waits for `up`. Changes nothing. */
  plan(hubs: readonly Hub[], options?: Removal & WithClusters): Promise<Plan>;
  /**
   * Everything that hubs on Kubernetes have against what was put in place, who changed it, and when. Changes nothing; hubs of
   * this machine are left out.
   */
  drift(hubs: readonly Hub[], signal: AbortSignal): Promise<DriftReport>;
  /** Puts back what somebody changed or deleted of hubs on Kubernetes; what they added stays. */
  mendDrift(hubs: readonly Hub[], watch: Watch): Promise<readonly Outcome[]>;
  /** Puts in place what the draft and the live settings say; mends what ended. */
  apply(
    hubs: readonly Hub[],
    watch: Watch,
    saved?: Plan,
    options?: Partial<Removal> & WithClusters & { ending?: EndingPolicy },
  ): Promise<readonly Outcome[]>;
  /** Servers and Dask clusters that run now and that a command would end, for asking before it begins. */
  endings(hubs: readonly Hub[], command: "apply" | "up"): Promise<readonly Ending[]>;
  savePlan(plan: Plan, path: string): Promise<void>;
  /** @throws HubfleetError PLAN_INVALID for a file that is no plan of this fleet */
  loadPlan(path: string): Promise<Plan>;
  status(): Promise<readonly HubStatus[]>;
  /** The hubs, and what bundles are about in each stage. */
  overview(signal: AbortSignal): Promise<FleetStatus>;
  /** The command that is changing the fleet on this machine right now, in words; undefined when none is. */
  changing(): Promise<string | undefined>;
  /** Tells the overview again and again, until the signal. The state's remote is asked once a minute, in the background. */
  watchStatus(tell: (status: FleetStatus) => void, signal: AbortSignal): Promise<void>;
  /** Why a hub is as it is: what is wrong, since when, the cause, what to type next. Changes nothing. */
  why(hub: string, signal?: AbortSignal): Promise<Diagnosis>;
  /** Looks at this machine and, inside of a fleet, at what the fleet has on it. Changes nothing. */
  doctor(): Promise<DoctorReport>;
  /**
   * Looks at a Kubernetes cluster: which one it is, as whom it sees us, and verb by verb whether we may do what hubs need.
   * Changes nothing. @throws HubfleetError UNKNOWN_TARGET
   */
  doctorCluster(target: string, watch: Watch): Promise<DoctorReport>;
  /** Removes what nothing on this machine uses any more; also outside of a fleet. */
  prune(options: PruneOptions, watch: Watch): Promise<Pruned>;
  /** Ends a hub's own processes, or its proxy, and puts them in place again; users' servers go on. */
  restart(hub: Hub, part: "hub" | "proxy", watch: Watch): Promise<readonly Outcome[]>;
  /** The servers that run on a hub, of these users or of all. @throws HubfleetError HUB_UNREACHABLE, UNKNOWN_TARGET */
  servers(hub: string, users: readonly string[], signal: AbortSignal): Promise<readonly RunningServer[]>;
  /** Announces, waits, ends servers. */
  stopServers(hub: string, options: StopServersOptions, watch: Watch): Promise<StoppedServers>;
  /**
   * Runs a command in a hub's environment, or as a user in their home: with the terminal on this machine, and without input on
   * Kubernetes, where what it printed is in the answer.
   */
  exec(hub: string, command: readonly string[], options: ExecOptions): Promise<ExecResult>;
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
  logs(hub: string, component: string | undefined, options: LogsOptions): Promise<readonly Log[]>;
  /** The hubs that a target covers and that can be asked something, written or not. @throws HubfleetError UNKNOWN_TARGET */
  find(target: string): Promise<readonly FoundHub[]>;
  /** Names of the hubs that targets cover, on this machine written or not, and on clusters; without any, all of this machine. */
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
  /** Tells what is added to logs, until the signal. */
  follow(logs: readonly Log[], tell: (log: Log, lines: readonly string[]) => void, signal: AbortSignal): Promise<void>;
}

export interface DiffImagesOptions {
  /** Where relative paths begin. */
  readonly workingDirectory: string;
  /** Of containers that were built for several. */
  readonly platform: string | undefined;
  /** Ask no package index. */
  readonly offline: boolean;
}

export interface FoundHub {
  readonly name: string;
  /** On this machine. */
  readonly isHere: boolean;
}

export interface ExecOptions {
  /** A user, or USER/SERVER, as whom it runs; undefined: as the hub. */
  readonly server: string | undefined;
  readonly signal: AbortSignal;
}

export interface LogsOptions {
  /** Those from before the last start. */
  readonly previous: boolean;
  readonly signal: AbortSignal;
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

export interface WithClusters {
  /** Clusters that are planned or changed as a whole, with their add-ons. @default none */
  readonly clusters?: readonly string[];
}

export interface Removal {
  /** Hubs whose file is gone are taken down, their data kept; without it they are left as they run. */
  readonly remove: boolean;
}
