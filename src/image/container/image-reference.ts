import { HubfleetError } from "../../errors/hubfleet-error.ts";

/** Where a registry keeps an image. */
export interface ImageRepository {
  /** Host, with its port where it is not the usual one: "quay.io", "127.0.0.1:5000". */
  readonly registry: string;
  /** "pangeo/base-notebook" */
  readonly repository: string;
}

/** One image for ever: its content by digest. A tag beside the digest says nothing and is left out. */
export interface ImageReference extends ImageRepository {
  /** "sha256:…" */
  readonly digest: string;
}

/**
 * Reads `registry/name@sha256:…`; a name without a registry is Docker Hub's, as every tool has it.
 * @throws HubfleetError IMAGE_NOT_PINNED for a tag, or anything else that has no digest
 */
export function parseImageReference(text: string): ImageReference {
  const [, name = "", digest] = /^([^@\s]+)@(sha256:[0-9a-f]{64})$/.exec(text) ?? [];
  const place = digest === undefined ? undefined : parseRepository(name.replace(/:[\w][\w.-]{0,127}$/, ""));
  if (digest !== undefined && place !== undefined) return { ...place, digest };
  const tag = /:([\w][\w.-]*)$/.exec(text)?.[1];
  throw new HubfleetError("IMAGE_NOT_PINNED", {
    message: `${JSON.stringify(text)} is not a reference by digest${tag === undefined ? "" : `; the tag "${tag}" may be another image tomorrow`}`,
    hint: "write registry/name@sha256:… with the 64 hexadecimal digits that the registry shows",
  });
}

export function renderImageReference({ registry, repository, digest }: ImageReference): string {
  return `${registry}/${repository}@${digest}`;
}

/** Registry and repository of a name without tag and digest; undefined for what is no such name. */
export function parseRepository(name: string): ImageRepository | undefined {
  const [first = "", ...rest] = name.split("/");
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
  const registry = isHost ? first : "docker.io";
  const repository = isHost ? rest.join("/") : rest.length === 0 ? `library/${name}` : name;
  const isName = /^[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*)*$/.test(
    repository,
  );
  const isPlace = /^(?:[A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\])(?::\d{1,5})?$/.test(registry);
  return isName && isPlace ? { registry, repository } : undefined;
}
