import type { Helm, HelmMajor } from "../../ports/helm.ts";
import type { ClusterConnection } from "../../ports/kubernetes.ts";
import type { Run, RunResult } from "../run.ts";
import { findHelm, type FoundHelm } from "./find-helm.ts";
import { chartFailed, releaseFailed } from "./helm-failures.ts";
import { listReleases } from "./list-releases.ts";
import { readRecord } from "./read-record.ts";

export interface HelmCliProps {
  readonly run: Run;
  readonly major: HelmMajor;
}

const templateMilliseconds = 60_000;
/** Hooks of a chart may take this long; Helm ends by itself a little earlier. */
const upgradeMilliseconds = 11 * 60_000;
const hookLimit = "10m";

/** Revisions that Helm keeps of each release, to go back to. */
const historyLength = "10";

/** Helm as a program on PATH. */
export function createHelmCli({ run, major }: HelmCliProps): Helm {
  let found: Promise<FoundHelm> | undefined;
  const find = (signal: AbortSignal): Promise<FoundHelm> => {
    found ??= findHelm(run, major, signal).catch((error: unknown) => {
      found = undefined;
      throw error;
    });
    return found;
  };
  const ask = async (
    words: readonly string[],
    {
      input,
      timeoutMilliseconds,
      signal,
    }: { readonly input?: string; readonly timeoutMilliseconds: number; readonly signal: AbortSignal },
  ): Promise<RunResult> => {
    const { program } = await find(signal);
    const result = await run([program, ...words], {
      timeoutMilliseconds,
      signal,
      isExact: true,
      // Settings of the operator's own shell that would change what is asked for.
      environment: { HELM_DRIVER: "secret", HELM_DEBUG: undefined, HELM_NAMESPACE: undefined },
      ...(input === undefined ? {} : { input }),
    });
    signal.throwIfAborted();
    return result;
  };
  return {
    major,
    version: async (signal) => (await find(signal)).version,
    async template({ chart, release, values, kubernetesVersion }, signal) {
      const words = [
        "template",
        release.name,
        chart.path,
        "--namespace",
        release.namespace,
        "--values",
        "-",
        "--kube-version",
        kubernetesVersion,
      ];
      const input = JSON.stringify(values); // JSON is YAML
      const { exitCode, stdout, stderr } = await ask(words, {
        input,
        timeoutMilliseconds: templateMilliseconds,
        signal,
      });
      if (exitCode === 0) return stdout;
      throw chartFailed(chart, stderr);
    },
    async upgrade(cluster, { chart, release, values, labels }, signal) {
      const kept = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
      const words = [
        ...["upgrade", release.name, chart.path, "--install", "--namespace", release.namespace, "--values", "-"],
        "--skip-crds",
        ...["--history-max", historyLength, "--timeout", hookLimit, "--output", "json"],
        ...(kept.length === 0 ? [] : ["--labels", kept.join(",")]),
        ...placeOf(cluster),
      ];
      const input = JSON.stringify(values);
      const once = (more: readonly string[]): Promise<RunResult> =>
        ask([...words, ...more], { input, timeoutMilliseconds: upgradeMilliseconds, signal });
      const first = await once([]);
      // Fields that somebody took by hand are taken back, as Helm 3 does; Helm 4 wants it said, and not of older releases.
      const isTaken = first.exitCode !== 0 && /Apply failed with \d+ conflict/.test(first.stderr);
      const { exitCode, stdout, stderr } = isTaken ? await once(["--force-conflicts"]) : first;
      if (exitCode !== 0) throw releaseFailed(release, { stderr, cluster: cluster.address.server, chart });
      return (JSON.parse(stdout) as { readonly version: number }).version;
    },
    async manifest(cluster, { name, namespace }, signal) {
      const words = ["get", "manifest", name, "--namespace", namespace, ...placeOf(cluster)];
      const { exitCode, stdout, stderr } = await ask(words, { timeoutMilliseconds: templateMilliseconds, signal });
      if (exitCode === 0) return stdout;
      if (/release: not found/.test(stderr)) return undefined;
      throw releaseFailed({ name, namespace }, { stderr, cluster: cluster.address.server });
    },
    releases: listReleases,
    record: readRecord,
    async uninstall(cluster, release, signal) {
      const words = [
        "uninstall",
        release.name,
        "--namespace",
        release.namespace,
        "--timeout",
        hookLimit,
        ...placeOf(cluster),
      ];
      const { exitCode, stderr } = await ask(words, { timeoutMilliseconds: upgradeMilliseconds, signal });
      if (exitCode === 0) return true;
      if (/release: not found/.test(stderr)) return false;
      throw releaseFailed(release, { stderr, cluster: cluster.address.server });
    },
  };
}

/** The cluster that was looked at, wherever its context leads to by now: the address is given beside it. */
function placeOf({ address }: ClusterConnection): readonly string[] {
  return ["--kube-context", address.context, "--kube-apiserver", address.server];
}
