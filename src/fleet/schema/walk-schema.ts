import { z } from "zod";

import { factsOf, type KeyFacts } from "./key.ts";

/** A place in a schema. A discriminated union shows the keys of all its members. */
export interface SchemaNode {
  readonly schema: z.ZodType;
  readonly facts: KeyFacts | undefined;
  readonly isOptional: boolean;
}

/** What is directly below a schema: its keys, or what every entry of a map or list looks like. */
export interface SchemaChildren {
  readonly keys: ReadonlyMap<string, SchemaNode>;
  readonly entry?: { readonly kind: "map" | "list"; readonly node: SchemaNode };
}

export function schemaNode(schema: z.ZodType): SchemaNode {
  const isOptional = schema instanceof z.ZodOptional;
  const inner = unwrap(schema);
  return { schema: inner, facts: factsOf(schema) ?? factsOf(inner), isOptional };
}

/** The keys below a schema. With `discriminator` values at hand, only those of the matching member of a union. */
export function schemaChildren(schema: z.ZodType, value?: unknown): SchemaChildren {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodObject) return { keys: shapeNodes(inner) };
  if (inner instanceof z.ZodRecord) {
    return { keys: new Map(), entry: { kind: "map", node: schemaNode(inner.valueType as z.ZodType) } }; // zod's core type
  }
  if (inner instanceof z.ZodArray) {
    return { keys: new Map(), entry: { kind: "list", node: schemaNode(inner.element as z.ZodType) } }; // zod's core type
  }
  if (inner instanceof z.ZodDiscriminatedUnion) return { keys: unionNodes(inner, value) };
  return { keys: new Map() };
}

/** The schema at a path of keys; entries of maps and lists take any step. */
export function schemaAt(root: z.ZodType, path: readonly (string | number)[], value?: unknown): SchemaNode | undefined {
  let node: SchemaNode | undefined = schemaNode(root);
  let current = value;
  for (const step of path) {
    const children: SchemaChildren = schemaChildren(node.schema, current);
    node = children.keys.get(String(step)) ?? children.entry?.node;
    if (node === undefined) return undefined;
    current = isObject(current) ? current[step] : undefined;
  }
  return node;
}

function unwrap(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodOptional ? unwrap(schema.unwrap() as z.ZodType) : schema; // zod's core type
}

function shapeNodes(schema: z.ZodObject): Map<string, SchemaNode> {
  return new Map(Object.entries(schema.shape).map(([key, child]) => [key, schemaNode(child as z.ZodType)])); // zod's core type
}

function unionNodes(schema: z.ZodDiscriminatedUnion, value: unknown): Map<string, SchemaNode> {
  const members = schema.options.filter((option) => option instanceof z.ZodObject);
  const { discriminator } = schema.def;
  const wanted = isObject(value) ? value[discriminator] : undefined;
  const matching = members.filter((member) =>
    literalsOf(member.shape[discriminator]).some((literal) => literal === wanted),
  );
  const nodes = new Map((matching.length > 0 ? matching : members).flatMap((member) => [...shapeNodes(member)]));

  // The key that tells the members apart takes the values of all of them.
  const kind = nodes.get(discriminator);
  const kinds = members.flatMap((member) => literalsOf(member.shape[discriminator]));
  if (kind !== undefined) nodes.set(discriminator, { ...kind, schema: z.enum(kinds) });
  return nodes;
}

function literalsOf(schema: unknown): string[] {
  return schema instanceof z.ZodLiteral ? [...schema.values].map(String) : [];
}

function isObject(value: unknown): value is Readonly<Record<string | number, unknown>> {
  return typeof value === "object" && value !== null;
}
