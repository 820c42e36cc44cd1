import type { ChartContract, ChartValues } from "../ports/helm.ts";
import { isMap } from "../fleet/merge-settings.ts";

/** What another version of a chart brings. */
export interface ChartNotes {
  readonly chart: string;
  /** Of what it installs: JupyterHub's version for jupyterhub; undefined where that is the same. */
  readonly appVersion: { readonly before: string; readonly after: string } | undefined;
  /** The chart's own values that differ and that the fleet does not set for all, by path; lists are told as wholes. */
  readonly values: readonly ChartValueNote[];
}

export interface ChartValueNote {
  /** Dotted: "proxy.chp.image.tag". */
  readonly path: string;
  /** Undefined: the chart has no such value. */
  readonly before: unknown;
  readonly after: unknown;
}

/** Compares what two versions of a chart do unless told otherwise. `given`: chart values of the fleet for all its hubs. Pure. */
export function chartNotes(
  chart: string,
  [before, after]: readonly [ChartContract, ChartContract],
  given: ChartValues,
): ChartNotes {
  const isSame = before.appVersion === after.appVersion;
  return {
    chart,
    appVersion: isSame ? undefined : { before: before.appVersion, after: after.appVersion },
    values: compare(before.defaults, after.defaults, given, []),
  };
}

function compare(before: unknown, after: unknown, given: unknown, path: readonly string[]): readonly ChartValueNote[] {
  if (given !== undefined && !isMap(given)) return [];
  if (isMap(before) && isMap(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
    return keys.flatMap((key) =>
      compare(before[key], after[key], isMap(given) ? given[key] : undefined, [...path, key]),
    );
  }
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  return [{ path: path.join("."), before, after }];
}
