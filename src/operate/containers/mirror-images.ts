import { fromUnknown } from "../../errors/from-unknown.ts";
import type { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { Fleet } from "../../fleet/fleet.ts";
import {
  type ImageReference,
  type ImageRepository,
  parseImageReference,
} from "../../image/container/image-reference.ts";
import { parseTaggedReference } from "../../image/container/tagged-reference.ts";
import { decideMirrors, type Mirror } from "../../image/mirror/decide-mirrors.ts";
import type { ImageRepositories } from "../../ports/image-repositories.ts";
import type { Report } from "../../ports/local-world.ts";
import type { WritableRegistry } from "../../ports/registry.ts";
import { copyContainer } from "./copy-container.ts";
import { repositoryBelow } from "./pins/pin-places.ts";

/** An image that is in its first registry. */
export interface PublishedImage {
  readonly image: string;
  readonly reference: ImageReference;
  readonly tag: string | undefined;
}

export type MirrorOutcome =
  | { readonly kind: "copied"; readonly mirror: Mirror; readonly digest: string; readonly uploadedBytes: number }
  | { readonly kind: "failed"; readonly mirror: Mirror; readonly problems: readonly HubfleetError[] };

export interface MirrorProps {
  readonly fleet: Pick<Fleet, "hubs" | "clusters" | "images" | "registries">;
  readonly registry: WritableRegistry;
  readonly repositories: ImageRepositories;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/**
 * Copies images by digest to the registries from which clusters pull them, making the repositories where that has to be
 * done first. What is there already is not sent again. One that fails does not stop the others.
 */
export async function mirrorImages(
  published: readonly PublishedImage[],
  props: MirrorProps,
): Promise<readonly MirrorOutcome[]> {
  const outcomes: MirrorOutcome[] = [];
  for (const mirror of decideMirrors(props.fleet)) {
    const source = published.find(({ image }) => image === mirror.image);
    if (source !== undefined) outcomes.push(await copyTo(mirror, source, props));
  }
  return outcomes;
}

/** Images that are taken from a registry as they are, for mirroring them without a push. */
export function takenImages({ images }: Pick<Fleet, "images">): readonly PublishedImage[] {
  return [...images.values()].flatMap(({ name, from }) =>
    from === undefined
      ? []
      : [{ image: name, reference: parseImageReference(from), tag: parseTaggedReference(from).tag }],
  );
}

async function copyTo(mirror: Mirror, { reference, tag }: PublishedImage, props: MirrorProps): Promise<MirrorOutcome> {
  const { registry, repositories, report, signal } = props;
  const name = `image/${mirror.image}`;
  try {
    const place: ImageRepository = repositoryBelow(mirror.address, mirror.repository);
    const repository = await repositories.ensure(place, signal);
    if (repository === "made")
      report({ target: name, text: `made the repository ${place.registry}/${place.repository}`, state: "done" });
    const { digest, uploadedBytes } = await copyContainer(
      reference,
      { ...place, tag },
      { registry, name, report, signal },
    );
    return { kind: "copied", mirror, digest, uploadedBytes };
  } catch (error) {
    return { kind: "failed", mirror, problems: fromUnknown(error) };
  }
}
