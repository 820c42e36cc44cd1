import type { BundleDocument } from "../../../bundle/bundle-schema.ts";

export interface ShownSetting {
  /** "platform.images.notebook" */
  readonly path: string;
  readonly value: unknown;
  readonly origin: string | undefined;
}

/** Single frozen values, each with where it was written. */
export function layersOf({ platform, groups, origins }: BundleDocument["settings"]): readonly ShownSetting[] {
  const layers: readonly (readonly [string, unknown])[] = [
    ["platform", platform],
    ...Object.entries(groups).map(([name, { settings }]) => [`groups.${name}`, settings] as const),
  ];
  return layers.flatMap(([name, value]) => walk(value, name, origins));
}

/** On one line, and not too long for one. */
export function shownValue(value: unknown): string {
  const text = typeof value === "string" ? value.replaceAll(/\s+/g, " ") : (JSON.stringify(value) ?? "none");
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

function walk(value: unknown, path: string, origins: Readonly<Record<string, string>>): readonly ShownSetting[] {
  const inner = typeof value === "object" && value !== null ? Object.entries(value) : [];
  if (inner.length > 0) return inner.flatMap(([key, one]) => walk(one, `${path}.${key}`, origins));
  return origins[path] === undefined && typeof value === "object" ? [] : [{ path, value, origin: origins[path] }];
}
