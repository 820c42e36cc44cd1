import pMap from "p-map";

import { fromUnknown } from "../errors/from-unknown.ts";
import { HubfleetError, HubfleetErrors } from "../errors/hubfleet-error.ts";
import type { Image } from "../fleet/fleet.ts";
import { parseImageReference } from "../image/container/image-reference.ts";
import { parseTaggedReference } from "../image/container/tagged-reference.ts";
import { containerRecipe, type ContainerRecipe } from "../operate/containers/container-recipe.ts";
import { inWorkshop } from "../operate/containers/container-workshop.ts";
import { decideTags } from "../operate/containers/decide-tags.ts";
import { mirrorImages } from "../operate/containers/mirror-images.ts";
import { lookUpTag, type TaggedContainer } from "../operate/containers/look-up-tag.ts";
import { repositoryBelow } from "../operate/containers/pins/pin-places.ts";
import { readPushRecord } from "../operate/containers/push-records.ts";
import { buildContainer, type ContainerProps, factsOf, type PlannedContainer } from "./build-container.ts";
import type { ContainerOutcome } from "./container-outcome.ts";

/** A build keeps the disk and a core busy; more at once only makes each of them slower. */
const concurrency = 2;

export interface BuildContainersProps extends ContainerProps {
  readonly images: readonly Image[];
}

/**
 * Containers of images: named by tag, looked for in the registry, and only those that are not there built, tested and,
 * with `push`, offered. What can be known before is found out for all of them before any is built.
 * @throws HubfleetErrors with all that is wrong in the fleet's files or with its commits; REGISTRY_MISSING
 */
export async function buildContainers(props: BuildContainersProps): Promise<readonly ContainerOutcome[]> {
  const { images, push, fleet } = props;
  if (push && Object.keys(fleet.registries ?? {}).length === 0) throw registryMissing();
  if (push) refuseOtherPlatforms(props);
  const planned = await planContainers(props);
  if (push) refuseUncommitted(planned);
  return pMap(
    images,
    async (image) => {
      const own = planned.get(image.name);
      const outcome = own === undefined ? asItIs(image) : await settle(own, props);
      return push ? mirror(image, outcome, props) : outcome;
    },
    { concurrency },
  );
}

async function planContainers(props: BuildContainersProps): Promise<ReadonlyMap<string, PlannedContainer>> {
  const { fleet, directory, sources, world } = props;
  const images = props.images.filter(({ from }) => from === undefined);
  const recipes = new Map<string, ContainerRecipe>();
  const recipe = async (image: Image): Promise<ContainerRecipe> => {
    const made = await containerRecipe(image, { directory, files: world.files });
    recipes.set(image.name, made);
    return made;
  };
  const { git, contextFiles } = sources;
  const tags = await decideTags(images, { fleet, directory, git, contextFiles, files: world.files, recipe });
  const [registry] = Object.values(fleet.registries ?? {});
  const found = tags.flatMap((decided): readonly (readonly [string, PlannedContainer])[] => {
    const image = fleet.images.get(decided.image);
    const made = recipes.get(decided.image);
    if (image === undefined || made === undefined) return [];
    const { repository, tag } = decided;
    const place = registry === undefined ? undefined : { ...repositoryBelow(registry.address, repository), tag };
    return [[image.name, { image, decided, recipe: made, place }]];
  });
  return new Map(found);
}

function asItIs({ name, from = "" }: Image): ContainerOutcome {
  const none = { tag: "", inputs: "", revision: null, repository: null, digest: null, platforms: [] };
  const note = "taken from its registry as it is";
  return { target: `image/${name}`, kind: "unchanged", container: { ...none, reference: from }, note, mirrors: [] };
}

/** Also for what was there: the copy may have failed the last time, or a cluster be new. */
async function mirror(image: Image, outcome: ContainerOutcome, props: BuildContainersProps): Promise<ContainerOutcome> {
  if (outcome.kind === "failed" || outcome.kind === "built" || outcome.container.reference === null) return outcome;
  const { fleet, sources, report, signal } = props;
  const { tag } = parseTaggedReference(outcome.container.reference);
  const reference = parseImageReference(outcome.container.reference);
  const published = [{ image: image.name, reference, tag }];
  const copies = await mirrorImages(published, { fleet, ...sources, report, signal });
  const errors = copies.flatMap((copy) => (copy.kind === "failed" ? copy.problems : []));
  const checks = outcome.kind === "pushed" ? outcome.checks : [];
  if (errors.length > 0) return { target: outcome.target, kind: "failed", errors, checks };
  const name = (address: string, repository: string): string =>
    `${address}/${repository}${tag === undefined ? "" : `:${tag}`}`;
  return {
    ...outcome,
    mirrors: copies.map(({ mirror: { address, repository } }) => `${name(address, repository)}@${reference.digest}`),
  };
}

async function settle(planned: PlannedContainer, props: BuildContainersProps): Promise<ContainerOutcome> {
  const target = `image/${planned.image.name}`;
  const { fleet, signal, report } = props;
  report({ target, text: "", state: "queued" });
  const outcome = await inWorkshop(
    { fleetUuid: fleet.uuid, image: planned.image.name },
    props,
    async (scratch): Promise<ContainerOutcome> => {
      const present = await findPresent(planned, props);
      if (present === undefined) return buildContainer(planned, { ...props, scratch });
      const note = present.isOurs
        ? "the registry has it"
        : "the registry has it, built by something else than hubfleet";
      return { target, kind: "unchanged", container: factsOf(planned, props, present), note, mirrors: [] };
    },
  ).catch((thrown: unknown): ContainerOutcome => {
    if (signal.aborted) throw thrown;
    return { target, kind: "failed", errors: fromUnknown(thrown), checks: [] };
  });
  const [first] = outcome.kind === "failed" ? outcome.errors : [];
  report({ target, text: first?.message.split("\n")[0] ?? "", state: "settled" });
  return outcome;
}

/**
 * Asks the registry, where there is one, whether this machine may push there, and whether it need. Who only builds is not
 * stopped by a registry that does not answer.
 */
async function findPresent(
  { image, decided, place }: PlannedContainer,
  { fleet, world, sources, push, signal, steps, platforms }: BuildContainersProps,
): Promise<TaggedContainer | undefined> {
  if (place === undefined) return undefined;
  const { registry, repositories } = sources;
  const recorded = (await readPushRecord(fleet.uuid, place, world))?.digest;
  const wanted = { inputs: decided.inputsDigest, platforms: platforms ?? image.platforms, recorded };
  const look = (): Promise<TaggedContainer | undefined> => lookUpTag({ place, ...wanted, registry, signal });
  if (!push) return look().catch(unlessUnreachable);
  return steps.run(
    `image/${image.name}`,
    "ask the registry",
    async () => {
      const found = await look();
      if (found !== undefined) return found;
      await repositories.ensure(place, signal);
      await registry.checkPush(place, signal);
      return undefined;
    },
    (found) => (found === undefined ? "it does not have it, and may be pushed to" : "it has it"),
  );
}

function unlessUnreachable(thrown: unknown): undefined {
  if (thrown instanceof HubfleetError && thrown.code !== "TAG_MOVED") return undefined;
  throw thrown;
}

/** A tag stands for what image.yaml says, on every machine: with fewer platforms under it, somebody would miss one. */
function refuseOtherPlatforms({ images, platforms }: BuildContainersProps): void {
  if (platforms === undefined) return;
  const wanted = [...platforms].sort().join(", ");
  const other = images.find((image) => image.from === undefined && [...image.platforms].sort().join(", ") !== wanted);
  if (other === undefined) return;
  throw new HubfleetError("PLATFORMS_DIFFER", {
    message: `image "${other.name}" is for ${other.platforms.join(", ")}, and was to be pushed for ${wanted}`,
    hint: `write \`platforms: [${wanted}]\` in ${other.directory}/image.yaml, or push without --platform`,
    at: { path: `${other.directory}/image.yaml`, line: 1, column: 1 },
  });
}

/** A container says from which commit it is: what no commit holds is nobody's to find again. */
function refuseUncommitted(planned: ReadonlyMap<string, PlannedContainer>): void {
  const dirty = [...planned.values()].filter(({ decided }) => decided.isDirty);
  if (dirty.length === 0) return;
  throw new HubfleetErrors(
    dirty.map(({ image, decided: { uncommitted } }) => {
      const [first = `${image.directory}/image.yaml`, ...more] = uncommitted;
      const others = more.length === 0 ? "" : ` (and ${more.length} more)`;
      return new HubfleetError("IMAGE_UNCOMMITTED", {
        message: `"${first}"${others} of image "${image.name}" is in no commit as it is now`,
        hint: `commit it, then push; \`hubfleet image build ${image.name} --container\` builds and tests what is not committed`,
        at: { path: first, line: 1, column: 1 },
      });
    }),
  );
}

function registryMissing(): HubfleetError {
  return new HubfleetError("REGISTRY_MISSING", {
    message: "fleet.yaml names no registry to push to",
    hint: "write `registries: { main: { address: registry.example.org/fleet } }` with the host and path below which images belong",
    at: { path: "fleet.yaml", line: 1, column: 1 },
  });
}
