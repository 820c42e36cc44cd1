import { isMap } from "../../../fleet/merge-settings.ts";
import { stableJson } from "../../local/digest.ts";

/** A JSON Schema as custom resource definitions have it. */
export type Schema = Readonly<Record<string, unknown>>;

export interface WidenedSchema {
  readonly schema: Schema;
  /** Dotted paths of what is taken now and was not before. */
  readonly added: readonly string[];
  /** What the two mean in ways that exclude each other. */
  readonly conflicts: readonly string[];
}

/**
 * A schema that takes whatever either of two takes: what only one has is kept, and of two limits the looser. What is there and
 * means the same stays as it is, so that widening twice widens nothing.
 */
export function widenSchema(there: Schema, wanted: Schema, path = ""): WidenedSchema {
  const clash = clashOf(there, wanted, path);
  if (clash !== undefined) return { schema: there, added: [], conflicts: [clash] };
  const schema: Record<string, unknown> = { ...there };
  const added: string[] = [];
  const conflicts: string[] = [];
  for (const [key, value] of Object.entries(loosenings)) {
    const loose = value(there[key], wanted[key]);
    if (same(loose, there[key])) continue;
    if (loose === undefined) delete schema[key];
    else schema[key] = loose;
    added.push(`${path.replace(/^\./, "") || "the whole"} (${key})`);
  }
  const named = mapOf(wanted["properties"]);
  const properties = Object.fromEntries(
    // Where anything is taken under any name, a type for one of the names would be narrower.
    Object.entries(mapOf(there["properties"])).filter(
      ([name]) => wanted[openKey] !== true || named[name] !== undefined,
    ),
  );
  for (const [name, inner] of Object.entries(named)) {
    if (properties[name] === undefined && there[openKey] === true) continue;
    take(`${path}.${name}`, properties[name], inner, (result) => (properties[name] = result));
  }
  if (Object.keys(properties).length > 0) schema["properties"] = properties;
  else delete schema["properties"];
  for (const [key, ending] of [
    ["items", "[]"],
    ["additionalProperties", ".*"],
  ] as const) {
    if (wanted[key] !== undefined)
      take(`${path}${ending}`, there[key], wanted[key], (result) => (schema[key] = result));
  }
  return { schema, added, conflicts };

  function take(at: string, before: unknown, after: unknown, keep: (result: unknown) => void): void {
    if (before === undefined || (after === true && before !== true)) {
      keep(after);
      added.push(at.replace(/^\./, ""));
      return;
    }
    if (!isMap(before) || !isMap(after)) return; // `true` takes everything already
    const inner = widenSchema(before, after, at);
    keep(inner.schema);
    added.push(...inner.added);
    conflicts.push(...inner.conflicts);
  }
}

const openKey = "x-kubernetes-preserve-unknown-fields";

/** What a schema says that keeps values out: the looser of two, `undefined` for no limit at all. */
const loosenings: Readonly<Record<string, (there: unknown, wanted: unknown) => unknown>> = {
  required: both((there: readonly string[], wanted: readonly string[]) => there.filter((one) => wanted.includes(one))),
  enum: both((there: readonly unknown[], wanted: readonly unknown[]) => [
    ...there,
    ...wanted.filter((one) => !there.some((other) => same(one, other))),
  ]),
  ...Object.fromEntries(["minimum", "minLength", "minItems", "minProperties"].map((key) => [key, both(Math.min)])),
  ...Object.fromEntries(["maximum", "maxLength", "maxItems", "maxProperties"].map((key) => [key, both(Math.max)])),
  // Two of these can't be joined: where they differ, none is left.
  ...Object.fromEntries(
    [
      ...["pattern", "format", "multipleOf", "uniqueItems", "exclusiveMinimum", "exclusiveMaximum"],
      ...["anyOf", "allOf", "oneOf", "not", "x-kubernetes-validations"],
    ].map((key) => [key, both(() => undefined)]),
  ),
  ...Object.fromEntries(["nullable", openKey].map((key) => [key, either])),
};

/** A limit that one of two does not have is none of both. */
function both<Limit>(join: (there: Limit, wanted: Limit) => unknown): (there: unknown, wanted: unknown) => unknown {
  return (there, wanted) => {
    if (there === undefined || wanted === undefined || same(there, wanted))
      return wanted === undefined ? undefined : there;
    const joined = join(there as Limit, wanted as Limit); // a schema has one shape under each of its keys
    return Array.isArray(joined) && joined.length === 0 ? undefined : joined;
  };
}

function either(there: unknown, wanted: unknown): unknown {
  return there === true || wanted === true ? true : there;
}

function clashOf(there: Schema, wanted: Schema, path: string): string | undefined {
  const words = ({ type, [intOrString]: mixed }: Schema): string =>
    mixed === true ? "a number or a text" : String(type);
  const isFree = (schema: Schema): boolean => schema["type"] === undefined && schema[intOrString] !== true;
  if (!isFree(there) && !isFree(wanted) && words(there) !== words(wanted)) {
    return `${path.replace(/^\./, "") || "the whole"} is ${words(there)} there and ${words(wanted)} in the chart`;
  }
  const isMapped = (schema: Schema): boolean => isMap(schema["additionalProperties"]);
  const isNamed = (schema: Schema): boolean => schema["properties"] !== undefined;
  if ((isMapped(there) && isNamed(wanted)) || (isNamed(there) && isMapped(wanted))) {
    return `${path.replace(/^\./, "")} has named fields in one of both and any in the other`;
  }
  return undefined;
}

const intOrString = "x-kubernetes-int-or-string";

function mapOf(value: unknown): Schema {
  return isMap(value) ? value : {};
}

function same(one: unknown, other: unknown): boolean {
  return one === other || stableJson(one ?? null) === stableJson(other ?? null);
}
