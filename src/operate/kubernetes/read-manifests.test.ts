import { describe, expect, it } from "vitest";

import { aKubernetesFleet } from "../../../test/support/a-kubernetes-hub.ts";
import type { Hub } from "../../fleet/fleet.ts";
import { readManifests } from "./read-manifests.ts";

const quota = "apiVersion: v1\nkind: ResourceQuota\nmetadata:\n  name: quota\n";
const read = (text: string): ReturnType<typeof readManifests> => {
  const hub = { ...aKubernetesFleet().build().hubs.get("alpha"), manifests: ["a.yaml"] } as Hub; // there is an alpha
  return readManifests(hub, "/fleet", { files: { read: async () => text } });
};

describe("a hub's own manifests", () => {
  it("are read in their order, without what is empty", async () => {
    const objects = await read(`# first\n---\n${quota}---\n---\n${quota.replace("quota\n", "other\n")}`);

    expect(objects.map(({ metadata }) => metadata.name)).toEqual(["quota", "other"]);
  });

  it.each([
    { text: "a: [", line: 1, message: "no YAML" },
    { text: `${quota}---\n# a list\n- a\n`, line: 7, message: "apiVersion, kind and metadata.name" },
    { text: `${quota}---\n${quota.replace("ResourceQuota", "ClusterRole")}`, line: 6, message: "whole cluster" },
  ])("are refused with the line of what is none: $message", async ({ text, line, message }) => {
    await expect(read(text)).rejects.toMatchObject({
      code: "MANIFEST_INVALID",
      message: expect.stringContaining(message) as string,
      at: { path: "a.yaml", line },
    });
  });
});
