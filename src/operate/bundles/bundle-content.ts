import { askedCharts } from "../../bundle/asked-charts.ts";
import type { BundleContent } from "../../bundle/decide-bundle.ts";
import { freezeGated, type FrozenSettings } from "../../bundle/freeze-gated.ts";
import type { Fleet } from "../../fleet/fleet.ts";
import type { Settings } from "../../fleet/merge-settings.ts";
import type { FleetReading } from "../../fleet/read-fleet.ts";
import type { RepositorySnapshot } from "../../fleet/repository-snapshot.ts";
import { pairedWorkers } from "../../image/check/paired-workers.ts";
import { parseLock } from "../../image/lock/parse-lock.ts";
import type { ContextFiles } from "../../ports/context-files.ts";
import type { Charts } from "../../ports/helm.ts";
import type { LocalWorld } from "../../ports/local-world.ts";
import { versionOf } from "../doctor/look-at-tools.ts";
import { bundleCharts } from "./bundle-charts.ts";
import type { FoundImage } from "./bundle-images.ts";
import { currentRenderer } from "./current-renderer.ts";
import { refuseLinks } from "./refuse-links.ts";

export interface BundleContentProps {
  readonly reading: FleetReading;
  readonly fleet: Fleet;
  readonly commit: string;
  readonly directory: string;
  readonly snapshot: RepositorySnapshot;
  readonly images: ReadonlyMap<string, FoundImage>;
  /** Of hubfleet and what it runs on. */
  readonly versions: Readonly<Record<string, string>>;
  readonly contextFiles: Pick<ContextFiles, "list" | "read">;
  readonly charts: () => Promise<Charts>;
  readonly signal: AbortSignal;
  readonly world: Pick<LocalWorld, "files" | "environments" | "programs" | "variable" | "pythonSource">;
}

/**
 * Everything that a bundle of the commit says, but when and with what it was made, and what was before it.
 * @throws HubfleetError BUNDLE_FILE_LINKED; HubfleetErrors with CHART_MISSING, CHART_UNREACHABLE, HELM_MISSING
 */
export async function bundleContent(props: BundleContentProps): Promise<Omit<BundleContent, "versions">> {
  const { reading, fleet, commit, images, world } = props;
  const frozen = freezeGated(reading, commit);
  await refuseLinks(namedFiles(frozen), props);
  const jupyterhub = hubVersion(
    [...fleet.hubs.values()].map((hub) => hub.images.hub),
    (name) => images.get(name)?.lock,
  );
  return {
    version: 1,
    fleet: fleet.uuid,
    commit,
    renderer: await currentRenderer(world),
    images: Object.fromEntries([...images].map(([name, { image }]) => [name, image])),
    pairs: [...fleet.images.keys()].flatMap((notebook) =>
      pairedWorkers(fleet, notebook).map((worker) => ({ notebook, worker })),
    ),
    charts: await bundleCharts(askedCharts(frozen, fleet), props),
    ...(jupyterhub === undefined ? {} : { jupyterhub }),
    settings: settingsOfBundle(frozen),
    files: await digestsOf(frozen, props),
  };
}

/** As a bundle's document has them. */
export function settingsOfBundle({ commit, platform, groups, origins }: FrozenSettings): BundleContent["settings"] {
  const frozen = Object.entries(groups).map(([name, group]): [string, { groups: string[]; settings: Settings }] => [
    name,
    { groups: [...group.groups], settings: group.settings },
  ]);
  return { commit, platform, groups: Object.fromEntries(frozen), origins };
}

/** Every version that has a part in making and testing a bundle, as far as this machine can tell. */
export async function versionsInUse({
  fleet,
  versions,
  world,
}: Pick<BundleContentProps, "fleet" | "versions" | "world">): Promise<BundleContent["versions"]> {
  const minors = [
    ...new Set([...fleet.images.values()].flatMap(({ from, python }) => (from === undefined ? [python] : []))),
  ];
  const [tools, pythons] = await Promise.all([
    Promise.all(["git", "uv"].map(async (tool) => [tool, await versionOf(tool, world)] as const)),
    Promise.all(
      minors.map(async (minor) => [`python ${minor}`, (await world.environments.findPython(minor))?.version] as const),
    ),
  ]);
  const found = [...tools, ...pythons].flatMap(([name, version]) =>
    version === undefined || version === "" ? [] : [[name, version] as const],
  );
  return { ...versions, ...Object.fromEntries(found) };
}

/** Files and directories that gated settings name, as written. */
export function namedFiles({ platform, groups }: Pick<FrozenSettings, "platform" | "groups">): readonly string[] {
  const layers = [platform, ...Object.values(groups).map(({ settings }) => settings)];
  const named = layers.flatMap(({ appearance }) => Object.values(Object(appearance) as Record<string, unknown>)); // plain data
  return [...new Set(named.filter((one) => typeof one === "string"))].sort();
}

/** Of the files that gated settings name, as the working tree has them. */
export async function digestsOf(
  frozen: FrozenSettings,
  {
    snapshot,
    directory,
    contextFiles,
  }: Pick<BundleContentProps, "snapshot" | "directory"> & { readonly contextFiles: Pick<ContextFiles, "read"> },
): Promise<BundleContent["files"]> {
  const named = namedFiles(frozen);
  const paths = [...snapshot.entries].flatMap(([path, { kind }]) =>
    kind === "file" && named.some((one) => path === one || path.startsWith(`${one}/`)) ? [path] : [],
  );
  const read = paths.length === 0 ? [] : await contextFiles.read(directory, paths);
  return Object.fromEntries(read.map(({ path, sha256 }) => [path, `sha256:${sha256}`]));
}

/** JupyterHub's, where all of these hub images have the same in their locks. */
export function hubVersion(
  hubImages: readonly string[],
  lockOf: (image: string) => string | undefined,
): string | undefined {
  const versions = [...new Set(hubImages)].map((name) => {
    const lock = lockOf(name);
    if (lock === undefined) return undefined;
    const { conda, packages } = parseLock(lock);
    return [...packages, ...conda].find((one) => one.name === "jupyterhub")?.version;
  });
  return new Set(versions).size === 1 ? versions[0] : undefined;
}
