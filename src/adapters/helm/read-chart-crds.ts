import { createReadStream } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";

import { extract } from "tar-stream";
import { parseAllDocuments } from "yaml";

import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { KeptChart } from "../../ports/helm.ts";
import type { KubernetesObject } from "../../ports/kubernetes.ts";

/** Reads what lies in crds/ of a chart and of the charts in it, packed or not. What several have, the outermost gives. */
export async function readChartCrds(chart: KeptChart, signal: AbortSignal): Promise<readonly KubernetesObject[]> {
  try {
    const isDirectory = (await stat(chart.path)).isDirectory();
    const files = isDirectory ? await readDirectory(chart.path, signal) : await readFileOf(chart.path, signal);
    const found = new Map<string, KubernetesObject>();
    const byDepth = files.toSorted((one, other) => one.depth - other.depth);
    for (const object of byDepth.flatMap(({ text }) => parseObjects(text))) {
      const isWanted = object?.kind === "CustomResourceDefinition" && !found.has(object.metadata.name);
      if (isWanted) found.set(object.metadata.name, object);
    }
    return [...found.values()].sort((one, other) => (one.metadata.name < other.metadata.name ? -1 : 1));
  } catch (error) {
    signal.throwIfAborted();
    throw new HubfleetError("CHART_FAILED", {
      message: `the crds of chart "${chart.name}" ${chart.version} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      cause: error,
    });
  }
}

function parseObjects(text: string): readonly (KubernetesObject | null)[] {
  return parseAllDocuments(text, { merge: true }).map((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw error;
    return document.toJS({ maxAliasCount: 10_000 }) as KubernetesObject | null; // whoever asks looks at its kind
  });
}

interface CrdFile {
  readonly text: string;
  /** How many charts it is inside of. */
  readonly depth: number;
}

/** Below a chart's own directory. */
const crdPath = /^(?<inner>(?:charts\/[^/]+\/)*)crds\/.*\.(?:ya?ml|json)$/;
const packedPath = /^(?<inner>(?:charts\/[^/]+\/)*)charts\/[^/]+\.tgz$/;

async function readDirectory(root: string, signal: AbortSignal): Promise<readonly CrdFile[]> {
  const names = (await readdir(root, { recursive: true })).map((name) => name.replaceAll("\\", "/")).sort();
  const files: CrdFile[] = [];
  for (const name of names) {
    if (crdPath.test(name)) files.push({ text: await readFile(join(root, name), "utf8"), depth: depthOf(name) });
    else if (packedPath.test(name)) files.push(...deeper(await readFileOf(join(root, name), signal), name));
  }
  return files;
}

function readFileOf(path: string, signal: AbortSignal): Promise<readonly CrdFile[]> {
  return readArchive(createReadStream(path), signal);
}

/** In an archive everything is below one directory, which has the chart's name. */
async function readArchive(bytes: Readable, signal: AbortSignal): Promise<readonly CrdFile[]> {
  const files: CrdFile[] = [];
  const entries = extract();
  const reading = (async () => {
    for await (const entry of entries) {
      const name = entry.header.name.replace(/^(?:\.\/)?[^/]+\//, "");
      const pieces: Buffer[] = [];
      const isWanted = crdPath.test(name) || packedPath.test(name);
      for await (const piece of entry) if (isWanted) pieces.push(piece as Buffer); // tar-stream speaks in buffers
      if (!isWanted) continue;
      const content = Buffer.concat(pieces);
      if (crdPath.test(name)) files.push({ text: content.toString("utf8"), depth: depthOf(name) });
      else files.push(...deeper(await readArchive(Readable.from([content]), signal), name));
    }
  })();
  await Promise.all([pipeline(bytes, createGunzip(), entries, { signal }), reading]);
  return files;
}

function deeper(files: readonly CrdFile[], name: string): readonly CrdFile[] {
  return files.map(({ text, depth }) => ({ text, depth: depth + depthOf(name) + 1 }));
}

function depthOf(name: string): number {
  return (crdPath.exec(name) ?? packedPath.exec(name))?.groups?.["inner"]?.split("/").length ?? 0;
}
