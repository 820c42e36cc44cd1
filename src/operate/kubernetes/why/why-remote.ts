import { fromUnknown } from "../../../errors/from-unknown.ts";
import type { HubfleetError } from "../../../errors/hubfleet-error.ts";
import type { Diagnosis } from "../../why/diagnose.ts";
import { type Finding, finding } from "../../why/finding.ts";
import { withinLimit } from "../within-limit.ts";
import { diagnoseRemote } from "./diagnose-remote.ts";
import { gatherRemote, type GatherRemoteProps } from "./gather-remote.ts";

const limitMilliseconds = 10_000;

/** Looks at a hub on its cluster and says what is wrong and why; also that, and why, nothing could be seen. */
export async function whyRemote(props: GatherRemoteProps): Promise<Diagnosis> {
  const { remote, clock, signal } = props;
  const limit = { what: `cluster "${remote.cluster.name}"`, milliseconds: limitMilliseconds, signal };
  try {
    return diagnoseRemote(await withinLimit(limit, (until) => gatherRemote({ ...props, signal: until })));
  } catch (thrown) {
    signal.throwIfAborted();
    const problems = fromUnknown(thrown);
    if (problems.some(({ code }) => code === "UNEXPECTED")) throw thrown;
    const findings = problems.map((problem) => unseen(problem, props));
    const told = { version: 1, hub: remote.hub.name, at: clock.now(), symptoms: [], lastWords: [], notes: [] } as const;
    return { ...told, verdict: "cause found", findings };
  }
}

function unseen({ code, message, hint }: HubfleetError, { remote }: GatherRemoteProps): Finding {
  const { name } = remote.cluster;
  return finding({
    cause: code === "CLUSTER_DENIED" || code === "CLUSTER_LOGIN" ? "cluster-login" : "cluster-unreachable",
    wrong: `nothing is known of hub/${remote.hub.name}: its cluster could not be asked. It may run well`,
    because: message,
    next: [...(hint === undefined ? [] : [`# ${hint}`]), `hubfleet doctor cluster/${name}`],
  });
}
