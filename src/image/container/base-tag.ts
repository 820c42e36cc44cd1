/** The tag that stands before a reference's digest ("k8s-hub:4.4.0@sha256:…"), for people: the digest is what counts. */
export function baseTag(reference: string): string | undefined {
  return /:([\w][\w.-]*)(?:@|$)/.exec(reference.replace(/^.*\//, "").replace(/@.*$/, ""))?.[1];
}
