import { beforeEach, describe, expect, it } from "vitest";

import { aKubernetesFleet } from "../../../../test/support/a-kubernetes-hub.ts";
import { createClockMemory } from "../../../adapters/clock/clock-memory.ts";
import { type ClusterMemory, createClusterMemory } from "../../../adapters/kubernetes/cluster-memory.ts";
import { createHelmMemory } from "../../../adapters/helm/helm-memory.ts";
import { createKubernetesMemory } from "../../../adapters/kubernetes/kubernetes-memory.ts";
import { annotationsOf } from "../../../runtime/kubernetes/remote-applied.ts";
import type { Diagnosis } from "../../why/diagnose.ts";
import { openRemoteHubs } from "../remote-hubs.ts";
import { whyRemote } from "./why-remote.ts";

const namespace = "alpha";

describe("why, of a hub on Kubernetes", () => {
  let cluster: ClusterMemory;

  const give = (
    apiVersion: string,
    kind: string,
    object: Record<string, unknown> & { metadata: { name: string } },
  ): void => {
    const metadata = kind === "Namespace" ? object.metadata : { namespace, ...object.metadata };
    cluster.give({ apiVersion, kind, ...object, metadata }, { manager: "test", takesOver: true, isTrial: false });
  };
  const apply = (): void => {
    give("v1", "Namespace", { metadata: { name: namespace } });
    const bundle = { id: "2026.11.20-1", digest: "sha256:1" };
    const at = "2026-11-21T09:00:00Z";
    const annotations = annotationsOf({ parts: {}, revisions: { alpha: 1 }, bundle, since: at, at, renderer: "1" });
    give("v1", "Secret", { metadata: { name: "hubfleet-applied", annotations } as { name: string } });
  };
  const pod = (component: string, status: Record<string, unknown> = {}): void => {
    const metadata = {
      name: `${component}-abc-1`,
      labels: { component, "pod-template-hash": "abc" },
    };
    const conditions = [{ type: "Ready", status: "True" }];
    give("v1", "Pod", {
      metadata,
      spec: { nodeName: "one", containers: [{ name: component, image: "image:1" }] },
      status: { phase: "Running", conditions, ...status },
    });
  };
  const crashed = (name: string): Record<string, unknown> => ({
    conditions: [{ type: "Ready", status: "False" }],
    containerStatuses: [
      {
        name,
        restartCount: 4,
        state: { waiting: { reason: "CrashLoopBackOff" } },
        lastState: { terminated: { exitCode: 1, reason: "Error", finishedAt: "2026-11-21T08:59:00Z" } },
      },
    ],
  });
  const why = async (): Promise<Diagnosis> => {
    const fleet = aKubernetesFleet().build();
    const address = { context: "cloud", server: "https://one.invalid", certificateAuthority: undefined };
    const kubernetes = createKubernetesMemory({ contexts: [{ ...address, cluster }] });
    const [remote] = openRemoteHubs(fleet, [...fleet.hubs.values()], {
      kubernetes,
      helm: (major) => createHelmMemory({ major, charts: {} }),
    });
    if (remote === undefined) throw new Error("the fleet has no hub on Kubernetes");
    return whyRemote({ remote, clock: createClockMemory(), signal: new AbortController().signal });
  };

  beforeEach(() => {
    cluster = createClusterMemory();
  });

  it("finds nothing wrong where all pods are ready", async () => {
    apply();
    pod("hub");
    pod("proxy");

    expect(await why()).toMatchObject({
      verdict: "nothing wrong",
      findings: [],
      well: "the pods of hub/alpha are ready",
    });
  });

  it("says that it was never applied, and what is there instead", async () => {
    expect((await why()).findings).toMatchObject([
      { cause: "never-applied", because: 'its namespace "alpha" is not there' },
    ]);

    give("v1", "Namespace", { metadata: { name: namespace } });
    pod("hub");

    expect((await why()).findings).toMatchObject([
      { cause: "never-applied", because: 'namespace "alpha" has a hub that hubfleet did not put there' },
    ]);
  });

  it("says what people notice, why, and what to do", async () => {
    apply();
    pod("proxy");
    pod("hub", crashed("hub"));
    cluster.logs.set("alpha/hub-abc-1", "[I] starting\nZeroDivisionError: division by zero\n");

    const { verdict, findings, symptoms } = await why();

    expect({ verdict, symptoms }).toEqual({ verdict: "cause found", symptoms: ["the pod of the hub is not ready"] });
    expect(findings).toEqual([
      {
        cause: "crash-loop",
        wrong: "nobody can log in or start a server",
        because: 'deployment hub: container "hub" ends by itself with exit status 1; started again 4 times',
        since: new Date("2026-11-21T08:59:00Z"),
        sinceIs: "exact",
        next: [
          "# its last words tell why",
          "kubectl -n alpha logs hub-abc-1 -c hub --previous",
          "hubfleet apply hub/alpha",
        ],
        lines: ["[I] starting", "ZeroDivisionError: division by zero"],
      },
    ]);
  });

  it.each([
    [
      "Found database schema version a != b. Backup your database and run `jupyterhub upgrade-db`",
      "database-older",
      "its database has schema a, and this JupyterHub wants b",
    ],
    [
      "alembic.util.exc.CommandError: Can't locate revision identified by '4621fec11365'",
      "database-newer",
      "its database was changed by a newer JupyterHub (schema 4621fec11365), which this one cannot read",
    ],
    [
      "traitlets.traitlets.TraitError: The 'port' trait expected an int",
      "setting-refused",
      "The 'port' trait expected an int",
    ],
    [
      "[C 2026-11-22 04:50:20.298 JupyterHub application:119] Bad config encountered during initialization: The 'port' trait is no int",
      "setting-refused",
      "The 'port' trait is no int",
    ],
    [
      "ModuleNotFoundError: No module named 'oauthenticator'",
      "code-missing",
      'its image has no Python module "oauthenticator"',
    ],
    ["sqlite3.OperationalError: database or disk is full", "disk-full", "the volume with its database is full"],
  ])("reads what the hub said before it ended: %s", async (line, cause, because) => {
    apply();
    pod("proxy");
    pod("hub", crashed("hub"));
    cluster.logs.set("alpha/hub-abc-1", `${line}\n`);

    expect((await why()).findings).toMatchObject([{ cause, because, lines: [line] }]);
  });

  it("shows the hub's last words where it knows no cause", async () => {
    apply();
    pod("proxy");
    pod("hub", { conditions: [{ type: "Ready", status: "False" }] });
    cluster.logs.set("alpha/hub-abc-1", "waiting for something\n");

    expect(await why()).toMatchObject({
      verdict: "unknown",
      symptoms: ["the pod of the hub is not ready"],
      lastWords: [{ component: "hub", lines: ["waiting for something"] }],
    });
  });

  it("tells what somebody deleted or scaled to nothing", async () => {
    apply();
    give("apps/v1", "Deployment", { metadata: { name: "proxy" }, spec: { replicas: 0 } });

    expect((await why()).findings).toMatchObject([
      {
        cause: "part-missing",
        wrong: "nobody can log in or start a server",
        because: "deployment hub is not there: somebody deleted it",
      },
      {
        cause: "scaled-down",
        because: "deployment proxy is scaled to 0 pods",
        next: ["kubectl -n alpha scale deployment proxy --replicas 1"],
      },
    ]);
  });

  it("tells of a load balancer without an address", async () => {
    apply();
    pod("hub");
    pod("proxy");
    give("v1", "Service", {
      metadata: { name: "proxy-public" },
      spec: { type: "LoadBalancer" },
      status: { loadBalancer: {} },
    });

    expect((await why()).findings).toMatchObject([
      { cause: "entry-pending", wrong: "nobody reaches the hub from outside" },
    ]);
  });

  it("tells of a server that was given up, and does not take it for the hub's trouble", async () => {
    apply();
    pod("proxy");
    pod("hub", { conditions: [{ type: "Ready", status: "False" }] });
    const about = { apiVersion: "v1", kind: "Pod", name: "jupyter-ada", namespace };
    cluster.events.push({
      about,
      isWarning: true,
      reason: "FailedScheduling",
      message: "no room",
      at: new Date(0),
      count: 1,
    });

    const { verdict, findings } = await why();

    expect(verdict).toBe("unknown");
    expect(findings).toMatchObject([{ cause: "server-does-not-start", because: "no room" }]);
  });

  it("tells of a container that ran out of memory and runs again, as a note", async () => {
    apply();
    pod("proxy");
    const terminated = { reason: "OOMKilled", finishedAt: "2026-11-21T08:00:00Z" };
    pod("hub", { containerStatuses: [{ name: "hub", ready: true, restartCount: 2, lastState: { terminated } }] });

    const { verdict, notes } = await why();

    expect({ verdict, notes }).toEqual({
      verdict: "nothing wrong",
      notes: [
        "container hub of pod hub-abc-1 ended 2 times for using too much memory, last at 2026-11-21T08:00:00Z, and runs again",
      ],
    });
  });

  it("says that a command is changing the hub", async () => {
    apply();
    pod("hub");
    pod("proxy");
    give("coordination.k8s.io/v1", "Lease", {
      metadata: { name: "hubfleet" },
      spec: { holderIdentity: "hubfleet apply (process 7)" },
    });

    expect(await why()).toMatchObject({
      verdict: "nothing wrong",
      notes: ['"hubfleet apply (process 7)" is changing it'],
    });

    pod("proxy", crashed("proxy"));

    expect((await why()).findings).toMatchObject([{ cause: "being-changed" }, { cause: "crash-loop" }]);
  });

  it("says why nothing could be seen", async () => {
    cluster.failure = "CLUSTER_UNREACHABLE";

    expect(await why()).toMatchObject({
      verdict: "cause found",
      findings: [
        {
          cause: "cluster-unreachable",
          because: 'cluster "cloud" does not answer: it was told not to',
          next: ["hubfleet doctor cluster/cloud"],
        },
      ],
    });
  });

  it("says that it may not look", async () => {
    apply();
    cluster.forbids = ({ resource }) => resource === "pods";

    expect((await why()).findings).toMatchObject([{ cause: "cluster-login" }]);
  });
});
