import type { Bundle } from "../bundle/bundle.ts";
import { type BundleDifference, diffBundles } from "../bundle/diff-bundles.ts";
import { bundlePath, findBundle, readBundles } from "../bundle/read-bundles.ts";
import { freezeGated } from "../bundle/freeze-gated.ts";
import type { HubfleetError } from "../errors/hubfleet-error.ts";
import { compareCharts, type ComparedCharts } from "../operate/bundles/compare-charts.ts";
import { type MadeBundle, makeBundle } from "../operate/bundles/make-bundle.ts";
import { makePatch } from "../operate/bundles/make-patch.ts";
import { sortChecks, type SortedChecks } from "../bundle/passed-checks.ts";
import type { Fleet } from "../fleet/fleet.ts";
import type { FleetReading } from "../fleet/read-fleet.ts";
import type { RepositorySnapshot } from "../fleet/repository-snapshot.ts";
import type { ImageCheckReport } from "../image/check/image-check-report.ts";
import { committedTree } from "../operate/bundles/committed-tree.ts";
import { namedFiles } from "../operate/bundles/bundle-content.ts";
import { type BundleWhereabouts, bundleWhereabouts, placesOf } from "../operate/bundles/next-gate.ts";
import type { ImageSources } from "../ports/image-sources.ts";
import type { Charts } from "../ports/helm.ts";
import type { LocalWorld } from "../ports/local-world.ts";
import type { StateRef, StateStanding } from "../ports/state-ref.ts";
import type { Watch } from "./use-cases.ts";

/** Ids may be given by their beginning, or by that of the digits at their end. */
export interface BundleUseCases {
  /**
   * The bundle of what is committed: the one that is there, or a new one, once its images and pairs have passed.
   * @throws HubfleetErrors with BUNDLE_UNCOMMITTED or BUNDLE_CHECK_FAILED, and nothing is recorded
   */
  create(watch: Watch): Promise<MadeBundle>;
  /**
   * A bundle that is what runs with some images as they are committed now, once they have passed: the one that is there,
   * or a new one. What else is not committed is left out, and told.
   * @throws HubfleetError PATCH_NOT_POSSIBLE; as `show` for `from`, and as `create` for the images
   */
  patch(from: string, only: readonly string[], watch: Watch): Promise<MadeBundle>;
  /** Every bundle, the newest first; files that are none are told beside. */
  list(signal: AbortSignal): Promise<BundleList>;
  /** @throws HubfleetError BUNDLE_UNKNOWN, BUNDLE_AMBIGUOUS, BUNDLE_CHANGED, BUNDLE_INVALID, BUNDLE_TOO_NEW */
  show(id: string, signal: AbortSignal): Promise<ShownBundle>;
  /** @throws as `show` */
  diff(before: string, after: string, signal: AbortSignal): Promise<ComparedBundles>;
}

export interface BundleList {
  readonly bundles: readonly Bundle[];
  /** By digest: "staging", "hub/alpha". */
  readonly places: ReadonlyMap<string, readonly string[]>;
  readonly problems: readonly HubfleetError[];
  readonly standing: StateStanding;
}

export interface ShownBundle {
  readonly bundle: Bundle;
  /** What it changed; undefined for a first one. */
  readonly difference: BundleDifference | undefined;
  readonly checks: SortedChecks;
  readonly whereabouts: BundleWhereabouts;
  readonly standing: StateStanding;
}

export interface ComparedBundles {
  readonly before: Bundle;
  readonly after: Bundle;
  readonly difference: BundleDifference;
  readonly charts: ComparedCharts;
  readonly standing: StateStanding;
}

export interface BundleUseCasesProps {
  readonly directory: string;
  readonly local: LocalWorld;
  readonly sources: () => Promise<ImageSources>;
  readonly charts: () => Promise<Charts>;
  readonly state: () => Promise<StateRef>;
  readonly snapshot: () => Promise<RepositorySnapshot>;
  readonly read: () => Promise<FleetReading>;
  readonly fleet: () => Promise<Fleet>;
  readonly checkImage: (
    fleet: Fleet,
    target: string,
    only: readonly string[] | undefined,
    watch: Watch,
  ) => Promise<ImageCheckReport>;
  /** Of hubfleet and what it runs on. */
  readonly versions: Readonly<Record<string, string>>;
}

export function createBundleUseCases(props: BundleUseCasesProps): BundleUseCases {
  const { directory, local, sources, charts, state, snapshot, read, fleet, checkImage, versions } = props;
  return {
    create: async (watch) => {
      const known = await fleet();
      const [reading, opened, ref] = [await read(), await sources(), await state()];
      const named = namedFiles(freezeGated(reading, ""));
      const committed = async (): Promise<string> =>
        committedTree({ fleet: known, directory, snapshot: await snapshot(), named, git: opened.git });
      return makeBundle({
        committed,
        reading,
        fleet: known,
        directory,
        snapshot: await snapshot(),
        versions,
        sources: opened,
        charts,
        state: ref,
        world: local,
        checkImage: async (all, target, steps) => checkImage(all, target, steps, watch),
        signal: watch.signal,
      });
    },
    patch: async (from, only, watch) =>
      makePatch({
        ...{ from, only, directory, snapshot, versions, world: local },
        sources: await sources(),
        state: await state(),
        checkImage: async (all, target, steps) => checkImage(all, target, steps, watch),
        ...watch,
      }),
    list: async (signal) => {
      const { files, standing } = await (await state()).read({ signal });
      const { bundles, problems } = readBundles(files);
      const { places, problems: more } = placesOf(bundles, { files, fleet: (await read()).fleet });
      return { bundles: bundles.toReversed(), places, problems: [...problems, ...more], standing };
    },
    show: async (id, signal) => {
      const { files, standing } = await (await state()).read({ signal });
      const bundle = findBundle(files, id);
      const { parent } = bundle.document;
      const hasParent = parent !== undefined && files.has(bundlePath(parent.id));
      const difference = hasParent ? diffBundles(findBundle(files, parent.id), bundle) : undefined;
      const checks = sortChecks(bundle, { files, now: local.clock.now() });
      const [reading, { git }] = await Promise.all([read(), sources()]);
      const whereabouts = await bundleWhereabouts(bundle, { directory, reading, files, git, world: local });
      return { bundle, difference, checks, whereabouts, standing };
    },
    diff: async (one, other, signal) => {
      const { files, standing } = await (await state()).read({ signal });
      const [before, after] = [findBundle(files, one), findBundle(files, other)];
      const comparison = await compareCharts(before, after, { charts, signal });
      return { before, after, difference: diffBundles(before, after), charts: comparison, standing };
    },
  };
}
