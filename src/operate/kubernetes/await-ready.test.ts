import { beforeEach, describe, expect, it } from "vitest";

import { createClockMemory } from "../../adapters/clock/clock-memory.ts";
import { type ClusterMemory, createClusterMemory } from "../../adapters/kubernetes/cluster-memory.ts";
import { createKubernetesMemory } from "../../adapters/kubernetes/kubernetes-memory.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ClusterConnection } from "../../ports/kubernetes.ts";
import { awaitReady } from "./await-ready.ts";

const never = new AbortController().signal;
const namespace = "staging";
const whole = { observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1 };

describe("awaitReady", () => {
  let cluster: ClusterMemory;
  let connection: ClusterConnection;
  let notes: string[];
  /** What happens in the cluster, by the second. */
  let script: Readonly<Record<number, () => void>>;

  const give = (kind: string, name: string, rest: Record<string, unknown>): void => {
    const { labels, annotations, ...fields } = rest as {
      labels?: Record<string, string>;
      annotations?: Record<string, string>;
    };
    const apiVersion = kind === "Deployment" ? "apps/v1" : "v1";
    const metadata = {
      name,
      ...(kind === "Namespace" ? {} : { namespace }),
      ...(labels ? { labels } : {}),
      ...(annotations ? { annotations } : {}),
    };
    cluster.give({ apiVersion, kind, metadata, ...fields }, { manager: "test", takesOver: true, isTrial: false });
  };
  const deployment = (status: Record<string, unknown>, name = "hub"): void =>
    give("Deployment", name, { spec: { replicas: 1, selector: { matchLabels: { component: name } } }, status });
  const refused = (image: string): Record<string, unknown> => ({
    labels: { component: "hub" },
    spec: { nodeName: "one", containers: [{ name: "hub", image }] },
    status: {
      phase: "Pending",
      containerStatuses: [{ name: "hub", state: { waiting: { reason: "ErrImagePull", message: "manifest unknown" } } }],
    },
  });
  const wait = (timeoutMilliseconds = 300_000, signal: AbortSignal = never): Promise<void> => {
    const memory = createClockMemory();
    const start = memory.now().getTime();
    const clock: Clock = {
      ...memory,
      sleep: async (milliseconds) => {
        await memory.sleep(milliseconds);
        script[(memory.now().getTime() - start) / 1000]?.();
      },
    };
    const workloads = [{ kind: "Deployment", name: "hub" }] as const;
    const report = ({ text }: { readonly text: string }): void => void notes.push(text);
    return awaitReady({
      connection,
      namespace,
      workloads,
      target: "hub/staging",
      timeoutMilliseconds,
      report,
      clock,
      signal,
    });
  };

  beforeEach(async () => {
    const memory = createClockMemory();
    cluster = createClusterMemory({ now: () => memory.now() });
    const address = { context: "one", server: "https://one.invalid", certificateAuthority: undefined };
    connection = await createKubernetesMemory({ contexts: [{ ...address, cluster }] }).connect({
      name: "one",
      context: "one",
    });
    give("Namespace", namespace, {});
    notes = [];
    script = {};
  });

  it("is over at once where everything runs", async () => {
    deployment(whole);

    await wait(0);

    expect(notes).toEqual([]);
  });

  it("waits until the new version was seen, and the pods of the earlier one are gone", async () => {
    deployment({});
    script = {
      1: () => deployment({ ...whole, replicas: 2 }),
      2: () => deployment(whole),
    };

    await wait();

    expect(notes).toEqual([]);
  });

  it("waits for a pod that is still ending, but not for one that a dead node keeps", async () => {
    deployment(whole);
    const pod = { apiVersion: "v1", kind: "Pod", name: "hub-old", namespace };
    const metadata = { name: "hub-old", namespace, labels: { component: "hub" }, finalizers: ["a/b"] };
    cluster.give({ ...pod, metadata }, { manager: "test", takesOver: true, isTrial: false });
    cluster.take(pod);

    await expect(wait(29_000)).rejects.toThrow("deployment hub: its earlier pod hub-old is still ending");
    await wait(32_000);
  });

  it("does not take a Deployment for ready that has fewer pods than it should", async () => {
    deployment({ ...whole, availableReplicas: 0 });

    await expect(wait(3_000)).rejects.toMatchObject({
      code: "HUB_NOT_READY",
      message: "hub/staging is not ready after 3 s:\n  deployment hub: 0 of 1 pods are ready",
      hint: "hubfleet why hub/staging",
    });
  });

  it("says that something is not there at all", async () => {
    await expect(wait(1_000)).rejects.toThrow("deployment hub is not there");
  });

  it("tells a reason once, and again only where it is another one", async () => {
    deployment({});
    const condition = { type: "ReplicaFailure", status: "True" };
    const message =
      'pods "hub-1" is forbidden: exceeded quota: small, requested: pods=1, used: pods=5, limited: pods=5';
    script = {
      1: () => deployment({ conditions: [{ ...condition, message }] }),
      20: () => deployment({ conditions: [{ ...condition, message: 'serviceaccount "hub" not found' }] }),
      40: () => deployment(whole),
    };

    await wait();

    expect(notes).toEqual([
      `deployment hub: no pod is made: it would exceed the namespace's quota "small" (requested: pods=1, used: pods=5, limited: pods=5)`,
      `deployment hub: no pod is made: its service account "hub" is not there`,
    ]);
  });

  it("says nothing of a reason that goes by itself", async () => {
    deployment({});
    const message = 'serviceaccount "hub" not found';
    script = {
      1: () => deployment({ conditions: [{ type: "ReplicaFailure", status: "True", message }] }),
      3: () => deployment({}),
      10: () => deployment(whole),
    };

    await wait();

    expect(notes).toEqual([]);
  });

  it("does not wait to the end for what waiting does not mend", async () => {
    deployment({
      conditions: [{ type: "ReplicaFailure", status: "True", message: 'violates PodSecurity "restricted"' }],
    });

    await expect(wait()).rejects.toThrow(
      "hub/staging is not ready after 62 s:\n  deployment hub: no pod is made: violates PodSecurity",
    );
  });

  it("leaves other pods of the namespace out", async () => {
    deployment({});
    give("Pod", "jupyter-ada", { annotations: { "hub.jupyter.org/username": "ada" }, ...refused("lab:1") });

    await expect(wait(10_000)).rejects.toThrow("deployment hub: 0 of 1 pods are ready");
    expect(notes).toEqual([]);
  });

  it("goes on when the cluster does not answer for a while", async () => {
    deployment({});
    script = {
      1: () => (cluster.failure = "CLUSTER_UNREACHABLE"),
      30: () => (cluster.failure = undefined),
      31: () => deployment(whole),
    };

    await wait();

    expect(notes).toEqual([]);
  });

  it("ends at once when the cluster no longer knows who asks", async () => {
    deployment({});
    script = { 1: () => (cluster.failure = "CLUSTER_LOGIN") };

    await expect(wait()).rejects.toMatchObject({ code: "CLUSTER_LOGIN" });
  });

  it("waits without what it may not look at", async () => {
    deployment({});
    cluster.forbids = ({ resource }) => ["nodes", "events", "persistentvolumeclaims"].includes(resource);
    script = { 8: () => deployment(whole) };

    await wait();

    expect(notes).toEqual([]);
  });

  it("ends when it is told to", async () => {
    deployment({});
    const controller = new AbortController();
    script = { 2: () => controller.abort(new Error("interrupted")) };

    await expect(wait(300_000, controller.signal)).rejects.toThrow("interrupted");
  });
});
