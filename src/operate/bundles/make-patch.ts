import { applyBundle } from "../../bundle/apply-bundle.ts";
import { decidePatch } from "../../bundle/decide-patch.ts";
import type { DecidedBundle } from "../../bundle/decide-bundle.ts";
import { diffBundles, differenceSentence } from "../../bundle/diff-bundles.ts";
import { imageOfPart } from "../../bundle/bundle-parts.ts";
import type { PartCheck } from "../../bundle/gate-input.ts";
import { sortChecks } from "../../bundle/passed-checks.ts";
import { type PatchProps, refuseUnfitImages } from "../../bundle/patch-bundle.ts";
import { findBundle, readBundles } from "../../bundle/read-bundles.ts";
import { untriedPairs } from "../../bundle/untried-pairs.ts";
import { HubfleetErrors } from "../../errors/hubfleet-error.ts";
import { stateLayout } from "../../evidence/state-layout.ts";
import type { Fleet, Image } from "../../fleet/fleet.ts";
import type { ImageSources } from "../../ports/image-sources.ts";
import type { LocalWorld, Report } from "../../ports/local-world.ts";
import type { StateRef } from "../../ports/state-ref.ts";
import { sha256 } from "../../runtime/local/digest.ts";
import { hubVersion, versionsInUse } from "./bundle-content.ts";
import { bundleFiles } from "./bundle-files.ts";
import { bundleImages } from "./bundle-images.ts";
import { checkPatch } from "./check-patch.ts";
import { headCommit } from "./committed-tree.ts";
import { withKnownContainers } from "./known-containers.ts";
import { lackingContainers } from "./lacking-containers.ts";
import { type MadeBundle, movedOn } from "./make-bundle.ts";
import { committedFleet, type PatchTreeProps, refuseHalfDone, requireImage } from "./patch-tree.ts";
import { recordOrigin } from "./record-origin.ts";
import { refusePairs } from "./refuse-pairs.ts";
import { checkFailures, type RunPartChecksProps } from "./run-part-checks.ts";

export interface MakePatchProps extends Omit<RunPartChecksProps, "fleet">, PatchTreeProps {
  /** What runs: an id, or the beginning of one. */
  readonly from: string;
  /** Names of images. */
  readonly only: readonly string[];
  /** Of hubfleet and what it runs on. */
  readonly versions: Readonly<Record<string, string>>;
  readonly sources: Pick<ImageSources, "git" | "contextFiles" | "registry">;
  readonly state: StateRef;
  readonly world: LocalWorld;
  readonly report: Report;
}

/**
 * The bundle that is another one with some images as they are committed now. What else is half done in the working tree
 * has no part in it: the fleet is read as HEAD has it, and the other halves of pairs are those of the bundle.
 * @throws HubfleetError PATCH_NOT_POSSIBLE, and as `makeBundle` for the images that are named
 */
export async function makePatch(props: MakePatchProps): Promise<MadeBundle> {
  const { directory, sources, state, world, signal, report } = props;
  const only = [...new Set(props.only)].sort();
  const madeAt = world.clock.now();
  const seen = await state.read({ signal });
  const from = findBundle(seen.files, props.from);
  refuseUnfitImages(only, from);
  const commit = await headCommit({ directory, git: sources.git });
  const { reading, fleet } = await committedFleet(commit, props);
  const images = only.map((name) => requireImage(name, fleet, commit));
  const leftOut = await refuseHalfDone(images, props);

  const asked = await bundleImages({ fleet, only: new Set(only), directory, sources, world, signal });
  const found = withKnownContainers(asked, readBundles(seen.files).bundles.toReversed());
  const lockOf = (name: string): string | undefined => {
    if (found.has(name)) return found.get(name)?.lock;
    const digest = from.document.images[name]?.lock?.slice("sha256:".length);
    return digest === undefined ? undefined : seen.files.get(`${stateLayout.locks}${digest}`);
  };
  const patch: PatchProps = {
    from,
    images: Object.fromEntries([...found].map(([name, { image }]) => [name, image])),
    commit,
    madeAt: madeAt.toISOString(),
    versions: {},
    ...hubVersionAfter(only, { fleet, images: from.document.images, lockOf }),
  };
  const first = decidePatch(patch, seen.files);
  const { fleet: withPatch = fleet } = applyBundle(reading, first.bundle);
  const hint = `of what is not named, bundle ${from.id} counts: where images were changed together, name all of them with --only`;
  refusePairs({ fleet: withPatch, lockOf, hint });
  const { missing, passed } = sortChecks(first.bundle, { files: seen.files, now: madeAt });
  const touched = missing.filter(({ parts }) => parts.some((part) => found.has(imageOfPart(part) ?? "")));
  const hasTests = (image: string): boolean =>
    !leftOut.some((path) => path.startsWith(`${fleet.images.get(image)?.directory ?? ""}/`));
  const patched = first.bundle;
  const verdicts =
    first.kind === "there"
      ? []
      : await checkPatch(touched, { ...props, fleet, patched, lockOf, hasTests, world, report });
  const failures = checkFailures(verdicts, ({ check }) =>
    otherHalf(
      touched.find((one) => one.check === check),
      only,
      from.id,
    ),
  );
  if (failures.length > 0) throw new HubfleetErrors(failures);
  await refuseHalfDone(images, props);
  if ((await headCommit({ directory, git: sources.git })) !== commit) throw movedOn("bundle patch");

  const versions = first.kind === "there" ? {} : await versionsInUse({ fleet, versions: props.versions, world });
  const origin = await recordOrigin(fleet, world);
  const locks = [...found.values()].flatMap(({ lock }) => lock ?? []);
  let decided: DecidedBundle = first;
  const written = await state.commit(
    ({ files }) => {
      decided = decidePatch({ ...patch, versions }, files);
      if (decided.kind === "there") return "nothing";
      const checks = [...missing, ...passed];
      return { write: bundleFiles(decided.bundle, { files, locks, checks, verdicts, origin, sha256 }) };
    },
    { message: `patch of ${from.id}: ${only.join(", ")}`, signal },
  );
  return {
    kind: decided.kind === "new" ? "made" : "there",
    bundle: decided.bundle,
    sentence:
      decided.kind === "new"
        ? differenceSentence(diffBundles(from, decided.bundle), from.id)
        : `this patch of ${from.id} was made before; nothing was written`,
    ran: verdicts.map(({ check }) => check),
    passedBefore: passed.map(({ check }) => check),
    withoutContainer: lackingContainers(found, fleet),
    notTried: untriedPairs(decided.bundle.document),
    leftOut,
    standing: { ...written.snapshot.standing, isFirstSight: seen.standing.isFirstSight },
  };
}

/** A pair was tried with what runs; what the working tree has of the other half may fit. */
function otherHalf(check: PartCheck | undefined, only: readonly string[], from: string): string | undefined {
  const names = (check?.parts ?? []).flatMap((part) => imageOfPart(part) ?? []);
  const stays = names.find((name) => !only.includes(name));
  if (stays === undefined) return undefined;
  return `it was tried with ${stays} as bundle ${from} has it: where both were changed together, name both (--only ${[...new Set([...only, stays])].join(",")})`;
}

/** Only where a hub image is replaced is there anything new to say of it. */
function hubVersionAfter(
  only: readonly string[],
  {
    fleet,
    images,
    lockOf,
  }: {
    readonly fleet: Fleet;
    readonly images: Readonly<Record<string, Pick<Image, "role">>>;
    readonly lockOf: (image: string) => string | undefined;
  },
): Pick<PatchProps, "jupyterhub"> {
  if (!only.some((name) => images[name]?.role === "hub")) return {};
  const used = [...fleet.hubs.values()].map((hub) => hub.images.hub).filter((name) => images[name] !== undefined);
  return {
    jupyterhub: { version: hubVersion([...used, ...only.filter((name) => images[name]?.role === "hub")], lockOf) },
  };
}
