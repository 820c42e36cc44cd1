import type { Bundle } from "../../bundle/bundle.ts";
import type { BundleDocument } from "../../bundle/bundle-schema.ts";
import { bundleParts, imageOfPart } from "../../bundle/bundle-parts.ts";
import { diffBundles } from "../../bundle/diff-bundles.ts";
import { freezeGated } from "../../bundle/freeze-gated.ts";
import { HubfleetError, HubfleetErrors } from "../../errors/hubfleet-error.ts";
import type { Fleet, Image } from "../../fleet/fleet.ts";
import type { FleetReading } from "../../fleet/read-fleet.ts";
import type { RepositorySnapshot } from "../../fleet/repository-snapshot.ts";
import { inputsDigest } from "../../image/tag/container-inputs.ts";
import type { ImageSources } from "../../ports/image-sources.ts";
import type { LocalWorld } from "../../ports/local-world.ts";
import { containerRecipe } from "../containers/container-recipe.ts";
import { readInputs, type RecipeText } from "../containers/read-inputs.ts";
import { isLockable } from "../images/lock-problems.ts";
import { digestsOf, namedFiles, settingsOfBundle } from "./bundle-content.ts";
import { imageAsWritten } from "./image-as-written.ts";

/** What the working tree has that a bundle has not: it is what the next bundle would bring. */
export interface Unreleased {
  /** Commits of HEAD beyond the bundle's that touched any of it; undefined where this clone cannot tell. */
  readonly commits: number | undefined;
  /** "platform: environment.REGION", "group/classes: profiles.big.limits", "file look/logo.png" */
  readonly settings: readonly string[];
  /** Images that would be others. */
  readonly images: readonly string[];
  /** Some of it is in no commit yet. */
  readonly isUncommitted: boolean;
}

export interface UnreleasedProps {
  readonly reading: Pick<FleetReading, "written">;
  readonly fleet: Fleet;
  readonly directory: string;
  readonly snapshot: RepositorySnapshot;
  readonly sources: Pick<ImageSources, "git" | "contextFiles">;
  readonly world: Pick<LocalWorld, "files">;
}

/** Compares the working tree with a bundle. Nothing is tested, no registry is asked, nothing is written. */
export async function unreleased(bundle: Bundle, props: UnreleasedProps): Promise<Unreleased> {
  const { reading, fleet, directory, snapshot, sources } = props;
  const { document } = bundle;
  const frozen = freezeGated(reading, document.settings.commit);
  const [files, images] = await Promise.all([
    digestsOf(frozen, { snapshot, directory, contextFiles: sources.contextFiles }),
    imagesNow(bundle, props),
  ]);
  const now: BundleDocument = { ...document, settings: settingsOfBundle(frozen), files, images };
  const difference = diffBundles(bundle, { document: now, parts: bundleParts(now) });
  const changedFiles = Object.keys({ ...document.files, ...files }).filter(
    (path) => document.files[path] !== files[path],
  );
  const found = {
    settings: [
      ...difference.settings.map(({ layer, path }) => `${layer}: ${path}`),
      ...changedFiles.sort().map((path) => `file ${path}`),
    ],
    images: difference.parts.flatMap(({ part }) => imageOfPart(part) ?? []),
  };
  if (found.settings.length === 0 && found.images.length === 0) return { ...found, commits: 0, isUncommitted: false };

  const own = [...fleet.images.values()].flatMap((image) => image.paths);
  const paths = [...new Set(["platform.yaml", "groups", "images", ...namedFiles(frozen), ...changedFiles, ...own])];
  // Those of a patch's settings: its own commit has what it left out, too.
  const [commits, uncommitted = []] = await Promise.all([
    sources.git.countSince(directory, document.settings.commit, paths),
    sources.git.uncommitted(directory, paths),
  ]);
  return { ...found, commits, isUncommitted: uncommitted.length > 0 };
}

/** Images as they would be in a bundle of now; containers are no part of what is compared. */
async function imagesNow(
  { document }: Pick<Bundle, "document">,
  { fleet, directory, sources, world }: UnreleasedProps,
): Promise<BundleDocument["images"]> {
  const images = [...fleet.images.values()];
  const own = images.filter(({ from }) => from === undefined);
  const recipe = async (image: Image): Promise<RecipeText> =>
    containerRecipe(image, { directory, files: world.files }).catch(withoutRecipe);
  const read = await readInputs(own, { fleet, directory, ...sources, files: world.files, recipe }).catch(
    (thrown: unknown) => {
      // Of an incomplete checkout the locks are compared alone.
      if (thrown instanceof HubfleetErrors) return undefined;
      throw thrown;
    },
  );
  const inputs = new Map(own.map(({ name }, index) => [name, read?.[index]?.inputs]));
  const now = await Promise.all(
    images.map(async (image) => {
      const made = inputs.get(image.name);
      const before = document.images[image.name];
      const digest = made === undefined ? before?.inputs : inputsDigest(made);
      const lock = isLockable(image) ? await world.files.read(`${directory}/${image.lock}`) : undefined;
      const container = before?.container ?? ("none yet" as const);
      return [image.name, { ...imageAsWritten(image, { lock, inputs: digest ?? "" }), container }] as const;
    }),
  );
  return Object.fromEntries(now);
}

/** As a bundle has it without a base; what cannot be made at all, such as of a stale lock, is not what was made. */
function withoutRecipe(thrown: unknown): RecipeText {
  if (thrown instanceof HubfleetError && thrown.code === "BASE_MISSING") return { dockerfile: "", isOwn: false };
  if (thrown instanceof HubfleetError || thrown instanceof HubfleetErrors) {
    return { dockerfile: "cannot be made", isOwn: false };
  }
  throw thrown;
}
