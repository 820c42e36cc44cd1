import { HubfleetError } from "../../../errors/hubfleet-error.ts";
import type { Image } from "../../../fleet/fleet.ts";
import {
  isSameRepository,
  renderTaggedReference,
  type TaggedReference,
} from "../../../image/container/tagged-reference.ts";
import { firstDifference } from "../../../image/pins/first-difference.ts";
import { type BaseFiles, type FileChange, pinBase, taggedBases } from "../../../image/pins/pin-base.ts";
import { readExactly } from "./read-exactly.ts";
import { type ResolveProps, resolveReference } from "./resolve-reference.ts";

export interface PinBasesProps extends ResolveProps {
  /** The fleet's. */
  readonly directory: string;
  readonly files: Parameters<typeof readExactly>[1];
}

/**
 * What writing references into an image's base would change: those given, or with none the tags that stand there, each
 * with the digest that it names now. Writes nothing.
 * @throws HubfleetError as pinBase, resolveReference
 */
export async function pinBases(
  image: Image,
  references: readonly TaggedReference[] | undefined,
  props: PinBasesProps,
): Promise<readonly FileChange[]> {
  let files = await readBaseFiles(image, props);
  const found = references ?? distinct(taggedBases(image, files)).map(({ digest: _today, ...reference }) => reference);
  const changes = new Map<string, FileChange>();
  for (const reference of found) {
    const resolved = await resolveReference(reference, image.platforms, props);
    const change = pinBase(image, files, resolved);
    const earlier = changes.get(change.path);
    changes.set(change.path, { ...change, before: earlier?.before ?? change.before });
    const isDockerfile = change.path.endsWith("/Dockerfile");
    files = isDockerfile ? { ...files, dockerfile: change.after } : { ...files, imageFile: change.after };
  }
  return [...changes.values()];
}

/** For --check: what should be written and is not. */
export function outdatedBase(image: Image, change: FileChange): HubfleetError {
  const at = firstDifference(change);
  return new HubfleetError("PIN_OUTDATED", {
    message: `the base of image "${image.name}" is another today: ${(change.after.split("\n")[at.line - 1] ?? "").trim()}`,
    hint: "run the same command without --check, look at what changed, and commit it",
    at,
    retry: "later",
  });
}

async function readBaseFiles(image: Image, { directory, files }: PinBasesProps): Promise<BaseFiles> {
  const [imageFile, dockerfile] = await Promise.all(
    ["image.yaml", "Dockerfile"].map(async (file) => readExactly(`${image.directory}/${file}`, files, directory)),
  );
  return { imageFile: imageFile ?? "", dockerfile };
}

/** Stages on the same base are one. Two tags of one repository cannot be told apart when they are written. */
function distinct(references: readonly TaggedReference[]): readonly TaggedReference[] {
  return references.filter((reference, index) => {
    const earlier = references.slice(0, index).find((other) => isSameRepository(other, reference));
    if (earlier === undefined) return true;
    if (earlier.tag === reference.tag) return false;
    throw new HubfleetError("BASE_UNCLEAR", {
      message: `the Dockerfile names "${renderTaggedReference({ name: earlier.name, ...(earlier.tag === undefined ? {} : { tag: earlier.tag }) })}" and "${reference.name}:${reference.tag ?? ""}"`,
      hint: "let its stages start from one tag, or write the digests by hand",
    });
  });
}
