/** Labels by which hubfleet knows a container again; the rest of the world reads those of the OCI. */
export const labelNames = {
  image: "org.hubfleet.image",
  inputs: "org.hubfleet.inputs",
  lock: "org.hubfleet.lock",
} as const;

export interface LabelFacts {
  /** "lab", "lab/next" */
  readonly image: string;
  readonly description: string;
  readonly tag: string;
  /** "sha256:…" of everything it is made from. */
  readonly inputs: string;
  /** SHA-256 of the lock's text; undefined for an image that has none. */
  readonly lock: string | undefined;
  /** The commit that changed the inputs last; undefined without Git, or where they are not committed. */
  readonly revision: string | undefined;
  readonly created: Date;
}

/**
 * What a container says of itself (https://github.com/opencontainers/image-spec/blob/main/annotations.md). Nothing in it
 * depends on when, where or by whom it was built: the same inputs have the same labels.
 */
export function containerLabels(facts: LabelFacts): Readonly<Record<string, string>> {
  const { image, description, tag, inputs, lock, revision, created } = facts;
  return {
    "org.opencontainers.image.title": image,
    ...(description === "" ? {} : { "org.opencontainers.image.description": description }),
    "org.opencontainers.image.version": tag,
    ...(revision === undefined ? {} : { "org.opencontainers.image.revision": revision }),
    "org.opencontainers.image.created": created.toISOString(),
    [labelNames.image]: image,
    [labelNames.inputs]: inputs,
    ...(lock === undefined ? {} : { [labelNames.lock]: `sha256:${lock}` }),
  };
}
