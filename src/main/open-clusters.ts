import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { setTimeout as pause } from "node:timers/promises";

import type { Clusters } from "../ports/clusters.ts";

/** Clusters by the operator's kubeconfig, and Helm as it is on PATH; loaded when a use-case asks one. */
export async function openClusters(): Promise<Clusters> {
  const [{ createKubernetesHttp }, { createHelmCli }, { createRun }] = await Promise.all([
    import("../adapters/kubernetes/kubernetes-http.ts"),
    import("../adapters/helm/helm-cli.ts"),
    import("../adapters/run.ts"),
  ]);
  const run = createRun();
  return {
    kubernetes: createKubernetesHttp({
      environment: process.env,
      homeDirectory: homedir(),
      readFile: (path) => readFile(path, "utf8"),
      run,
      now: () => new Date(),
      pause: (milliseconds, signal) => pause(milliseconds, undefined, { signal }),
    }),
    helm: (major) => createHelmCli({ run, major }),
  };
}
