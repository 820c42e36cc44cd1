import pMap from "p-map";

import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ClusterConnection, KubernetesObject } from "../../ports/kubernetes.ts";
import type { NodePull } from "../../runtime/kubernetes/images/plan-pulls.ts";
import { podTroubles } from "../../runtime/kubernetes/pod-troubles.ts";
import { sha256 } from "../../runtime/local/digest.ts";

export interface PullOnNodesProps {
  readonly connection: ClusterConnection;
  /** Where its pods are, with the hub's pull secrets. */
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly clock: Pick<Clock, "now" | "sleep">;
  readonly limitMilliseconds: number;
  readonly signal: AbortSignal;
}

/** What became of a node's images. */
export type PullVerdict =
  | { readonly node: string; readonly kind: "pulled"; readonly images: number }
  /** It goes on without us; pods there wait for it. */
  | { readonly node: string; readonly kind: "slow" }
  /** Waiting would not mend it. */
  | { readonly node: string; readonly kind: "failed"; readonly words: string; readonly hint: string };

const nodesAtOnce = 20;
const pollMilliseconds = 500;

/** Has nodes pull what they lack: one short-lived pod for each, with the images as its containers. The pods are taken away. */
export async function pullOnNodes(
  pulls: readonly NodePull[],
  props: PullOnNodesProps,
): Promise<readonly PullVerdict[]> {
  return pMap(pulls, (pull) => pullOn(pull, props), { concurrency: nodesAtOnce });
}

async function pullOn(pull: NodePull, props: PullOnNodesProps): Promise<PullVerdict> {
  const { connection, namespace, clock, limitMilliseconds, signal } = props;
  const pod = pullPod(pull, props);
  const { apiVersion, kind, metadata } = pod;
  const reference = { apiVersion, kind, name: metadata.name, namespace };
  const until = clock.now().getTime() + limitMilliseconds;
  let since: number | undefined;
  await connection.apply(pod, { takesOver: true }, signal);
  try {
    for (;;) {
      const found = await connection.get(reference, signal);
      if (found === undefined) throw gone(metadata.name);
      const statuses = statusesOf(found);
      if (statuses.length === pull.images.length && statuses.every(isPulled)) {
        return { node: pull.node, kind: "pulled", images: pull.images.length };
      }
      const failed = statuses.some(({ state }) => lasting.has(state?.waiting?.reason ?? ""));
      since = failed ? (since ?? clock.now().getTime()) : undefined;
      const isLong = since !== undefined && clock.now().getTime() - since >= unreachableMilliseconds;
      const trouble = failed ? await troubleOf(found, props, isLong) : undefined;
      if (trouble !== undefined) return { node: pull.node, kind: "failed", ...trouble };
      if (clock.now().getTime() >= until) return { node: pull.node, kind: "slow" };
      await clock.sleep(pollMilliseconds);
    }
  } finally {
    // Also when the command is told to stop.
    await connection.delete(reference, new AbortController().signal).catch(() => undefined);
  }
}

/** The kubelet said so twice: once is tried again. */
const lasting: ReadonlySet<string> = new Set(["ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull"]);
/** Why a registry does not answer may pass, and it is waited for so long. */
const passing = "registry-unreachable";
const unreachableMilliseconds = 2 * 60_000;

interface ContainerStatus {
  readonly state?: {
    readonly waiting?: { readonly reason?: string };
    readonly running?: object;
    readonly terminated?: object;
  };
}

/** One that ran, or that has nothing to run: the image is there. */
function isPulled({ state = {} }: ContainerStatus): boolean {
  const reason = state.waiting?.reason ?? "";
  return state.running !== undefined || state.terminated !== undefined || /^(?:Run|Create)Container/.test(reason);
}

function statusesOf(pod: KubernetesObject): readonly ContainerStatus[] {
  return (Object(pod["status"]) as { readonly containerStatuses?: readonly ContainerStatus[] }).containerStatuses ?? []; // as the API has it
}

async function troubleOf(
  pod: KubernetesObject,
  { connection, namespace, clock, signal }: PullOnNodesProps,
  isLong: boolean,
): Promise<{ readonly words: string; readonly hint: string } | undefined> {
  const events = await connection.events(namespace, signal);
  const [trouble] = podTroubles({ pods: [pod], events, claims: [], workloads: [], nodes: [] }, clock.now());
  if (trouble === undefined || (trouble.kind === passing && !isLong)) return undefined;
  return { words: trouble.words, hint: trouble.hint };
}

function pullPod({ node, images, pullSecrets }: NodePull, { namespace, labels }: PullOnNodesProps): KubernetesObject {
  const name = `hubfleet-pull-${sha256(`${node} ${images.join(" ")}`).slice(0, 12)}`;
  return {
    ...{ apiVersion: "v1", kind: "Pod" },
    metadata: { name, namespace, labels: { ...labels, "hubfleet.io/part": "pull" } },
    spec: {
      nodeName: node,
      restartPolicy: "Never",
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      terminationGracePeriodSeconds: 0,
      tolerations: [{ operator: "Exists" }],
      ...(pullSecrets.length === 0 ? {} : { imagePullSecrets: pullSecrets.map((one) => ({ name: one })) }),
      securityContext: { runAsNonRoot: true, runAsUser: 65_534, seccompProfile: { type: "RuntimeDefault" } },
      containers: images.map((image, index) => ({
        ...{ name: `image-${index + 1}`, image, imagePullPolicy: "IfNotPresent" },
        command: ["/bin/sh", "-c", "exit 0"], // an image without a shell ends with an error, and is there
        resources: { requests: { cpu: "1m", memory: "8Mi" }, limits: { cpu: "100m", memory: "64Mi" } },
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
      })),
    },
  };
}

function gone(name: string): HubfleetError {
  return new HubfleetError("OBJECT_ABSENT", {
    message: `pod "${name}", with which images are pulled, was taken away by somebody`,
    hint: "run the command again",
    retry: "later",
  });
}
