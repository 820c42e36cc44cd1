import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { ClusterConnection } from "../../ports/kubernetes.ts";
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
  try {
    const { container, isPrevious } = log;
    const text = await connection.podLogs({ namespace, pod, container }, { lines, isPrevious }, signal);
    return text.trimEnd() === "" ? [] : text.trimEnd().split("\n");
  } catch (error) {
    if (error instanceof HubfleetError) return [];
    throw error;
  }
}
