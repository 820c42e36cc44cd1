import type { Fleet, Hub } from "../fleet/fleet.ts";
import { planHub } from "../plan/plan-hub.ts";
import type { Change, Plan } from "../plan/plan.ts";
import type { LocalWorld } from "../ports/local-world.ts";
import { asIfRunning } from "../runtime/local/as-if-running.ts";
import type { DesiredHub } from "../runtime/local/desired-hub.ts";
import type { Draft, DraftHub, DraftImage } from "../runtime/local/draft.ts";
import type { ObservedHub } from "../runtime/local/observed-hub.ts";
import { describeMachine, type DesireProps, desireFromTree, readUidBlocks } from "./desired-hubs.ts";
import type { Assign } from "./bundles/assign-bundles.ts";
import { readDraft, readLock } from "./draft-store.ts";
import { observeDesired, planObserved } from "./plan-hubs.ts";
import { planRemovals } from "./plan-removals.ts";
import { desireDraftedHub, draftOfHub, findOldName, type RenameSight } from "./renames.ts";
import { imagesOf, type ResolvedImage, resolveImage } from "./resolve-images.ts";

export interface PlanFleetProps {
  readonly fleet: Fleet;
  readonly directory: string;
  readonly hubs: readonly Hub[];
  /** What bundles hubs were given. */
  readonly assign: Assign;
  /** Plan to take down the hubs whose files are gone, too. */
  readonly remove?: boolean;
  readonly world: LocalWorld;
}

/**
 * What `apply` would do, and what of the working tree waits for `up`. Changes nothing, resolves nothing, and needs
 * neither the package index nor a lease.
 */
export async function planFleet(props: PlanFleetProps): Promise<Plan> {
  const { fleet, hubs, world } = props;
  const [machine, kept, uidBlocks] = await Promise.all([
    describeMachine(world),
    readDraft(fleet.uuid, world),
    readUidBlocks(world),
  ]);
  const assignment = await props.assign(hubs, kept);
  const draft: Draft = { ...kept, hubs: { ...kept.hubs, ...assignment.entries } };
  const context = { ...props, machine, uidBlocks };
  const drafted = await Promise.all(
    hubs.flatMap((hub) => {
      const entry = draftOfHub(hub, draft);
      return entry === undefined ? [] : [desireDraftedHub(hub, entry, { ...context, draft })];
    }),
  );
  const observed = await observeDesired({ fleet, hubs: drafted, world });
  const plan = await planObserved({ fleet, hubs: drafted, world }, observed);

  const images = await resolveAll(props);
  const seen = new Map(drafted.map(({ desired }, index) => [desired.name, { desired, observed: observed[index] }]));
  const lockTexts = await readLocks(props, draft.hubs, images);
  const waiting = await Promise.all(
    hubs.map(async (hub) => {
      const entry = draftOfHub(hub, draft);
      const { desired, observed: found } = seen.get(hub.name) ?? {};
      if (entry === undefined || desired === undefined || found === undefined) return [newHub(hub)];
      // What runs under an old name ends with it, and waits for nothing.
      const here = found.name === hub.name ? found : { ...found, userProcesses: [] };
      return waitingChanges(hub, entry, { images, lockTexts, context, desired, found: here });
    }),
  );
  const removals = await planRemovals(fleet, world);
  const isRemoving = props.remove === true;
  return {
    ...plan,
    changes: [...plan.changes, ...(isRemoving ? removals.changes : [])],
    fingerprints: { ...plan.fingerprints, ...(isRemoving ? removals.fingerprints : {}) },
    removals: isRemoving ? [] : removals.changes,
    remarks: [
      ...(assignment.remark === undefined ? [] : [assignment.remark]),
      ...[...assignment.problems].map(
        ([hub, [first]]) => `hub/${hub} stays with what it runs: ${first?.message ?? ""}`,
      ),
      ...(await doneRenames(hubs, { fleetUuid: fleet.uuid, draft, uidBlocks, world })),
    ],
    hubs: hubs.map(({ name }) => name),
    waiting: [...images.flatMap((image) => lockChange(image, hubs, draft.hubs)), ...waiting.flat()],
    bundled: bundledTargets(hubs, draft),
  };
}

/** Hubs that run bundles, and images that only such hubs use. */
function bundledTargets(hubs: readonly Hub[], draft: Draft): readonly string[] {
  const isBundled = (hub: Hub): boolean => draftOfHub(hub, draft)?.bundle !== undefined;
  const elsewhere = new Set(hubs.filter((hub) => !isBundled(hub)).flatMap(imagesOf));
  const images = new Set(hubs.filter(isBundled).flatMap(imagesOf)).difference(elsewhere);
  return [...hubs.filter(isBundled).map(({ name }) => `hub/${name}`), ...[...images].map((name) => `image/${name}`)];
}

/** Hubs that have their new name here: the files need not say any more what the old one was. */
async function doneRenames(hubs: readonly Hub[], sight: RenameSight): Promise<readonly string[]> {
  const remarks = hubs.map(async (hub) => {
    const isDone = sight.draft.hubs[hub.name] !== undefined && (await findOldName(hub, sight)) === undefined;
    return hub.renamedFrom === undefined || !isDone
      ? []
      : [
          `hub/${hub.name} has its new name on this machine; when it has it everywhere, \`renamedFrom\` can go from hubs/${hub.name}.yaml`,
        ];
  });
  return (await Promise.all(remarks)).flat();
}

function newHub(hub: Hub): Change {
  const because = ["it was not brought up on this machine yet"];
  return { target: `hub/${hub.name}`, action: "create", part: "hub", effect: "none", because, at: [] };
}

interface WaitingProps {
  readonly images: readonly ResolvedImage[];
  readonly lockTexts: ReadonlyMap<string, string>;
  readonly context: PlanFleetProps & DesireProps;
  /** As `apply` wants it, and as it was found. */
  readonly desired: DesiredHub;
  readonly found: ObservedHub;
}

/** What `up` changes beyond what `apply` does, as seen from a hub that runs just as `apply` would have it. */
async function waitingChanges(
  hub: Hub,
  entry: DraftHub,
  { images, lockTexts, context, desired, found }: WaitingProps,
): Promise<readonly Change[]> {
  const fresh = new Map(images.filter(({ lockState }) => lockState === "fresh").map((one) => [one.image.name, one]));
  const wanted: Record<string, DraftImage> = {};
  for (const name of imagesOf(hub)) {
    // An image that cannot be locked without the index counts as it is, or as one that nobody knows yet; its lock has a
    // change of its own.
    wanted[name] = fresh.get(name)?.draft ?? entry.images[name] ?? notLocked(name);
  }
  return planHub({
    desired: (await desireFromTree(hub, wanted, context)).desired,
    observed: asIfRunning(desired, found),
    origins: context.fleet.origins,
    lockText: (digest) => lockTexts.get(digest),
  });
}

function notLocked(image: string): DraftImage {
  return {
    lockDigest: `${image}: known after its lock`,
    pythonMinor: "",
    environment: `${image}: known after its lock`,
  };
}

/** Texts of locks by digest, each read once however many hubs use it. */
async function readLocks(
  { fleet, world }: PlanFleetProps,
  drafted: Readonly<Record<string, DraftHub>>,
  images: readonly ResolvedImage[],
): Promise<ReadonlyMap<string, string>> {
  const texts = new Map(
    images.flatMap(({ draft, lock = "" }) => (draft === undefined ? [] : [[draft.lockDigest, lock]])),
  );
  const digests = Object.values(drafted).flatMap((hub) =>
    Object.values(hub.images).map(({ lockDigest }) => lockDigest),
  );
  for (const digest of new Set(digests)) {
    const text = texts.has(digest) ? undefined : await readLock(fleet.uuid, digest, world);
    if (text !== undefined) texts.set(digest, text);
  }
  return texts;
}

/** Images of these hubs that this machine can look up; the others are `up`'s to complain about. */
async function resolveAll({ fleet, directory, hubs, world }: PlanFleetProps): Promise<readonly ResolvedImage[]> {
  const names = [...new Set(hubs.flatMap(imagesOf))].sort();
  const resolved = await Promise.all(
    names.map(async (name) => {
      const image = fleet.images.get(name);
      return image === undefined ? undefined : resolveImage(image, directory, world).catch(() => undefined);
    }),
  );
  return resolved.filter((image) => image !== undefined);
}

function lockChange(
  { image, inputs, lockState }: ResolvedImage,
  hubs: readonly Hub[],
  drafted: Readonly<Record<string, DraftHub>>,
): readonly Change[] {
  if (lockState === "fresh") return [];
  const users = hubs.filter((hub) => imagesOf(hub).includes(image.name)).map(({ name }) => name);
  const isRunning = Object.values(drafted).some(({ images }) => images[image.name] !== undefined);
  return [
    {
      target: `image/${image.name}`,
      action: lockState === "absent" ? "create" : "update",
      part: "lock",
      effect: isRunning ? "new servers only" : "none",
      because: [
        lockState === "absent"
          ? "it has no lock yet"
          : `${image.directory}/${(inputs.files ?? []).join(" or ")} changed since it was locked`,
        ...(users.length === 0 ? [] : [`used by ${users.join(", ")}`]),
      ],
      at: [],
    },
  ];
}
