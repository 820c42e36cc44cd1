import { HubfleetError } from "../errors/hubfleet-error.ts";
import { nameHint } from "../errors/nearest-name.ts";
import { type Bundle, createBundle } from "./bundle.ts";
import type { BundleDocument, BundleImage } from "./bundle-schema.ts";
import type { PartName } from "./gate-evidence.ts";

export interface PatchProps {
  /** The bundle that runs, and stays but for what is replaced. */
  readonly from: Bundle;
  /** The images to replace, as they are now. */
  readonly images: Readonly<Record<string, BundleImage>>;
  readonly commit: string;
  /** ISO 8601. */
  readonly madeAt: string;
  readonly versions: BundleDocument["versions"];
  /** Where a hub image is replaced: what the hub images have now; undefined where they differ. */
  readonly jupyterhub?: { readonly version: string | undefined };
}

/**
 * A bundle that is another one with some images replaced: a security fix that carries nothing else. Settings, charts and
 * all other images stay as tried, and keep the time that they have soaked.
 * @throws HubfleetError PATCH_NOT_POSSIBLE
 */
export function patchBundle({ from, images, commit, madeAt, versions, jupyterhub }: PatchProps): Bundle {
  const names = Object.keys(images).toSorted();
  refuseUnfitImages(names, from);
  const only: readonly PartName[] = names.map((name) => `image/${name}`);
  const { jupyterhub: hubVersion, ...kept } = from.document;
  const version = jupyterhub === undefined ? hubVersion : jupyterhub.version;
  const patched = createBundle({
    ...kept,
    madeAt,
    commit,
    parent: { id: from.id, digest: from.digest },
    patch: { from: { id: from.id, digest: from.digest }, only: [...only] },
    images: { ...from.document.images, ...images },
    versions,
    ...(version === undefined ? {} : { jupyterhub: version }),
  });
  const same = only.find((part) => patched.parts[part] === from.parts[part]);
  if (same === undefined) return patched;
  throw new HubfleetError("PATCH_NOT_POSSIBLE", {
    message: `${same} is what bundle ${from.id} has already`,
    hint: `change its requirements, lock and commit it${names.length > 1 ? "; or leave it out of --only" : ""}`,
  });
}

/** Whether a patch may name these images. @throws HubfleetError PATCH_NOT_POSSIBLE */
export function refuseUnfitImages(names: readonly string[], { id, document }: Pick<Bundle, "id" | "document">): void {
  if (names.length === 0) {
    const hint = "name the images to replace with --only";
    throw new HubfleetError("PATCH_NOT_POSSIBLE", { message: "a patch replaces at least one image", hint });
  }
  const known = Object.keys(document.images);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const hint = nameHint(unknown, known);
  const message = `bundle ${id} has no image "${unknown}"`;
  throw new HubfleetError("PATCH_NOT_POSSIBLE", { message, ...(hint === undefined ? {} : { hint }) });
}
