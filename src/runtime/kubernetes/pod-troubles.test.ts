import { describe, expect, it } from "vitest";

import {
  aPod,
  event,
  nothing,
  now,
  told,
  unscheduled,
  waiting,
} from "../../../test/support/kubernetes/troubled-pods.ts";
import type { KubernetesObject } from "../../ports/kubernetes.ts";
import { podTroubles } from "./pod-troubles.ts";

describe("podTroubles: places", () => {
  it("counts the nodes by what keeps them from taking a pod", () => {
    const message =
      "0/7 nodes are available: 1 node(s) were unschedulable, 1 node(s) had untolerated taint {hub.jupyter.org/dedicated: user}, 2 Insufficient memory, 3 node(s) didn't match Pod's node affinity/selector. preemption: 0/7 nodes are available: 7 Preemption is not helpful for scheduling.";
    const containers = [{ name: "hub", image: "hub:1", resources: { requests: { memory: "4Gi" } } }];
    const pods = [unscheduled(message, { nodeSelector: { pool: "core" }, containers })];

    expect(told({ pods })).toEqual([
      "unschedulable | deployment hub | no node takes it: 3 nodes without the labels pool=core; 2 nodes with too little memory left (it asks for 4Gi); 1 node closed to new pods (cordoned); 1 node that its taint hub.jupyter.org/dedicated=user keeps for others",
    ]);
  });

  it("says that the nodes are ill where all of them are", () => {
    const message =
      "0/2 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/unreachable: }, 1 node(s) had untolerated taint {node.kubernetes.io/disk-pressure: }. preemption: …";

    expect(told({ pods: [unscheduled(message)] })).toEqual([
      "node-not-ready | deployment hub | no node takes it: 1 node not well (unreachable); 1 node not well (disk-pressure)",
    ]);
  });

  it("looks for the taints itself where the scheduler names none", () => {
    const message =
      "0/5 nodes are available: 1 Insufficient cpu, 4 node(s) had untolerated taint(s). no new claims to deallocate";
    const node = (name: string, key: string, value = "", effect = "NoSchedule"): KubernetesObject => ({
      apiVersion: "v1",
      kind: "Node",
      metadata: { name },
      spec: { taints: [{ key, ...(value === "" ? {} : { value }), effect }] },
    });
    const nodes = [
      node("one", "dedicated", "user"),
      node("two", "dedicated", "core"),
      node("three", "node.kubernetes.io/unreachable", "", "NoExecute"),
      node("four", "nvidia.com/gpu", "present"),
      node("five", "soft", "", "PreferNoSchedule"),
    ];
    const tolerations = [
      { key: "dedicated", operator: "Equal", value: "core", effect: "NoSchedule" },
      { key: "nvidia.com/gpu", operator: "Exists", effect: "NoExecute" },
    ];

    expect(told({ nodes, pods: [unscheduled(message, { tolerations })] })).toEqual([
      "unschedulable | deployment hub | no node takes it: 1 node with too little cpu left; 1 node that its taint dedicated=user keeps for others; 1 node not well (unreachable); 1 node that its taint nvidia.com/gpu=present keeps for others",
    ]);
    expect(told({ pods: [unscheduled(message)] })).toEqual([
      "unschedulable | deployment hub | no node takes it: 4 nodes that a taint keeps for others; 1 node with too little cpu left",
    ]);
  });

  it("says that an autoscaler is adding a node", () => {
    const pods = [unscheduled("0/1 nodes are available: 1 Insufficient cpu. preemption: …")];

    const [trouble] = podTroubles(
      { ...nothing, pods, events: [event("TriggeredScaleUp", "pod triggered scale-up")] },
      now,
    );

    expect(trouble).toMatchObject({
      words: expect.stringContaining("(the autoscaler is adding a node)") as string,
      hint: "wait for the new node",
    });
  });

  it("tells of a node that no longer reports, before what that does to pods", () => {
    const condition = { type: "Ready", status: "Unknown", message: "Kubelet stopped posting node status." };
    const nodes = [{ apiVersion: "v1", kind: "Node", metadata: { name: "one" }, status: { conditions: [condition] } }];

    expect(told({ nodes, pods: [waiting("ContainerCreating")] })).toEqual([
      "node-not-ready | node one | it no longer reports to the cluster: Kubelet stopped posting node status.",
    ]);
  });

  it("does not tell of an ill node that nothing here needs", () => {
    const condition = { type: "Ready", status: "False", message: "no" };
    const nodes = [{ apiVersion: "v1", kind: "Node", metadata: { name: "two" }, status: { conditions: [condition] } }];

    expect(told({ nodes, pods: [waiting("ContainerCreating")] })).toEqual([]);
  });

  it("tells why a node put a pod out, unless another took its place", () => {
    const message = "The node was low on resource: ephemeral-storage. Threshold quantity: 1Gi, available: 12Ki.";
    const out = aPod({ nodeName: "one" }, { phase: "Failed", reason: "Evicted", message });
    const other = aPod(
      {},
      { phase: "Running", conditions: [{ type: "Ready", status: "True" }] },
      { name: "hub-abc-2" },
    );

    expect(told({ pods: [out] })).toEqual([`evicted | deployment hub | it was evicted by node one: ${message}`]);
    expect(told({ pods: [out, other] })).toEqual([]);
  });
});

describe("podTroubles: volumes", () => {
  const volumes = [{ name: "data", persistentVolumeClaim: { claimName: "hub-db-dir" } }];

  it.each([
    'Multi-Attach error for volume "pvc-1" Volume is already exclusively attached to one node and can\'t be attached to another',
    'Multi-Attach error for volume "pvc-1" Volume is already used by pod(s) hub-old',
  ])("%s", (message) => {
    const pods = [waiting("ContainerCreating", "", { volumes })];

    expect(told({ pods, events: [event("FailedAttachVolume", message)] })).toEqual([
      `volume-elsewhere | deployment hub | its volume is attached to another node: ${message}`,
    ]);
  });

  it("passes on why something cannot be mounted", () => {
    const message =
      'MountVolume.SetUp failed for volume "nfs" : mount failed: exit status 32 mount.nfs: Connection timed out';

    expect(
      told({ pods: [waiting("ContainerCreating", "", { volumes })], events: [event("FailedMount", message)] }),
    ).toEqual([`volume-not-mounted | deployment hub | a volume cannot be mounted: ${message}`]);
  });

  it("does not blame a claim that waits for a pod which waits for room", () => {
    const claims = [
      {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        metadata: { name: "hub-db-dir" },
        status: { phase: "Pending" },
      },
    ];
    const pods = [unscheduled("0/1 nodes are available: 1 Insufficient cpu. preemption: …", { volumes })];

    expect(told({ pods, claims })).toMatchObject([expect.stringContaining("unschedulable | ")]);
  });

  it("names a default storage class that is not there", () => {
    const claims = [
      {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        metadata: { name: "hub-db-dir" },
        status: { phase: "Pending" },
      },
    ];
    const pods = [
      unscheduled("0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found", { volumes }),
    ];
    const said = "no persistent volumes available for this claim and no storage class is set";
    const events = [event("FailedBinding", said, { kind: "PersistentVolumeClaim", name: "hub-db-dir" })];

    expect(told({ pods, claims, events })).toEqual([
      'claim-pending | deployment hub | its volume claim "hub-db-dir" has no volume yet: it names no storage class, and the cluster has no default one',
    ]);
  });
});

describe("podTroubles: pods that are not made", () => {
  const refused = (message: string): KubernetesObject => ({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "hub", namespace: "staging" },
    spec: { replicas: 1 },
    status: {
      conditions: [{ type: "ReplicaFailure", status: "True", message: `pods "hub-abc-" is forbidden: ${message}` }],
    },
  });

  it.each([
    [
      "exceeded quota: small, requested: limits.memory=4Gi, used: limits.memory=6Gi, limited: limits.memory=8Gi",
      'namespace-quota | deployment hub | no pod is made: it would exceed the namespace\'s quota "small" (requested: limits.memory=4Gi, used: limits.memory=6Gi, limited: limits.memory=8Gi)',
    ],
    [
      "failed quota: small: must specify limits.memory for: hub",
      'namespace-quota | deployment hub | no pod is made: the namespace\'s quota "small" counts what it does not state (limits.memory for: hub)',
    ],
    [
      "maximum memory usage per Container is 1Gi, but limit is 4Gi",
      "namespace-quota | deployment hub | no pod is made: it is outside of the namespace's limit range: maximum memory usage per Container is 1Gi, but limit is 4Gi",
    ],
  ])("%s", (message, words) => {
    expect(told({ workloads: [refused(message)] })).toEqual([words]);
  });

  it.each([
    [
      'admission webhook "policy.example" denied the request: images must be signed',
      'the cluster\'s policy "policy.example" refuses it: images must be signed',
    ],
    [
      'violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false',
      'violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false',
    ],
  ])("%s", (message, words) => {
    expect(told({ workloads: [refused(message)] })).toEqual([
      `admission-refused | deployment hub | no pod is made: ${words}`,
    ]);
  });

  it("tells of a webhook that does not answer", () => {
    const workload = refused("");
    const message =
      'Internal error occurred: failed calling webhook "policy.example": failed to call webhook: Post "https://policy.kube.svc:443/?timeout=10s": no endpoints available for service "policy"';
    const status = { conditions: [{ type: "ReplicaFailure", status: "True", message }] };

    expect(told({ workloads: [{ ...workload, status }] })).toEqual([
      'admission-refused | deployment hub | no pod is made: the cluster asks the webhook "policy.example" first, and it does not answer: failed to call webhook: Post "https://policy.kube.svc:443/?timeout=10s": no endpoints available for service "policy"',
    ]);
  });
});

describe("podTroubles: containers", () => {
  const ended = { exitCode: 137, reason: "OOMKilled", finishedAt: "2026-11-21T11:59:00Z" };
  const running = (restarts: number, isReady: boolean, more: Record<string, unknown> = {}): KubernetesObject =>
    aPod(
      { nodeName: "one" },
      {
        phase: "Running",
        conditions: [{ type: "Ready", status: isReady ? "True" : "False" }],
        containerStatuses: [
          {
            name: "hub",
            ready: isReady,
            restartCount: restarts,
            state: { running: { startedAt: "2026-11-21T11:59:50Z" } },
            ...more,
          },
        ],
      },
    );

  it("says how an earlier run ended while the next one is starting", () => {
    expect(told({ pods: [running(1, false, { lastState: { terminated: ended } })] })).toEqual([
      'out-of-memory | deployment hub | container "hub" was ended because it used more memory than the node has; started again once',
    ]);
  });

  it("says nothing of a container that just started", () => {
    expect(
      told({ pods: [running(0, false)], events: [event("Unhealthy", "Readiness probe failed: refused")] }),
    ).toEqual([]);
  });

  it("says that a container is not ready for long", () => {
    const state = { running: { startedAt: "2026-11-21T11:58:00Z" } };
    const events = [event("Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 503")];

    expect(told({ pods: [running(0, false, { state })], events })).toEqual([
      'probe-failing | deployment hub | container "hub" runs and is not ready: Readiness probe failed: HTTP probe failed with statuscode: 503',
    ]);
  });

  it("has nothing to say about a pod that is ready", () => {
    expect(told({ pods: [running(3, true, { lastState: { terminated: ended } })] })).toEqual([]);
  });

  it("calls a user's server by its user", () => {
    const pod = waiting("InvalidImageName", "invalid reference format");
    const metadata = { ...pod.metadata, annotations: { "hub.jupyter.org/username": "ada" }, ownerReferences: [] };

    expect(told({ pods: [{ ...pod, metadata }] })).toEqual([
      'image-invalid | the server of ada | "hub:1" is no name of an image: invalid reference format',
    ]);
  });
});
