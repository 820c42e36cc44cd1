import { stringify } from "yaml";

import type { RenderedHub, RenderedRelease } from "../../runtime/kubernetes/render-hub.ts";
import type { OutputFormat } from "../command.ts";
import { renderJson } from "./data.ts";

export const renderParts = ["jupyterhub", "dask-gateway", "objects"] as const;
export type RenderPart = (typeof renderParts)[number];

/** The whole as one document, or a part as its own tool reads it. Keys are sorted, so that equal hubs are equal texts. */
export function renderRendering(
  hub: RenderedHub,
  { only, format }: { readonly only: RenderPart | undefined; readonly format: OutputFormat },
): string {
  const isJson = format === "json";
  if (only === undefined) return isJson ? renderJson(sorted(document(hub))) : yaml(document(hub));
  if (only === "objects") {
    return isJson ? renderJson(sorted(hub.objects)) : hub.objects.map((object) => `---\n${yaml(object)}`).join("");
  }
  const values = hub.releases.find(({ chart }) => chart === only)?.values ?? {};
  return isJson ? renderJson(sorted(values)) : yaml(values);
}

/** The shape of `render -o json`, version 1. */
function document({ name, names, releases, objects, chartSecrets, hubSecrets, images }: RenderedHub): object {
  return {
    version: 1,
    hub: name,
    namespace: names.namespace,
    releases: releases.map(releaseDocument),
    objects,
    images,
    secrets: {
      charts: chartSecrets.map((secret) => ({ name: secret.name, chart: secret.chart, path: secret.path })),
      hub: hubSecrets,
    },
  };
}

function releaseDocument({ release, chart, repository, version, digest, values }: RenderedRelease): object {
  return { release, chart, repository, version, ...(digest === undefined ? {} : { digest }), values };
}

/** Lines are not folded: what is a text stays the text that it is. */
function yaml(value: unknown): string {
  return stringify(value, { sortMapEntries: true, lineWidth: 0, aliasDuplicateObjects: false });
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(
    entries.sort(([one], [other]) => (one < other ? -1 : 1)).map(([key, inner]) => [key, sorted(inner)]),
  );
}
