import { createChartsDisk, type PullChart } from "../adapters/helm/charts-disk.ts";
import { createPullChart } from "../adapters/helm/pull-chart.ts";
import { createRun, type Run } from "../adapters/run.ts";
import { HubfleetError } from "../errors/hubfleet-error.ts";
import type { Charts } from "../ports/helm.ts";
import type { LocalWorld } from "../ports/local-world.ts";
import { machinePaths } from "../runtime/local/paths.ts";

/** Charts as this machine keeps them; those that it does not have come by Helm, or from the directory HUBFLEET_CHARTS. */
export function openCharts({ machine, variable }: Pick<LocalWorld, "machine" | "variable">): Charts {
  const offered = variable("HUBFLEET_CHARTS");
  return createChartsDisk({
    cacheDirectory: machinePaths(machine.stateRoot).charts,
    offeredDirectory: offered === "" ? undefined : offered,
    pull: pullByAny(createRun()),
  });
}

/** An archive is the same whichever Helm fetches it. */
function pullByAny(run: Run): PullChart {
  const [newer, older] = [createPullChart(run, "4"), createPullChart(run, "3")];
  return (chart, directory, signal) =>
    newer(chart, directory, signal).catch(async (thrown: unknown) => {
      if (!isMissing(thrown)) throw thrown;
      return older(chart, directory, signal).catch((again: unknown) => {
        if (!isMissing(again)) throw again;
        const { name, version } = chart;
        throw new HubfleetError("HELM_MISSING", {
          message: `chart "${name}" ${version} is not on this machine, and neither is Helm 4 or 3, which would fetch it`,
          hint: `install Helm, or put ${name}-${version}.tgz into a directory and name it with HUBFLEET_CHARTS`,
          retry: "later",
        });
      });
    });
}

function isMissing(thrown: unknown): boolean {
  return thrown instanceof HubfleetError && thrown.code === "HELM_MISSING";
}
