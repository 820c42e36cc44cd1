import { stringify } from "yaml";

import type { OriginLayer } from "../../fleet/fleet.ts";
import type { OriginOfValue } from "../../fleet/effective-settings.ts";
import type { Setting } from "../../fleet/find-setting.ts";
import { createPaint } from "./paint.ts";

/** The value as YAML; nothing for a setting without one. */
export function renderSetting({ value }: Setting): string {
  return value === undefined ? "" : stringify(value);
}

/** Each value with its layers, the one that won marked. */
export function renderOrigins({ origins }: Setting, { colors }: { readonly colors: boolean }): string {
  const paint = createPaint(colors);
  return origins
    .map(({ path, value, layers }) => {
      const width = Math.max(...layers.map(({ layer }) => layer.length));
      const lines = layers.map((layer, index) => {
        const isWinner = index === layers.length - 1;
        const text = `${layer.layer.padEnd(width)}  ${shown(layer.value)}${place(layer)}`;
        return isWinner ? `  ${paint("green", "*")} ${text}` : `    ${paint("dim", text)}`;
      });
      return `${paint("bold", path)}: ${shown(value)}\n${lines.join("\n")}\n`;
    })
    .join("\n");
}

/** The shape of `config -o json`. */
export function settingDocument({ hub, key, value, origins }: Setting): object {
  return { version: 1, hub, key, value: value ?? null, origins: origins.map(originDocument) };
}

function originDocument({ path, value, layers }: OriginOfValue): object {
  return {
    path,
    value,
    layers: layers.map(({ layer, value: layerValue, at }, index) => ({
      layer,
      value: layerValue,
      path: at?.path ?? null,
      line: at?.line ?? null,
      column: at?.column ?? null,
      won: index === layers.length - 1,
    })),
  };
}

function place({ at }: OriginLayer): string {
  return at === undefined ? "" : `  ${at.path}:${at.line}`;
}

function shown(value: unknown): string {
  return typeof value === "string" && /^[\w/.-][\w/.: -]*$/.test(value) ? value : JSON.stringify(value);
}
