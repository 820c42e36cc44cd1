import { existsSync } from "node:fs";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { parseDocument } from "yaml";

import { tool } from "../skip.ts";

type ChartName = "jupyterhub" | "dask-gateway";

export interface ChartsHere {
  /** For HUBFLEET_CHARTS: a directory for each chart, which takes whatever version a fleet names. */
  readonly directory: string;
  readonly clean: () => Promise<void>;
}

/** References by digest, as test/cluster/images.ts prints them. */
export interface HubImages {
  /** Has the Dask Gateway too. */
  readonly hub: string;
  readonly user: string;
  /** Has configurable-http-proxy, and is a Traefik. */
  readonly proxy: string;
  /** The hub's, with a JupyterHub whose database has one more revision. */
  readonly later?: string;
}

/** A version of the jupyterhub chart of which HUBFLEET_CHARTS has other bytes than of all others. */
export const otherVersion = "4.3.9";

const own = join(import.meta.dirname, "..", "..", "cluster", "charts");

/** "the real jupyterhub chart" where HUBFLEET_CHARTS has its directory, else "the small jupyterhub chart of test/cluster". */
export function chartInWords(chart: ChartName): string {
  return isReal(chart) ? `the real ${chart} chart` : `the small ${chart} chart of test/cluster`;
}

const whyNoHubImages: string =
  process.env["HUBFLEET_TEST_HUB_IMAGES"] === undefined
    ? "HUBFLEET_TEST_HUB_IMAGES has no images of a hub; script/test-cluster builds them"
    : "";

/** Why no hub is tried here; "": it is. */
export const whyNoHubs: string =
  process.env["HUBFLEET_TEST_CLUSTER"] === "all"
    ? whyNoHubImages
    : "it needs a Kubernetes cluster: script/test-cluster brings one";

/** The same where a hub has secrets. */
export const whyNoSecrets: string =
  whyNoHubs !== "" || (tool("sops") && tool("age-keygen"))
    ? whyNoHubs
    : "sops and age-keygen are not on PATH: script/test-cluster builds them with Go";

/** What the cluster's registry has for hubs. */
export function hubImagesHere(): HubImages {
  return JSON.parse(process.env["HUBFLEET_TEST_HUB_IMAGES"] ?? "{}") as HubImages; // printed by our own program
}

/**
 * The real charts of HUBFLEET_CHARTS, or ours, each with our containers in the place of those that a released chart names
 * itself: no registry of the world is reached from the test cluster.
 */
export async function chartsHere({ hub, proxy }: HubImages): Promise<ChartsHere> {
  const directory = await mkdtemp(join(tmpdir(), "hubfleet-charts-"));
  const forHub = { "proxy.chp": proxy, hub };
  await copy(placeOf("jupyterhub"), join(directory, "jupyterhub"), forHub);
  await copyOther(join(directory, `jupyterhub-${otherVersion}`), forHub);
  const forGateway = { gateway: hub, controller: hub, traefik: proxy };
  await copy(placeOf("dask-gateway"), join(directory, "dask-gateway"), forGateway);
  return { directory, clean: () => rm(directory, { recursive: true, force: true }) };
}

function isReal(chart: ChartName): boolean {
  return existsSync(join(process.env["HUBFLEET_CHARTS"] ?? "", chart, "Chart.yaml"));
}

function placeOf(chart: ChartName): string {
  return join(isReal(chart) ? (process.env["HUBFLEET_CHARTS"] ?? "") : own, chart);
}

async function copy(from: string, to: string, images: Readonly<Record<string, string>>): Promise<void> {
  await cp(from, to, { recursive: true });
  const file = join(to, "values.yaml");
  const document = parseDocument(await readFile(file, "utf8"));
  for (const [part, reference] of Object.entries(images)) {
    const { name, tag } = imageValues(reference);
    document.setIn([...part.split("."), "image", "name"], name);
    document.setIn([...part.split("."), "image", "tag"], tag);
  }
  await writeFile(file, document.toString());
}

/** The chart of another commit where HUBFLEET_CHARTS has it as jupyterhub-before; else the same one with an object more. */
async function copyOther(to: string, images: Readonly<Record<string, string>>): Promise<void> {
  const before = join(process.env["HUBFLEET_CHARTS"] ?? "", "jupyterhub-before");
  await copy(existsSync(join(before, "Chart.yaml")) ? before : placeOf("jupyterhub"), to, images);
  const file = join(to, "Chart.yaml");
  const document = parseDocument(await readFile(file, "utf8"));
  document.set("version", otherVersion);
  await writeFile(file, document.toString());
  const more = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "other-bytes" } };
  await writeFile(join(to, "templates", "other-bytes.yaml"), JSON.stringify(more));
}

/** Charts write name and tag with a colon between; the digest comes with the tag. */
export function imageValues(reference: string): { readonly name: string; readonly tag: string } {
  const [, name = "", tag = ""] = /^(.+):([^:@/]+@sha256:[0-9a-f]+)$/.exec(reference) ?? [];
  return { name, tag };
}
