import { describe, expect, it } from "vitest";

import { aKubernetesFleet } from "../../../test/support/a-kubernetes-hub.ts";

type Keys = Readonly<Record<string, unknown>>;

const said = (hub: Keys): string[] => {
  const { problems, warnings } = aKubernetesFleet(hub).read();
  return [...problems, ...warnings].map(({ code, at }) => `${code} ${at?.path}:${at?.line}`);
};
const https = { network: { https: { kind: "offload" } } };

describe("a hub on Kubernetes", () => {
  it("is sound as the tests have it, with HTTPS", () => {
    expect(said(https)).toEqual([]);
  });

  it.each<{ code: string; keys: Keys }>([
    { code: "HTTPS_MISSING", keys: {} },
    { code: "SHARED_NEEDS_NFS", keys: { ...https, storage: { shared: [{ name: "data" }] } } },
    {
      code: "HTTPS_DOES_NOT_FIT",
      keys: { network: { entry: { kind: "ingress" }, https: { kind: "letsencrypt", email: "a@example.org" } } },
    },
    {
      code: "HTTPS_DOES_NOT_FIT",
      keys: { network: { entry: { kind: "http-route", gateway: "g" }, https: { kind: "secret", name: "s" } } },
    },
    { code: "UNKNOWN_NODE_GROUP", keys: { ...https, dask: { nodeGroup: "worker" } } },
    { code: "UNKNOWN_NODE_GROUP", keys: { ...https, pods: { nodeGroup: "cores" } } },
    { code: "WORKER_DOES_NOT_FIT", keys: { ...https, dask: { nodeGroup: "workers", workerCores: 32 } } },
    { code: "WORKER_DOES_NOT_FIT", keys: { ...https, dask: { nodeGroup: "workers", workerMemory: "128G" } } },
    { code: "FILE_MISSING", keys: { ...https, manifests: ["manifests/quota.yaml"] } },
    { code: "CHART_NOT_PINNED", keys: { ...https, charts: { jupyterhub: { version: "4.4.0" } } } },
    { code: "HUB_CONFIG_UNKNOWN", keys: { ...https, hubConfig: { JupyterHub: { shutdown_on_logot: true } } } },
    { code: "HUB_CONFIG_UNKNOWN", keys: { ...https, hubConfig: { KubeSpawer: { start_timeout: 1 } } } },
    { code: "HUB_CLASS_UNKNOWN", keys: { ...https, hubConfig: { MyAuthenticatorOfOurs: { x: 1 } } } },
    {
      code: "HUB_CONFIG_UNKNOWN",
      keys: { ...https, profiles: [{ id: "a", name: "A", spawner: { node_selectr: { a: "b" } } }] },
    },
    { code: "RESERVED_HUB_CONFIG", keys: { ...https, profiles: [{ id: "a", name: "A", spawner: { image: "x" } }] } },
    { code: "RESERVED_CHART_VALUE", keys: { ...https, chartValues: { jupyterhub: { hub: { args: ["x"] } } } } },
  ])("is told $code, with the line, for $keys", ({ code, keys }) => {
    expect(said(keys)).toEqual([expect.stringMatching(new RegExp(`^${code} hubs/alpha.yaml:\\d+$`))]);
  });

  it("shares its namespace with no other hub of its cluster", () => {
    const { problems } = aKubernetesFleet(https)
      .withHub("beta", {
        cluster: "cloud",
        domain: "beta.example.org",
        namespace: "alpha",
        charts: { jupyterhub: { version: "4.4.0" }, "dask-gateway": { version: "2026.3.0" } },
        access: { login: { kind: "sign-up" }, admins: ["ada"] },
        ...https,
      })
      .read();

    expect(problems.map(({ code }) => code)).toEqual(["NAMESPACE_CLASH"]);
  });

  it("may say to its spawner whatever the spawner listens to", () => {
    const profiles = [{ id: "a", name: "A", spawner: { extra_labels: { a: "b" }, priority_class_name: "high" } }];

    expect(said({ ...https, profiles, hubConfig: { KubeSpawner: { start_timeout: 600 } } })).toEqual([]);
  });

  it("has no page on which somebody could sign, and says so of their login", () => {
    const people = [{ id: "ada", logins: { alpha: "ada" } }];
    const { warnings } = aKubernetesFleet(https).withFleet({ people }).read();

    expect(warnings.map(({ code, hint }) => [code, hint])).toEqual([
      ["LOGIN_WITHOUT_PAGE", expect.stringContaining("`hubfleet signoff BUNDLE --stage STAGE`")],
    ]);
  });
});
