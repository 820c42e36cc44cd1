import type { Image } from "../../fleet/fleet.ts";
import { addKey } from "../../fleet/yaml/add-key.ts";
import { spliceScalar } from "../../fleet/yaml/splice-scalar.ts";
import { parseTaggedReference, renderTaggedReference, type TaggedReference } from "../container/tagged-reference.ts";
import { spliceDockerfile, taggedReferences } from "./splice-dockerfile.ts";

/** Where an image's base can stand. */
export interface BaseFiles {
  readonly imageFile: string;
  readonly dockerfile: string | undefined;
}

export interface FileChange {
  /** Relative to the fleet's root. */
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/**
 * The file that says what an image starts from, with another reference in it: `from`, else the Dockerfile, else `base`,
 * which is added where there is none.
 * @throws HubfleetError BASE_UNCLEAR, and as spliceScalar
 */
export function pinBase(image: Image, files: BaseFiles, target: TaggedReference): FileChange {
  const path = `${image.directory}/image.yaml`;
  const reference = renderTaggedReference(target);
  if (image.from === undefined && files.dockerfile !== undefined) {
    const dockerfile = `${image.directory}/Dockerfile`;
    return {
      path: dockerfile,
      before: files.dockerfile,
      after: spliceDockerfile(dockerfile, files.dockerfile, target),
    };
  }
  const key = image.from === undefined ? "base" : "from";
  const isThere = image[key] !== undefined;
  const after = isThere
    ? spliceScalar(path, files.imageFile, [key], reference).text
    : addKey(path, files.imageFile, key, reference);
  return { path, before: files.imageFile, after };
}

/** What an image starts from today, as far as it names a tag beside the digest. */
export function taggedBases(image: Image, files: BaseFiles): readonly TaggedReference[] {
  if (image.from === undefined && files.dockerfile !== undefined) {
    return taggedReferences(files.dockerfile).map(({ reference }) => reference);
  }
  const written = image.from ?? image.base;
  const reference = written === undefined ? undefined : parseTaggedReference(written);
  return reference?.tag === undefined ? [] : [reference];
}
