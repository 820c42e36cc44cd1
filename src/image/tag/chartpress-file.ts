import { parse } from "yaml";

import { HubfleetError } from "../../errors/hubfleet-error.ts";

/** What a chartpress.yaml says that decides an image's tag. */
export interface ChartpressImage {
  /** Relative to the fleet's directory, where the file lies. */
  readonly paths: readonly string[];
  /** `baseVersion` of the chart, as written. */
  readonly baseVersion?: string;
}

export const chartpressFile = "chartpress.yaml";

/**
 * Finds an image by its key in the charts' `images`, which is also the directory that chartpress expects below images/.
 * Undefined where no chart has it: then the fleet's own directory counts, and chartpress.yaml beside it.
 * @throws HubfleetError CHARTPRESS_FILE_INVALID
 */
export function parseChartpressFile(text: string, image: string): ChartpressImage | undefined {
  for (const chart of list(map(parseText(text))["charts"])) {
    const { images, baseVersion } = map(chart);
    const options = map(images)[image];
    if (!(image in map(images))) continue;
    const { contextPath, dockerfilePath, paths, rebuildOnContextPathChanges } = map(options);
    const context = textOf(contextPath) ?? `images/${image}`;
    const found = [
      chartpressFile,
      ...(rebuildOnContextPathChanges === false ? [] : [context]),
      textOf(dockerfilePath) ?? `${context}/Dockerfile`,
      ...list(paths).map(String),
    ];
    const pattern = found.find((path) => /^:|[*?[\\]|(?:^|\/)\.\.(?:\/|$)|^\//.test(path));
    if (pattern !== undefined) {
      throw invalid(
        `image "${image}" counts ${JSON.stringify(pattern)}; hubfleet knows only paths inside the fleet`,
        "write the paths out, or use `tags: content`",
      );
    }
    return { paths: found, ...(textOf(baseVersion) === undefined ? {} : { baseVersion: String(baseVersion) }) };
  }
  return undefined;
}

function parseText(text: string): unknown {
  try {
    return parse(text, { merge: true }) as unknown;
  } catch (thrown) {
    const [line = ""] = thrown instanceof Error ? thrown.message.split("\n") : [];
    throw invalid(`it is not valid YAML: ${line.replace(/:$/, "")}`, undefined, thrown);
  }
}

function invalid(message: string, hint?: string, cause?: unknown): HubfleetError {
  const at = { path: chartpressFile, line: 1, column: 1 };
  return new HubfleetError("CHARTPRESS_FILE_INVALID", {
    message,
    at,
    ...(hint === undefined ? {} : { hint }),
    ...(cause === undefined ? {} : { cause }),
  });
}

function map(value: unknown): Readonly<Record<string, unknown>> {
  const isMap = typeof value === "object" && value !== null && !Array.isArray(value);
  return isMap ? (value as Readonly<Record<string, unknown>>) : {}; // just looked at
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Nothing and an empty text are the same to chartpress. */
function textOf(value: unknown): string | undefined {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value : undefined;
}
