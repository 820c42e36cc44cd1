import type { ErrorCode } from "../../errors/codes.ts";
import { HubfleetError, type SourcePosition } from "../../errors/hubfleet-error.ts";
import { nameHint } from "../../errors/nearest-name.ts";
import type { LayeredHub } from "../hub-layers.ts";
import type { WrittenHubSettings } from "../schema/hub-settings.ts";
import type { WrittenFile, WrittenFleet } from "../written-fleet.ts";

export interface LayeredFleet {
  readonly written: WrittenFleet;
  readonly hubs: ReadonlyMap<string, LayeredHub>;
}

/** Something that must hold between files. Any key may be missing: that is another problem, reported elsewhere. */
export type Rule = (fleet: LayeredFleet) => readonly HubfleetError[];

/** The files that hold hub settings: platform, groups, hubs. */
export function settingsFiles({ written }: LayeredFleet): readonly WrittenFile<WrittenHubSettings>[] {
  const platform = written.platform === undefined ? [] : [written.platform];
  return [...platform, ...written.groups.files.values(), ...written.hubs.files.values()];
}

/** A hub's merged settings. Values are of the schema's types; sections without a default may be missing. */
export function settingsOf(hub: LayeredHub): WrittenHubSettings {
  return hub.settings;
}

/** Whether the hub's cluster is this machine; undefined when its file could not be read. */
export function isLocal(hub: LayeredHub, { written }: LayeredFleet): boolean | undefined {
  const provider = written.clusters.files.get(hub.file.value.cluster ?? "")?.value.provider;
  return provider === undefined ? undefined : provider === "local";
}

interface Reference {
  readonly code: ErrorCode;
  /** What is named, for example "cluster". */
  readonly kind: string;
  readonly name: string;
  readonly known: ReadonlySet<string>;
  readonly at: SourcePosition;
}

/** One problem when the name is not known, with the nearest that is. */
export function unknownName({ code, kind, name, known, at }: Reference): HubfleetError[] {
  if (known.has(name)) return [];
  const hint = known.size === 0 ? `there is no ${kind} at all yet` : nameHint(name, known);
  const message = `there is no ${kind} ${JSON.stringify(name)}`;
  return [new HubfleetError(code, { message, ...(hint === undefined ? {} : { hint }), at })];
}
