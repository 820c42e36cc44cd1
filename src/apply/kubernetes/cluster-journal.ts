import type { Clock } from "../../ports/clock.ts";
import type { ClusterConnection } from "../../ports/kubernetes.ts";
import { type JournalLine, parseJournal, unfinishedSteps } from "../journal.ts";
import { secretValue } from "../../operate/kubernetes/observe-remote.ts";
import type { Steps } from "../steps.ts";
import { encoded } from "./hub-secrets.ts";

export interface ClusterJournalProps {
  readonly connection: ClusterConnection;
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly command: string;
  readonly run: string;
  readonly pid: number;
  readonly clock: Pick<Clock, "now">;
  readonly steps: Steps;
  readonly signal: AbortSignal;
}

const keptLines = 60;

/**
 * Steps that are journalled in the hub's namespace, too: whoever comes next may be another machine. Nothing is decided from
 * it; it says what a killed command was in the middle of. Call it while holding the hub's lease.
 */
export async function openClusterJournal(props: ClusterJournalProps): Promise<Steps> {
  const { connection, namespace, name, labels, command, run, pid, clock, steps, signal } = props;
  const secret = { apiVersion: "v1", kind: "Secret" };
  const kept = secretValue(await connection.get({ ...secret, name, namespace }, signal), "journal") ?? "";
  const before = parseJournal(kept.split("\n"));
  let lines = kept.split("\n").filter((line) => line !== "");
  const write = async (line: Pick<JournalLine, "target" | "step" | "state" | "milliseconds">): Promise<void> => {
    const at = clock.now().toISOString();
    const entry: JournalLine = { version: 1, at, run, command, pid, ...line };
    lines = [...lines, JSON.stringify(entry)].slice(-keptLines);
    const data = encoded({ journal: lines.join("\n") });
    await connection.apply(
      { ...secret, metadata: { name, namespace, labels }, type: "Opaque", data },
      { takesOver: true },
      signal,
    );
  };
  return {
    interrupted: unfinishedSteps(before),
    async run(target, step, work, detail) {
      return steps.run(
        target,
        step,
        async () => {
          await write({ target, step, state: "intent" });
          const begun = clock.now().getTime();
          try {
            const result = await work();
            await write({ target, step, state: "done", milliseconds: clock.now().getTime() - begun });
            return result;
          } catch (thrown) {
            // A cluster that does not answer any more must not hide why the step failed.
            await write({ target, step, state: "failed" }).catch(() => undefined);
            throw thrown;
          }
        },
        detail,
      );
    },
  };
}
