import { createReadStream } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";

import { extract } from "tar-stream";
import { parse } from "yaml";

import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { ChartContract, ChartValues, KeptChart } from "../../ports/helm.ts";
import { isMissing } from "../is-missing.ts";

interface ChartFiles {
  readonly texts: ReadonlyMap<string, string>;
  readonly hasParts: boolean;
}

/** Charts are published with the schema as JSON; in their repositories it is often YAML, of which the JSON is made. */
const schemaFiles = ["values.schema.json", "values.schema.yaml"];
const wanted: ReadonlySet<string> = new Set(["Chart.yaml", "values.yaml", ...schemaFiles]);

/** Reads an archive or a directory; nothing is written. */
export async function readChartContract(chart: KeptChart, signal: AbortSignal): Promise<ChartContract> {
  try {
    const isDirectory = (await stat(chart.path)).isDirectory();
    const { texts, hasParts } = isDirectory ? await readDirectory(chart.path) : await readArchive(chart.path, signal);
    const schema = schemaFiles.flatMap((name) => texts.get(name) ?? [])[0];
    const { appVersion = "" } = Object(parseYaml(texts.get("Chart.yaml") ?? "")) as { readonly appVersion?: unknown }; // Helm refuses a chart without a map there
    return {
      appVersion: `${appVersion as string | number}`,
      defaults: (parseYaml(texts.get("values.yaml") ?? "") ?? {}) as ChartValues, // Helm refuses a chart without a map there
      schema: schema === undefined ? undefined : parseYaml(schema),
      hasParts,
    };
  } catch (error) {
    signal.throwIfAborted();
    throw new HubfleetError("CHART_FAILED", {
      message: `chart "${chart.name}" ${chart.version} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      cause: error,
    });
  }
}

async function readDirectory(directory: string): Promise<ChartFiles> {
  const texts = new Map<string, string>();
  for (const name of wanted) {
    const text = await readFile(join(directory, name), "utf8").catch((error: unknown) => {
      if (!isMissing(error)) throw error;
      return undefined;
    });
    if (text !== undefined) texts.set(name, text);
  }
  const parts = await readdir(join(directory, "charts")).catch(() => []);
  return { texts, hasParts: parts.length > 0 };
}

/** In an archive everything is below one directory, which has the chart's name. */
async function readArchive(path: string, signal: AbortSignal): Promise<ChartFiles> {
  const texts = new Map<string, string>();
  let hasParts = false;
  const entries = extract();
  const reading = (async () => {
    for await (const entry of entries) {
      const name = entry.header.name.replace(/^(?:\.\/)?[^/]+\//, "");
      if (name.startsWith("charts/")) hasParts = true;
      const pieces: Buffer[] = [];
      for await (const piece of entry) if (wanted.has(name)) pieces.push(piece as Buffer); // tar-stream speaks in buffers
      if (wanted.has(name)) texts.set(name, Buffer.concat(pieces).toString("utf8"));
    }
  })();
  await Promise.all([pipeline(createReadStream(path), createGunzip(), entries, { signal }), reading]);
  return { texts, hasParts };
}

/** JSON is YAML too; anchors and merge keys are usual in what charts' authors write. */
function parseYaml(text: string): unknown {
  return parse(text, { merge: true, maxAliasCount: 10_000 });
}
