import { beforeEach, describe, expect, it } from "vitest";

import type { ClusterMemory } from "../adapters/kubernetes/cluster-memory.ts";
import { HubfleetError } from "../errors/hubfleet-error.ts";
import { aClusterFleet, aTwoClusterFleet, type ClusterFleet } from "../../test/support/a-cluster-fleet.ts";

const lab = `registry.example.org/x@sha256:${"b".repeat(64)}`;

describe("images of hubs on clusters", () => {
  let fleet: ClusterFleet;
  let cloud: ClusterMemory;
  let asked: string[];

  beforeEach(async () => {
    fleet = await aClusterFleet(aTwoClusterFleet());
    cloud = fleet.clusters.get("cloud") as ClusterMemory; // the fleet has it
    asked = [];
    answer(async () => "{}");
  });

  const answer = (manifest: () => Promise<string>): void =>
    void Object.assign(fleet.machine.sources.registry, {
      manifest: async ({ digest }: { readonly digest: string }) => {
        asked.push(digest.slice(7, 8));
        return manifest();
      },
    });
  const refuse = (code: "IMAGE_NOT_FOUND" | "REGISTRY_UNREACHABLE"): void =>
    answer(() => Promise.reject(new HubfleetError(code, { message: "it says no" })));
  const promote = async (): Promise<unknown> => fleet.promote(await fleet.bundle());
  const releases = (): number => cloud.select({ apiVersion: "v1", kind: "Secret", labels: { owner: "helm" } }).length;

  it("are looked up before a hub is changed, and not again while none is new", async () => {
    await promote();
    expect(asked.toSorted()).toEqual(["b", "b"]);
    asked.length = 0;

    await fleet.become((tree) =>
      tree.withHub("alpha", {
        ...{ cluster: "cloud", domain: "alpha.example.org", stage: "production", dask: { enabled: false } },
        access: { login: { kind: "sign-up" }, users: ["grace", "mary"], admins: ["ada"] },
      }),
    );
    await fleet.apply();

    expect(asked).toEqual([]);
  });

  it("that no registry has leave the hub as it is", async () => {
    refuse("IMAGE_NOT_FOUND");

    expect(await promote()).toMatchObject({
      results: [
        { hub: "alpha", errors: [{ code: "IMAGE_NOT_FOUND", message: expect.stringContaining(lab) as string }] },
      ],
    });
    expect(releases()).toBe(0);
  });

  it("of a registry that does not answer here may be had by nodes", async () => {
    refuse("REGISTRY_UNREACHABLE");

    expect(await promote()).toMatchObject({ results: [{ kind: "done" }, { kind: "done" }] });
    expect(fleet.machine.watch.events.map(({ text }) => text).join("\n")).toContain("could not be looked up from here");
  });

  it("are left alone where the cluster's file says so", async () => {
    await fleet.become((tree) =>
      ["cloud", "campus"].reduce((now, name) => now.withCluster(name, { provider: "kubeconfig", pull: "none" }), tree),
    );
    refuse("IMAGE_NOT_FOUND");

    expect(await promote()).toMatchObject({ results: [{ kind: "done" }, { kind: "done" }] });
    expect(asked).toEqual([]);
  });
});
