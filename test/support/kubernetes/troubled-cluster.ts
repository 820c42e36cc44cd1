import { afterAll, beforeAll } from "vitest";

import { lookAtNamespace } from "../../../src/operate/kubernetes/look-at-namespace.ts";
import type { ClusterConnection, KubernetesObject } from "../../../src/ports/kubernetes.ts";
import { podTroubles, type PodTrouble } from "../../../src/runtime/kubernetes/pod-troubles.ts";
import { eventually } from "../eventually.ts";
import { skipSuiteUnless, skipUnless } from "../skip.ts";
import { connectHere, namespaceHere, whyNoImage } from "./cluster-here.ts";

const never = new AbortController().signal;

/** What is changed for the whole cluster is changed only on one that script/test-cluster made. */
export const isOwnCluster: boolean = process.env["HUBFLEET_TEST_REGISTRY"] !== undefined;
export const itOnOwnCluster: ReturnType<typeof skipUnless> = skipUnless(
  isOwnCluster,
  "it would change somebody's cluster",
);

const whyNot =
  process.env["HUBFLEET_TEST_CLUSTER"] === "all"
    ? whyNoImage
    : "it needs a Kubernetes cluster: script/test-cluster brings one";

/** Where pods of a test are brought into trouble. */
export interface TroubledCluster {
  readonly connection: () => ClusterConnection;
  /** A namespace of its own. */
  readonly space: () => Promise<string>;
  readonly put: (...objects: readonly KubernetesObject[]) => Promise<void>;
  /** Called at the end, whatever became of the tests. */
  readonly later: (clean: () => Promise<unknown>) => void;
  /** The trouble of a Deployment, or whatever else it is about, once it has it. */
  readonly troubleOf: (namespace: string, about: string, kind: PodTrouble["kind"]) => Promise<PodTrouble>;
}

/** A suite on a cluster with an image for small pods; elsewhere it is skipped and says why. */
export function describeTroubles(name: string, body: (cluster: TroubledCluster) => void): void {
  skipSuiteUnless(whyNot === "", whyNot)(name, () => {
    let connected: ClusterConnection | undefined;
    const cleaners: (() => Promise<unknown>)[] = [];
    const connection = (): ClusterConnection => {
      if (connected === undefined) throw new Error("not connected yet");
      return connected;
    };

    beforeAll(async () => {
      connected = await connectHere();
    });
    afterAll(async () => {
      for (const clean of cleaners) await clean();
    });

    body({
      connection,
      later: (clean) => void cleaners.push(clean),
      async space() {
        const { namespace, clean } = await namespaceHere(connection());
        cleaners.push(clean);
        return namespace;
      },
      async put(...objects) {
        for (const object of objects) await connection().apply(object, {}, never);
      },
      troubleOf: (namespace, about, kind) =>
        eventually(
          `${about} has the trouble ${kind}`,
          async () => {
            const troubles = podTroubles(await lookAtNamespace(connection(), namespace, never), new Date());
            return troubles.find(
              (one) => one.kind === kind && (one.about === about || one.about === `deployment ${about}`),
            );
          },
          120_000,
        ),
    });
  });
}
