import type { Cluster, Hub, Profile } from "../fleet/fleet.ts";
import { writtenPath } from "../fleet/written-path.ts";

/** A setting whose canonical value differs. */
export interface Difference {
  /** Dotted path inside the hub, for example "profiles.lab.memoryLimitBytes" or "cluster.address". */
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

interface Side {
  readonly hub: Hub;
  readonly cluster: Cluster;
}

/**
 * Every setting that differs, by path. Profiles are compared by id, and one that came or went is a single difference;
 * other lists are compared as wholes.
 */
export function differences(before: Side, after: Side): readonly Difference[] {
  const isIn = ({ hub }: Side, id: string): boolean => hub.profiles.some((profile) => profile.id === id);
  const kept = before.hub.profiles.filter(({ id }) => isIn(after, id)).map(({ id }) => id);
  const left = flatten(before, kept);
  const right = flatten(after, kept);
  const paths = [...new Set([...left.keys(), ...right.keys()])].sort();
  return paths
    .filter((path) => JSON.stringify(left.get(path)) !== JSON.stringify(right.get(path)))
    .map((path) => ({ path, before: left.get(path), after: right.get(path) }));
}

/** One line in the operator's words: `access.users`: + grace − ada. */
export function describeDifference({ path, before, after }: Difference): string {
  const setting = writtenPath(path);
  const [first, profile, ...below] = path.split(".");
  if (first === "profiles" && profile !== undefined && below.length === 0) {
    return after === undefined
      ? `profiles: − ${profile}`
      : `profiles: + ${profile} (${describeProfile(after as Profile)})`; // as `flatten` put it there
  }
  if (isNames(before) && isNames(after)) {
    const added = after.filter((name) => !before.includes(name)).map((name) => `+ ${name}`);
    const removed = before.filter((name) => !after.includes(name)).map((name) => `− ${name}`);
    const words = [...added, ...removed];
    return `${setting}: ${words.length === 0 ? "other order" : words.join(", ")}`;
  }
  if (before === undefined) return `${setting}: now ${show(path, after)}`;
  if (after === undefined) return `${setting}: no longer ${show(path, before)}`;
  return `${setting}: ${show(path, before)} → ${show(path, after)}`;
}

/** A hub's settings by dotted path; the words that only place it in the fleet (stage, groups, twin) are left out. */
export function settingsOf(hub: Hub): Map<string, unknown> {
  const values = new Map<string, unknown>();
  const {
    profiles,
    name: _name,
    cluster: _cluster,
    groups: _groups,
    stage: _stage,
    twin: _twin,
    renamedFrom: _before,
    ...rest
  } = hub;
  for (const [key, value] of Object.entries(rest)) walk(key, value, values);
  for (const profile of profiles) walk(`profiles.${profile.id}`, profile, values);
  values.set(
    "profiles",
    profiles.map(({ id }) => id),
  );
  return values;
}

/** `compared`: profiles that both sides have, whose settings are told one by one. */
function flatten({ hub, cluster }: Side, compared: readonly string[]): Map<string, unknown> {
  const values = settingsOf({ ...hub, profiles: hub.profiles.filter(({ id }) => compared.includes(id)) });
  for (const profile of hub.profiles) if (!compared.includes(profile.id)) values.set(`profiles.${profile.id}`, profile);
  for (const [key, value] of Object.entries(cluster)) walk(`cluster.${key}`, value, values);
  return values;
}

function walk(path: string, value: unknown, into: Map<string, unknown>): void {
  if (value === undefined) return;
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    into.set(path, value);
    return;
  }
  for (const [key, inner] of Object.entries(value)) walk(`${path}.${key}`, inner, into);
}

function describeProfile({ name, notebookImage, cpuLimit, memoryLimitBytes }: Profile): string {
  const words = [
    JSON.stringify(name),
    `image ${notebookImage}`,
    ...(cpuLimit === undefined ? [] : [`${cpuLimit} CPU`]),
    ...(memoryLimitBytes === undefined ? [] : [showBytes(memoryLimitBytes)]),
  ];
  return words.join(", ");
}

function isNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function show(path: string, value: unknown): string {
  if (path.endsWith("Bytes") && typeof value === "number") return showBytes(value);
  if (path.endsWith("Seconds") && typeof value === "number") return `${value} s`;
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function showBytes(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  return `${Number((bytes / 1024 ** power).toFixed(1))} ${units[power]}`;
}
