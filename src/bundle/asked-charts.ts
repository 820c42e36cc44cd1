import { chartRepositories } from "../fleet/chart-repositories.ts";
import type { Fleet } from "../fleet/fleet.ts";
import type { FrozenSettings } from "./freeze-gated.ts";

/** A chart in the version in which a layer that bundles freeze asks for it. */
export interface AskedChart {
  /** "jupyterhub"; "jupyterhub@4.4.0" where layers ask for several versions; "extra/files" for one beside the hub's own. */
  readonly key: string;
  readonly name: string;
  readonly repository: string;
  readonly version: string;
  /** As written; undefined: whatever the repository has, looked up once. */
  readonly digest?: string | undefined;
  /** Where the version is written: "platform.yaml:12:13". */
  readonly origin: string | undefined;
}

type Pin = Readonly<Record<"version", string> & Partial<Record<"digest" | "chart" | "repository", string>>>;

/**
 * The charts that a bundle is made with: those that platform or groups pin and that a hub on Kubernetes is installed with
 * then. What a hub's own file pins is no bundle's. Pure; by their keys, in order.
 */
export function askedCharts(
  { platform, groups, origins }: Pick<FrozenSettings, "platform" | "groups" | "origins">,
  { hubs, clusters }: Pick<Fleet, "hubs" | "clusters">,
): readonly AskedChart[] {
  const remote = [...hubs.values()].filter(({ cluster }) => {
    const provider = clusters.get(cluster)?.provider;
    return provider !== undefined && provider !== "local";
  });
  const layers = [
    ["platform", platform] as const,
    ...Object.entries(groups).map(([name, { settings }]) => [`groups.${name}`, settings] as const),
  ];
  const own = layers.flatMap(([layer, settings]) =>
    pinsOf(settings["charts"]).flatMap(([name, { version, digest }]) => {
      const repository = chartRepositories[name];
      const isUsed = remote.some(
        ({ charts, dask }) => charts?.[name]?.version === version && (name !== "dask-gateway" || dask.enabled),
      );
      if (repository === undefined || !isUsed) return [];
      return [{ key: name, name, repository, version, digest, origin: origins[`${layer}.charts.${name}.version`] }];
    }),
  );
  const extra = layers.flatMap(([layer, settings]) =>
    pinsOf(settings["extraCharts"]).flatMap(([name, { chart = "", repository = "", version, digest }]) => {
      const isUsed = remote.some(({ extraCharts }) => extraCharts?.[name]?.version === version);
      const origin = origins[`${layer}.extraCharts.${name}.version`];
      return isUsed ? [{ key: `extra/${name}`, name: chart, repository, version, digest, origin }] : [];
    }),
  );
  return distinct([...own, ...extra]);
}

/** A version that several layers ask for is one chart; of several versions each has its own in the key. */
function distinct(all: readonly AskedChart[]): readonly AskedChart[] {
  const versions = Map.groupBy(all, ({ key }) => key);
  const named = all.map((one) =>
    versions.get(one.key)?.some(({ version }) => version !== one.version) === true
      ? { ...one, key: `${one.key}@${one.version}` }
      : one,
  );
  const byKey = Map.groupBy(named, ({ key }) => key);
  return [...byKey.values()]
    .flatMap((same) => same.find(({ digest }) => digest !== undefined) ?? same.slice(0, 1))
    .toSorted((one, other) => (one.key < other.key ? -1 : 1));
}

function pinsOf(charts: unknown): readonly (readonly [string, Pin])[] {
  return Object.entries(Object(charts) as Readonly<Record<string, Pin>>); // as the schema has it
}
