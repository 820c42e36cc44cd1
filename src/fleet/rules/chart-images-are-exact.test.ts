import { describe, expect, it } from "vitest";

import { aFleet } from "../../../test/support/a-fleet.ts";

const digest = `sha256:${"0".repeat(64)}`;
const told = (singleuser: unknown): (string | undefined)[] =>
  aFleet()
    .withHub("alpha", { port: 18_000, chartValues: { jupyterhub: { singleuser } } })
    .read()
    .problems.map(({ code, message }) => `${code}: ${message}`);

describe("images in chart values", () => {
  it.each([
    { extraContainers: [{ name: "a", image: "quay.io/a/b:1.2" }] },
    { initContainers: [{ name: "a", image: `quay.io/a/b@${digest}` }] },
    { networkTools: { image: { name: "quay.io/a/b", tag: "1.2" } } },
    { networkTools: { image: { pullPolicy: "Always" } } },
  ])("may be exact: %j", (singleuser) => {
    expect(told(singleuser)).toEqual([]);
  });

  it.each([
    { singleuser: { extraContainers: [{ name: "a", image: "busybox:latest" }] }, text: '"busybox:latest" is whatever' },
    { singleuser: { extraContainers: [{ name: "a", image: "busybox" }] }, text: '"busybox" is no reference' },
    { singleuser: { networkTools: { image: { name: "A B", tag: "1" } } }, text: '"A B:1" is no reference' },
  ])("are refused when they may mean another one tomorrow: $text", ({ singleuser, text }) => {
    expect(told(singleuser)).toEqual([expect.stringContaining(`CHART_IMAGE_LOOSE: ${text}`)]);
  });
});
