import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { ClusterConnection, ContainerReference } from "../../ports/kubernetes.ts";
import type { PodTrouble } from "../../runtime/kubernetes/pod-troubles.ts";

export interface LastWordsProps {
  readonly connection: ClusterConnection;
  readonly namespace: string;
  readonly lines: number;
}

/** The end of the log that a trouble points to; empty where there is none (any more), or it may not be read. */
export async function lastWordsOf(
  { pod, log }: PodTrouble,
  { connection, namespace, lines }: LastWordsProps,
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (pod === undefined || log === undefined) return [];
  // A container that ends again and again may have been started anew since it was looked at.
  for (const isPrevious of [log.isPrevious, !log.isPrevious]) {
    const container = { namespace, pod, container: log.container };
    const text = await readLog(connection, { container, lines, isPrevious }, signal);
    if (text !== "") return text.split("\n");
  }
  return [];
}

async function readLog(
  connection: ClusterConnection,
  {
    container,
    ...options
  }: { readonly container: ContainerReference; readonly lines: number; readonly isPrevious: boolean },
  signal: AbortSignal,
): Promise<string> {
  try {
    return (await connection.podLogs(container, options, signal)).trimEnd();
  } catch (error) {
    if (error instanceof HubfleetError) return "";
    throw error;
  }
}
