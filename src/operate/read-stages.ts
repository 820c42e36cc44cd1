import { progressOf } from "../apply/promote/stage-progress-of.ts";
import { readDeployed } from "../bundle/deployed.ts";
import { hasBundles, latestBundle } from "../bundle/latest-bundle.ts";
import { fromUnknown } from "../errors/from-unknown.ts";
import type { Fleet } from "../fleet/fleet.ts";
import type { FleetReading } from "../fleet/read-fleet.ts";
import type { RepositorySnapshot } from "../fleet/repository-snapshot.ts";
import type { ImageSources } from "../ports/image-sources.ts";
import type { LocalWorld } from "../ports/local-world.ts";
import type { StateRef, StateSnapshot } from "../ports/state-ref.ts";
import { createFleetsAt } from "./bundles/fleet-at.ts";
import { type JudgedStages, judgeStages } from "./bundles/judge-stages.ts";
import { keptCode } from "./bundles/kept-code.ts";
import { createWatchedState, readInTime } from "./bundles/read-in-time.ts";
import { unreleased } from "./bundles/unreleased.ts";
import { readDraft } from "./draft-store.ts";
import { type StagesStatus, stagesStatus, type StagesUnknown } from "./stage-status.ts";
import type { HubStatus } from "./status.ts";

export interface ReadStagesProps {
  readonly directory: string;
  readonly read: () => Promise<FleetReading>;
  readonly snapshot: () => Promise<RepositorySnapshot>;
  readonly sources: () => Promise<Pick<ImageSources, "git" | "contextFiles">>;
  readonly state: () => Promise<StateRef>;
  readonly world: LocalWorld;
}

export interface ReadStagesOptions {
  readonly hubs: Promise<readonly HubStatus[]>;
  /** It will be asked again in a moment: the remote is asked in the background, and once a minute. */
  readonly isWatching: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** Undefined: the fleet never made a bundle, or is in no repository. */
export type ReadStages = (options: ReadStagesOptions) => Promise<StagesStatus | StagesUnknown | undefined>;

/** How long what gates said counts while somebody watches. */
const freshMilliseconds = 60_000;

/** Reads what stages are to run and what keeps bundles from them. Looks only; asked again, it does again what may differ. */
export function createReadStages(props: ReadStagesProps): ReadStages {
  const { state, world, read } = props;
  let judgedLast: { readonly key: unknown; readonly at: number; readonly judging: Promise<Judged> } | undefined;
  const watched = createWatchedState({ state, clock: world.clock });

  const judgedLately = (reading: FleetReading, snapshot: StateSnapshot): Promise<Judged> => {
    const now = world.clock.now().getTime();
    const isSame =
      judgedLast !== undefined &&
      now - judgedLast.at < freshMilliseconds &&
      sameKey(judgedLast.key, [reading, snapshot.commit]);
    if (!isSame || judgedLast === undefined) {
      judgedLast = { key: [reading, snapshot.commit], at: now, judging: judge(reading, snapshot, props) };
    }
    return judgedLast.judging;
  };

  return async ({ hubs, isWatching, signal }) => {
    try {
      const snapshot = isWatching ? await watched(signal) : await readInTime(await state(), signal);
      const reading = await read();
      const { fleet } = reading;
      if (!hasBundles(snapshot.files) || fleet === undefined) return undefined;
      const judged = await (isWatching ? judgedLately(reading, snapshot) : judge(reading, snapshot, props));
      return stagesStatus({
        ...judged,
        fleet,
        files: snapshot.files,
        standing: snapshot.standing,
        hubs: await hubs,
        // What is damaged in it is for `apply` to tell.
        draft: await readDraft(fleet.uuid, world).catch(() => ({ version: 1, hubs: {} })),
        now: world.clock.now().getTime(),
      });
    } catch (thrown) {
      return unknownBecause(thrown, await hubs);
    }
  };
}

type Judged = { readonly judged: JudgedStages } & Pick<StagesStatus, "unreleased" | "remarks">;

async function judge(reading: FleetReading, { files }: StateSnapshot, props: ReadStagesProps): Promise<Judged> {
  const { world, directory, sources } = props;
  const { fleet } = reading;
  if (fleet === undefined) throw new TypeError("a fleet with problems has no status"); // asked for before
  const deployed = readDeployed(files);
  const now = world.clock.now();
  const { git } = await sources();
  const brought = notReleased(fleet, reading, files, props);
  const judging = judgeStages({
    reading,
    fleet,
    files,
    deployed,
    now,
    canRender: async (renderer) => (await keptCode(renderer, world)) !== undefined,
    fleetAt: createFleetsAt({ directory, git }),
    authors: (range, paths) => git.authors(directory, range, paths),
    unfinished: fleet.stages.flatMap(({ name }) => {
      const left = progressOf(deployed, now.getTime(), { fleet, stage: name }).hubs;
      return left.some(({ state }) => ["waiting", "changing", "failed"].includes(state)) ? [name] : [];
    }),
  });
  return { judged: await judging, ...(await brought) };
}

/** What the working tree has that no bundle of all that was committed has. */
async function notReleased(
  fleet: Fleet,
  reading: FleetReading,
  files: ReadonlyMap<string, string>,
  { directory, sources, snapshot, world }: ReadStagesProps,
): Promise<Pick<StagesStatus, "unreleased" | "remarks">> {
  try {
    // A patch leaves out what was committed beside it.
    const whole = latestBundle(files, ({ document }) => document.patch === undefined) ?? latestBundle(files);
    if (whole === undefined) return { unreleased: undefined, remarks: [] };
    const props = { reading, fleet, directory, snapshot: await snapshot(), sources: await sources(), world };
    const found = await unreleased(whole, props);
    const isNothing = found.settings.length === 0 && found.images.length === 0;
    return { unreleased: isNothing ? undefined : { ...found, since: whole.id }, remarks: [] };
  } catch (thrown) {
    const words = fromUnknown(thrown).map(({ message }) => message);
    return { unreleased: undefined, remarks: [`what no bundle has yet cannot be told: ${words.join("; ")}`] };
  }
}

/** Hubs are shown whatever happened to the state; whoever never used bundles is told nothing of them. */
function unknownBecause(thrown: unknown, hubs: readonly HubStatus[]): StagesUnknown | undefined {
  const [problem] = fromUnknown(thrown);
  if (problem === undefined || problem.code === "INTERRUPTED") throw thrown;
  const isUsing = hubs.some(({ bundle }) => bundle !== undefined);
  if (!isUsing && ["NOT_A_REPOSITORY", "TOOL_MISSING"].includes(problem.code)) return undefined;
  return { kind: "unknown", remark: `what stages are to run is not known: ${problem.code}, ${problem.message}` };
}

function sameKey(one: unknown, other: readonly unknown[]): boolean {
  return Array.isArray(one) && one.every((part, index) => part === other[index]);
}
