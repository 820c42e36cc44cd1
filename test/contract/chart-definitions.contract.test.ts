import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { readChartCrds } from "../../src/adapters/helm/read-chart-crds.ts";
import { lookDefinition, writeChart } from "../support/kubernetes/a-chart.ts";
import { aCrd } from "../support/kubernetes/a-crd.ts";
import { packFiles } from "../support/kubernetes/pack-files.ts";

const never = new AbortController().signal;

describe("definitions of kinds in a chart", () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "hubfleet-charts-"));
  });
  afterEach(async () => rm(root, { recursive: true, force: true }));

  it("reads definitions of charts inside of a chart, packed and unpacked; the outermost wins", async () => {
    const directory = await writeChart(root);
    const definition = (plural: string, field: string): string =>
      JSON.stringify(aCrd([{ name: "v1", fields: [field] }], plural));
    await mkdir(join(directory, "charts", "inner", "crds", "more"), { recursive: true });
    await writeFile(join(directory, "charts/inner/crds/looks.yaml"), definition("looks", "inner"));
    await writeFile(join(directory, "charts/inner/crds/more/tints.yml"), definition("tints", "unpacked"));
    const packed = await packFiles([["other/crds/hues.json", definition("hues", "packed")]]);
    await writeFile(join(directory, "charts/other-1.0.0.tgz"), gzipSync(packed));

    const found = await readChartCrds({ name: "look", version: "1.2.3", digest: "", path: directory }, never);

    expect(found).toEqual([
      aCrd([{ name: "v1", fields: ["packed"] }], "hues"),
      lookDefinition,
      aCrd([{ name: "v1", fields: ["unpacked"] }], "tints"),
    ]);
  });
});
