import type { RemoteCluster } from "../../src/fleet/fleet.ts";
import { imagesOf } from "../../src/fleet/images-of.ts";
import { type RenderedHub, renderHub } from "../../src/runtime/kubernetes/render-hub.ts";
import { aFleet, type FleetBuilder } from "./a-fleet.ts";

type Keys = Readonly<Record<string, unknown>>;

/** A fleet with the hub "alpha" on a Kubernetes cluster of three node groups. */
export function aKubernetesFleet(hub: Keys = {}, cluster: Keys = {}): FleetBuilder {
  return aFleet()
    .withCluster("cloud", {
      provider: "kubeconfig",
      nodeGroups: {
        core: { instance: "small", max: 2, labels: { purpose: "core" } },
        user: { instance: "middle", max: 9, taints: ["dedicated=user:NoSchedule"] },
        workers: { instance: "large", max: 20, spot: true, cores: 15.8, memory: "58G" },
      },
      ...cluster,
    })
    .withHub("alpha", {
      cluster: "cloud",
      domain: "alpha.example.org",
      charts: { jupyterhub: { version: "4.4.0" }, "dask-gateway": { version: "2026.3.0" } },
      access: { login: { kind: "sign-up" }, users: ["grace"], admins: ["ada"] },
      ...hub,
    });
}

/** The hub "alpha" of a fleet, rendered with images whose digests are made up. */
export function renderAlpha(builder: FleetBuilder, props: Partial<Parameters<typeof renderHub>[0]> = {}): RenderedHub {
  const fleet = builder.build();
  const hub = fleet.hubs.get("alpha");
  if (hub === undefined) throw new Error("the fleet has no hub alpha");
  const cluster = fleet.clusters.get(hub.cluster) as RemoteCluster; // on no local one
  const images = Object.fromEntries(
    imagesOf(hub).map((name) => [
      name,
      `registry.example.org/${name}@sha256:${Buffer.from(name.padEnd(32, "-")).toString("hex")}`,
    ]),
  );
  const files = { code: { "hubfleet_kubernetes/hub.py": "print()\n" }, look: {} };
  return renderHub({ fleet, hub, cluster, images, files, manifests: [], ...props });
}
