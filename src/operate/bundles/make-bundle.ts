import type { Bundle } from "../../bundle/bundle.ts";
import { decideBundle, type DecidedBundle } from "../../bundle/decide-bundle.ts";
import { diffBundles, differenceSentence } from "../../bundle/diff-bundles.ts";
import { sortChecks } from "../../bundle/passed-checks.ts";
import { newestBundle } from "../../bundle/read-bundles.ts";
import { type UntriedPair, untriedPairs } from "../../bundle/untried-pairs.ts";
import { HubfleetError, HubfleetErrors } from "../../errors/hubfleet-error.ts";
import type { ImageSources } from "../../ports/image-sources.ts";
import type { LocalWorld } from "../../ports/local-world.ts";
import type { StateRef, StateStanding } from "../../ports/state-ref.ts";
import { sha256 } from "../../runtime/local/digest.ts";
import { bundleContent, type BundleContentProps, versionsInUse } from "./bundle-content.ts";
import { bundleFiles } from "./bundle-files.ts";
import { bundleImages } from "./bundle-images.ts";
import { withKnownContainers } from "./known-containers.ts";
import { type LackingContainer, lackingContainers } from "./lacking-containers.ts";
import { recordOrigin } from "./record-origin.ts";
import { refusePairs } from "./refuse-pairs.ts";
import { checkFailures, runPartChecks, type RunPartChecksProps } from "./run-part-checks.ts";

export interface MakeBundleProps
  extends Omit<BundleContentProps, "commit" | "images" | "contextFiles" | "world">, RunPartChecksProps {
  /** The commit that the working tree is. @throws HubfleetErrors with what is not committed */
  readonly committed: () => Promise<string>;
  readonly sources: Pick<ImageSources, "git" | "contextFiles" | "registry">;
  readonly state: StateRef;
  readonly world: LocalWorld;
}

export interface MadeBundle {
  /** "there": it was made before, and nothing was written. */
  readonly kind: "made" | "there";
  readonly bundle: Bundle;
  /** What changed, and what is skipped for it. */
  readonly sentence: string;
  /** Checks of images and pairs that were run now, and those that were not, for they are on record. */
  readonly ran: readonly string[];
  readonly passedBefore: readonly string[];
  /** Pairs that cannot be tried here, with the reason. */
  readonly notTried: readonly UntriedPair[];
  /** Images without a container that Kubernetes needs, with the reason. */
  readonly withoutContainer: readonly LackingContainer[];
  /** Files that are in no commit as they are, and so not in it; a bundle made in full refuses such. */
  readonly leftOut: readonly string[];
  readonly standing: StateStanding;
}

/**
 * The bundle of a commit. What is tested is what is committed: the tree is looked at before and after. Bundle, locks and
 * records reach the state in one commit, or none of them does.
 */
export async function makeBundle(props: MakeBundleProps): Promise<MadeBundle> {
  const { committed, fleet, directory, sources, state, world, signal } = props;
  const commit = await committed();
  const madeAt = world.clock.now();
  const seen = await state.read({ signal });
  const found = await bundleImages({ fleet, directory, sources, world, signal });
  refusePairs({ fleet, lockOf: (name) => found.get(name)?.lock });
  const images = withKnownContainers(found, [newestBundle(seen.files) ?? []].flat());
  const said = await bundleContent({ ...props, commit, images, contextFiles: sources.contextFiles });
  // Versions make no other bundle, and asking for them starts programs.
  const first = decideBundle({ ...said, versions: {} }, { files: seen.files, madeAt });
  const { missing, passed } = sortChecks(first.bundle, { files: seen.files, now: madeAt });
  const verdicts =
    first.kind === "there" ? [] : await runPartChecks({ checks: missing, all: [...missing, ...passed] }, props);
  const failures = checkFailures(verdicts);
  if (failures.length > 0) throw new HubfleetErrors(failures);
  if ((await committed()) !== commit) throw movedOn("bundle new");

  const content = { ...said, versions: first.kind === "there" ? {} : await versionsInUse(props) };
  const origin = await recordOrigin(fleet, world);
  const locks = [...images.values()].flatMap(({ lock }) => lock ?? []);
  let decided: DecidedBundle = first;
  const written = await state.commit(
    ({ files }) => {
      decided = decideBundle(content, { files, madeAt });
      if (decided.kind === "there") return "nothing";
      return {
        write: bundleFiles(decided.bundle, { files, locks, checks: [...missing, ...passed], verdicts, origin, sha256 }),
      };
    },
    { message: `bundle of ${commit.slice(0, 12)}`, signal },
  );
  return {
    kind: decided.kind === "new" ? "made" : "there",
    bundle: decided.bundle,
    sentence: sentenceOf(decided),
    ran: verdicts.map(({ check }) => check),
    passedBefore: passed.map(({ check }) => check).filter((check) => !verdicts.some((one) => one.check === check)),
    withoutContainer: lackingContainers(images, fleet),
    notTried: untriedPairs(decided.bundle.document),
    leftOut: [],
    // Once it was looked at it is not the first time any more.
    standing: { ...written.snapshot.standing, isFirstSight: seen.standing.isFirstSight },
  };
}

function sentenceOf(decided: DecidedBundle): string {
  if (decided.kind === "there") return "it was made of this commit before; nothing was written";
  const { before, bundle } = decided;
  return before === undefined
    ? "the first bundle of this fleet"
    : differenceSentence(diffBundles(before, bundle), before.id);
}

export function movedOn(command: string): HubfleetError {
  return new HubfleetError("BUNDLE_UNCOMMITTED", {
    message: "another commit was checked out while this one was tested",
    hint: `run \`hubfleet ${command}\` again`,
    retry: "later",
  });
}
