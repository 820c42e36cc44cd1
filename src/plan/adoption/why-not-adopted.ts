import type { Hub } from "../../fleet/fleet.ts";
import { isMap } from "../../fleet/merge-settings.ts";
import { overDefaults } from "../../runtime/kubernetes/check-release-values.ts";
import type { FoundRelease } from "./plan-adoption.ts";

type Values = Readonly<Record<string, unknown>>;

/**
 * Why a running release cannot be taken over: what Helm would refuse half-way, and what would leave people's homes or the
 * hub's database behind under another name. Pure.
 */
export function whyNotAdopted({ release, record }: FoundRelease, hub: Hub): readonly string[] {
  const { chart } = record;
  const name = `release "${release.release}"`;
  if (chart.name !== release.chart) {
    return [`${name} is of the chart "${chart.name}" ${chart.version}, and not of "${release.chart}"`];
  }
  const theirs = overDefaults(record.values, record.defaults);
  // What neither says, the chart does; of the version that runs, for the other is not read in planning.
  const ours = overDefaults(release.values, record.defaults);
  return [
    ...named(record.values, chart.name).map(
      (key) => `${name} has ${key}: its objects have other names, its disks among them`,
    ),
    ...(chart.name === "jupyterhub" ? hubProblems({ theirs, ours, hub }).map((text) => `${name}: ${text}`) : []),
  ];
}

/** Names that are not the chart's usual ones. */
function named(values: Values, chart: string): string[] {
  return ["fullnameOverride", "nameOverride"]
    .filter((key) => Object.hasOwn(values, key))
    .filter((key) => {
      const value = values[key];
      // With null instead of "", the jupyterhub chart puts its release before every name.
      return value !== "" && (value !== null || (chart === "jupyterhub" && key === "fullnameOverride"));
    })
    .map((key) => `${key}: ${JSON.stringify(values[key])}`);
}

interface Sides {
  readonly theirs: Values;
  readonly ours: Values;
  readonly hub: Hub;
}

function hubProblems(sides: Sides): string[] {
  const { theirs } = sides;
  const kind = at(theirs, "hub.db.type");
  if (kind !== undefined && kind !== "sqlite-pvc") {
    return [`its database is ${JSON.stringify(kind)}, and hubfleet's hubs have theirs on the hub's disk (sqlite-pvc)`];
  }
  return [
    ...diskProblems(sides),
    ...homeProblems(sides),
    ...(at(theirs, "hub.existingSecret") ? ["its secrets are in a Secret of its own (hub.existingSecret)"] : []),
  ];
}

/** Kubernetes takes no other form for a claim that is there. */
function diskProblems({ theirs, ours }: Sides): string[] {
  return ["storage", "storageClassName", "accessModes", "selector", "subPath"]
    .map((key) => `hub.db.pvc.${key}`)
    .filter((path) => !isSame(at(theirs, path), at(ours, path)))
    .map(
      (path) =>
        `the disk of its database has ${path} ${shown(at(theirs, path))}, and here it is ${shown(at(ours, path))}: set chartValues.jupyterhub.${path}`,
    );
}

function homeProblems({ theirs, ours }: Sides): string[] {
  const path = "singleuser.storage";
  const kinds = [at(theirs, `${path}.type`), at(ours, `${path}.type`)];
  if (!isSame(kinds[0], kinds[1])) {
    return [
      `homes are ${shown(kinds[0])} disks (${path}.type), and here they are ${shown(kinds[1])}: see storage.disk and storage.nfs`,
    ];
  }
  const keys =
    kinds[0] === "dynamic"
      ? ["dynamic.pvcNameTemplate", "dynamic.volumeNameTemplate", "homeMountPath"]
      : ["static.pvcName", "static.subPath", "homeMountPath"];
  return keys
    .map((key) => `${path}.${key}`)
    .filter((key) => !isSame(at(theirs, key), at(ours, key)))
    .map(
      (key) =>
        `homes are found by ${key} ${shown(at(theirs, key))}, and here it is ${shown(at(ours, key))}: set chartValues.jupyterhub.${key}`,
    );
}

function at(values: Values, path: string): unknown {
  return path.split(".").reduce<unknown>((value, key) => (isMap(value) ? value[key] : undefined), values);
}

/** Nothing, null and "" are the same to a chart. */
function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one || null) === JSON.stringify(other || null);
}

function shown(value: unknown): string {
  return JSON.stringify(value ?? null);
}
