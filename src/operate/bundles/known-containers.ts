import type { Bundle } from "../../bundle/bundle.ts";
import type { FoundImage } from "./bundle-images.ts";

/**
 * A registry that does not answer takes no container away that was there: it is known by its digest. `bundles`: where to
 * look for it, the first that has it counts.
 */
export function withKnownContainers(
  found: ReadonlyMap<string, FoundImage>,
  bundles: readonly Pick<Bundle, "document">[],
): ReadonlyMap<string, FoundImage> {
  return new Map(
    [...found].map(([name, one]): [string, FoundImage] => {
      if (!one.isUnknown) return [name, one];
      const { inputs, lock } = one.image;
      const container = bundles
        .map(({ document }) => document.images[name])
        .find(
          (before) => before?.inputs === inputs && before.lock === lock && before.container !== "none yet",
        )?.container;
      return [name, container === undefined ? one : { ...one, image: { ...one.image, container }, without: undefined }];
    }),
  );
}
