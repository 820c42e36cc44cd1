import { HubfleetError } from "../../../errors/hubfleet-error.ts";
import type { Clock } from "../../../ports/clock.ts";
import type { ClusterConnection, KubernetesObject } from "../../../ports/kubernetes.ts";
import { podTroubles } from "../../../runtime/kubernetes/pod-troubles.ts";
import { readAnnotations } from "../../../runtime/kubernetes/remote-applied.ts";
import { lastWordsOf } from "../last-words.ts";
import { lookAtNamespace } from "../look-at-namespace.ts";
import type { RemoteHub } from "../remote-hubs.ts";
import type { RemoteEvidence } from "./remote-evidence.ts";

export interface GatherRemoteProps {
  readonly remote: RemoteHub;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const shownLines = 12;
/** Of more troubles the logs are not asked for. */
const mostLogs = 5;

/** Looks at everything that `why` tells causes from. Changes nothing. */
export async function gatherRemote({ remote, clock, signal }: GatherRemoteProps): Promise<RemoteEvidence> {
  const { hub, names } = remote;
  const { namespace } = names;
  const connection = await remote.connect();
  const get = (apiVersion: string, kind: string, name: string): Promise<KubernetesObject | undefined> =>
    allowed(connection.get({ apiVersion, kind, name, namespace }, signal), undefined);
  const [space, applied, sight, releases, entry, lease] = await Promise.all([
    allowed(connection.get({ apiVersion: "v1", kind: "Namespace", name: namespace }, signal), "unknown" as const),
    get("v1", "Secret", names.applied),
    lookAtNamespace(connection, namespace, signal),
    allowed(remote.helm.releases(connection, namespace, signal), []),
    get("v1", "Service", "proxy-public"),
    get("coordination.k8s.io/v1", "Lease", names.lease),
  ]);
  const metadata = readAnnotations(applied?.metadata.annotations);
  const now = clock.now();
  const troubles = podTroubles(sight, now);
  const withLines = await Promise.all(
    troubles.map(async (trouble, index) => ({
      ...trouble,
      lines: index < mostLogs ? await lastWordsOf(trouble, { connection, namespace, lines: shownLines }, signal) : [],
    })),
  );
  const { holderIdentity: holder = "" } = Object(lease?.["spec"]) as { readonly holderIdentity?: string }; // as the API has it
  return {
    ...{ hub: hub.name, namespace, now, hasNamespace: space !== undefined, applied: metadata },
    hasGateway: metadata?.revisions[names.releases.daskGateway] !== undefined,
    ...{ sight, troubles: withLines, entry, holder },
    hubLines: await readHubLog({ sight, connection, namespace }, signal),
    releases,
  };
}

async function readHubLog(
  {
    sight,
    connection,
    namespace,
  }: Pick<RemoteEvidence, "sight" | "namespace"> & { readonly connection: ClusterConnection },
  signal: AbortSignal,
): Promise<readonly string[]> {
  const pod = sight.pods.find(({ metadata: { labels } }) => labels?.["component"] === "hub");
  if (pod === undefined) return [];
  const log = { container: "hub", isPrevious: false };
  const about = { kind: "crash-loop", about: "", words: "", hint: "", pod: pod.metadata.name, log } as const;
  return lastWordsOf(about, { connection, namespace, lines: 200 }, signal);
}

/** What one may not look at is not known. */
async function allowed<Found, Else>(asked: Promise<Found>, otherwise: Else): Promise<Found | Else> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof HubfleetError && error.code === "CLUSTER_DENIED") return otherwise;
    throw error;
  }
}
