import type { Fleet, Hub } from "../../fleet/fleet.ts";
import { imagesOf } from "../../fleet/images-of.ts";
import { containerName } from "../../fleet/container-name.ts";
import type { ImageSources } from "../../ports/image-sources.ts";
import type { LocalWorld } from "../../ports/local-world.ts";
import type { ImageReferences } from "../../runtime/kubernetes/live-document.ts";
import { bundleImages } from "../bundles/bundle-images.ts";

export interface HubImagesProps {
  readonly fleet: Fleet;
  readonly hub: Hub;
  readonly directory: string;
  readonly sources: () => Promise<ImageSources>;
  readonly world: Pick<LocalWorld, "files" | "machine">;
  readonly signal: AbortSignal;
}

export interface HubImages {
  readonly references: ImageReferences;
  /** Image → why it has no digest yet. */
  readonly without: Readonly<Record<string, string>>;
}

/** Tag of an image that no registry has yet. Nothing is ever pushed under it. */
export const unpublished = "unpublished";

/**
 * The containers of a hub's images by digest, as the working tree has them. One that is not published yet has a reference
 * that no registry knows, and is named in `without`.
 */
export async function hubImages(props: HubImagesProps): Promise<HubImages> {
  const { fleet, hub, sources } = props;
  const names = imagesOf(hub);
  const references: Record<string, string> = {};
  const without: Record<string, string> = {};
  for (const name of names) {
    const from = fleet.images.get(name)?.from;
    if (from !== undefined) references[name] = from;
  }
  const built = names.filter((name) => references[name] === undefined);
  if (built.length === 0) return { references, without };

  const found = await bundleImages({ ...props, only: new Set(built), sources: await sources() });
  const [registry] = Object.values(fleet.registries ?? {});
  for (const name of built) {
    const container = found.get(name)?.image.container;
    if (container !== undefined && container !== "none yet") {
      references[name] = container.reference;
      continue;
    }
    references[name] = `${registry?.address ?? "registry.invalid"}/${containerName(name)}:${unpublished}`;
    without[name] = found.get(name)?.without ?? "nobody looked";
  }
  return { references, without };
}
