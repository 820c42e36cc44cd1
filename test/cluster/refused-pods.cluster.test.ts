import { randomUUID } from "node:crypto";

import { expect, it } from "vitest";

import { smallDeployment } from "../support/kubernetes/small-pods.ts";
import { describeTroubles, itOnOwnCluster } from "../support/kubernetes/troubled-cluster.ts";

const never = new AbortController().signal;

describeTroubles("pods that are not made", ({ connection, space, put, later, troubleOf }) => {
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

  itOnOwnCluster("a webhook that does not answer", async () => {
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
    later(() => connection().delete({ ...kind, name }, never));
    await put(smallDeployment({ name: "asked", namespace }));

    expect((await troubleOf(namespace, "asked", "admission-refused")).words).toContain(
      `the cluster asks the webhook "${name}" first, and it does not answer`,
    );
  });
});
