import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ClusterConnection, KubernetesObject } from "../../ports/kubernetes.ts";

export interface PutCrdsProps {
  readonly connection: ClusterConnection;
  readonly clock: Pick<Clock, "now" | "sleep">;
  readonly signal: AbortSignal;
}

const longestMilliseconds = 30_000;
const pauseMilliseconds = 200;

/** Puts definitions of kinds in place and waits until the cluster serves them. Call it while holding the cluster's lease. */
export async function putCrds(
  objects: readonly KubernetesObject[],
  { connection, clock, signal }: PutCrdsProps,
): Promise<void> {
  for (const object of objects) await connection.apply(object, { takesOver: true }, signal);
  const until = clock.now().getTime() + longestMilliseconds;
  for (const { apiVersion, kind, metadata } of objects) {
    while (!isServed(await connection.get({ apiVersion, kind, name: metadata.name }, signal))) {
      if (clock.now().getTime() >= until) throw unserved(metadata.name);
      await clock.sleep(pauseMilliseconds);
    }
  }
}

function unserved(name: string): HubfleetError {
  return new HubfleetError("OBJECT_REFUSED", {
    message: `the cluster took the definition "${name}" and does not serve it`,
    hint: `its reasons: kubectl describe crd ${name}`,
    retry: "later",
  });
}

function isServed(crd: KubernetesObject | undefined): boolean {
  // A definition that was just taken has `null` there.
  const { conditions } = Object(crd?.["status"]) as {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[] | null;
  }; // as the API has it
  return (conditions ?? []).some(({ type, status }) => type === "Established" && status === "True");
}
