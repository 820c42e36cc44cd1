import { describe, expect, it } from "vitest";

import { aFleet } from "../../test/support/a-fleet.ts";
import { aLocalWorld } from "../../test/support/a-local-world.ts";
import { createClusterMemory } from "../adapters/kubernetes/cluster-memory.ts";

describe("doctor cluster/NAME", () => {
  const server = "https://campus.example.org:6443";
  const fleet = aFleet().withFile(
    "clusters/campus.yaml",
    `version: 1\nprovider: kubeconfig\ncontext: office\nserver: ${server}\n`,
  );

  it("looks at the cluster that its file names", async () => {
    const world = aLocalWorld();
    const cluster = createClusterMemory({ version: "1.35.1" });
    world.contexts.push({ context: "office", server, certificateAuthority: undefined, cluster });
    const app = await world.open(fleet);

    const { lines } = await app.doctorCluster("cluster/campus", world.watch);

    expect(lines.find(({ about }) => about === "cluster")).toMatchObject({
      level: "ok",
      says: `context "office" leads to ${server}, the one that is pinned`,
    });
    expect(lines.find(({ about }) => about === "Kubernetes")?.says).toBe("1.35.1");
  });

  it.each([
    ["cluster/here", 'cluster "here" is this machine'],
    ["cluster/campsu", 'the fleet has no cluster "campsu"'],
    ["hub/research", '"hub/research" is no cluster'],
  ])("does not take %s", async (target, message) => {
    const world = aLocalWorld();
    const app = await world.open(fleet);

    await expect(app.doctorCluster(target, world.watch)).rejects.toMatchObject({ code: "UNKNOWN_TARGET", message });
  });
});
