import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { createChartsDisk } from "../../src/adapters/helm/charts-disk.ts";
import { createChartsMemory } from "../../src/adapters/helm/charts-memory.ts";
import { createPullChart } from "../../src/adapters/helm/pull-chart.ts";
import { createRun } from "../../src/adapters/run.ts";
import type { ChartReference, Charts, HelmMajor } from "../../src/ports/helm.ts";
import { chartFiles, lookDefinition, writeChart } from "../support/kubernetes/a-chart.ts";
import { findHelmHere } from "../support/kubernetes/helm-here.ts";
import { packFiles } from "../support/kubernetes/pack-files.ts";
import { skipSuiteUnless } from "../support/skip.ts";

const never = new AbortController().signal;

/** Of the chart look. */
const contract = {
  appVersion: "7.1",
  defaults: { look: "plain" },
  schema: { type: "object", properties: { look: { type: "string" } } },
  hasParts: false,
};

interface ChartsSubject {
  readonly charts: Charts;
  readonly repository: string;
  /** Publishes a version of the chart; answers its digest. The note makes it another one. */
  publish(version: string, note?: string): Promise<string>;
  goAway(): Promise<void>;
  clean(): Promise<void>;
}

const majors = (["3", "4"] as const).filter((major) => findHelmHere(major) !== undefined);
const subjects: readonly {
  readonly name: string;
  readonly whyNot: string;
  readonly create: () => Promise<ChartsSubject>;
}[] = [
  { name: "memory", whyNot: "", create: createMemory },
  ...(["3", "4"] as const satisfies readonly HelmMajor[]).map((major) => ({
    name: `by Helm ${major}`,
    whyNot: majors.includes(major) ? "" : `Helm ${major} is not on PATH; script/test-cluster brings it`,
    create: () => createOnDisk(major),
  })),
];

for (const { name, whyNot, create } of subjects) {
  skipSuiteUnless(whyNot === "", whyNot)(`charts: ${name}`, () => {
    let subject: ChartsSubject;
    beforeEach(async () => {
      subject = await create();
    });
    afterEach(async () => subject.clean());

    const look = (version: string, digest?: string): ChartReference => ({
      name: "look",
      repository: subject.repository,
      version,
      digest,
    });

    it("fetches a version once", async () => {
      const digest = await subject.publish("1.2.3");
      const fetched = await subject.charts.fetch(look("1.2.3"), never);
      await subject.goAway();

      expect(fetched).toMatchObject({ name: "look", version: "1.2.3", digest });
      expect(await subject.charts.fetch(look("1.2.3"), never)).toEqual(fetched);
      expect(await subject.charts.fetch(look("1.2.3", digest), never)).toEqual(fetched);
    });

    it("finds on this machine what was fetched, and nothing else", async () => {
      const digest = await subject.publish("1.2.3");

      expect(await subject.charts.find(look("1.2.3"), never)).toBeUndefined();
      const fetched = await subject.charts.fetch(look("1.2.3"), never);
      expect(await subject.charts.find(look("1.2.3"), never)).toEqual(fetched);
      expect(await subject.charts.find(look("1.2.3", digest), never)).toEqual(fetched);
      expect(await subject.charts.find(look("1.2.4"), never)).toBeUndefined();
    });

    it("says when the repository lacks it", async () => {
      await subject.publish("1.2.3");

      await expect(subject.charts.fetch(look("1.2.4"), never)).rejects.toMatchObject({ code: "CHART_MISSING" });
    });

    it("says when nobody answers", async () => {
      await subject.publish("1.2.3");
      await subject.goAway();

      await expect(subject.charts.fetch(look("1.2.3"), never)).rejects.toMatchObject({
        code: "CHART_UNREACHABLE",
        retry: "later",
      });
    });

    it("reads the values that a chart has, and their schema", async () => {
      await subject.publish("1.2.3");
      const fetched = await subject.charts.fetch(look("1.2.3"), never);

      expect(await subject.charts.contract(fetched, never)).toEqual(contract);
    });

    it("reads the definitions of kinds that a chart brings", async () => {
      await subject.publish("1.2.3");
      const fetched = await subject.charts.fetch(look("1.2.3"), never);

      expect(await subject.charts.crds(fetched, never)).toEqual([lookDefinition]);
    });

    it("does not use another chart than the digest names", async () => {
      const digest = await subject.publish("1.2.3");
      const other = await subject.publish("1.2.3", "published anew");

      await expect(subject.charts.fetch(look("1.2.3", digest), never)).rejects.toMatchObject({
        code: "CHART_CHANGED",
        message: expect.stringContaining(other) as string,
      });
    });
  });
}

describe("charts: on disk", () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "hubfleet-charts-"));
  });
  afterEach(async () => rm(root, { recursive: true, force: true }));

  const look = { name: "look", repository: "https://charts.example.org", version: "1.2.3" };
  const open = (offeredDirectory: string | undefined, pull: (directory: string) => Promise<void> = noWay): Charts =>
    createChartsDisk({
      cacheDirectory: join(root, "cache"),
      offeredDirectory,
      pull: (_chart, directory) => pull(directory),
    });

  it("takes an offered archive before anything is asked for", async () => {
    const bytes = await packLook("1.2.3");
    await writeFile(join(root, "look-1.2.3.tgz"), bytes);

    expect(await open(root).fetch(look, never)).toMatchObject({
      digest: digestOf(bytes),
      path: join(root, "look-1.2.3.tgz"),
    });
  });

  it("takes an offered directory, whose digest is that of its files", async () => {
    const directory = await writeChart(root);
    const before = await open(root).fetch(look, never);
    await writeFile(join(directory, "values.yaml"), "look: another\n");
    const after = await open(root).fetch(look, never);

    expect(before.path).toBe(directory);
    expect(after.digest).not.toBe(before.digest);
    await expect(open(root).fetch({ ...look, digest: before.digest }, never)).rejects.toMatchObject({
      code: "CHART_CHANGED",
    });
  });

  it("leaves an offered directory of another version alone", async () => {
    await writeChart(root, "9.9.9");

    await expect(open(root).fetch(look, never)).rejects.toThrow("no way");
  });

  it("takes a chart's own repository, which has no version yet", async () => {
    const directory = await writeChart(root, "0.0.1-set.by.chartpress");

    expect(await open(root).fetch(look, never)).toMatchObject({ path: directory, version: "1.2.3" });
  });

  it("reads the schema of a directory, as JSON or as YAML, and sees charts inside of it", async () => {
    const directory = await writeChart(root);
    const charts = open(root);
    const chart = await charts.fetch(look, never);

    expect(await charts.contract(chart, never)).toEqual(contract);

    await rm(join(directory, "values.schema.json"));
    await writeFile(join(directory, "values.schema.yaml"), "type: &kind object\nalso: *kind\n");
    await mkdir(join(directory, "charts", "inner"), { recursive: true });
    expect(await charts.contract(chart, never)).toEqual({
      ...contract,
      schema: { type: "object", also: "object" },
      hasParts: true,
    });
  });

  it("says which chart cannot be read", async () => {
    const chart = { name: "look", version: "1.2.3", digest: "sha256:1", path: join(root, "look-1.2.3.tgz") };
    await writeFile(chart.path, "damaged");

    await expect(open(root).contract(chart, never)).rejects.toMatchObject({ code: "CHART_FAILED" });
    await expect(open(root).crds(chart, never)).rejects.toMatchObject({ code: "CHART_FAILED" });
  });

  it("fetches anew what was damaged on the disk", async () => {
    const bytes = await packLook("1.2.3");
    const charts = open(undefined, (directory) => writeFile(join(directory, "look-1.2.3.tgz"), bytes));
    const fetched = await charts.fetch(look, never);
    await writeFile(fetched.path, "damaged");

    expect(await charts.fetch(look, never)).toEqual(fetched);
  });

  it("keeps nothing of what it could not fetch", async () => {
    await expect(open(undefined).fetch(look, never)).rejects.toThrow("no way");

    expect(await readdir(join(root, "cache"))).toEqual([]);
  });
});

async function createMemory(): Promise<ChartsSubject> {
  const charts = createChartsMemory();
  const repository = "https://charts.example.org";
  return {
    charts,
    repository,
    async publish(version, note = "") {
      const digest = digestOf(Buffer.from(`${version} ${note}`));
      charts.publish({ name: "look", repository, version }, digest, contract, [lookDefinition]);
      return digest;
    },
    async goAway() {
      charts.isReachable = false;
    },
    clean: async () => {},
  };
}

async function createOnDisk(major: HelmMajor): Promise<ChartsSubject> {
  const root = await mkdtemp(join(tmpdir(), "hubfleet-charts-"));
  const files = new Map<string, Buffer>();
  const entries = new Map<string, object>();
  const server = createServer((request, response) => {
    const content = files.get(request.url ?? "");
    response.writeHead(content === undefined ? 404 : 200).end(content);
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const repository = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on a port
  await mkdir(join(root, "cache"));
  return {
    charts: createChartsDisk({
      cacheDirectory: join(root, "cache"),
      offeredDirectory: undefined,
      pull: createPullChart(createRun(), major),
    }),
    repository,
    async publish(version, note = "") {
      const bytes = await packLook(version, note);
      files.set(`/look-${version}.tgz`, bytes);
      entries.set(version, { apiVersion: "v2", name: "look", version, urls: [`${repository}/look-${version}.tgz`] });
      const index = { apiVersion: "v1", entries: { look: [...entries.values()] } };
      files.set("/index.yaml", Buffer.from(JSON.stringify(index)));
      return digestOf(bytes);
    },
    goAway: () => close(server),
    async clean() {
      await close(server);
      await rm(root, { recursive: true, force: true });
    },
  };
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => void server.close(() => resolve()));
}

async function packLook(version: string, note = ""): Promise<Buffer> {
  const files = Object.entries({ ...chartFiles(version), "README.md": note });
  return gzipSync(await packFiles(files.map(([name, content]) => [`look/${name}`, content])));
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

async function noWay(): Promise<void> {
  throw new Error("no way");
}
