import type { LayeredHub } from "../fleet/hub-layers.ts";
import type { FleetReading } from "../fleet/read-fleet.ts";
import type { WrittenFiles } from "../fleet/written-fleet.ts";
import type { WrittenExperiment } from "../fleet/schema/experiment-file.ts";
import type { Standing } from "./gate-evidence.ts";
import { type Hold, holdsOf } from "./hold.ts";

export interface StandingProps {
  readonly hub: { readonly name: string; readonly stage: string; readonly renamedFrom?: string | undefined };
  readonly holds: readonly Hold[];
  /** The hub runs a working tree instead of its bundle. */
  readonly isDraft: boolean;
  readonly reading: Pick<FleetReading, "written" | "hubs">;
  readonly now: number;
}

/**
 * Why a hub runs what it runs, and so whether it can vouch for its stage; the first that is so.
 *
 * | standing | the hub |
 * | -------- | ------- |
 * | held | or its stage is on hold |
 * | experiment | is in an experiment whose deadline is not over |
 * | draft | runs a working tree |
 * | pinned | has an image of its own, also in a profile, where platform.yaml or a group names another |
 * | stage | runs what its stage runs |
 */
export function standingOf({ hub, holds, isDraft, reading, now }: StandingProps): Standing {
  if (holdsOf(hub, holds, now).length > 0) return "held";
  if (isInExperiment(hub.name, reading.written.experiments, now)) return "experiment";
  if (isDraft) return "draft";
  const layered = reading.hubs.get(hub.name);
  return layered !== undefined && isPinned(layered) ? "pinned" : "stage";
}

/** From the first moment of `start` to the end of the day `deadline`, both UTC. */
function isInExperiment(hub: string, experiments: WrittenFiles<WrittenExperiment>, now: number): boolean {
  const day = new Date(now).toISOString().slice(0, 10);
  return [...experiments.files.values()].some(
    ({ value: { hubs = [], start = "", deadline = "" } }) => hubs.includes(hub) && start <= day && day <= deadline,
  );
}

/** An image that only the hub's own file names is its choice, and no pin. */
function isPinned({ layers }: LayeredHub): boolean {
  const own = imagesIn(layers.at(-1)?.settings);
  const shared = layers.slice(0, -1).flatMap(({ name, settings }) => (name === "default" ? [] : [imagesIn(settings)]));
  const said = (use: string): unknown => shared.findLast((images) => images.has(use))?.get(use);
  return [...own].some(([use, image]) => {
    const [profile = "", key = ""] = use.split("/", 2);
    const isProfilesDefault = said(use) === undefined && said(profile) !== undefined;
    const shares = isProfilesDefault ? said(`images/${roleOf[key]}`) : said(use);
    return image !== "" && shares !== undefined && shares !== image;
  });
}

/** Which image a profile has where it names none. */
const roleOf: Readonly<Record<string, string>> = { notebookImage: "notebook", workerImage: "worker" };

/** What a layer names images for: "images/notebook", "profile big/notebookImage"; and its profiles, each with "". */
function imagesIn(settings: Readonly<Record<string, unknown>> | undefined): ReadonlyMap<string, unknown> {
  const images = Object.entries(Object(settings?.["images"]) as Readonly<Record<string, unknown>>); // the schema says so
  const profiles = (settings?.["profiles"] ?? []) as readonly Readonly<Record<string, unknown>>[]; // so, too
  return new Map([
    ...images.map(([role, image]) => [`images/${role}`, image] as const),
    ...profiles.flatMap((profile): (readonly [string, unknown])[] => {
      const name = `profile ${String(profile["id"])}`;
      const named = Object.keys(roleOf).filter((key) => profile[key] !== undefined);
      return [[name, ""], ...named.map((key) => [`${name}/${key}`, profile[key]] as const)];
    }),
  ]);
}
