import { fromUnknown } from "../../../errors/from-unknown.ts";
import { HubfleetError, HubfleetErrors } from "../../../errors/hubfleet-error.ts";
import { nameHint } from "../../../errors/nearest-name.ts";
import { containerName } from "../../../fleet/container-name.ts";
import type { Fleet, FleetRegistry, Image, RegistryRetention } from "../../../fleet/fleet.ts";
import type { ImageRepository } from "../../../image/container/image-reference.ts";
import { planRetention, type RetentionPlan } from "../../../image/retention/plan-retention.ts";
import type { Clock } from "../../../ports/clock.ts";
import type { FleetHistory } from "../../../ports/fleet-history.ts";
import type { Report } from "../../../ports/local-world.ts";
import { type CurrentTag, repositoryBelow } from "../pins/pin-places.ts";
import { type ListedManifest, type ListingProps, listRepository } from "./list-repository.ts";

export interface RegistryPlan {
  /** Its name in fleet.yaml. */
  readonly registry: string;
  readonly address: string;
  readonly keep: RegistryRetention;
  readonly repositories: readonly (RetentionPlan & { readonly image: string; readonly place: ImageRepository })[];
  /** Images of which nobody can say what a build of today would be: nothing of theirs was looked at. */
  readonly skipped: readonly { readonly image: string; readonly because: string }[];
}

export interface PlanRegistryProps extends ListingProps {
  readonly fleet: Pick<Fleet, "images" | "registries">;
  readonly directory: string;
  readonly history: FleetHistory;
  readonly currentTags: (images: readonly Image[]) => Promise<readonly CurrentTag[]>;
  readonly clock: Pick<Clock, "now">;
  readonly report: Report;
}

/**
 * What of the fleet's images may go from a registry, and why the rest stays. Looks at the repositories of the images
 * that the fleet has now; those of others are left alone.
 * @throws HubfleetError UNKNOWN_REGISTRY, RETENTION_UNSET, HISTORY_INCOMPLETE, and what a registry throws
 */
export async function planRegistry(name: string, props: PlanRegistryProps): Promise<RegistryPlan> {
  const { fleet, directory, history, clock, report, signal } = props;
  const { address, keep } = retainedRegistry(fleet, name);
  const { images, current, skipped } = await knownImages([...fleet.images.values()], props);
  const listed = [];
  for (const image of images) {
    const place = repositoryBelow(address, containerName(image.name));
    report({ target: `image/${image.name}`, text: `look at ${place.registry}/${place.repository}`, state: "started" });
    const manifests = await listRepository(place, props);
    report({
      target: `image/${image.name}`,
      text: `${manifests.length} in ${place.registry}/${place.repository}`,
      state: "done",
    });
    listed.push({ image: image.name, place, manifests });
  }
  const all = listed.flatMap(({ manifests }) => manifests);
  const reading = await history.read(
    directory,
    {
      words: new Set(all.flatMap(({ digest, tags }) => [digest, ...tags])),
      commits: new Set(all.flatMap(({ revisions }) => revisions).filter((commit) => isCommit(commit))),
    },
    signal,
  );
  if (reading.kind === "incomplete") {
    throw new HubfleetError("HISTORY_INCOMPLETE", {
      message: `nothing is removed from "${name}": ${reading.why}`,
      hint: reading.hint,
      retry: "later",
    });
  }
  const repositories = listed.map(({ image, place, manifests }) => {
    const stored = manifests.map((manifest) => ({ ...manifest, maker: makerOf(manifest, reading.commits) }));
    const tags = current.flatMap((one) => (one.image === image ? [one.tag] : []));
    const facts = { keep, now: clock.now(), named: reading.named, current: new Set(tags) };
    return { image, place, ...planRetention(stored, facts) };
  });
  return { registry: name, address, keep, repositories, skipped };
}

interface KnownImages {
  readonly images: readonly Image[];
  readonly current: readonly CurrentTag[];
  readonly skipped: RegistryPlan["skipped"];
}

/** All at once; one by one where one of them stands in the way of the others. */
async function knownImages(
  all: readonly Image[],
  { currentTags }: Pick<PlanRegistryProps, "currentTags">,
): Promise<KnownImages> {
  const isBuilt = ({ from }: Image): boolean => from === undefined;
  try {
    return { images: all, current: await currentTags(all.filter(isBuilt)), skipped: [] };
  } catch (error) {
    if (!isAboutImages(error)) throw error;
  }
  const known: { images: Image[]; current: CurrentTag[]; skipped: { image: string; because: string }[] } = {
    images: [],
    current: [],
    skipped: [],
  };
  for (const image of all) {
    try {
      if (isBuilt(image)) known.current.push(...(await currentTags([image])));
      known.images.push(image);
    } catch (error) {
      if (!isAboutImages(error)) throw error;
      known.skipped.push({ image: image.name, because: fromUnknown(error)[0]?.message ?? "" });
    }
  }
  return known;
}

function isAboutImages(error: unknown): boolean {
  return error instanceof HubfleetError || error instanceof HubfleetErrors;
}

function retainedRegistry({ registries = {} }: Pick<Fleet, "registries">, name: string): Required<FleetRegistry> {
  const registry = Object.hasOwn(registries, name) ? registries[name] : undefined;
  if (registry === undefined) {
    const hint = nameHint(name, Object.keys(registries)) ?? "name one under `registries` in fleet.yaml";
    throw new HubfleetError("UNKNOWN_REGISTRY", { message: `the fleet has no registry "${name}"`, hint });
  }
  const { address, keep } = registry;
  if (keep !== undefined) return { address, keep };
  throw new HubfleetError("RETENTION_UNSET", {
    message: `nothing says what "${name}" is to keep, so that nothing is removed from it`,
    hint: `write it in fleet.yaml, for example registries.${name}.keep: { last: 10, days: 90 }`,
  });
}

function makerOf(
  { image, revisions }: ListedManifest,
  known: ReadonlySet<string>,
): "hubfleet" | "unknown-commit" | "somebody-else" {
  if (image === undefined) return "somebody-else";
  return revisions.every((commit) => commit !== undefined && known.has(commit)) ? "hubfleet" : "unknown-commit";
}

function isCommit(revision: string | undefined): revision is string {
  return revision !== undefined && /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(revision);
}
