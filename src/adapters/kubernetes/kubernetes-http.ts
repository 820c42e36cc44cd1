import { delimiter, join } from "node:path";

import type { ClusterAddress, ClusterTarget, Kubernetes } from "../../ports/kubernetes.ts";
import { isMissing } from "../is-missing.ts";
import type { Run } from "../run.ts";
import { checkAddress, fingerprintOf } from "./check-address.ts";
import { createClusterConnection } from "./cluster-connection.ts";
import { createClusterLogins } from "./cluster-login.ts";
import { createClusterRequests } from "./cluster-request.ts";
import { findContext, type Kept, type KubeconfigFile, unusable } from "./kubeconfig.ts";

export interface KubernetesHttpProps {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly homeDirectory: string;
  readonly readFile: (path: string) => Promise<string>;
  /** For the programs with which providers log in. */
  readonly run: Run;
  readonly now: () => Date;
  readonly pause: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** Under which name the cluster keeps what we set. @default "hubfleet" */
  readonly manager?: string;
  /** For one answer of a cluster. @default 15 seconds */
  readonly answerMilliseconds?: number;
}

/** Clusters by the operator's kubeconfig, spoken to over HTTPS. */
export function createKubernetesHttp(props: KubernetesHttpProps): Kubernetes {
  return {
    async connect(target: ClusterTarget) {
      const context = findContext(await readFiles(props), target.context);
      const authority = await readKept(context.certificateAuthority, props);
      const address: ClusterAddress = {
        context: target.context,
        server: context.server,
        certificateAuthority: authority === undefined ? undefined : fingerprintOf(authority),
      };
      checkAddress(target, address);
      const requests = createClusterRequests({
        name: target.name,
        server: context.server,
        serverName: context.serverName,
        authority,
        logins: createClusterLogins(context, authority, props),
        answerMilliseconds: props.answerMilliseconds ?? 15_000,
        pause: props.pause,
      });
      return createClusterConnection({ name: target.name, address, requests, manager: props.manager ?? "hubfleet" });
    },
  };
}

async function readFiles({
  environment,
  homeDirectory,
  readFile,
}: KubernetesHttpProps): Promise<readonly KubeconfigFile[]> {
  const named = (environment["KUBECONFIG"] ?? "").split(delimiter).filter((path) => path !== "");
  const paths = named.length > 0 ? named : [join(homeDirectory, ".kube", "config")];
  const files: KubeconfigFile[] = [];
  for (const path of paths) {
    try {
      files.push({ path, content: await readFile(path) });
    } catch (cause) {
      // One of several may be absent, as with kubectl.
      if (!isMissing(cause)) throw unusable(`${path} cannot be read`, "look who may read it", cause);
    }
  }
  if (files.length > 0) return files;
  throw unusable(
    `there is no kubeconfig: ${paths.join(", ")} ${paths.length === 1 ? "is" : "are"} not there`,
    "let your provider's command write it, or name it with KUBECONFIG",
  );
}

async function readKept(kept: Kept | undefined, { readFile }: KubernetesHttpProps): Promise<string | undefined> {
  if (kept === undefined) return undefined;
  if ("text" in kept) return kept.text;
  return readFile(kept.file).catch((cause: unknown) => {
    throw unusable(
      `the kubeconfig names the authority ${kept.file}, which cannot be read`,
      "fetch the kubeconfig anew",
      cause,
    );
  });
}
