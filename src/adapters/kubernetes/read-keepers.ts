import type { FieldKeeper } from "../../ports/kubernetes.ts";

interface ManagedFields {
  readonly manager?: string;
  readonly time?: string;
  readonly subresource?: string;
  readonly fieldsV1?: unknown;
}

/** What an object's metadata say of who gave its fields. */
export function readKeepers(object: unknown): readonly FieldKeeper[] {
  const { metadata } = Object(object) as { readonly metadata?: { readonly managedFields?: readonly ManagedFields[] } }; // as the API has it
  return (metadata?.managedFields ?? []).map(({ manager = "somebody", time, subresource, fieldsV1 }) => ({
    ...{
      manager,
      at: time === undefined ? undefined : new Date(time),
      isStatus: subresource !== undefined && subresource !== "scale",
    },
    paths: pathsIn(fieldsV1, []),
  }));
}

/**
 * | key | means |
 * | --- | --- |
 * | `f:name` | the field |
 * | `k:{"name":"hub"}` | the item of a list whose fields are these |
 * | `v:1` | the item of a set |
 * | `.` | the field itself, whatever is in it |
 */
function pathsIn(fields: unknown, path: readonly string[]): readonly (readonly string[])[] {
  const entries = Object.entries(Object(fields) as object); // a map, as the API has it
  if (entries.length === 0) return path.length === 0 ? [] : [path];
  return entries.flatMap(([key, inner]) => (key === "." ? [path] : pathsIn(inner, [...path, segment(key)])));
}

function segment(key: string): string {
  const [kind, text] = [key.slice(0, 2), key.slice(2)];
  if (kind === "k:") {
    const keys = Object.entries(JSON.parse(text) as object).map(([name, value]) => `${name}=${String(value)}`);
    return `[${keys.join(",")}]`;
  }
  return kind === "v:" || kind === "i:" ? `[${text}]` : text;
}
