import { diffImages } from "../../image/diff/diff-images.ts";
import type { ImageContents } from "../../image/diff/image-contents.ts";
import type { ImageDifference } from "../../image/diff/image-difference.ts";
import { parseSide, type SideReference, sidesSinceCommit } from "../../image/diff/parse-side.ts";
import type { PackageIndex } from "../../ports/package-index.ts";
import { askIndex } from "./ask-index.ts";
import { readSide, type ReadSideProps } from "./read-side.ts";

export interface CompareImagesProps extends Omit<ReadSideProps, "shared"> {
  readonly world: ReadSideProps["world"] & { readonly packageIndex: PackageIndex };
  /** Ask no package index. */
  readonly offline: boolean;
}

/**
 * What differs between two sides, each an image of the fleet, one at a commit, a lock file, or a container by digest.
 * Without a second side: between the last commit and the working tree. Changes nothing.
 * @throws HubfleetError those of `readSide`, IMAGE_NOT_PINNED
 */
export async function compareImages(
  [first, second]: readonly [first: string, second?: string],
  props: CompareImagesProps,
): Promise<ImageDifference> {
  const [before, after] = second === undefined ? sidesSinceCommit(first) : [parseSide(first), parseSide(second)];
  const difference = diffImages(...(await readSides(before, after, props)));
  if (props.offline) return { ...difference, index: { kind: "not-asked", because: "offline" } };
  return askIndex(difference, props.world.packageIndex, props.signal);
}

/** Side by side; where one fails, the other is not read to its end. */
async function readSides(
  before: SideReference,
  after: SideReference,
  props: CompareImagesProps,
): Promise<[ImageContents, ImageContents]> {
  const failure = new AbortController();
  const signal = AbortSignal.any([props.signal, failure.signal]);
  const both = { ...props, signal, shared: new Map() };
  try {
    return await Promise.all([readSide(before, both), readSide(after, both)]);
  } catch (error) {
    failure.abort();
    throw error;
  }
}
