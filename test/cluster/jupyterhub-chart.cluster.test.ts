import { tmpdir } from "node:os";

import { afterAll, beforeAll, expect, it } from "vitest";

import { createChartsDisk } from "../../src/adapters/helm/charts-disk.ts";
import { createHelmCli } from "../../src/adapters/helm/helm-cli.ts";
import { openKernelSocket } from "../../src/adapters/hub-session/kernel-socket.ts";
import { createRun } from "../../src/adapters/run.ts";
import type { ChartValues } from "../../src/ports/helm.ts";
import type { ClusterConnection, KubernetesObject } from "../../src/ports/kubernetes.ts";
import { eventually } from "../support/eventually.ts";
import {
  chartInWords,
  chartsHere,
  type HubImages,
  hubImagesHere,
  imageValues,
  whyNoHubImages,
} from "../support/kubernetes/charts-here.ts";
import { connectHere, namespaceHere } from "../support/kubernetes/cluster-here.ts";
import { skipSuiteUnless } from "../support/skip.ts";

const never = new AbortController().signal;
const token = "test-token-0123456789abcdef0123456789abcdef";
const whyNot =
  process.env["HUBFLEET_TEST_CLUSTER"] === "all"
    ? whyNoHubImages
    : "it needs a Kubernetes cluster: script/test-cluster brings one";

/** The chart as it is, with images that hubfleet built; nothing of hubfleet's own is in the hub. */
skipSuiteUnless(whyNot === "", whyNot)(chartInWords("jupyterhub"), () => {
  let connection: ClusterConnection;
  let namespace: string;
  let url: string;
  const cleaning: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    connection = await connectHere();
    const place = await namespaceHere(connection);
    namespace = place.namespace;

    cleaning.push(place.clean);
  });
  afterAll(async () => {
    for (const clean of cleaning) await clean();
  });

  it("is installed, and its pods come up", async () => {
    const images = hubImagesHere();
    const { directory, clean } = await chartsHere(images);
    cleaning.push(clean);
    const offered = createChartsDisk({ cacheDirectory: tmpdir(), offeredDirectory: directory, pull: async () => {} });
    const reference = { name: "jupyterhub", repository: "https://hub.jupyter.org/helm-chart/", version: "4.4.0" };
    const chart = await offered.fetch(reference, never);
    const helm = createHelmCli({ run: createRun(), major: "4" });

    const revision = await helm.upgrade(
      connection,
      { chart, release: { name: "lab", namespace }, values: valuesOf(images), labels: {} },
      never,
    );

    expect(revision).toBe(1);
    await eventually("hub and proxy are ready", async () => (await unready()).length === 0, 180_000);
    url = await addressOf();
  });

  it("starts a user's server in a pod, which runs code", async () => {
    const ask = async (path: string, method = "GET"): Promise<unknown> => {
      const response = await fetch(`${url}/hub/api/${path}`, { method, headers: { authorization: `token ${token}` } });
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
      return text === "" ? undefined : JSON.parse(text);
    };
    const server = async (): Promise<{ readonly ready: boolean } | undefined> =>
      ((await ask("users/ada")) as { readonly servers: Readonly<Record<string, { readonly ready: boolean }>> }).servers[
        ""
      ];

    await ask("users/ada", "POST");
    await ask("users/ada/server", "POST");
    await eventually("the server is ready", async () => (await server())?.ready, 180_000);

    const pod = await connection.get({ apiVersion: "v1", kind: "Pod", name: "jupyter-ada", namespace }, never);
    expect(pod?.["status"]).toMatchObject({ phase: "Running" });
    expect(await runCode("import dask; print(6 * 7)")).toEqual({ kind: "done", printed: "42\n" });

    await ask("users/ada/server", "DELETE");
    await eventually("the server has ended", async () => (await server()) === undefined, 60_000);
  });

  async function runCode(code: string): Promise<unknown> {
    const headers = { authorization: `token ${token}`, "content-type": "application/json" };
    const started = await fetch(`${url}/user/ada/api/kernels`, { method: "POST", headers, body: "{}" });
    const { id } = (await started.json()) as { readonly id: string };
    const channel = `${url.replace("http", "ws")}/user/ada/api/kernels/${id}/channels`;
    const socket = await openKernelSocket(channel, { token, signal: never });
    try {
      return await socket.execute(code, { milliseconds: 60_000, signal: never });
    } finally {
      socket.close();
    }
  }

  async function unready(): Promise<readonly KubernetesObject[]> {
    const found = await connection.list({ apiVersion: "apps/v1", kind: "Deployment", namespace }, never);
    return found.filter(
      ({ status }) => (status as { readonly readyReplicas?: number } | undefined)?.readyReplicas !== 1,
    );
  }

  /** By the node port: the node's address is that of the API server. */
  async function addressOf(): Promise<string> {
    const service = await connection.get({ apiVersion: "v1", kind: "Service", name: "proxy-public", namespace }, never);
    const spec = service?.["spec"] as { readonly ports: readonly { readonly nodePort: number }[] } | undefined;
    return `http://${new URL(connection.address.server).hostname}:${spec?.ports[0]?.nodePort}`;
  }
});

function valuesOf({ hub, user }: HubImages): ChartValues {
  const small = { requests: { cpu: "10m", memory: "64Mi" } };
  return {
    hub: {
      image: imageValues(hub),
      cookieSecret: "0123456789abcdef".repeat(4),
      db: { type: "sqlite-pvc" },
      resources: small,
      services: { test: { apiToken: token } },
      loadRoles: { test: { services: ["test"], scopes: ["admin:users", "admin:servers", "access:servers"] } },
      config: { JupyterHub: { authenticator_class: "dummy" } },
    },
    proxy: { secretToken: token, service: { type: "NodePort" }, chp: { resources: small } },
    singleuser: {
      image: imageValues(user),
      cmd: "jupyterhub-singleuser",
      cloudMetadata: { blockWithIptables: false },
      cpu: { guarantee: 0.05 },
      memory: { guarantee: "128M", limit: "1G" },
      storage: { capacity: "1Gi" },
    },
    prePuller: { hook: { enabled: false }, continuous: { enabled: false } },
    scheduling: { userScheduler: { enabled: false }, userPlaceholder: { enabled: false } },
  };
}
