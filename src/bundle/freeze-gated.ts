import type { FleetReading } from "../fleet/read-fleet.ts";
import { isMap, type Settings } from "../fleet/merge-settings.ts";
import { settingKeys } from "../fleet/schema/default-settings.ts";
import { splitSpeeds } from "../fleet/split-speeds.ts";
import type { WrittenFile } from "../fleet/written-fleet.ts";

/** The gated settings that hubs share, as a commit had them. What a hub's own file says is not among them. */
export interface FrozenSettings {
  /** The commit that they were read from. */
  readonly commit: string;
  readonly platform: Settings;
  readonly groups: Readonly<Record<string, FrozenGroup>>;
  /** Where each was written: "platform.images.notebook" → "platform.yaml:12:13". */
  readonly origins: Readonly<Record<string, string>>;
}

export interface FrozenGroup {
  /** Groups whose settings come before its own. */
  readonly groups: readonly string[];
  readonly settings: Settings;
}

/** Takes the gated part of platform.yaml and of every group. Pure; the fleet was read at `commit`. */
export function freezeGated({ written }: Pick<FleetReading, "written">, commit: string): FrozenSettings {
  const origins: Record<string, string> = {};
  const freeze = (prefix: string, file: WrittenFile<object>): Settings => {
    const settings = Object.fromEntries(Object.entries(file.value).filter(([key]) => settingKeys.has(key)));
    const { gated } = splitSpeeds(settings);
    for (const path of leafPaths(gated)) {
      const { path: name, line, column } = file.document.position(path, "key");
      origins[[prefix, ...path].join(".")] = `${name}:${line}:${column}`;
    }
    return gated;
  };
  const groups = [...written.groups.files.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1));
  return {
    commit,
    platform: written.platform === undefined ? {} : freeze("platform", written.platform),
    groups: Object.fromEntries(
      groups.map((group) => [
        group.name,
        { groups: group.value.groups ?? [], settings: freeze(`groups.${group.name}`, group) },
      ]),
    ),
    origins,
  };
}

/** Paths of single values; lists are walked by place, so that each profile's keys have theirs. */
function leafPaths(value: unknown, path: readonly (string | number)[] = []): (string | number)[][] {
  const entries: (readonly [string | number, unknown])[] = Array.isArray(value)
    ? [...value.entries()]
    : isMap(value)
      ? Object.entries(value)
      : [];
  if (entries.length === 0) return path.length === 0 ? [] : [[...path]];
  return entries.flatMap(([key, inner]) => leafPaths(inner, [...path, key]));
}
