import type { Fleet } from "../../fleet/fleet.ts";
import { imagesOf } from "../../fleet/images-of.ts";
import type { FoundImage } from "./bundle-images.ts";

export interface LackingContainer {
  readonly image: string;
  readonly why: string;
}

/** Images that a hub on Kubernetes would run and cannot yet; of a fleet without such hubs all that have no container. */
export function lackingContainers(
  images: ReadonlyMap<string, Pick<FoundImage, "without">>,
  { hubs, clusters }: Pick<Fleet, "hubs" | "clusters">,
): readonly LackingContainer[] {
  const away = [...hubs.values()].filter(({ cluster }) => clusters.get(cluster)?.provider !== "local");
  const needed = new Set(away.flatMap(imagesOf));
  return [...images].flatMap(([image, { without }]) =>
    without === undefined || (away.length > 0 && !needed.has(image)) ? [] : [{ image, why: without }],
  );
}
