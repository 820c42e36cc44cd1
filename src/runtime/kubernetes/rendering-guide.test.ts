import { parse } from "yaml";
import { expect, it } from "vitest";

import { aFleet } from "../../../test/support/a-fleet.ts";
import { readDocuments } from "../../../test/support/documents.ts";
import { renderAlpha } from "../../../test/support/a-kubernetes-hub.ts";

it("shows a cluster and a hub that are sound, and become what the guide says", () => {
  const page = readDocuments().find(({ path }) => path === "docs/guides/rendering.md");
  const written = (page?.blocks ?? [])
    .filter(({ language }) => language === "yaml")
    .map(({ text }) => parse(text) as object);
  const [cluster = {}, hub = {}] = written;

  const fleet = aFleet()
    .withCluster("cloud", { ...cluster })
    .withHub("alpha", { ...hub, access: { login: { kind: "sign-up" }, admins: ["ada"] }, dask: daskOnWorkers });
  const { problems, warnings } = fleet.read();
  const gateway = JSON.stringify(renderAlpha(fleet).releases[1]?.values);

  expect([...problems, ...warnings]).toEqual([]);
  expect(gateway).toContain('"cores":{"limit":4,"request":3.9}');
});

const daskOnWorkers = { nodeGroup: "workers", workerCores: 4, workerMemory: "14G" };
