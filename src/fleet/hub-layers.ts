import type { SourcePosition } from "../errors/hubfleet-error.ts";
import { mergeSettings, type Settings } from "./merge-settings.ts";
import { defaultSettings, settingKeys } from "./schema/default-settings.ts";
import { valueAtSteps } from "./value-at-steps.ts";
import type { WrittenFile, WrittenFiles, WrittenFleet } from "./written-fleet.ts";
import type { WrittenGroup, WrittenHub } from "./schema/hub-file.ts";
import type { YamlDocument } from "./yaml/yaml-document.ts";

/** One layer of a hub's settings; the default layer has no file. */
export interface Layer {
  /** "default", "platform", "group/classes", "hub/alpha". */
  readonly name: string;
  readonly settings: Settings;
  readonly document?: YamlDocument;
}

/** A hub with its layers in the order in which they apply, and what they come to. */
export interface LayeredHub {
  readonly name: string;
  readonly file: WrittenFile<WrittenHub>;
  readonly layers: readonly Layer[];
  readonly settings: Settings;
  /** Where the value that counts at a path was written; the hub's file when no layer wrote it. */
  position(steps: readonly string[]): SourcePosition;
}

export function layerHub(file: WrittenFile<WrittenHub>, written: WrittenFleet): LayeredHub {
  const groups = expandGroups(file.value.groups ?? [], written.groups);
  const layers: Layer[] = [
    { name: "default", settings: defaultSettings },
    ...(written.platform === undefined ? [] : [toLayer("platform", written.platform)]),
    ...groups.map((group) => toLayer(`group/${group.name}`, group)),
    toLayer(`hub/${file.name}`, file),
  ];
  return stackLayers(file, layers);
}

/** A hub of layers, in the order in which they apply. */
export function stackLayers(file: WrittenFile<WrittenHub>, layers: readonly Layer[]): LayeredHub {
  const settings = layers.map((layer) => layer.settings).reduce(mergeSettings);
  return {
    name: file.name,
    file,
    layers,
    settings,
    position: (steps) => winner(layers, steps) ?? file.document.position([]),
  };
}

/** Groups in the order in which they apply: included groups before the one that includes them, each once. */
export function expandGroups(
  names: readonly string[],
  groups: WrittenFiles<WrittenGroup>,
): readonly WrittenFile<WrittenGroup>[] {
  const ordered = new Map<string, WrittenFile<WrittenGroup>>();
  const visited = new Set<string>();
  const visit = (name: string): void => {
    const group = groups.files.get(name);
    if (group === undefined || visited.has(name)) return;
    visited.add(name);
    for (const included of group.value.groups ?? []) visit(included);
    ordered.set(name, group);
  };
  for (const name of names) visit(name);
  return [...ordered.values()];
}

/** What a file says of hubs, as a layer. */
export function toLayer(name: string, file: Pick<WrittenFile<object>, "value" | "document">): Layer {
  const settings = Object.create(null) as Record<string, unknown>; // no prototype: keys are only keys
  for (const [key, value] of Object.entries(file.value)) {
    if (settingKeys.has(key)) settings[key] = value;
  }
  return { name, settings, document: file.document };
}

function winner(layers: readonly Layer[], steps: readonly string[]): SourcePosition | undefined {
  for (const layer of layers.toReversed()) {
    const found = valueAtSteps(layer.settings, steps);
    if (found !== undefined && layer.document !== undefined) return layer.document.position(found.path);
  }
  return undefined;
}
