import type { SourcePosition } from "../errors/hubfleet-error.ts";
import type { OriginLayer, Origins } from "./fleet.ts";
import type { Layer, LayeredHub } from "./hub-layers.ts";
import { fileKinds } from "./schema/file-kinds.ts";
import { schemaAt } from "./schema/walk-schema.ts";
import { settingKeys } from "./schema/default-settings.ts";
import { valueAtSteps } from "./value-at-steps.ts";
import type { WrittenFile, WrittenFleet } from "./written-fleet.ts";
import { sourcesOf, writtenPath } from "./written-path.ts";

/** Looks origins up in the layers when asked; nothing is computed before. */
export function createOrigins(written: WrittenFleet, hubs: ReadonlyMap<string, LayeredHub>): Origins {
  const layers = (path: string): readonly OriginLayer[] => {
    const [root = "", name = "", ...steps] = writtenPath(path).split(".");
    if (root === "hubs") return hubLayers(hubs.get(name), steps);
    if (root === "clusters") return fileLayers(`cluster/${name}`, written.clusters.files.get(name), steps);
    if (root === "images") return fileLayers(`image/${name}`, written.images.files.get(name), steps);
    return fileLayers("fleet", written.fleet, path.split("."));
  };
  return {
    layers,
    at: (path) => {
      const [root, name, ...steps] = path.split(".");
      if (root !== "hubs") return layers(path).at(-1)?.at;
      const sources = sourcesOf(steps.join(".")).map((source) => layers(`hubs.${name}.${source}`).at(-1)?.at);
      return sources.find((at) => at !== undefined);
    },
  };
}

function hubLayers(hub: LayeredHub | undefined, steps: readonly string[]): OriginLayer[] {
  if (hub === undefined) return [];
  const [first] = steps;
  if (first !== undefined && settingKeys.has(first)) return hub.layers.flatMap((layer) => layerOrigin(layer, steps));

  const fallback = schemaAt(fileKinds.hub.schema, steps)?.facts?.default;
  const own = fileLayers(`hub/${hub.name}`, hub.file, steps);
  return fallback === undefined ? own : [{ layer: "default", value: fallback }, ...own];
}

function layerOrigin(layer: Layer, steps: readonly string[]): OriginLayer[] {
  const found = valueAtSteps(layer.settings, steps);
  if (found === undefined) return [];
  if (layer.document === undefined) return [{ layer: layer.name, value: found.value }];
  return [{ layer: layer.name, value: found.value, at: layer.document.position(found.path, "key") }];
}

function fileLayers(layer: string, file: WrittenFile<object> | undefined, steps: readonly string[]): OriginLayer[] {
  const found = file === undefined ? undefined : valueAtSteps(file.value, steps);
  if (file === undefined || found === undefined) return [];
  const at: SourcePosition = file.document.position(found.path, "key");
  return [{ layer, value: found.value, at }];
}
