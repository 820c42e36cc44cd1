import type { KubernetesObject } from "../../../src/ports/kubernetes.ts";

export interface SmallDeployment {
  readonly name: string;
  readonly namespace: string;
  readonly container?: Readonly<Record<string, unknown>>;
  readonly pod?: Readonly<Record<string, unknown>>;
  readonly replicas?: number;
  readonly labels?: Readonly<Record<string, string>>;
}

/** A Deployment of one pod that sleeps, but for what a test changes of it. */
export function smallDeployment(props: SmallDeployment): KubernetesObject {
  const { name, namespace, container, pod, replicas = 1 } = props;
  const image = process.env["HUBFLEET_TEST_POD_IMAGE"] ?? "hubfleet.test/small:1";
  const main = { name: "main", image, imagePullPolicy: "IfNotPresent", command: ["sleep", "3600"], ...container };
  const labels = { app: name, ...props.labels };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace },
    spec: {
      replicas,
      strategy: { type: "Recreate" },
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { terminationGracePeriodSeconds: 0, containers: [main], ...pod } },
    },
  };
}

/** A container's and a pod's share of mounting a volume at /v. */
export function mounting(volume: Readonly<Record<string, unknown>>): Pick<SmallDeployment, "container" | "pod"> {
  return {
    container: { volumeMounts: [{ name: "v", mountPath: "/v" }] },
    pod: { volumes: [{ name: "v", ...volume }] },
  };
}
