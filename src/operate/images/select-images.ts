import { HubfleetError } from "../../errors/hubfleet-error.ts";
import { nearestName } from "../../errors/nearest-name.ts";
import type { Fleet, Image } from "../../fleet/fleet.ts";

/**
 * The images that targets name: `image/NAME`, `image/NAME/VARIANT`, or the same without `image/`. None: all of them.
 * @throws HubfleetError UNKNOWN_TARGET with the nearest name
 */
export function selectImages(fleet: Pick<Fleet, "images">, targets: readonly string[]): readonly Image[] {
  if (targets.length === 0) return [...fleet.images.values()];
  return targets.map((target) => selectImage(fleet, target));
}

/** One of them. @throws HubfleetError UNKNOWN_TARGET with the nearest name */
export function selectImage({ images }: Pick<Fleet, "images">, target: string): Image {
  const name = target.startsWith("image/") ? target.slice("image/".length) : target;
  const image = images.get(name);
  if (image !== undefined) return image;
  const known = [...images.keys()];
  const nearest = nearestName(name, known);
  throw new HubfleetError("UNKNOWN_TARGET", {
    message: `the fleet has no image "${name}"`,
    hint: nearest === undefined ? `it has: ${known.join(", ")}` : `did you mean image/${nearest}?`,
  });
}
