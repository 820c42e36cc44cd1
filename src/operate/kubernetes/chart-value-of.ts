import type { Setting } from "../../fleet/find-setting.ts";
import { findChartValue } from "../../runtime/kubernetes/find-chart-value.ts";
import { renderWritten, type RenderWrittenProps } from "./render-written.ts";

/** A value of a chart, as hubfleet would hand it to Helm, with where it comes from. */
export async function chartValueOf(props: RenderWrittenProps & { readonly key: string }): Promise<Setting> {
  const { fleet, key } = props;
  const { hub: rendered } = await renderWritten(props);
  const cluster = fleet.hubs.get(rendered.name)?.cluster ?? "";
  const found = findChartValue(rendered, key, { hub: { name: rendered.name, cluster }, fleet });
  return { hub: rendered.name, key, ...found };
}
