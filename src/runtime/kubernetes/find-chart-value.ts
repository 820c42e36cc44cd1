import type { OriginOfValue } from "../../fleet/effective-settings.ts";
import type { Fleet, Hub, OriginLayer } from "../../fleet/fleet.ts";
import type { OriginatedValue, ValueOrigin } from "./chart-values.ts";
import type { RenderedHub } from "./render-hub.ts";

export interface FoundChartValue {
  /** Undefined: the chart's own default counts. */
  readonly value: unknown;
  readonly origins: readonly OriginOfValue[];
}

/** Whether a key is about a chart rather than about a setting: "jupyterhub.hub.resources". */
export function isChartKey(key: string): boolean {
  return /^(?:jupyterhub|dask-gateway)(?:\.|$)/.test(key);
}

/** A value of a chart, or all below a key, with where each comes from: the last layer counts. */
export function findChartValue(
  { releases }: Pick<RenderedHub, "releases">,
  key: string,
  { hub, fleet }: { readonly hub: Pick<Hub, "name" | "cluster">; readonly fleet: Pick<Fleet, "origins"> },
): FoundChartValue {
  const chart = key.split(".")[0] ?? "";
  const release = releases.find((one) => one.chart === chart);
  const found = (release?.origins ?? []).filter(({ path }) => isBelow([chart, ...path].join("."), key));
  return {
    value: valueAt(release?.values, key.slice(chart.length + 1)),
    origins: found.map((value) => ({
      path: [chart, ...value.path].join("."),
      value: value.value,
      layers: layersOf(value, hub, fleet),
    })),
  };
}

/** Where the fleet has what a chart's value comes from, as origins are asked; undefined for what hubfleet decides. */
export function writtenPlace(origin: ValueOrigin, hub: Pick<Hub, "name" | "cluster">): string | undefined {
  if (origin.kind === "hubfleet") return undefined;
  return origin.setting.startsWith("cluster.")
    ? `clusters.${hub.cluster}.${origin.setting.slice("cluster.".length)}`
    : `hubs.${hub.name}.${origin.setting}`;
}

function layersOf(
  { origin, value, instead }: OriginatedValue,
  hub: Pick<Hub, "name" | "cluster">,
  { origins }: Pick<Fleet, "origins">,
): OriginLayer[] {
  const path = writtenPlace(origin, hub);
  if (origin.kind === "hubfleet" || path === undefined) {
    return [{ layer: `hubfleet: ${origin.kind === "hubfleet" ? origin.because : origin.setting}`, value }];
  }
  const written = origins.layers(path);
  if (origin.kind === "chartValues") {
    const own = instead === undefined ? [] : [{ layer: "hubfleet", value: instead }];
    return [...own, ...(written.length > 0 ? written : [{ layer: origin.setting, value }])];
  }
  const at = origins.at(path);
  return [{ layer: `from ${origin.setting}`, value, ...(at === undefined ? {} : { at }) }];
}

function isBelow(path: string, key: string): boolean {
  return path === key || path.startsWith(`${key}.`);
}

/** The longest keys are tried last: a key with dots in it, as an annotation's, is found as well. */
function valueAt(root: unknown, rest: string): unknown {
  if (rest === "") return root;
  if (typeof root !== "object" || root === null) return undefined;
  for (const [key, value] of Object.entries(root)) {
    if (key === rest) return value;
    const below = rest.startsWith(`${key}.`) ? valueAt(value, rest.slice(key.length + 1)) : undefined;
    if (below !== undefined) return below;
  }
  return undefined;
}
