import { randomUUID } from "node:crypto";

import { beforeAll, expect, it } from "vitest";

import type { KubernetesObject } from "../../src/ports/kubernetes.ts";
import { mounting, type SmallDeployment, smallDeployment } from "../support/kubernetes/small-pods.ts";
import { describeTroubles, isOwnCluster, itOnOwnCluster } from "../support/kubernetes/troubled-cluster.ts";

const never = new AbortController().signal;

describeTroubles("troubles of small pods", ({ connection, space, put, later, troubleOf }) => {
  const theNode = async (): Promise<string> => {
    const nodes = await connection().list({ apiVersion: "v1", kind: "Node" }, never);
    const isReady = ({ status }: KubernetesObject): boolean => {
      const { conditions = [] } = Object(status) as { readonly conditions?: readonly Record<string, string>[] };
      return conditions.some((one) => one["type"] === "Ready" && one["status"] === "True");
    };
    return nodes.find(isReady)?.metadata.name ?? "";
  };
  let namespace: string;
  const deploy = (deployment: Omit<SmallDeployment, "namespace">): Promise<void> =>
    put(smallDeployment({ ...deployment, namespace }));

  // A node counts as gone after a minute, which passes while the others are tried.
  const silent = `silent-${randomUUID().slice(0, 8)}`;

  beforeAll(async () => {
    namespace = await space();
    if (!isOwnCluster) return;
    await put({ apiVersion: "v1", kind: "Node", metadata: { name: silent } });
    later(() => connection().delete({ apiVersion: "v1", kind: "Node", name: silent }, never));
    await deploy({ name: "stranded", pod: { nodeName: silent } });
  });

  it("an image that its registry does not have", async () => {
    const image = `${process.env["HUBFLEET_TEST_REGISTRY"] ?? "registry.invalid"}/nothing:1`;
    await deploy({ name: "absent-image", container: { image } });

    const { words } = await troubleOf(namespace, "absent-image", "image-not-found");

    expect(words).toContain(`image "${image}" is not in its registry: `);
  });

  it("a registry that does not answer", async () => {
    await deploy({ name: "absent-registry", container: { image: "127.0.0.1:1/nothing:1" } });

    const { words } = await troubleOf(namespace, "absent-registry", "registry-unreachable");

    expect(words).toContain('the node cannot fetch image "127.0.0.1:1/nothing:1"');
    expect(words).toContain("connection refused");
  });

  it("an image's name that is none", async () => {
    await deploy({ name: "no-reference", container: { image: "Not An Image" } });

    expect((await troubleOf(namespace, "no-reference", "image-invalid")).words).toContain('"Not An Image" is no name');
  });

  it("more processor than any node has", async () => {
    await deploy({ name: "large", container: { resources: { requests: { cpu: "1000" } } } });

    const { words, hint } = await troubleOf(namespace, "large", "unschedulable");

    expect(words).toMatch(/with too little cpu left \(it asks for 1k\)/);
    expect(hint).toContain("add or enlarge nodes");
  });

  it("labels that no node has", async () => {
    await deploy({ name: "choosy", pod: { nodeSelector: { "hubfleet.test/pool": "core" } } });

    const { words, hint } = await troubleOf(namespace, "choosy", "unschedulable");

    expect(words).toContain("without the labels hubfleet.test/pool=core");
    expect(hint).toContain("kubectl label node NODE hubfleet.test/pool=core");
  });

  it("a claim of a storage class that is not there", async () => {
    const claimName = "classless";
    const spec = {
      accessModes: ["ReadWriteOnce"],
      storageClassName: "fast-ssd",
      resources: { requests: { storage: "1Gi" } },
    };
    await put({ apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name: claimName, namespace }, spec });
    await deploy({ name: "classless", ...mounting({ persistentVolumeClaim: { claimName } }) });

    const { words } = await troubleOf(namespace, "classless", "claim-pending");

    expect(words).toBe('its volume claim "classless" has no volume yet: the cluster has no storage class "fast-ssd"');
  });

  it("a claim whose provisioner does not run", async () => {
    const provisioner = "hubfleet.test/nobody";
    const storageClassName = `nobody-${randomUUID().slice(0, 8)}`;
    const kind = { apiVersion: "storage.k8s.io/v1", kind: "StorageClass" };
    await put({
      ...kind,
      metadata: { name: storageClassName },
      provisioner,
      volumeBindingMode: "WaitForFirstConsumer",
    });
    later(() => connection().delete({ ...kind, name: storageClassName }, never));
    const claimName = "unserved";
    const spec = { accessModes: ["ReadWriteOnce"], storageClassName, resources: { requests: { storage: "1Gi" } } };
    await put({ apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name: claimName, namespace }, spec });
    await deploy({ name: "unserved", ...mounting({ persistentVolumeClaim: { claimName } }) });

    const { words } = await troubleOf(namespace, "unserved", "claim-pending");

    expect(words).toContain(`it waits for the provisioner "${provisioner}" of storage class "${storageClassName}"`);
  });

  it("a claim that is not there", async () => {
    await deploy({ name: "claimless", ...mounting({ persistentVolumeClaim: { claimName: "gone" } }) });

    expect((await troubleOf(namespace, "claimless", "claim-pending")).words).toBe(
      'its volume claim "gone" is not there',
    );
  });

  it("a container that uses more memory than it may", async () => {
    const command = ["sh", "-c", "dd if=/dev/zero of=/dev/null bs=200M"];
    await deploy({ name: "hungry", container: { command, resources: { limits: { memory: "16Mi" } } } });

    expect((await troubleOf(namespace, "hungry", "out-of-memory")).words).toContain("its limit of 16Mi");
  });

  it("a Secret that a container reads and nobody made", async () => {
    const env = [{ name: "A", valueFrom: { secretKeyRef: { name: "unmade", key: "a" } } }];
    await deploy({ name: "secretless", container: { env } });

    const { words } = await troubleOf(namespace, "secretless", "configuration-missing");

    expect(words).toBe('Secret "unmade", which it reads, is not there');
  });

  it("a ConfigMap that it mounts and nobody made", async () => {
    await deploy({ name: "mapless", ...mounting({ configMap: { name: "unmade-map" } }) });

    const { words } = await troubleOf(namespace, "mapless", "configuration-missing");

    expect(words).toBe('ConfigMap "unmade-map", which it mounts, is not there');
  });

  it("a service account that is not there", async () => {
    await deploy({ name: "accountless", pod: { serviceAccountName: "unmade-account" } });

    const { words } = await troubleOf(namespace, "accountless", "configuration-missing");

    expect(words).toBe('no pod is made: its service account "unmade-account" is not there');
  });

  it("a command that the image does not have", async () => {
    await deploy({ name: "commandless", container: { command: ["/nothing"] } });

    expect((await troubleOf(namespace, "commandless", "crash-loop")).words).toContain("/nothing");
  });

  it("a container that fails its liveness probe", async () => {
    const livenessProbe = { exec: { command: ["false"] }, periodSeconds: 1, failureThreshold: 1 };
    await deploy({ name: "unwell", container: { livenessProbe } });

    expect((await troubleOf(namespace, "unwell", "probe-failing")).words).toContain("its liveness probe fails");
  });

  it("a volume that is written fuller than it may be", async () => {
    const command = ["sh", "-c", "dd if=/dev/zero of=/v/file bs=1M count=8; sleep 3600"];
    const { pod, container } = mounting({ emptyDir: { sizeLimit: "1Mi" } });
    await deploy({ name: "overfull", pod: { ...pod }, container: { ...container, command } });

    expect((await troubleOf(namespace, "overfull", "evicted")).words).toContain("exceeds the limit");
  });

  itOnOwnCluster("a taint of every node", async () => {
    const node = await theNode();
    const taints = [{ key: "hubfleet.test/only", value: "others", effect: "NoSchedule" }];
    await put({ apiVersion: "v1", kind: "Node", metadata: { name: node }, spec: { taints } });
    try {
      await deploy({ name: "shut-out" });

      expect((await troubleOf(namespace, "shut-out", "unschedulable")).words).toContain(
        "that its taint hubfleet.test/only=others keeps for others",
      );
    } finally {
      await put({ apiVersion: "v1", kind: "Node", metadata: { name: node } });
    }
  });

  itOnOwnCluster("a node that says nothing", async () => {
    const trouble = await troubleOf(namespace, `node ${silent}`, "node-not-ready");

    expect(trouble).toMatchObject({
      kind: "node-not-ready",
      words: expect.stringContaining("never posted node status") as string,
    });
  });
});
