import { type Bundle, createBundle } from "./bundle.ts";
import type { BundleDocument } from "./bundle-schema.ts";
import { bundlesOfCommit, newestBundle } from "./read-bundles.ts";

/** What a bundle is made of, before it has a time and a place after others. */
export type BundleContent = Omit<BundleDocument, "madeAt" | "parent" | "patch">;

export type DecidedBundle =
  /** One of the same commit and content is there. */
  | { readonly kind: "there"; readonly bundle: Bundle }
  | { readonly kind: "new"; readonly bundle: Bundle; readonly before: Bundle | undefined };

/**
 * The bundle of a commit. Pure: whoever asks again, or at the same time, gets the one that is there.
 *
 * | of the commit there is | decided |
 * | ---------------------- | ------- |
 * | none | a new one, after the newest of all |
 * | one that says the same, whenever and with whatever tools it was made | that one |
 * | one that says something else (a container was pushed since; hubfleet renders otherwise) | a new one |
 */
export function decideBundle(
  content: BundleContent,
  { files, madeAt }: { readonly files: ReadonlyMap<string, string>; readonly madeAt: Date },
): DecidedBundle {
  const same = bundlesOfCommit(files, content.commit).findLast((one) => isSame(one, content));
  if (same !== undefined) return { kind: "there", bundle: same };
  const before = newestBundle(files);
  const parent = before === undefined ? {} : { parent: { id: before.id, digest: before.digest } };
  return { kind: "new", before, bundle: createBundle({ ...content, madeAt: madeAt.toISOString(), ...parent }) };
}

function isSame({ document, digest }: Bundle, content: BundleContent): boolean {
  const { madeAt, parent, versions } = document;
  return createBundle({ ...content, madeAt, versions, ...(parent === undefined ? {} : { parent }) }).digest === digest;
}
