import { HubfleetError } from "../../errors/hubfleet-error.ts";
import { parseTaggedReference } from "../../image/container/tagged-reference.ts";
import { isMap } from "../merge-settings.ts";
import type { ValuePath } from "../yaml/yaml-document.ts";
import { type Rule, settingsFiles } from "./rule.ts";

interface NamedImage {
  readonly text: string;
  readonly path: ValuePath;
}

/** Images that operators name in chart values, as of further containers: references that mean one image tomorrow as well. */
export const chartImagesAreExact: Rule = (fleet) =>
  settingsFiles(fleet).flatMap(({ value, document }) =>
    namedImages(value.chartValues, ["chartValues"]).flatMap(({ text, path }) => {
      const trouble = troubleWith(text);
      if (trouble === undefined) return [];
      return [
        new HubfleetError("CHART_IMAGE_LOOSE", {
          message: `${JSON.stringify(text)} ${trouble}`,
          hint: "write name:tag with a tag that says a version, or name@sha256:…",
          at: document.position(path),
        }),
      ];
    }),
  );

function troubleWith(text: string): string | undefined {
  try {
    const { tag, digest } = parseTaggedReference(text);
    return tag === "latest" && digest === undefined ? "is whatever was pushed last" : undefined;
  } catch {
    return "is no reference of one container image";
  }
}

/** `image: name:tag` of a pod's containers, and `image: {name, tag}` of the charts; a tag alone is the chart's affair. */
function namedImages(value: unknown, path: ValuePath): NamedImage[] {
  if (Array.isArray(value)) return value.flatMap((entry, index) => namedImages(entry, [...path, index]));
  if (!isMap(value)) return [];
  return Object.entries(value).flatMap(([key, inner]): NamedImage[] => {
    const below = [...path, key];
    if (key !== "image") return namedImages(inner, below);
    if (typeof inner === "string") return [{ text: inner, path: below }];
    const { name, tag } = isMap(inner) ? inner : {};
    const isWhole = typeof name === "string" && (typeof tag === "string" || typeof tag === "number");
    return isWhole ? [{ text: `${name}:${tag}`, path: [...below, "tag"] }] : [];
  });
}
