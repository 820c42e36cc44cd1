import { beforeEach, describe, expect, it } from "vitest";

import { createClockMemory, type ClockMemory } from "../../adapters/clock/clock-memory.ts";
import { type ClusterMemory, createClusterMemory } from "../../adapters/kubernetes/cluster-memory.ts";
import { createKubernetesMemory } from "../../adapters/kubernetes/kubernetes-memory.ts";
import type { ClusterConnection } from "../../ports/kubernetes.ts";
import { pullOnNodes, type PullVerdict } from "./pull-on-nodes.ts";

type Keys = Readonly<Record<string, unknown>>;

const giving = { manager: "kubelet", takesOver: true, isTrial: false };
const never = new AbortController().signal;
const pulls = [
  { node: "one", images: ["registry.example.org/a:1", "registry.example.org/b:1"], pullSecrets: ["login"] },
];

describe("pulling on nodes", () => {
  let clock: ClockMemory;
  let cluster: ClusterMemory;
  let connection: ClusterConnection;

  beforeEach(async () => {
    clock = createClockMemory();
    cluster = createClusterMemory({ now: () => clock.now() });
    cluster.give({ apiVersion: "v1", kind: "Namespace", metadata: { name: "alpha" } }, giving);
    const address = { context: "cloud", server: "https://cloud.example.org", certificateAuthority: undefined };
    const kubernetes = createKubernetesMemory({ contexts: [{ ...address, cluster }] });
    connection = await kubernetes.connect({ name: "cloud", context: "cloud" });
  });

  const pods: unknown[] = [];
  /** Has the node's kubelet say this of the containers of a pod as soon as it is there. */
  const run = async (states: readonly Keys[], limitMilliseconds = 5_000): Promise<readonly PullVerdict[]> => {
    pods.length = 0;
    const answering: ClusterConnection = {
      ...connection,
      apply: async (object, options, signal) => {
        const made = await connection.apply(object, options, signal);
        pods.push(made["spec"]);
        const containerStatuses = states.map((state, index) => ({
          ...{ name: `image-${index + 1}`, image: pulls[0]?.images[index], state },
        }));
        const { name, namespace = "" } = made.metadata;
        const { apiVersion, kind } = made;
        cluster.give({ apiVersion, kind, metadata: { name, namespace }, status: { containerStatuses } }, giving);
        return made;
      },
    };
    const about = { connection: answering, namespace: "alpha", labels: { "hubfleet.io/hub": "alpha" }, clock };
    return pullOnNodes(pulls, { ...about, limitMilliseconds, signal: never });
  };
  const left = (): number => cluster.select({ apiVersion: "v1", kind: "Pod" }).length;

  it("is done by one pod on the node, past all taints, which is gone afterwards", async () => {
    expect(await run([{ terminated: { exitCode: 0 } }, { terminated: { exitCode: 0 } }])).toEqual([
      { node: "one", kind: "pulled", images: 2 },
    ]);
    expect(pods).toMatchObject([
      { nodeName: "one", tolerations: [{ operator: "Exists" }], imagePullSecrets: [{ name: "login" }] },
    ]);
    expect(left()).toBe(0);
  });

  it("takes an image that has nothing to run for pulled", async () => {
    const states = [{ waiting: { reason: "RunContainerError" } }, { terminated: { exitCode: 128 } }];

    expect(await run(states)).toMatchObject([{ kind: "pulled" }]);
  });

  it("says which image of which node does not come, and why", async () => {
    const message = 'Back-off pulling image: "registry.example.org/b:1": not found';

    const verdicts = await run([{ terminated: {} }, { waiting: { reason: "ImagePullBackOff", message } }]);

    expect(verdicts).toMatchObject([{ node: "one", kind: "failed" }]);
    expect(JSON.stringify(verdicts)).toContain('image \\"registry.example.org/b:1\\" is not in its registry');
    expect(left()).toBe(0);
  });

  it("waits for a registry that does not answer, and no longer than its time", async () => {
    const message = "Back-off pulling image: dial tcp: i/o timeout";

    expect(await run([{ terminated: {} }, { waiting: { reason: "ImagePullBackOff", message } }])).toEqual([
      { node: "one", kind: "slow" },
    ]);
    expect(left()).toBe(0);
  });

  it("gives a registry up that does not answer for minutes", async () => {
    const message = "Back-off pulling image: dial tcp: i/o timeout";

    const verdicts = await run([{ terminated: {} }, { waiting: { reason: "ImagePullBackOff", message } }], 600_000);

    expect(verdicts).toMatchObject([
      { kind: "failed", words: expect.stringContaining("cannot fetch image") as string },
    ]);
  });
});
