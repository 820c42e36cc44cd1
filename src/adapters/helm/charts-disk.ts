import { createHash, randomUUID } from "node:crypto";
import { lstat, mkdir, readdir, readFile, readlink, rename, rm } from "node:fs/promises";
import { join } from "node:path";

import { parse } from "yaml";

import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { ChartReference, Charts, KeptChart } from "../../ports/helm.ts";
import { isMissing } from "../is-missing.ts";
import { replaceFile } from "../replace-file.ts";
import { readChartContract } from "./read-chart-contract.ts";
import { readChartCrds } from "./read-chart-crds.ts";

/** Fetches a chart's archive into an empty directory. */
export type PullChart = (chart: ChartReference, directory: string, signal: AbortSignal) => Promise<void>;

export interface ChartsDiskProps {
  /** Where archives are kept, by digest. */
  readonly cacheDirectory: string;
  /** HUBFLEET_CHARTS: archives NAME-VERSION.tgz, or directories NAME-VERSION or NAME with a chart in them. */
  readonly offeredDirectory: string | undefined;
  readonly pull: PullChart;
}

/**
 * ```
 * CACHE/sha256-HEX/NAME-VERSION.tgz   an archive, under the digest of its bytes
 * CACHE/names/HEX                     the digest that repository, name and version had when they were asked
 * ```
 */
export function createChartsDisk(props: ChartsDiskProps): Charts {
  const { cacheDirectory, offeredDirectory } = props;
  const find = async (chart: ChartReference): Promise<KeptChart | undefined> => {
    const offered = offeredDirectory === undefined ? undefined : await findOffered(chart, offeredDirectory);
    if (offered !== undefined) return checkDigest(chart, offered);
    const remembered = chart.digest ?? (await readText(join(cacheDirectory, "names", keyOf(chart))));
    return remembered === undefined ? undefined : findKept(chart, remembered, cacheDirectory);
  };
  return {
    fetch: async (chart, signal) => (await find(chart)) ?? fetchOnce(chart, props, signal),
    find,
    contract: readChartContract,
    crds: readChartCrds,
  };
}

async function fetchOnce(
  chart: ChartReference,
  { cacheDirectory, pull }: ChartsDiskProps,
  signal: AbortSignal,
): Promise<KeptChart> {
  const draft = join(cacheDirectory, `draft-${randomUUID()}`);
  await mkdir(draft, { recursive: true });
  try {
    await pull(chart, draft, signal);
    const [archive] = (await readdir(draft)).filter((name) => name.endsWith(".tgz"));
    const digest = digestOf(await readFile(join(draft, archive ?? "")));
    const fetched = { name: chart.name, version: chart.version, digest, path: placeOf(chart, digest, cacheDirectory) };
    checkDigest(chart, fetched);
    await rename(join(draft, archive ?? ""), join(draft, fileOf(chart)));
    // Somebody else may have put the same bytes there in the meantime: theirs are as good.
    await rename(draft, join(fetched.path, "..")).catch((error: unknown) => {
      if (!isThere(error)) throw error;
    });
    await mkdir(join(cacheDirectory, "names"), { recursive: true });
    await replaceFile(join(cacheDirectory, "names", keyOf(chart)), digest, 0o644);
    return fetched;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function findKept(chart: ChartReference, digest: string, cacheDirectory: string): Promise<KeptChart | undefined> {
  const path = placeOf(chart, digest, cacheDirectory);
  const bytes = await readFile(path).catch(absent);
  // What was damaged on this disk is fetched anew.
  if (bytes === undefined || digestOf(bytes) !== digest) {
    if (bytes !== undefined) await rm(join(path, ".."), { recursive: true, force: true });
    return undefined;
  }
  return { name: chart.name, version: chart.version, digest, path };
}

async function findOffered(chart: ChartReference, directory: string): Promise<KeptChart | undefined> {
  const found = (path: string, digest: string): KeptChart => ({
    name: chart.name,
    version: chart.version,
    digest,
    path,
  });
  const archive = join(directory, fileOf(chart));
  const bytes = await readFile(archive).catch(absent);
  if (bytes !== undefined) return found(archive, digestOf(bytes));
  for (const place of [join(directory, `${chart.name}-${chart.version}`), join(directory, chart.name)]) {
    const text = await readText(join(place, "Chart.yaml"));
    if (text === undefined) continue;
    const { version } = parse(text) as { readonly version?: unknown };
    // A chart's own repository has a placeholder, which its release fills in.
    const isOpen = typeof version === "string" && version.includes("set.by.chartpress");
    if (version === chart.version || isOpen) return found(place, await digestOfTree(place));
  }
  return undefined;
}

function checkDigest(chart: ChartReference, found: KeptChart): KeptChart {
  if (chart.digest === undefined || chart.digest === found.digest) return found;
  throw new HubfleetError("CHART_CHANGED", {
    message: `chart "${chart.name}" ${chart.version} has the digest ${found.digest}, not ${chart.digest}`,
    hint: `find out why ${chart.repository} has another one under this version, or write the new digest`,
  });
}

/** Over every file's path, kind and bytes: what is rendered is made of nothing else. */
async function digestOfTree(root: string): Promise<string> {
  const hash = createHash("sha256");
  const names = (await readdir(root, { recursive: true })).sort();
  for (const name of names) {
    const path = join(root, name);
    const state = await lstat(path);
    if (state.isDirectory()) continue;
    const content = state.isSymbolicLink() ? await readlink(path) : await readFile(path);
    const kind = state.isSymbolicLink() ? "link" : "file";
    hash.update(`${kind} ${JSON.stringify(name)} ${createHash("sha256").update(content).digest("hex")}\n`);
  }
  return `sha256:${hash.digest("hex")}`;
}

function placeOf(chart: ChartReference, digest: string, cacheDirectory: string): string {
  return join(cacheDirectory, digest.replace(":", "-"), fileOf(chart));
}

function fileOf({ name, version }: ChartReference): string {
  return `${name}-${version}.tgz`;
}

function keyOf({ repository, name, version }: ChartReference): string {
  return createHash("sha256")
    .update(JSON.stringify([repository, name, version]))
    .digest("hex");
}

function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

async function readText(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(absent);
}

function absent(error: unknown): undefined {
  if (!isMissing(error)) throw error;
  return undefined;
}

function isThere(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "EEXIST" || error.code === "ENOTEMPTY");
}
