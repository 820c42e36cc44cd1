import { HubfleetError } from "../errors/hubfleet-error.ts";
import type { Fleet, Image } from "../fleet/fleet.ts";
import { parseTaggedReference } from "../image/container/tagged-reference.ts";
import type { FileChange } from "../image/pins/pin-base.ts";
import { containerRecipe } from "../operate/containers/container-recipe.ts";
import { decideTags } from "../operate/containers/decide-tags.ts";
import { outdatedBase, pinBases } from "../operate/containers/pins/pin-bases.ts";
import { type CurrentTag, outdatedPins, pinPlaces } from "../operate/containers/pins/pin-places.ts";
import { planRegistry, type RegistryPlan } from "../operate/containers/retention/plan-registry.ts";
import { type RemovedManifests, removeManifests } from "../operate/containers/retention/remove-manifests.ts";
import { selectImage, selectImages } from "../operate/images/select-images.ts";
import type { ImageSources } from "../ports/image-sources.ts";
import type { LocalWorld } from "../ports/local-world.ts";
import type { Repository } from "../ports/repository.ts";
import type { Watch } from "./use-cases.ts";

/** What is to be pinned. */
export type PinRequest =
  /** This reference, with the digest that its tag names now, where the image's base stands. */
  | { readonly kind: "base"; readonly target: string; readonly reference: string }
  /** The tags that stand at the images' bases, with the digests that they name now. */
  | { readonly kind: "bases"; readonly targets: readonly string[] }
  /** The images' pushed tags, in the places that they name. */
  | { readonly kind: "places"; readonly targets: readonly string[] };

export interface Pinned {
  /** Files that were written, or would be. */
  readonly changes: readonly FileChange[];
  /** With `isCheck`: what should be otherwise. */
  readonly outdated: readonly HubfleetError[];
}

export interface RegistryUseCases {
  /** Writes references into the files that keep them; `isCheck`: writes nothing, and says what should be otherwise. */
  pin(request: PinRequest, options: { readonly isCheck: boolean }, watch: Watch): Promise<Pinned>;
  /** What may go from a registry and why the rest stays. Changes nothing. @throws HubfleetError HISTORY_INCOMPLETE */
  planRemoval(registry: string, watch: Watch): Promise<RegistryPlan>;
  remove(plan: RegistryPlan, watch: Watch): Promise<RemovedManifests>;
}

export interface RegistryUseCasesProps {
  readonly directory: string;
  readonly repository: Pick<Repository, "write">;
  readonly local: LocalWorld;
  readonly sources: () => Promise<ImageSources>;
  readonly fleet: () => Promise<Fleet>;
}

export function createRegistryUseCases(props: RegistryUseCasesProps): RegistryUseCases {
  const { directory, repository, local, sources, fleet } = props;
  const currentTags = async (images: readonly Image[]): Promise<readonly CurrentTag[]> => {
    const { git, contextFiles } = await sources();
    const recipe = async (image: Image): ReturnType<typeof containerRecipe> =>
      containerRecipe(image, { directory, files: local.files });
    return decideTags(images, { fleet: await fleet(), directory, git, contextFiles, files: local.files, recipe });
  };
  const find = async (request: PinRequest, signal: AbortSignal): Promise<Pinned> => {
    const known = await fleet();
    const { registry } = await sources();
    const reading = { directory, files: local.files, registry, signal };
    if (request.kind === "places") {
      const images = selectImages(known, request.targets);
      const changes = await pinPlaces(images, { ...reading, fleet: known, currentTags });
      if (images.some(({ pins = [] }) => pins.length > 0)) return { changes, outdated: outdatedPins(images, changes) };
      throw noPins(request.targets);
    }
    const found: FileChange[] = [];
    const outdated: HubfleetError[] = [];
    const references = request.kind === "base" ? [parseTaggedReference(request.reference)] : undefined;
    const images =
      request.kind === "base" ? [selectImage(known, request.target)] : selectImages(known, request.targets);
    for (const image of images) {
      // A variant stands on its image's base.
      if (request.kind === "bases" && image.variantOf !== undefined) continue;
      for (const change of await pinBases(image, references, reading)) {
        found.push(change);
        if (change.before !== change.after) outdated.push(outdatedBase(image, change));
      }
    }
    return { changes: found, outdated };
  };

  return {
    pin: async (request, { isCheck }, { signal }) => {
      const { changes, outdated } = await find(request, signal);
      const changed = changes.filter(({ before, after }) => before !== after);
      if (isCheck) return { changes: changed, outdated };
      for (const { path, after } of changed) await repository.write(path, after);
      return { changes: changed, outdated: [] };
    },
    planRemoval: async (name, watch) => {
      const { registry, history } = await sources();
      const { clock } = local;
      return planRegistry(name, { fleet: await fleet(), directory, registry, history, currentTags, clock, ...watch });
    },
    remove: async (plan, watch) => removeManifests(plan, { registry: (await sources()).registry, ...watch }),
  };
}

function noPins(targets: readonly string[]): HubfleetError {
  const who = targets.length === 0 ? "no image of the fleet" : `none of ${targets.join(", ")}`;
  return new HubfleetError("PLACE_MISSING", {
    message: `${who} has \`pins\`, so that there is no place to write to`,
    hint: "write them in image.yaml, for example pins: [{ file: charts/values.yaml, path: jupyterhub.hub.image }]; or name a reference to pin the image's base",
  });
}
