import type { ErrorCode } from "../../errors/codes.ts";
import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { KeptChart, ReleaseReference } from "../../ports/helm.ts";

/** What came of a chart that could not be rendered. */
export function chartFailed(chart: KeptChart, stderr: string): HubfleetError {
  return new HubfleetError("CHART_FAILED", {
    message: `chart "${chart.name}" ${chart.version} cannot be rendered with these values: ${wordsOf(stderr)}`,
    hint: "mend the value that it names; `hubfleet render hub/NAME` tries it without touching a cluster",
  });
}

/** Why a release was not installed, upgraded or removed. Helm says it in words only. */
export function releaseFailed(
  { name, namespace }: ReleaseReference,
  { stderr, cluster, chart }: { readonly stderr: string; readonly cluster: string; readonly chart?: KeptChart },
): HubfleetError {
  if (chart !== undefined && beforeAnything.test(stderr)) return chartFailed(chart, stderr);
  const say = (code: ErrorCode, hint: string): HubfleetError =>
    new HubfleetError(code, {
      message: `release "${name}" in "${namespace}" of ${cluster}: ${wordsOf(stderr)}`,
      hint,
      retry: "later",
    });
  if (/another operation \(install\/upgrade\/rollback\) is in progress/.test(stderr)) {
    return say("RELEASE_BUSY", "wait for the other command; when there is none, `helm rollback` ends what was begun");
  }
  if (/cluster unreachable|connection refused|i\/o timeout|no such host|TLS handshake timeout/.test(stderr)) {
    return say("CLUSTER_UNREACHABLE", "look whether a VPN is missing or its address has changed");
  }
  return say("RELEASE_FAILED", "mend what the cluster names; the next `apply` goes on from here");
}

/** Words with which Helm ends before it asks the cluster for any change. */
const beforeAnything =
  /execution error at|template: |parse error at|values don't meet the specifications|chart requires kubeVersion|YAML parse error|error converting YAML|unable to build kubernetes objects/;

/** The end of what it says, without the warnings before and the word that every such line begins with. */
function wordsOf(stderr: string): string {
  const lines = stderr
    .trim()
    .split("\n")
    .filter((line) => !/^(?:WARNING|walk\.go|coalesce\.go|level=|I\d{4} |W\d{4} )/.test(line));
  const start = lines.findLastIndex((line) => line.startsWith("Error: "));
  return lines
    .slice(Math.max(start, 0))
    .join("\n  ")
    .replace(/^Error: (?:UPGRADE FAILED: |INSTALLATION FAILED: )?/, "")
    .slice(0, 2000);
}
