import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { aKubernetesFleet, renderAlpha } from "../../../test/support/a-kubernetes-hub.ts";
import { hubSettings } from "../../../test/support/arbitrary-fleet.ts";
import { stableJson } from "../local/digest.ts";
import type { RenderedHub } from "./render-hub.ts";

type Values = Readonly<Record<string, any>>; // eslint-disable-line typescript/no-explicit-any -- a chart's values are of any shape

const valuesOf = (hub: RenderedHub, chart = "jupyterhub"): Values =>
  hub.releases.find((release) => release.chart === chart)?.values ?? {};
const objectOf = (hub: RenderedHub, kind: string, name?: string): Values | undefined =>
  hub.objects.find((object) => object.kind === kind && (name === undefined || object.metadata.name === name));
const liveOf = (hub: RenderedHub): Values =>
  JSON.parse(String(objectOf(hub, "Secret", "hubfleet-current")?.["stringData"]["current.json"])) as Values;

describe("renderHub", () => {
  it("names releases after the hub, in a namespace of its own", () => {
    const { releases, names } = renderAlpha(aKubernetesFleet());

    expect(names.namespace).toBe("alpha");
    expect(releases.map(({ release, chart, version }) => ({ release, chart, version }))).toEqual([
      { release: "alpha", chart: "jupyterhub", version: "4.4.0" },
      { release: "alpha-dask-gateway", chart: "dask-gateway", version: "2026.3.0" },
    ]);
  });

  it("keeps users, admins, groups, announcement, limits and profiles out of what restarts a hub", () => {
    const before = renderAlpha(aKubernetesFleet());
    const after = renderAlpha(
      aKubernetesFleet({
        access: { login: { kind: "sign-up" }, users: ["grace", "mary"], admins: [], groups: { class: ["mary"] } },
        announcement: "Welcome",
        limits: { runningServers: 3, memoryLimit: "4G" },
        storage: {},
      }),
    );

    expect(stableJson(after.releases)).toBe(stableJson(before.releases));
    const changed = after.objects.filter((object, index) => stableJson(object) !== stableJson(before.objects[index]));
    expect(changed.map(({ metadata }) => metadata.name)).toEqual(["hubfleet-current"]);
    expect(liveOf(after)["access"]).toMatchObject({ users: ["grace", "mary"], admins: [] });
  });

  it("sends a profile onto the nodes of its group, past their taints", () => {
    const profiles = [{ id: "big", name: "Big", nodeGroup: "user", memoryLimit: "8G", spawner: { cmd: ["x"] } }];

    const { profiles: rendered } = liveOf(renderAlpha(aKubernetesFleet({ profiles })));

    expect(rendered[0].kubespawner).toMatchObject({
      mem_limit: 8 * 1024 ** 3,
      node_selector: { "hubfleet.io/node-group": "user" },
      tolerations: [{ key: "dedicated", operator: "Equal", value: "user", effect: "NoSchedule" }],
      cmd: ["x"],
    });
  });

  it("lays a value of somebody else's Secret beside its own, and makes none for it", () => {
    const clientSecretInCluster = { name: "github-app", key: "client-secret" };
    const login = { kind: "github", clientId: "Iv1.0123456789abcdef", clientSecretInCluster };
    const hub = renderAlpha(aKubernetesFleet({ access: { login, users: ["grace"] } }));

    const volumes = valuesOf(hub)["hub"]["extraVolumes"] as Values[];
    expect(volumes.find(({ name }) => name === "hubfleet-secrets")).toEqual({
      name: "hubfleet-secrets",
      projected: {
        sources: [
          { secret: { name: "hubfleet-secrets" } },
          { secret: { name: "github-app", items: [{ key: "client-secret", path: "githubClientSecret" }] } },
        ],
      },
    });
    expect(hub.hubSecrets).toEqual([]);
    expect(objectOf(hub, "Secret", "hubfleet-secrets")?.["stringData"]).toEqual({});
  });

  it("gives each user a disk of the size and class that are written", () => {
    const hub = renderAlpha(aKubernetesFleet({ storage: { disk: { size: "20G", storageClass: "fast" } } }));

    expect(valuesOf(hub)["singleuser"].storage).toEqual({
      type: "dynamic",
      capacity: "20Gi",
      dynamic: { storageClass: "fast" },
    });
    expect(valuesOf(hub)["hub"].config.KubeSpawner).toEqual({ delete_pvc: false });
  });

  it("puts homes and shared directories on an NFS server that outlives the hub", () => {
    const nfs = { server: "nfs.example.org", path: "/export/alpha" };
    const hub = renderAlpha(aKubernetesFleet({ storage: { nfs, shared: [{ name: "data", writers: "admins" }] } }));

    expect(valuesOf(hub)["singleuser"].storage).toMatchObject({
      type: "static",
      static: { pvcName: "hubfleet-files" },
    });
    expect(objectOf(hub, "PersistentVolume")?.["spec"]).toMatchObject({
      nfs,
      persistentVolumeReclaimPolicy: "Retain",
      claimRef: { namespace: "alpha", name: "hubfleet-files" },
    });
    expect(liveOf(hub)["shared"]).toEqual([{ name: "data", writers: "admins" }]);
  });

  it.each([
    {
      network: { https: { kind: "letsencrypt", email: "ops@example.org" } },
      values: {
        service: { type: "LoadBalancer", annotations: {} },
        https: {
          enabled: true,
          type: "letsencrypt",
          hosts: ["alpha.example.org"],
          letsencrypt: { contactEmail: "ops@example.org" },
        },
      },
    },
    {
      network: { https: { kind: "secret", name: "tls" }, entry: { kind: "node-port", port: 30_080 } },
      values: {
        service: { type: "NodePort", nodePorts: { http: 30_080 } },
        https: { enabled: true, type: "secret", hosts: ["alpha.example.org"], secret: { name: "tls" } },
      },
    },
    {
      network: { https: { kind: "offload" } },
      values: { https: { enabled: true, type: "offload", hosts: ["alpha.example.org"] } },
    },
    { network: { entry: { kind: "inside" } }, values: { service: { type: "ClusterIP" }, https: { enabled: false } } },
  ])("leads people in by $network", ({ network, values }) => {
    expect(valuesOf(renderAlpha(aKubernetesFleet({ network })))["proxy"]).toMatchObject(values);
  });

  it("leads people in by an ingress, where HTTPS ends", () => {
    const network = { entry: { kind: "ingress", className: "nginx" }, https: { kind: "secret", name: "tls" } };

    const values = valuesOf(renderAlpha(aKubernetesFleet({ network })));

    expect(values["ingress"]).toEqual({
      enabled: true,
      annotations: {},
      hosts: ["alpha.example.org"],
      ingressClassName: "nginx",
      tls: [{ hosts: ["alpha.example.org"], secretName: "tls" }],
    });
    expect(values["proxy"].https).toEqual({ enabled: false });
  });

  it("leads people in by a route of a Gateway", () => {
    const network = { entry: { kind: "http-route", gateway: "public", gatewayNamespace: "gateways" } };

    expect(valuesOf(renderAlpha(aKubernetesFleet({ network })))["httpRoute"]).toEqual({
      enabled: true,
      hostnames: ["alpha.example.org"],
      parentRefs: [{ name: "public", namespace: "gateways" }],
    });
  });

  it("has the Dask Gateway ask the hub who users are, and start schedulers as today's distributed does", () => {
    const values = valuesOf(
      renderAlpha(aKubernetesFleet({ dask: { workerCores: 4, workerMemory: "4G", nodeGroup: "workers" } })),
      "dask-gateway",
    );

    expect(values["gateway"].auth).toEqual({
      type: "jupyterhub",
      jupyterhub: { apiUrl: "http://hub:8081/hub/api", jupyterhubServiceName: "dask-gateway" },
    });
    expect(values["gateway"].backend.worker).toMatchObject({
      cores: { request: 3.9, limit: 4 },
      threads: 4,
      extraPodConfig: { nodeSelector: { "hubfleet.io/node-group": "workers" } },
    });
  });

  it("has no Dask Gateway where it is not wanted", () => {
    const hub = renderAlpha(aKubernetesFleet({ dask: { enabled: false } }));

    expect(hub.releases.map(({ chart }) => chart)).toEqual(["jupyterhub"]);
    expect(objectOf(hub, "NetworkPolicy")).toBeUndefined();
    expect(stableJson(liveOf(hub))).not.toContain("DASK_GATEWAY");
  });

  it("keeps the operator's chart values, and joins volumes to its own", () => {
    const chartValues = {
      jupyterhub: { hub: { extraVolumes: [{ name: "mine" }], db: { pvc: { storage: "5Gi" } } } },
    };

    const values = valuesOf(renderAlpha(aKubernetesFleet({ chartValues })));

    expect(values["hub"].db).toEqual({
      upgrade: false,
      pvc: { storage: "5Gi", annotations: { "helm.sh/resource-policy": "keep" } },
    });
    expect(values["hub"].extraVolumes.map(({ name }: { name: string }) => name)).toEqual([
      "hubfleet-code",
      "hubfleet-current",
      "hubfleet-secrets",
      "mine",
    ]);
  });

  it("names code by its content, so that another code is another object", () => {
    const one = renderAlpha(aKubernetesFleet());
    const other = renderAlpha(aKubernetesFleet(), { files: { code: { "a.py": "x\n" }, look: {} } });

    expect(objectOf(one, "ConfigMap")?.["metadata"].name).not.toBe(objectOf(other, "ConfigMap")?.["metadata"].name);
  });

  it("installs further charts and objects in the hub's namespace", () => {
    const hub = renderAlpha(
      aKubernetesFleet({
        extraCharts: {
          files: { repository: "https://charts.example.org", chart: "f", version: "1.0.0", values: { a: 1 } },
        },
      }),
      { manifests: [{ apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "q" }, spec: {} }] },
    );

    expect(hub.releases.at(-1)).toMatchObject({ release: "alpha-files", chart: "f", values: { a: 1 } });
    expect(objectOf(hub, "ResourceQuota")?.["metadata"]).toEqual({ name: "q", namespace: "alpha" });
  });

  it("renders the same bytes again, whatever is written", () => {
    fc.assert(
      fc.property(hubSettings, (settings) => {
        const builder = aKubernetesFleet().withPlatform({ images: { hub: "hub", notebook: "lab" }, ...settings });
        if (builder.read().fleet === undefined) return;

        expect(stableJson(renderAlpha(builder))).toBe(stableJson(renderAlpha(builder)));
      }),
      { numRuns: 50 },
    );
  });

  it("says of every value of a chart where it comes from", () => {
    const { releases } = renderAlpha(aKubernetesFleet({ chartValues: { jupyterhub: { debug: { enabled: true } } } }));

    expect(releases[0]?.origins.find(({ path }) => path.join(".") === "debug.enabled")?.origin).toEqual({
      kind: "chartValues",
      setting: "chartValues.jupyterhub.debug.enabled",
    });
    expect(releases[0]?.origins.find(({ path }) => path.join(".") === "cull.timeout")?.origin).toEqual({
      kind: "setting",
      setting: "culling.idle",
    });
  });
});
