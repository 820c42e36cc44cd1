import type { Speed } from "../../fleet/fleet.ts";
import { splitSpeeds } from "../../fleet/split-speeds.ts";
import { isMap, type Settings } from "../../fleet/merge-settings.ts";
import type { FleetReading } from "../../fleet/read-fleet.ts";
import { flattenSettings } from "../flatten-settings.ts";
import { valueWords } from "./recorded-changes.ts";

type Written = Pick<FleetReading, "written">;

/** Files of a fleet that people write, as the beginnings of paths. */
export const writtenPaths = [
  "fleet.yaml",
  "platform.yaml",
  "groups",
  "hubs",
  "clusters",
  "experiments",
  "images",
  "secrets",
];

/**
 * What a commit changed in the files of a fleet, setting by setting, each with how it reaches hubs: "live" with the next apply,
 * "gated" with the next bundle. Values of secrets are never looked at. Pure.
 */
export function writtenChanges(
  before: Written | undefined,
  after: Written,
  paths: readonly string[],
): readonly string[] {
  const [left, right] = [before === undefined ? new Map<string, Settings>() : filesOf(before), filesOf(after)];
  return paths.flatMap((path) => {
    const [was, is] = [left.get(path), right.get(path)];
    if (was === undefined && is === undefined) return [path];
    if (was === undefined) return [`${path}: new`];
    if (is === undefined) return [`${path}: removed`];
    const lines = differences(path, was, is);
    return lines.length === 0 ? [`${path}: as before, but for how it is written`] : lines;
  });
}

function differences(path: string, was: Settings, is: Settings): readonly string[] {
  const [one, other] = [was, is].map((settings) => flattenSettings(byName(settings)));
  const keys = [...new Set([...(one?.keys() ?? []), ...(other?.keys() ?? [])])].toSorted();
  const speedOf = speedsOf(path, [was, is]);
  return (
    keys
      .filter((key) => JSON.stringify(one?.get(key)?.value) !== JSON.stringify(other?.get(key)?.value))
      // Something that was empty and is not any more is told by what is in it.
      .filter((key) => !keys.some((below) => below.startsWith(`${key}.`)))
      .map((key) => {
        const speed = speedOf.get(key);
        const words = changeWords(one?.get(key)?.value, other?.get(key)?.value);
        return `${path}: ${key}: ${words}${speed === undefined ? "" : ` (${speed})`}`;
      })
  );
}

/** How single values reach hubs. What is no setting, such as a hub's stage, has none. */
function speedsOf(path: string, sides: readonly Settings[]): ReadonlyMap<string, Speed> {
  if (!/^(?:platform\.yaml|(?:groups|hubs)\/)/.test(path)) return new Map();
  const speeds = sides.flatMap((settings) => {
    const split = splitSpeeds(settings);
    return (["live", "gated"] as const).flatMap((speed) =>
      [...flattenSettings(byName(split[speed])).keys()].map((key) => [key, speed] as const),
    );
  });
  return new Map(speeds);
}

/** Lists of things that have names, such as stages, by these. */
function byName(value: unknown): unknown {
  if (Array.isArray(value)) {
    const names = value.map((item: unknown) => (Object(item) as { readonly name?: unknown }).name); // any shape
    if (value.length === 0 || !names.every((name) => typeof name === "string")) return value.map(byName);
    return Object.fromEntries(value.map((item: unknown, index) => [names[index] ?? "", byName(withoutName(item))]));
  }
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, byName(inner)]));
}

function withoutName(item: unknown): unknown {
  const { name: _name, ...rest } = Object(item) as Readonly<Record<string, unknown>>; // it has one
  return rest;
}

/** Of a list, what came and went. */
function changeWords(before: unknown, after: unknown): string {
  if (!Array.isArray(before) || !Array.isArray(after)) return `${valueWords(before)} → ${valueWords(after)}`;
  const texts = (list: readonly unknown[]): ReadonlySet<string> => new Set(list.map((item) => valueWords(item)));
  const [was, is] = [texts(before), texts(after)];
  const came = [...is].filter((item) => !was.has(item)).map((item) => `+${item}`);
  const went = [...was].filter((item) => !is.has(item)).map((item) => `-${item}`);
  return came.length + went.length === 0 ? "in another order" : [...came, ...went].join(" ");
}

/** By path. Secrets have none to compare. */
function filesOf({ written }: Written): ReadonlyMap<string, Settings> {
  const many = [written.groups, written.hubs, written.clusters, written.images, written.experiments];
  const files = [written.fleet, written.platform, ...many.flatMap((some) => [...some.files.values()])];
  return new Map(
    files.flatMap((file) => {
      if (file === undefined) return [];
      const { value, document } = file;
      return isMap(value) ? [[document.path, value] as const] : [];
    }),
  );
}
