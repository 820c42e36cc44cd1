import { isMap } from "../../fleet/merge-settings.ts";
import type { ChartValues, HelmRecord } from "../../ports/helm.ts";

/** A chart that has others in it, as daskhub has jupyterhub and dask-gateway. */
export interface Wrapper {
  readonly name: string;
  readonly version: string;
  /** The charts in it, by name, each with its version. */
  readonly parts: Readonly<Record<string, string>>;
}

export interface UnwrappedRecord {
  /** As if the chart had been installed by itself. */
  readonly record: HelmRecord;
  /** Undefined: it was. */
  readonly wrapper: Wrapper | undefined;
}

/**
 * What a release says of one chart. The values of a chart that is part of another stand below its name, which is how Helm hands
 * them on (helm.sh, "Subcharts and Global Values"); values that are for all parts stay out of it. Pure.
 */
export function unwrapRecord(record: HelmRecord, chart: string): UnwrappedRecord {
  const { [chart]: version } = record.parts;
  if (record.chart.name === chart || version === undefined) return { record, wrapper: undefined };
  const { name, version: outer } = record.chart;
  return {
    record: {
      chart: { name: chart, version },
      parts: {},
      defaults: valuesBelow(record.defaults, chart),
      values: valuesBelow(record.values, chart),
    },
    wrapper: { name, version: outer, parts: partsInUse(record) },
  };
}

/** Without those that are switched off, as charts with a condition can be. */
function partsInUse({ parts, defaults, values }: HelmRecord): Wrapper["parts"] {
  const isOff = (part: string): boolean =>
    (valuesBelow(values, part)["enabled"] ?? valuesBelow(defaults, part)["enabled"]) === false;
  return Object.fromEntries(Object.entries(parts).filter(([part]) => !isOff(part)));
}

function valuesBelow(values: ChartValues, part: string): ChartValues {
  const { [part]: own } = values;
  return isMap(own) ? own : {};
}
