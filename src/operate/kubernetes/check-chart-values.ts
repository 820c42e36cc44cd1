import { HubfleetError, type SourcePosition } from "../../errors/hubfleet-error.ts";
import type { Fleet, Hub } from "../../fleet/fleet.ts";
import type { Charts, KeptChart } from "../../ports/helm.ts";
import type { OriginatedValue } from "../../runtime/kubernetes/chart-values.ts";
import { createReleaseCheck, type ValueTrouble } from "../../runtime/kubernetes/check-release-values.ts";
import { writtenPlace } from "../../runtime/kubernetes/find-chart-value.ts";
import type { RenderedHub, RenderedRelease } from "../../runtime/kubernetes/render-hub.ts";

export interface CheckChartValuesProps {
  readonly hub: Pick<Hub, "name" | "cluster">;
  readonly rendered: Pick<RenderedHub, "releases">;
  /** By the release's name; a release whose chart is not on this machine is left to Helm. */
  readonly kept: ReadonlyMap<string, KeptChart>;
  readonly fleet: Pick<Fleet, "origins">;
  readonly signal: AbortSignal;
}

/** What Helm would refuse about the values of one hub's charts, all at once. */
export type CheckChartValues = (props: CheckChartValuesProps) => Promise<readonly HubfleetError[]>;

/**
 * Made once for a command: hubs with the same charts share what is read of them. Each problem has file and line of what an
 * operator wrote; where hubfleet's own value does not fit, it is the chart's version that hubfleet was not made for, and its
 * line is shown. Asks no network.
 */
export function createChartValueCheck(charts: Pick<Charts, "contract">): CheckChartValues {
  const checks = new Map<string, Promise<ReturnType<typeof createReleaseCheck>>>();
  const checkOf = (chart: KeptChart, signal: AbortSignal): Promise<ReturnType<typeof createReleaseCheck>> => {
    const known = checks.get(chart.digest);
    if (known !== undefined) return known;
    const made = charts.contract(chart, signal).then(createReleaseCheck);
    checks.set(chart.digest, made);
    return made;
  };
  return async (props) => {
    const found = props.rendered.releases.map(async (release) => {
      const chart = props.kept.get(release.release);
      if (chart === undefined) return [];
      const check = await checkOf(chart, props.signal);
      return check(release.values).map((trouble) => tell(trouble, release, props));
    });
    return (await Promise.all(found)).flat();
  };
}

function tell(trouble: ValueTrouble, release: RenderedRelease, props: CheckChartValuesProps): HubfleetError {
  const { path, text } = trouble;
  const { chart, version } = release;
  const cause = causeOf(path, release.origins);
  const isWritten = cause !== undefined && cause.origin.kind !== "hubfleet";
  const name = path.length === 0 ? "the values" : `"${path.join(".")}"`;
  const at = isWritten
    ? placeOf(cause, path, props)
    : props.fleet.origins.at(`hubs.${props.hub.name}.charts.${chart}.version`);
  const hint = hintOf(trouble, cause, chart);
  return new HubfleetError("CHART_VALUE_INVALID", {
    message: `${name} of the ${chart} chart ${version} ${text}`,
    ...(hint === undefined ? {} : { hint }),
    ...(at === undefined ? {} : { at }),
  });
}

function hintOf({ hint }: ValueTrouble, cause: OriginatedValue | undefined, chart: string): string | undefined {
  switch (cause?.origin.kind) {
    case "chartValues":
      return hint;
    case "setting":
      return `it follows from ${cause.origin.setting}: this version of the ${chart} chart cannot do that; take a newer one, or leave the setting out`;
    case "hubfleet":
      return `hubfleet decides it: this version of the ${chart} chart is none that it is made for; take a newer one`;
    case undefined:
      return hint;
  }
}

/** The value at the place; else one below it, where a map is wrong as a whole; else the one that has it inside. What operators wrote goes first. */
function causeOf(path: readonly string[], origins: readonly OriginatedValue[]): OriginatedValue | undefined {
  const below = origins.filter((one) => startsWith(one.path, path));
  const above = origins.filter((one) => one.path.length > 0 && startsWith(path, one.path));
  const found = below.length > 0 ? below : above;
  return found.find(({ origin }) => origin.kind === "chartValues") ?? found[0];
}

/** The place of the key that is wrong, or of the nearest one around it that somebody wrote. */
function placeOf(
  { origin, path: leaf }: OriginatedValue,
  path: readonly string[],
  { hub, fleet }: CheckChartValuesProps,
): SourcePosition | undefined {
  const place = writtenPlace(origin, hub);
  if (place === undefined) return undefined;
  if (origin.kind === "chartValues" && leaf.length > path.length) {
    const above = place.slice(0, place.length - leaf.slice(path.length).join(".").length - 1);
    return fleet.origins.at(above) ?? fleet.origins.at(place);
  }
  return fleet.origins.at(place);
}

function startsWith(path: readonly string[], start: readonly string[]): boolean {
  return start.length <= path.length && start.every((step, index) => path[index] === step);
}
