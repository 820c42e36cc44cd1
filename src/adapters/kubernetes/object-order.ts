import type { ObjectMetadata } from "../../ports/kubernetes.ts";

/** The order of lists: that of characters, whatever the cluster's storage has. */
export function byNamespaceAndName(
  left: { readonly metadata: ObjectMetadata },
  right: { readonly metadata: ObjectMetadata },
): number {
  const [a, b] = [left, right].map(({ metadata }) => `${metadata.namespace ?? ""}/${metadata.name}`) as [
    string,
    string,
  ];
  return a < b ? -1 : a > b ? 1 : 0;
}
