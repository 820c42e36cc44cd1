import { randomUUID } from "node:crypto";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { createClockSystem } from "../../src/adapters/clock/clock-system.ts";
import { awaitReady, type WorkloadReference } from "../../src/operate/kubernetes/await-ready.ts";
import { lookAtNamespace } from "../../src/operate/kubernetes/look-at-namespace.ts";
import type { ClusterConnection, KubernetesObject } from "../../src/ports/kubernetes.ts";
import type { ProgressEvent } from "../../src/ports/local-world.ts";
import { podTroubles, type PodTrouble } from "../../src/runtime/kubernetes/pod-troubles.ts";
import { eventually } from "../support/eventually.ts";
import { connectHere, namespaceHere, whyNoImage } from "../support/kubernetes/cluster-here.ts";
import { mounting, type SmallDeployment, smallDeployment } from "../support/kubernetes/small-pods.ts";
import { skipSuiteUnlessCluster, skipUnless } from "../support/skip.ts";

const never = new AbortController().signal;

/** What is changed for the whole cluster is changed only on one that script/test-cluster made. */
const isOwn = process.env["HUBFLEET_TEST_REGISTRY"] !== undefined;
const itOnOwn = skipUnless(isOwn, "it would change somebody's cluster");

describe.skipIf(whyNoImage !== "")("troubles of small pods", () => {
  skipSuiteUnlessCluster()("on a real cluster", () => {
    let connection: ClusterConnection;
    const cleaners: (() => Promise<void>)[] = [];

    const space = async (): Promise<string> => {
      const { namespace, clean } = await namespaceHere(connection);
      cleaners.push(clean);
      return namespace;
    };
    const put = async (...objects: readonly KubernetesObject[]): Promise<void> => {
      for (const object of objects) await connection.apply(object, {}, never);
    };
    const troubleOf = (namespace: string, name: string, kind: PodTrouble["kind"]): Promise<PodTrouble> =>
      eventually(
        `${name} has the trouble ${kind}`,
        async () => {
          const troubles = podTroubles(await lookAtNamespace(connection, namespace, never), new Date());
          return troubles.find((one) => one.about === `deployment ${name}` && one.kind === kind);
        },
        60_000,
      );
    const theNode = async (): Promise<string> => {
      const nodes = await connection.list({ apiVersion: "v1", kind: "Node" }, never);
      const isReady = ({ status }: KubernetesObject): boolean => {
        const { conditions = [] } = Object(status) as { readonly conditions?: readonly Record<string, string>[] };
        return conditions.some((one) => one["type"] === "Ready" && one["status"] === "True");
      };
      return nodes.find(isReady)?.metadata.name ?? "";
    };
    const wait = (
      namespace: string,
      workloads: readonly WorkloadReference[],
      timeoutMilliseconds: number,
    ): { readonly events: ProgressEvent[]; readonly done: Promise<void> } => {
      const events: ProgressEvent[] = [];
      const report = (event: ProgressEvent): void => void events.push(event);
      const clock = createClockSystem();
      const target = "hub/tried";
      return {
        events,
        done: awaitReady({
          connection,
          namespace,
          workloads,
          target,
          timeoutMilliseconds,
          report,
          clock,
          signal: never,
        }),
      };
    };

    beforeAll(async () => {
      connection = await connectHere();
    });
    afterAll(async () => {
      for (const clean of cleaners) await clean();
    });

    it("waits until a Deployment runs, and until its next version does", async () => {
      const namespace = await space();
      await put(smallDeployment({ name: "calm", namespace }));

      await wait(namespace, [{ kind: "Deployment", name: "calm" }], 60_000).done;
      await put(smallDeployment({ name: "calm", namespace, container: { command: ["sleep", "3601"] } }));
      const { events, done } = wait(namespace, [{ kind: "Deployment", name: "calm" }], 60_000);
      await done;

      const pods = await connection.list({ apiVersion: "v1", kind: "Pod", namespace }, never);
      expect(events).toEqual([]);
      expect(pods).toMatchObject([{ spec: { containers: [{ command: ["sleep", "3601"] }] } }]);
    });

    it("tells while it waits that a container ends, and at its limit what it said", async () => {
      const namespace = await space();
      const command = ["sh", "-c", "echo 'NameError: no such name'; exit 3"];
      await put(smallDeployment({ name: "short", namespace, container: { command } }));

      const { events, done } = wait(namespace, [{ kind: "Deployment", name: "short" }], 12_000);
      await expect(done).rejects.toMatchObject({
        code: "HUB_NOT_READY",
        message: expect.stringMatching(
          /^hub\/tried is not ready after 1[234] s:\n {2}deployment short: container "main" ends by itself with exit status 3.*\n {4}\| NameError: no such name$/,
        ) as string,
      });

      const words = expect.stringMatching(
        /^deployment short: container "main" ends by itself with exit status 3/,
      ) as string;
      expect(events).toEqual([{ target: "hub/tried", state: "note", text: words }]);
    });

    describe("each with a Deployment of its own", () => {
      let namespace: string;
      const deploy = (deployment: Omit<SmallDeployment, "namespace">): Promise<void> =>
        put(smallDeployment({ ...deployment, namespace }));

      // A node counts as gone after a minute, which passes while the others are tried.
      const silent = `silent-${randomUUID().slice(0, 8)}`;

      beforeAll(async () => {
        namespace = await space();
        if (!isOwn) return;
        await put({ apiVersion: "v1", kind: "Node", metadata: { name: silent } });
        cleaners.push(
          async () => void (await connection.delete({ apiVersion: "v1", kind: "Node", name: silent }, never)),
        );
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

        expect((await troubleOf(namespace, "no-reference", "image-invalid")).words).toContain(
          '"Not An Image" is no name',
        );
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

        expect(words).toBe(
          'its volume claim "classless" has no volume yet: the cluster has no storage class "fast-ssd"',
        );
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
        cleaners.push(async () => void (await connection.delete({ ...kind, name: storageClassName }, never)));
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

      itOnOwn("a taint of every node", async () => {
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

      itOnOwn("a node that says nothing", async () => {
        const trouble = await eventually(
          "the node counts as gone",
          async () => {
            const troubles = podTroubles(await lookAtNamespace(connection, namespace, never), new Date());
            return troubles.find(({ about }) => about === `node ${silent}`);
          },
          120_000,
        );

        expect(trouble).toMatchObject({
          kind: "node-not-ready",
          words: expect.stringContaining("never posted node status") as string,
        });
      });
    });

    describe("each in a namespace of its own", () => {
      const rule = (namespace: string, kind: string, spec: Record<string, unknown>): Promise<void> =>
        put({ apiVersion: "v1", kind, metadata: { name: "tight", namespace }, spec });
      const greedy = { resources: { requests: { cpu: "500m" }, limits: { cpu: "500m" } } };

      it("a quota that is used up, or that counts what a container does not state", async () => {
        const namespace = await space();
        await rule(namespace, "ResourceQuota", { hard: { "requests.cpu": "100m" } });
        await put(smallDeployment({ name: "greedy", namespace, container: greedy }));
        await put(smallDeployment({ name: "silent", namespace }));

        expect((await troubleOf(namespace, "greedy", "namespace-quota")).words).toBe(
          'no pod is made: it would exceed the namespace\'s quota "tight" (requested: requests.cpu=500m, used: requests.cpu=0, limited: requests.cpu=100m)',
        );
        expect((await troubleOf(namespace, "silent", "namespace-quota")).words).toBe(
          'no pod is made: the namespace\'s quota "tight" counts what it does not state (requests.cpu for: main)',
        );
      });

      it("a limit range", async () => {
        const namespace = await space();
        await rule(namespace, "LimitRange", { limits: [{ type: "Container", max: { cpu: "200m" } }] });
        await put(smallDeployment({ name: "greedy", namespace, container: greedy }));

        expect((await troubleOf(namespace, "greedy", "namespace-quota")).words).toContain(
          "outside of the namespace's limit range: maximum cpu usage per Container is 200m, but limit is 500m",
        );
      });

      it("a policy of the cluster", async () => {
        const namespace = await space();
        const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
        await put({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace, labels } });
        await put(smallDeployment({ name: "free", namespace }));

        expect((await troubleOf(namespace, "free", "admission-refused")).words).toContain(
          'violates PodSecurity "restricted:',
        );
      });

      itOnOwn("a webhook that does not answer", async () => {
        const namespace = await space();
        const name = `deaf-${randomUUID().slice(0, 8)}.hubfleet.test`;
        const kind = { apiVersion: "admissionregistration.k8s.io/v1", kind: "ValidatingWebhookConfiguration" };
        const rules = [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] }];
        const webhook = {
          name,
          rules,
          clientConfig: { url: "https://127.0.0.1:1/" },
          namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
          admissionReviewVersions: ["v1"],
          sideEffects: "None",
          failurePolicy: "Fail",
        };
        await put({ ...kind, metadata: { name }, webhooks: [webhook] });
        cleaners.push(async () => void (await connection.delete({ ...kind, name }, never)));
        await put(smallDeployment({ name: "asked", namespace }));

        expect((await troubleOf(namespace, "asked", "admission-refused")).words).toContain(
          `the cluster asks the webhook "${name}" first, and it does not answer`,
        );
      });
    });
  });
});
