import { HubfleetError, HubfleetErrors } from "../../../errors/hubfleet-error.ts";
import type { Fleet, Image, Pin } from "../../../fleet/fleet.ts";
import { showPath } from "../../../fleet/yaml/splice-target.ts";
import { type ImageRepository, parseRepository } from "../../../image/container/image-reference.ts";
import { firstDifference } from "../../../image/pins/first-difference.ts";
import type { FileChange } from "../../../image/pins/pin-base.ts";
import { type PushedImage, writePin } from "../../../image/pins/write-pin.ts";
import type { WritableRegistry } from "../../../ports/registry.ts";
import { readExactly } from "./read-exactly.ts";

/** The tag that a build of an image would have now. */
export interface CurrentTag {
  readonly image: string;
  /** Its name below a registry's address. */
  readonly repository: string;
  readonly tag: string;
}

export interface PinPlacesProps {
  readonly fleet: Pick<Fleet, "registries">;
  readonly directory: string;
  readonly files: Parameters<typeof readExactly>[1];
  readonly registry: Pick<WritableRegistry, "resolve">;
  readonly currentTags: (images: readonly Image[]) => Promise<readonly CurrentTag[]>;
  readonly signal: AbortSignal;
}

/**
 * What writing images' pushed tags into the places that they name would change. Writes nothing, and answers only when
 * every tag is pushed and every place is there.
 * @throws HubfleetErrors with IMAGE_NOT_PUSHED and whatever writePin has against a place
 */
export async function pinPlaces(images: readonly Image[], props: PinPlacesProps): Promise<readonly FileChange[]> {
  const pinned = images.filter(({ pins = [] }) => pins.length > 0);
  if (pinned.length === 0) return [];
  const address = firstAddress(props.fleet);
  const tags = await props.currentTags(pinned);
  const problems: HubfleetError[] = [];
  const texts = new Map<string, FileChange>();
  for (const image of pinned) {
    const current = tags.find((one) => one.image === image.name);
    const pushed = current === undefined ? undefined : await findPushed(address, current, props);
    if (pushed === undefined) problems.push(notPushed(image, address, current));
    for (const pin of pushed === undefined ? [] : (image.pins ?? [])) {
      const known = texts.get(pin.file) ?? (await openFile(pin.file, props));
      const written = tryWriting(known, pin, pushed as PushedImage); // there is no pin to go through without
      if (written instanceof HubfleetError) problems.push(written);
      else texts.set(pin.file, written);
    }
  }
  if (problems.length > 0) throw new HubfleetErrors(problems);
  return [...texts.values()];
}

/** For --check: which file does not hold what was pushed. */
export function outdatedPins(images: readonly Image[], changes: readonly FileChange[]): readonly HubfleetError[] {
  return changes.flatMap((change) => {
    if (change.before === change.after) return [];
    const pins = images.flatMap((image) => (image.pins ?? []).filter(({ file }) => file === change.path));
    const places = pins.map((pin) => showPath(pin.path)).join(", ");
    return [
      new HubfleetError("PIN_OUTDATED", {
        message: `"${change.path}" does not hold the images that were pushed (${places})`,
        hint: "run `hubfleet image pin` and commit the file",
        at: firstDifference(change),
        retry: "later",
      }),
    ];
  });
}

/** @throws HubfleetError UNKNOWN_REGISTRY */
export function firstAddress({ registries = {} }: Pick<Fleet, "registries">): string {
  const [first] = Object.values(registries);
  if (first !== undefined) return first.address;
  throw new HubfleetError("UNKNOWN_REGISTRY", {
    message: "the fleet has no registry, so that nothing of it was ever pushed",
    hint: "name one under `registries` in fleet.yaml",
  });
}

/** Where an image is below a registry's address. */
export function repositoryBelow(address: string, repository: string): ImageRepository {
  const place = parseRepository(`${address}/${repository}`);
  if (place !== undefined) return place;
  throw new HubfleetError("REFERENCE_INVALID", {
    message: `"${address}/${repository}" is no name that a registry takes`,
    hint: "mend the registry's address in fleet.yaml",
  });
}

async function findPushed(
  address: string,
  { repository, tag }: CurrentTag,
  { registry, signal }: PinPlacesProps,
): Promise<PushedImage | undefined> {
  const digest = await registry.resolve(repositoryBelow(address, repository), tag, signal);
  return digest === undefined ? undefined : { name: `${address}/${repository}`, tag, digest };
}

function tryWriting(file: FileChange, pin: Pin, pushed: PushedImage): FileChange | HubfleetError {
  try {
    return { ...file, after: writePin(file.after, pin, pushed) };
  } catch (error) {
    if (error instanceof HubfleetError) return error;
    throw error;
  }
}

async function openFile(path: string, { files, directory }: PinPlacesProps): Promise<FileChange> {
  const text = await readExactly(path, files, directory);
  if (text !== undefined) return { path, before: text, after: text };
  throw new HubfleetError("FILE_MISSING", { message: `there is no file "${path}" in the fleet` });
}

function notPushed(image: Image, address: string, current: CurrentTag | undefined): HubfleetError {
  const name = current === undefined ? image.name : `${address}/${current.repository}:${current.tag}`;
  return new HubfleetError("IMAGE_NOT_PUSHED", {
    message: `"${name}", which image "${image.name}" would be today, is not in the registry`,
    hint: "push it first, here or in CI; what is not committed yet has another tag than what CI builds",
    retry: "later",
  });
}
