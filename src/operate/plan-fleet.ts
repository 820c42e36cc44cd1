import type { Fleet, Hub } from "../fleet/fleet.ts";
import { planHub } from "../plan/plan-hub.ts";
import type { Change, Plan } from "../plan/plan.ts";
import type { LocalWorld } from "../ports/local-world.ts";
import { asIfRunning } from "../runtime/local/as-if-running.ts";
import type { DesiredHub } from "../runtime/local/desired-hub.ts";
import type { DraftHub, DraftImage } from "../runtime/local/draft.ts";
import type { ObservedHub } from "../runtime/local/observed-hub.ts";
import { describeMachine, type DesireProps, desireFromDraft, desireFromTree, readUidBlocks } from "./desired-hubs.ts";
import { readDraft, readLock } from "./draft-store.ts";
import { observeDesired, planObserved } from "./plan-hubs.ts";
import { findPresent } from "./find-present.ts";
import { imagesOf, type ResolvedImage, resolveImage } from "./resolve-images.ts";

export interface PlanFleetProps {
  readonly fleet: Fleet;
  readonly directory: string;
  readonly hubs: readonly Hub[];
  readonly world: LocalWorld;
}

/**
 * What `apply` would do, and what of the working tree waits for `up`. Changes nothing, resolves nothing, and needs
 * neither the package index nor a lease.
 */
export async function planFleet(props: PlanFleetProps): Promise<Plan> {
  const { fleet, hubs, world } = props;
  const [machine, draft, uidBlocks] = await Promise.all([
    describeMachine(world),
    readDraft(fleet.uuid, world),
    readUidBlocks(world),
  ]);
  const context = { ...props, machine, uidBlocks };
  const drafted = await Promise.all(
    hubs.flatMap((hub) => {
      const entry = draft.hubs[hub.name];
      return entry === undefined ? [] : [desireFromDraft(entry, hub, context)];
    }),
  );
  const observed = await observeDesired({ fleet, hubs: drafted, world });
  const plan = await planObserved({ fleet, hubs: drafted, world }, observed);

  const images = await resolveAll(props);
  const seen = new Map(drafted.map(({ desired }, index) => [desired.name, { desired, observed: observed[index] }]));
  const lockTexts = await readLocks(props, draft.hubs, images);
  const waiting = await Promise.all(
    hubs.map(async (hub) => {
      const entry = draft.hubs[hub.name];
      const { desired, observed: found } = seen.get(hub.name) ?? {};
      if (entry === undefined || desired === undefined || found === undefined) return [newHub(hub)];
      return waitingChanges(hub, entry, { images, lockTexts, context, desired, found });
    }),
  );
  const present = await findPresent(fleet, [], world);
  const unwritten = present.filter((name) => !fleet.hubs.has(name) && draft.hubs[name] !== undefined);
  return {
    ...plan,
    remarks: unwritten.map(
      (name) => `hub/${name} runs here though no file describes it any more; to end it: hubfleet destroy hub/${name}`,
    ),
    hubs: hubs.map(({ name }) => name),
    waiting: [...images.flatMap((image) => lockChange(image, hubs, draft.hubs)), ...waiting.flat()],
  };
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
