import { daskFullname } from "../../runtime/kubernetes/kubernetes-names.ts";
import type { FoundRelease } from "./plan-adoption.ts";

/**
 * Why releases of the hub's charts cannot take the place of one around them. Helm takes away what a release had and its new
 * chart has not; so whatever is in the wrapper must come back under the same names. Pure.
 */
export function whyNotUnwrapped(found: readonly FoundRelease[]): readonly string[] {
  const [first] = found;
  if (first?.wrapper === undefined) return [];
  const { wrapper, release } = first;
  const name = `release "${release.release}"`;
  const known = new Set(found.map((one) => one.release.chart));
  const lost = Object.keys(wrapper.parts).filter((part) => !known.has(part));
  const gateway = found.find((one) => one.release.chart === "dask-gateway");
  const wanted = daskFullname(release.release);
  return [
    ...lost.map(
      (part) =>
        `${name} is of the chart "${wrapper.name}" ${wrapper.version} with "${part}" in it, which the hub does not have, and what it made would go`,
    ),
    ...(gateway === undefined || daskFullname(gateway.release.release) === wanted
      ? []
      : [`${name} has a Dask Gateway that servers know by the name "${wanted}": set releases.daskGateway to it`]),
  ];
}
