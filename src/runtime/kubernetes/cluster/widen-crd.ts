import { isMap } from "../../../fleet/merge-settings.ts";
import { stableJson } from "../../local/digest.ts";
import type { KubernetesObject } from "../kubernetes-object.ts";
import { type Schema, widenSchema } from "./widen-schema.ts";

/** What it takes so that a custom resource definition does for a chart. */
export type Widening =
  | { readonly kind: "wide-enough" }
  /** `spec`: to be put in the place of the one that is there. `because`: what is new, in words. */
  | { readonly kind: "widen"; readonly spec: Schema; readonly because: readonly string[] }
  /** What is there and what is wanted exclude each other. */
  | { readonly kind: "refused"; readonly why: readonly string[] };

/**
 * Custom resource definitions belong to everybody on a cluster, so that they only become wider: nothing that somebody's objects
 * have is taken away, no version goes, and the version in which objects are stored only becomes a later one. Pure.
 */
export function widenCrd(there: KubernetesObject, wanted: KubernetesObject): Widening {
  const [before, after] = [specOf(there), specOf(wanted)];
  const why = [
    ...differing("group", before["group"], after["group"]),
    ...differing("scope", before["scope"], after["scope"]),
    ...differing("kind", nameIn(before, "kind"), nameIn(after, "kind")),
    ...differing("plural", nameIn(before, "plural"), nameIn(after, "plural")),
  ];
  const because: string[] = [];
  const known = versionsOf(before);
  const merged = known.map((version) => {
    const other = versionsOf(after).find(({ name }) => name === version.name);
    if (other === undefined) return version;
    const { version: wider, added, conflicts } = widenVersion(version, other);
    if (added.length > 0) because.push(`version ${version.name} gets ${inShort(added)}`);
    why.push(...conflicts.map((conflict) => `version ${version.name}: ${conflict}`));
    return wider;
  });
  for (const version of versionsOf(after)) {
    if (known.some(({ name }) => name === version.name)) continue;
    merged.push(version);
    because.push(`version ${version.name} is new`);
  }
  if (why.length > 0) return { kind: "refused", why };
  if (because.length === 0) return { kind: "wide-enough" };
  const stored = laterOf(storedVersion(before), storedVersion(after));
  const versions = merged.map((version) => ({ ...version, storage: version.name === stored }));
  const conversion =
    strategyOf(before) === "Webhook" ? before["conversion"] : (after["conversion"] ?? before["conversion"]);
  return { kind: "widen", spec: { ...before, ...(conversion === undefined ? {} : { conversion }), versions }, because };
}

interface Version {
  readonly name: string;
  readonly served?: boolean;
  readonly storage?: boolean;
  readonly schema?: { readonly openAPIV3Schema?: Schema };
  readonly subresources?: Schema;
  readonly additionalPrinterColumns?: unknown;
}

function widenVersion(
  there: Version,
  wanted: Version,
): { readonly version: Version; readonly added: readonly string[]; readonly conflicts: readonly string[] } {
  const { schema, added, conflicts } = widenSchema(
    there.schema?.openAPIV3Schema ?? {},
    wanted.schema?.openAPIV3Schema ?? {},
  );
  const isServed = there.served === true || wanted.served === true;
  const news = Object.keys(wanted.subresources ?? {}).filter((name) => there.subresources?.[name] === undefined);
  return {
    version: {
      ...there,
      served: isServed,
      schema: { ...there.schema, openAPIV3Schema: schema },
      ...(news.length === 0 ? {} : { subresources: { ...wanted.subresources, ...there.subresources } }),
    },
    added: [
      ...(isServed && there.served !== true ? ["served objects"] : []),
      ...news.map((name) => `the subresource ${name}`),
      ...added,
    ],
    conflicts,
  };
}

/** "spec.a, spec.b, spec.c and 9 more". */
function inShort(paths: readonly string[]): string {
  const [shown, rest] = [paths.slice(0, 3).join(", "), paths.length - 3];
  return rest > 0 ? `${shown} and ${rest} more` : shown;
}

function differing(what: string, there: unknown, wanted: unknown): readonly string[] {
  if (stableJson(there ?? null) === stableJson(wanted ?? null)) return [];
  return [`its ${what} is ${JSON.stringify(there)} there and ${JSON.stringify(wanted)} in the chart`];
}

function storedVersion(spec: Schema): string | undefined {
  return versionsOf(spec).find(({ storage }) => storage === true)?.name;
}

/** As Kubernetes orders them: "v2" after "v1" after "v1beta2" after "v1alpha9"; whatever else comes before all of these. */
function laterOf(one: string | undefined, other: string | undefined): string | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  const [left, right] = [rankOf(one), rankOf(other)];
  const index = left.findIndex((number, at) => number !== right[at]);
  return index === -1 || (left[index] ?? 0) > (right[index] ?? 0) ? one : other;
}

function rankOf(version: string): readonly number[] {
  const [, major, quality, minor] = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version) ?? [];
  if (major === undefined) return [0, 0, 0];
  return [{ alpha: 1, beta: 2 }[quality ?? ""] ?? 3, Number(major), Number(minor ?? 0)];
}

function strategyOf(spec: Schema): unknown {
  return isMap(spec["conversion"]) ? spec["conversion"]["strategy"] : undefined;
}

function nameIn(spec: Schema, key: string): unknown {
  return isMap(spec["names"]) ? spec["names"][key] : undefined;
}

function versionsOf(spec: Schema): readonly Version[] {
  return Array.isArray(spec["versions"]) ? (spec["versions"] as readonly Version[]) : []; // as the API has it
}

function specOf(crd: KubernetesObject): Schema {
  return isMap(crd["spec"]) ? crd["spec"] : {};
}
