import type { KubernetesObject } from "../../../src/ports/kubernetes.ts";

/** A version of a custom resource definition whose `spec` has these fields, each a text. */
export interface CrdVersion {
  readonly name: string;
  readonly fields: readonly string[];
  /** @default that of the first */
  readonly isStored?: boolean;
}

/** The definition of the kind Look; others of the group are named by `plural`. */
export function aCrd(versions: readonly CrdVersion[], plural = "looks", type = "string"): KubernetesObject {
  const group = "look.example.org";
  const kind = aCrdKind(plural);
  const stored = versions.find(({ isStored }) => isStored === true) ?? versions[0];
  return {
    ...{ apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" },
    metadata: { name: `${plural}.${group}` },
    spec: {
      ...{ group, scope: "Namespaced" },
      names: { kind, plural, singular: plural.slice(0, -1), listKind: `${kind}List` },
      versions: versions.map((version) => ({
        ...{ name: version.name, served: true, storage: version === stored },
        schema: {
          openAPIV3Schema: {
            type: "object",
            properties: {
              spec: { type: "object", properties: Object.fromEntries(version.fields.map((name) => [name, { type }])) },
            },
          },
        },
      })),
    },
  };
}

/** The kind that a definition brings. */
export function aCrdKind(plural: string): string {
  return `${plural[0]?.toUpperCase()}${plural.slice(1, -1)}`;
}
