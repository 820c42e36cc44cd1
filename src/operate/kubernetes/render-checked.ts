import type { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { Charts, KeptChart } from "../../ports/helm.ts";
import { createChartValueCheck } from "./check-chart-values.ts";
import { type Rendering, renderWritten, type RenderWrittenProps } from "./render-written.ts";

export interface CheckedRendering extends Rendering {
  /** What Helm would refuse. */
  readonly problems: readonly HubfleetError[];
  /** Charts that are not on this machine yet, so that nobody looked: "jupyterhub 4.4.0". */
  readonly unchecked: readonly string[];
}

/** What a hub becomes, held against the charts that this machine has. @throws HubfleetError as renderWritten */
export async function renderChecked(
  props: RenderWrittenProps & { readonly charts: () => Promise<Charts> },
): Promise<CheckedRendering> {
  const { fleet, signal } = props;
  const rendering = await renderWritten(props);
  const charts = await props.charts();
  const kept = new Map<string, KeptChart>();
  const unchecked: string[] = [];
  for (const { release, chart: name, repository, version, digest } of rendering.hub.releases) {
    const found = await charts.find({ name, repository, version, digest }, signal);
    if (found === undefined) unchecked.push(`${name} ${version}`);
    else kept.set(release, found);
  }
  const hub = { name: rendering.hub.name, cluster: fleet.hubs.get(rendering.hub.name)?.cluster ?? "" };
  const problems = await createChartValueCheck(charts)({ hub, rendered: rendering.hub, kept, fleet, signal });
  return { ...rendering, problems, unchecked };
}
