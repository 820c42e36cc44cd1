import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { setTimeout as pause } from "node:timers/promises";

import { parse } from "yaml";

import { createKubernetesHttp } from "../../../src/adapters/kubernetes/kubernetes-http.ts";
import { createRun } from "../../../src/adapters/run.ts";
import type { ClusterConnection, ClusterTarget, ContainerReference } from "../../../src/ports/kubernetes.ts";
import { eventually } from "../eventually.ts";

const never = new AbortController().signal;

export const whyNoImage: string =
  process.env["HUBFLEET_TEST_POD_IMAGE"] === undefined
    ? "HUBFLEET_TEST_POD_IMAGE names no image with a shell for it"
    : "";
export const whyNoVisitor: string =
  process.env["HUBFLEET_TEST_VISITOR"] === undefined
    ? "HUBFLEET_TEST_VISITOR names no kubeconfig of somebody who may do nothing"
    : "";

/** The current context of KUBECONFIG. */
export function targetHere(kubeconfig: string = process.env["KUBECONFIG"] ?? ""): ClusterTarget {
  const { "current-context": context } = parse(readFileSync(kubeconfig, "utf8")) as {
    readonly "current-context": string;
  };
  return { name: "tried", context };
}

export interface ConnectOptions {
  readonly kubeconfig?: string | undefined;
  readonly manager?: string;
  readonly target?: ClusterTarget;
}

export function connectHere({ kubeconfig, manager, target }: ConnectOptions = {}): Promise<ClusterConnection> {
  const kubernetes = createKubernetesHttp({
    environment: kubeconfig === undefined ? process.env : { KUBECONFIG: kubeconfig },
    homeDirectory: homedir(),
    readFile: (path) => readFile(path, "utf8"),
    run: createRun(),
    now: () => new Date(),
    pause: (milliseconds, signal) => pause(milliseconds, undefined, { signal }),
    ...(manager === undefined ? {} : { manager }),
  });
  return kubernetes.connect(target ?? targetHere(kubeconfig));
}

/** A namespace of this run; `clean` asks for its removal, which takes the cluster some seconds more. */
export async function namespaceHere(
  connection: ClusterConnection,
): Promise<{ readonly namespace: string; readonly clean: () => Promise<void> }> {
  const namespace = `hubfleet-test-${randomBytes(4).toString("hex")}`;
  const reference = { apiVersion: "v1", kind: "Namespace", name: namespace };
  await connection.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } }, {}, never);
  const account = { apiVersion: "v1", kind: "ServiceAccount", name: "default", namespace };
  await eventually("the namespace has an account", () => connection.get(account, never));
  return { namespace, clean: async () => void (await connection.delete(reference, never)) };
}

/** A pod that says "one", "two", "three", stays, and answers on port 7000 with what it hears. */
export async function startTalker(connection: ClusterConnection, namespace: string): Promise<ContainerReference> {
  const image = process.env["HUBFLEET_TEST_POD_IMAGE"];
  const command = ["sh", "-c", "echo one; echo two; echo three; exec nc -ll -p 7000 -e cat"];
  await connection.apply(
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "talker", namespace },
      spec: {
        containers: [{ name: "talker", image, command, imagePullPolicy: "IfNotPresent" }],
        terminationGracePeriodSeconds: 0,
      },
    },
    {},
    never,
  );
  const reference = { apiVersion: "v1", kind: "Pod", name: "talker", namespace };
  const isRunning = async (): Promise<boolean> => {
    const pod = await connection.get(reference, never);
    return (pod?.["status"] as { readonly phase?: string } | undefined)?.phase === "Running";
  };
  await eventually("the pod runs", isRunning, 60_000);
  return { namespace, pod: "talker", container: "talker" };
}
