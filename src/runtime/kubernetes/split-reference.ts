/** The two halves of an image's reference that the charts put together again with a colon. */
export interface SplitReference {
  readonly name: string;
  readonly tag: string;
}

/** "registry/lab@sha256:0123…" → "registry/lab@sha256" and "0123…"; "registry/lab:1.2" → "registry/lab" and "1.2". */
export function splitReference(reference: string): SplitReference {
  const [, name, tag] = /^(.+):([^:/]+)$/.exec(reference) ?? [];
  return name === undefined || tag === undefined ? { name: reference, tag: "latest" } : { name, tag };
}
