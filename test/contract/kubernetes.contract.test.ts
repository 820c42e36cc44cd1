import { describe, expect, it } from "vitest";

import { type ClusterMemory, createClusterMemory } from "../../src/adapters/kubernetes/cluster-memory.ts";
import { createKubernetesMemory } from "../../src/adapters/kubernetes/kubernetes-memory.ts";
import type { ClusterConnection } from "../../src/ports/kubernetes.ts";
import { describeCluster } from "../support/kubernetes/kubernetes-cases.ts";

/** The real adapter passes the same on a real cluster: test/cluster/kubernetes.cluster.test.ts. */
describe("kubernetes: memory", () => {
  describeCluster(async () => {
    const cluster = createClusterMemory({ identity: { user: "operator", groups: ["system:authenticated"] } });
    const container = { namespace: "cases", pod: "talker" };
    const [connection, other] = await Promise.all([connect(cluster), connect(cluster, "somebody")]);
    // The same objects, seen by somebody who may do nothing.
    const visitor = await connect({ ...cluster, identity: { user: "visitor", groups: [] }, forbids: () => true });
    const never = new AbortController().signal;
    await connection.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: "cases" } }, {}, never);
    await connection.apply(
      { apiVersion: "v1", kind: "Pod", metadata: { name: "talker", namespace: "cases" } },
      {},
      never,
    );
    cluster.logs.set("cases/talker", "one\ntwo\nthree\n");
    cluster.exec = (_container, [command, , script = ""]) => {
      if (command !== "sh") return undefined;
      if (script.startsWith("seq")) return { exitCode: 0, stdout: count(200_000), stderr: "" };
      return { exitCode: 3, stdout: "out\n", stderr: "err\n" };
    };
    cluster.listeners.set("cases/talker:7000", (client) => void client.pipe(client));
    cluster.events.push({
      about: { apiVersion: "v1", kind: "Pod", name: "talker", namespace: "cases" },
      isWarning: false,
      reason: "Started",
      message: "Started container talker",
      at: new Date(0),
      count: 1,
    });
    return { connection, other, namespace: "cases", container, visitor, clean: async () => {} };
  });

  it("ends every call with the failure that it was told", async () => {
    const cluster = createClusterMemory();
    const connection = await connect(cluster);
    cluster.failure = "CLUSTER_UNREACHABLE";

    await expect(connection.version(new AbortController().signal)).rejects.toMatchObject({
      code: "CLUSTER_UNREACHABLE",
    });
  });
});

const address = {
  context: "campus",
  server: "https://campus.example.org:6443",
  certificateAuthority: `sha256:${"a".repeat(64)}`,
};

async function connect(cluster: ClusterMemory, manager?: string): Promise<ClusterConnection> {
  const kubernetes = createKubernetesMemory({
    contexts: [{ ...address, cluster }],
    ...(manager === undefined ? {} : { manager }),
  });
  return kubernetes.connect({ name: "campus", context: "campus" });
}

function count(last: number): string {
  return `${Array.from({ length: last }, (_none, index) => index + 1).join("\n")}\n`;
}
