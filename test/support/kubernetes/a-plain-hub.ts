import { tmpdir } from "node:os";

import { createChartsDisk } from "../../../src/adapters/helm/charts-disk.ts";
import { createHelmCli } from "../../../src/adapters/helm/helm-cli.ts";
import { openKernelSocket } from "../../../src/adapters/hub-session/kernel-socket.ts";
import { createRun } from "../../../src/adapters/run.ts";
import { mergeSettings } from "../../../src/fleet/merge-settings.ts";
import type { ChartValues } from "../../../src/ports/helm.ts";
import type { ClusterConnection } from "../../../src/ports/kubernetes.ts";
import { eventually } from "../eventually.ts";
import { type ChartsHere, type HubImages, imageValues } from "./charts-here.ts";

const never = new AbortController().signal;
const token = "test-token-0123456789abcdef0123456789abcdef";
const versions = { jupyterhub: "4.4.0", "dask-gateway": "2026.3.0" } as const;

export interface PlainHubProps {
  readonly connection: ClusterConnection;
  readonly namespace: string;
  readonly charts: ChartsHere;
  readonly images: HubImages;
}

/** A hub of the jupyterhub chart alone: nothing of hubfleet's own is in it. Everybody may log in. */
export interface PlainHub {
  /** Installs a release; answers its revision. */
  install(release: string, chart: keyof typeof versions, values: ChartValues): Promise<number>;
  uninstall(release: string): Promise<void>;
  /** Until every Deployment of the namespace is. */
  awaitReady(): Promise<void>;
  startServer(user: string): Promise<void>;
  /** By a token of another service: for a hub that is not this one any more. */
  startServerAs(token: string, user: string): Promise<void>;
  stopServer(user: string): Promise<void>;
  /** What the user's server says to whoever asks it, through the proxy. */
  askServer(user: string): Promise<number>;
  users(): Promise<readonly string[]>;
  addUser(user: string): Promise<void>;
  /** In a kernel of the user's server, through the proxy. */
  runCode(user: string, code: string): Promise<unknown>;
}

export function aPlainHub({ connection, namespace, charts }: PlainHubProps): PlainHub {
  const offered = createChartsDisk({
    cacheDirectory: tmpdir(),
    offeredDirectory: charts.directory,
    pull: async () => {},
  });
  const helm = createHelmCli({ run: createRun(), major: "4" });
  let found: Promise<string> | undefined;
  const url = (): Promise<string> => (found ??= addressOf(connection, namespace));

  const ask = async (path: string, method = "GET", by = token): Promise<unknown> => {
    const headers = { authorization: `token ${by}` };
    const response = await fetch(`${await url()}/hub/api/${path}`, { method, headers });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === "" ? undefined : JSON.parse(text);
  };
  const serverOf = async (user: string, by = token): Promise<{ readonly ready: boolean } | undefined> => {
    const { servers } = (await ask(`users/${user}`, "GET", by)) as {
      readonly servers: Readonly<Record<string, { readonly ready: boolean }>>;
    };
    return servers[""];
  };

  return {
    async install(name, chart, values) {
      const reference = { name: chart, repository: "https://charts.example.org/", version: versions[chart] };
      const kept = await offered.fetch(reference, never);
      for (const definition of await offered.crds(kept, never)) {
        await connection.apply(definition, { takesOver: true }, never);
      }
      return helm.upgrade(connection, { chart: kept, release: { name, namespace }, values, labels: {} }, never);
    },
    uninstall: async (name) => void (await helm.uninstall(connection, { name, namespace }, never)),
    async awaitReady() {
      await eventually(
        "everything is ready",
        async () => {
          const deployments = await connection.list({ apiVersion: "apps/v1", kind: "Deployment", namespace }, never);
          const ready = deployments.filter(
            ({ status }) => (status as { readonly readyReplicas?: number } | undefined)?.readyReplicas === 1,
          );
          return deployments.length > 0 && ready.length === deployments.length;
        },
        180_000,
      );
    },
    async startServer(user) {
      // Where a hub has a list of its users, it knows them already.
      await ask(`users/${user}`).catch(() => ask(`users/${user}`, "POST"));
      await ask(`users/${user}/server`, "POST");
      await eventually("the server is ready", async () => (await serverOf(user))?.ready, 180_000);
    },
    async startServerAs(by, user) {
      await ask(`users/${user}`, "POST", by).catch(() => undefined); // the hub may know them
      await ask(`users/${user}/server`, "POST", by);
      await eventually("the server is ready", async () => (await serverOf(user, by))?.ready, 180_000);
    },
    async stopServer(user) {
      await ask(`users/${user}/server`, "DELETE");
      await eventually("the server has ended", async () => (await serverOf(user)) === undefined, 60_000);
    },
    async askServer(user) {
      const headers = { authorization: `token ${token}` };
      const response = await fetch(`${await url()}/user/${user}/api/status`, { headers, redirect: "manual" });
      await response.arrayBuffer();
      return response.status;
    },
    users: async () =>
      ((await ask("users")) as readonly { readonly name: string }[]).map(({ name }) => name).toSorted(),
    addUser: async (user) => void (await ask(`users/${user}`, "POST")),
    async runCode(user, code) {
      const address = await url();
      const headers = { authorization: `token ${token}`, "content-type": "application/json" };
      const started = await fetch(`${address}/user/${user}/api/kernels`, { method: "POST", headers, body: "{}" });
      const { id } = (await started.json()) as { readonly id: string };
      const channel = `${address.replace("http", "ws")}/user/${user}/api/kernels/${id}/channels`;
      const socket = await openKernelSocket(channel, { token, signal: never });
      try {
        return await socket.execute(code, { milliseconds: 240_000, signal: never });
      } finally {
        socket.close();
      }
    },
  };
}

const testRole = { services: ["test"], scopes: ["admin:users", "admin:servers", "access:servers"] };

/** What has a hub that hubfleet made answer `PlainHub`, too, as chart values of the operator's own. */
export const openToTests: ChartValues = {
  hub: {
    extraConfig: { test: `c.JupyterHub.services.append({"name": "test", "api_token": "${token}"})` },
    loadRoles: { test: testRole },
  },
};

/** Values of the jupyterhub chart for such a hub, with more on top. */
export function plainHubValues({ hub, user }: HubImages, more: ChartValues = {}): ChartValues {
  const small = { requests: { cpu: "10m", memory: "64Mi" } };
  return mergeSettings(
    {
      hub: {
        image: imageValues(hub),
        cookieSecret: "0123456789abcdef".repeat(4),
        db: { type: "sqlite-pvc" },
        resources: small,
        services: { test: { apiToken: token } },
        loadRoles: { test: testRole },
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
    },
    more,
  );
}

/** By the node port: the node's address is that of the API server. */
async function addressOf(connection: ClusterConnection, namespace: string): Promise<string> {
  const service = await connection.get({ apiVersion: "v1", kind: "Service", name: "proxy-public", namespace }, never);
  const spec = service?.["spec"] as { readonly ports: readonly { readonly nodePort: number }[] } | undefined;
  return `http://${new URL(connection.address.server).hostname}:${spec?.ports[0]?.nodePort}`;
}
