import { HubfleetError } from "../../errors/hubfleet-error.ts";
import { type ImageRepository, parseRepository } from "./image-reference.ts";

/** An image as people name it: by a tag, by a digest, or by both, where the tag is for readers. */
export interface TaggedReference extends ImageRepository {
  /** Registry and repository as they were written: "jupyterhub/k8s-hub" stays that. */
  readonly name: string;
  readonly tag?: string;
  readonly digest?: string;
}

/**
 * Reads `name:tag`, `name@sha256:…` and `name:tag@sha256:…`.
 * @throws HubfleetError REFERENCE_INVALID for anything else, and for a name alone
 */
export function parseTaggedReference(text: string): TaggedReference {
  const [, name = "", tag, digest] = /^(\S+?)(?::(\w[\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(text) ?? [];
  const place = parseRepository(name);
  if (place !== undefined && (tag !== undefined || digest !== undefined)) {
    return { ...place, name, ...(tag === undefined ? {} : { tag }), ...(digest === undefined ? {} : { digest }) };
  }
  const isNameAlone = place !== undefined && tag === undefined;
  throw new HubfleetError("REFERENCE_INVALID", {
    message: `${JSON.stringify(text)} ${isNameAlone ? "has no tag" : "is no reference of a container image"}`,
    hint: isNameAlone ? `write ${text}:TAG; a tag that says a version tells readers most` : "write registry/name:tag",
  });
}

export function renderTaggedReference({ name, tag, digest }: Pick<TaggedReference, "name" | "tag" | "digest">): string {
  return `${name}${tag === undefined ? "" : `:${tag}`}${digest === undefined ? "" : `@${digest}`}`;
}

export function isSameRepository(one: ImageRepository, other: ImageRepository): boolean {
  return one.registry === other.registry && one.repository === other.repository;
}
