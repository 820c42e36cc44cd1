import type { FleetReading } from "./read-fleet.ts";
import type { OriginLayer } from "./fleet.ts";
import { createOrigins } from "./create-origins.ts";
import type { LayeredHub } from "./hub-layers.ts";
import { isMap, type Settings } from "./merge-settings.ts";
import { defaultBasePath } from "./normalize-hub.ts";
import { valueAtSteps } from "./value-at-steps.ts";

/** One value of a hub's settings with every layer that set it; the last layer won. */
export interface OriginOfValue {
  /** Dotted, below the hub. */
  readonly path: string;
  readonly value: unknown;
  readonly layers: readonly OriginLayer[];
}

/** What a hub's files come to, in the words of the files: its own keys first, then the merged settings. */
export function effectiveSettings(hub: LayeredHub, { written }: FleetReading): Settings {
  const { value } = hub.file;
  const isLocal = written.clusters.files.get(value.cluster ?? "")?.value.provider === "local";
  const own = {
    title: value.title ?? hub.name,
    cluster: value.cluster,
    stage: value.stage,
    groups: value.groups ?? [],
    ...(value.domain === undefined ? {} : { domain: value.domain }),
    ...(value.namespace === undefined ? {} : { namespace: value.namespace }),
    ...(value.releases === undefined ? {} : { releases: value.releases }),
    ...(value.port === undefined ? {} : { port: value.port }),
    basePath: value.basePath ?? defaultBasePath(hub.name, isLocal),
    ...(value.twin === undefined ? {} : { twin: value.twin }),
  };
  return { ...own, ...hub.settings };
}

/** The value at a dotted path; profiles are found by their id. */
export function effectiveValue(settings: Settings, key: string): { readonly value: unknown } | undefined {
  return valueAtSteps(settings, key === "" ? [] : key.split("."));
}

/** Every single value at or below a path, with its origins. */
export function originsBelow(hub: LayeredHub, reading: FleetReading, key: string): readonly OriginOfValue[] {
  const settings = effectiveSettings(hub, reading);
  const found = effectiveValue(settings, key);
  if (found === undefined) return [];
  const origins = createOrigins(reading.written, reading.hubs);
  return leaves(found.value, key).map(({ path, value }) => ({
    path,
    value,
    layers: withOwnDefault(origins.layers(`hubs.${hub.name}.${path}`), value),
  }));
}

/** What no file says (the title, the base path) is a default made for this hub. */
function withOwnDefault(layers: readonly OriginLayer[], value: unknown): readonly OriginLayer[] {
  return layers.length > 0 ? layers : [{ layer: "default", value }];
}

function leaves(value: unknown, path: string): { readonly path: string; readonly value: unknown }[] {
  const below = path === "" ? "" : `${path}.`;
  if (path === "profiles" && Array.isArray(value)) {
    return value.flatMap((profile: unknown) => {
      const { id, ...keys } = Object(profile) as { readonly id: string }; // checked by the schema
      return leaves(keys, `${below}${id}`);
    });
  }
  if (!isMap(value) || Object.keys(value).length === 0) return [{ path, value }];
  return Object.entries(value).flatMap(([key, entry]) => leaves(entry, `${below}${key}`));
}
