import type { BundleImage } from "../../bundle/bundle-schema.ts";
import { HubfleetError, HubfleetErrors } from "../../errors/hubfleet-error.ts";
import type { Fleet, Image } from "../../fleet/fleet.ts";
import { renderImageReference } from "../../image/container/image-reference.ts";
import type { ImageSources } from "../../ports/image-sources.ts";
import type { LocalWorld } from "../../ports/local-world.ts";
import { containerRecipe } from "../containers/container-recipe.ts";
import { type DecidedTag, decideTags } from "../containers/decide-tags.ts";
import { lookUpTag } from "../containers/look-up-tag.ts";
import { repositoryBelow } from "../containers/pins/pin-places.ts";
import { readPushRecord } from "../containers/push-records.ts";
import type { RecipeText } from "../containers/read-inputs.ts";
import { isLockable, lockProblems } from "../images/lock-problems.ts";
import { imageAsWritten } from "./image-as-written.ts";

export interface BundleImagesProps {
  /** Names of images. @default all */
  readonly only?: ReadonlySet<string>;
  readonly fleet: Fleet;
  readonly directory: string;
  readonly sources: Pick<ImageSources, "git" | "contextFiles" | "registry">;
  readonly world: Pick<LocalWorld, "files" | "machine">;
  readonly signal: AbortSignal;
}

/** An image as a bundle names it, with what goes beside. */
export interface FoundImage {
  readonly image: BundleImage;
  /** The lock's text; undefined for an image without one. */
  readonly lock: string | undefined;
  /** Why it has no container; undefined where it has one. */
  readonly without: string | undefined;
  /** The registry did not answer, so that nobody knows. */
  readonly isUnknown: boolean;
}

/**
 * Images of the fleet as each is written and locked. Registries are asked for its container; nothing is built.
 * @throws HubfleetErrors with the locks that do not fit, and what keeps an image from having a tag; TAG_MOVED
 */
export async function bundleImages(props: BundleImagesProps): Promise<ReadonlyMap<string, FoundImage>> {
  const { fleet, directory, sources, world, only } = props;
  const images = [...fleet.images.values()].filter(({ name }) => only?.has(name) !== false);
  const problems = await lockProblems(images, { directory, world });
  if (problems.length > 0) throw new HubfleetErrors(problems);
  const own = images.filter(({ from }) => from === undefined);
  const baseless = new Set<string>();
  const recipe = async (image: Image): Promise<RecipeText> =>
    containerRecipe(image, { directory, files: world.files }).catch((thrown: unknown) => {
      // It runs as an environment; only a container needs something to start from.
      if (!(thrown instanceof HubfleetError) || thrown.code !== "BASE_MISSING") throw thrown;
      baseless.add(image.name);
      return { dockerfile: "", isOwn: false };
    });
  const tags = await decideTags(own, { fleet, directory, ...sources, files: world.files, recipe });
  const found = await Promise.all(
    images.map(async (image): Promise<readonly [string, FoundImage]> => {
      const tag = tags.find((one) => one.image === image.name);
      if (tag === undefined) return [image.name, takenImage(image)];
      const lock = isLockable(image) ? await world.files.read(`${directory}/${image.lock}`) : undefined;
      const place = baseless.has(image.name) ? noContainer("no `base` and no Dockerfile") : undefined;
      const { container, ...rest } = place ?? (await findContainer(image, tag, props));
      const written = { ...imageAsWritten(image, { lock, inputs: tag.inputsDigest }), container };
      return [image.name, { image: written, lock, ...rest }];
    }),
  );
  return new Map(found);
}

type Container = Pick<FoundImage, "without" | "isUnknown"> & Pick<BundleImage, "container">;

async function findContainer(image: Image, decided: DecidedTag, props: BundleImagesProps): Promise<Container> {
  const { fleet, sources, world, signal } = props;
  const [registry] = Object.values(fleet.registries ?? {});
  if (registry === undefined) return noContainer("fleet.yaml names no registry");
  const { platforms } = image;
  const place = { ...repositoryBelow(registry.address, decided.repository), tag: decided.tag };
  const recorded = (await readPushRecord(fleet.uuid, place, world))?.digest;
  try {
    const inputs = decided.inputsDigest;
    const there = await lookUpTag({ place, inputs, platforms, recorded, registry: sources.registry, signal });
    if (there === undefined) return noContainer(`${registry.address} has no ${decided.repository}:${decided.tag}`);
    const reference = renderImageReference({ ...place, digest: there.digest });
    return { container: { reference, platforms: [...there.platforms] }, without: undefined, isUnknown: false };
  } catch (thrown) {
    if (signal.aborted || !(thrown instanceof HubfleetError) || thrown.code === "TAG_MOVED") throw thrown;
    return { ...noContainer(`the registry could not be asked: ${thrown.message}`), isUnknown: true };
  }
}

function noContainer(without: string): Container {
  return { container: "none yet", without, isUnknown: false };
}

function takenImage(image: Image): FoundImage {
  const { from = "", platforms } = image;
  const container = { reference: from, platforms: [...platforms] };
  const written = { ...imageAsWritten(image, { lock: undefined, inputs: "" }), container };
  return { image: written, lock: undefined, without: undefined, isUnknown: false };
}
