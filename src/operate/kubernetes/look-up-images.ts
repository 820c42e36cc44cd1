import pMap from "p-map";

import { fromUnknown } from "../../errors/from-unknown.ts";
import { HubfleetError } from "../../errors/hubfleet-error.ts";
import { parseImageReference, parseRepository } from "../../image/container/image-reference.ts";
import type { WritableRegistry } from "../../ports/registry.ts";

export interface LookedUp {
  /** What a registry says that it does not have. */
  readonly absent: readonly HubfleetError[];
  /** What could not be asked from here, in words. */
  readonly unknown: readonly string[];
}

/** Asks registries for images, before anything that needs them is changed. A registry that does not answer here may answer nodes. */
export async function lookUpImages(
  images: readonly string[],
  registry: Pick<WritableRegistry, "manifest" | "resolve">,
  signal: AbortSignal,
): Promise<LookedUp> {
  const absent: HubfleetError[] = [];
  const unknown: string[] = [];
  const look = async (image: string): Promise<void> => {
    try {
      if (await has(image, { registry, signal })) return;
      absent.push(notThere(image, "there is no such name or tag"));
    } catch (thrown) {
      signal.throwIfAborted();
      const [error] = fromUnknown(thrown);
      if (error?.code === "IMAGE_NOT_FOUND") absent.push(notThere(image, error.message));
      else unknown.push(`image ${image} could not be looked up from here: ${error?.message.split("\n")[0] ?? ""}`);
    }
  };
  await pMap(images, look, { concurrency: 6 });
  return { absent, unknown };
}

async function has(
  image: string,
  {
    registry,
    signal,
  }: { readonly registry: Pick<WritableRegistry, "manifest" | "resolve">; readonly signal: AbortSignal },
): Promise<boolean> {
  if (image.includes("@")) {
    await registry.manifest(parseImageReference(image), signal);
    return true;
  }
  const [, name = image, tag = "latest"] = /^(.+):([\w][\w.-]*)$/.exec(image) ?? [];
  const place = parseRepository(name);
  return place === undefined || (await registry.resolve(place, tag, signal)) !== undefined;
}

function notThere(image: string, why: string): HubfleetError {
  return new HubfleetError("IMAGE_NOT_FOUND", {
    message: `image ${image} is not in its registry: ${why}`,
    hint: "nothing was changed; an image of the fleet is pushed by `hubfleet image build --push`, one of a chart is named in its chart values",
  });
}
