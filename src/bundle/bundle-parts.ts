import { createHash } from "node:crypto";

import type { BundleDocument } from "./bundle-schema.ts";
import type { PartName, Parts } from "./gate-evidence.ts";

/**
 * The parts of a bundle with their digests.
 *
 * | part | changes with |
 * | ---- | ------------ |
 * | image/NAME | its lock and inputs, where it comes from, its Python; a container made later changes nothing |
 * | charts | versions and digests of charts, and which layer asks for which; absent without any |
 * | settings | the gated settings of platform.yaml, and the files that they name |
 * | group/NAME | those of a group, and the groups that it includes |
 * | renderer | hubfleet's rendering |
 */
export function bundleParts(document: Omit<BundleDocument, "versions">): Parts {
  const { images, charts, settings, files, renderer } = document;
  const ofImages = Object.entries(images).map(
    ([name, { container: _container, ...image }]) => [`image/${name}`, image] as const,
  );
  const groups = Object.entries(settings.groups);
  const layers = [["", settings.platform] as const, ...groups.map(([name, group]) => [name, group.settings] as const)];
  const asked = Object.fromEntries(
    layers.flatMap(([name, layer]) => ("charts" in layer ? [[name, layer["charts"]]] : [])),
  );
  const hasCharts = Object.keys(charts).length > 0 || Object.keys(asked).length > 0;
  const parts: readonly (readonly [PartName, unknown])[] = [
    ...ofImages,
    ...(hasCharts ? [["charts", { charts, asked }] as const] : []),
    ["settings", layerContent(settings.platform, files)],
    ...groups.map(
      ([name, group]) => [`group/${name}`, { ...group, settings: layerContent(group.settings, files) }] as const,
    ),
    ["renderer", renderer],
  ];
  return Object.fromEntries(parts.map(([name, content]) => [name, digestOf(content)]));
}

/** "image/lab" → "lab" */
export function imageOfPart(part: PartName): string | undefined {
  return part.startsWith("image/") ? part.slice("image/".length) : undefined;
}

/** Charts are a part of their own. */
function layerContent(layer: Readonly<Record<string, unknown>>, files: BundleDocument["files"]): unknown {
  const { charts: _charts, ...settings } = layer;
  const named = new Set(Object.values(Object(layer["appearance"]) as Readonly<Record<string, unknown>>)); // plain data
  const contents = Object.entries(files).filter(([path]) =>
    [...named].some((one) => path === one || path.startsWith(`${String(one)}/`)),
  );
  return { settings, files: Object.fromEntries(contents) };
}

function digestOf(content: unknown): string {
  return `sha256:${createHash("sha256").update(canonicalJson(content)).digest("hex")}`;
}

/** JSON whose bytes depend on the value alone. */
function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const entries = Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .toSorted(([one], [other]) => (one < other ? -1 : 1));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonicalJson(inner)}`).join(",")}}`;
}
