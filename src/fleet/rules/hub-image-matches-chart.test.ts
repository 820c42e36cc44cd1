import { expect, it } from "vitest";

import type { FleetBuilder } from "../../../test/support/a-fleet.ts";
import { k8sHub, onKubernetes, withChart } from "../../../test/support/broken-hub-images.ts";

function said(fleet: FleetBuilder): readonly string[] {
  const { problems, warnings } = fleet.read();
  return [...problems, ...warnings].flatMap(({ code, message }) => (code.startsWith("HUB_IMAGE_") ? [message] : []));
}

it("says nothing where base, lock and chart are of one release", () => {
  const lock = "jupyterhub==5.5.0 \\\n    --hash=sha256:1\njupyterhub-kubespawner==7.0.0\n";

  expect(said(onKubernetes({ base: k8sHub("4.4.0") }).withFile("images/k8s/lock.txt", lock))).toEqual([]);
});

it("says nothing about hubs of this machine, bases of another kind, and hubs that name no chart", () => {
  const other = onKubernetes({ base: `docker.io/library/python:3.12-slim@sha256:${"e".repeat(64)}` });
  const { charts: _charts, ...without } = withChart("4.4.0");

  expect(said(other)).toEqual([]);
  expect(said(onKubernetes({ base: k8sHub("4.3.5") }).withHub("far", without))).toEqual([]);
  expect(
    said(
      onKubernetes({ base: k8sHub("4.3.5") }).withHub("far", {
        port: 18_010,
        charts: { jupyterhub: { version: "4.4.0" } },
      }),
    ),
  ).toEqual([]);
});

it("judges each hub by its own chart, and names both places", () => {
  const fleet = onKubernetes({ base: k8sHub("4.4.0") })
    .withFile("images/k8s/lock.txt", "jupyterhub==5.5.0\n")
    .withHub("farther", withChart("4.3.5", "farther.example.org"));

  expect(said(fleet)).toEqual([
    'hub image "k8s" is built on k8s-hub 4.4.0, and hub "farther" uses the jupyterhub chart 4.3.5 (hubs/farther.yaml:9)',
    'hub image "k8s" has jupyterhub 5.5.0, and the jupyterhub chart 4.3.5 of hub "farther" (hubs/farther.yaml:9) is made for 5.4.6',
  ]);
});

it("looks at the lock of the variant that a hub uses", () => {
  const fleet = onKubernetes({ variants: { next: { requirements: "next.txt" } } })
    .withFile("images/k8s/next.txt", "six\n")
    .withFile("images/k8s/lock.txt", "jupyterhub==5.4.6\n")
    .withFile("images/k8s/lock.next.txt", "jupyterhub==5.5.0\n")
    .withHub("far", { ...withChart("4.4.0"), images: { hub: "k8s/next" } });

  expect(said(fleet)).toEqual([]);
});

it("says when the base has no tag, and how to write one", () => {
  const { problems, warnings } = onKubernetes({ base: k8sHub() }).read();

  expect(problems).toEqual([]);
  expect(warnings.filter(({ code }) => code.startsWith("HUB_IMAGE_"))).toMatchObject([
    {
      code: "HUB_IMAGE_UNCOMPARED",
      at: { path: "images/k8s/image.yaml", line: 4 },
      hint: "write the tag before the digest: quay.io/jupyterhub/k8s-hub:4.4.0@sha256:…; the digest is what counts, the tag is for reading",
    },
  ]);
});

it("says when it does not know the chart, and still compares the base", () => {
  const newer = onKubernetes({ base: k8sHub("9.9.9") }).withHub("far", withChart("9.9.9"));
  const mixed = onKubernetes({ base: k8sHub("4.4.0") }).withHub("far", withChart("9.9.9"));

  expect(said(newer)).toEqual([
    'which JupyterHub the jupyterhub chart 9.9.9 is made for is not known here, so image "k8s" of hub "far" was not compared with it',
  ]);
  expect(mixed.read().problems).toMatchObject([{ code: "HUB_IMAGE_MISMATCH" }]);
});

it("does not look at `base` beside a Dockerfile, which decides", () => {
  const fleet = onKubernetes({ base: k8sHub("4.3.5") }).withFile("images/k8s/Dockerfile", `FROM ${k8sHub("4.4.0")}\n`);

  expect(said(fleet)).toEqual([]);
});
