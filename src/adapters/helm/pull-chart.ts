import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { HelmMajor } from "../../ports/helm.ts";
import type { Run } from "../run.ts";
import type { PullChart } from "./charts-disk.ts";
import { findHelm } from "./find-helm.ts";

const pullMilliseconds = 120_000;

/** Fetches charts by Helm, which knows repositories with an index, OCI registries and the operator's logins to both. */
export function createPullChart(run: Run, major: HelmMajor): PullChart {
  return async ({ name, repository, version }, directory, signal) => {
    const { program } = await findHelm(run, major, signal);
    const place = repository.startsWith("oci://")
      ? [`${repository.replace(/\/+$/, "")}/${name}`]
      : [name, "--repo", repository];
    const { exitCode, stderr } = await run(
      [program, "pull", ...place, "--version", version, "--destination", directory],
      {
        timeoutMilliseconds: pullMilliseconds,
        signal,
      },
    );
    signal.throwIfAborted();
    if (exitCode === 0) return;
    const words =
      stderr
        .trim()
        .split("\n")
        .at(-1)
        ?.replace(/^Error: /, "") ?? "";
    const isAbsent =
      /not found in|no chart version found|: not found|chart ".*" matching/.test(words) &&
      !/server misbehaving/.test(words);
    throw new HubfleetError(isAbsent ? "CHART_MISSING" : "CHART_UNREACHABLE", {
      message: isAbsent
        ? `${repository} has no chart "${name}" ${version}: ${words}`
        : `chart "${name}" ${version} cannot be fetched from ${repository}: ${words}`,
      hint: isAbsent
        ? "compare name and version with what the repository lists"
        : `try again later, or put ${name}-${version}.tgz into a directory and name it with HUBFLEET_CHARTS`,
      retry: isAbsent ? "never" : "later",
    });
  };
}
