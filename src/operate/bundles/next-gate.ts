import type { Bundle } from "../../bundle/bundle.ts";
import { type Deployed, readDeployed } from "../../bundle/deployed.ts";
import { bundlePlaces } from "../../bundle/bundle-places.ts";
import { fromUnknown } from "../../errors/from-unknown.ts";
import type { HubfleetError } from "../../errors/hubfleet-error.ts";
import { readRecords } from "../../evidence/read-records.ts";
import type { Fleet } from "../../fleet/fleet.ts";
import type { FleetReading } from "../../fleet/read-fleet.ts";
import type { ImageSources } from "../../ports/image-sources.ts";
import type { LocalWorld } from "../../ports/local-world.ts";
import { createFleetsAt } from "./fleet-at.ts";
import { type AskAuthors, createJudge } from "./judge-bundle.ts";
import { askGate, type GateAnswer } from "./judge-stages.ts";
import { keptCode } from "./kept-code.ts";

/** Where a bundle is, and what its next stage's gate says of it. */
export interface BundleWhereabouts {
  readonly places: readonly string[];
  /** Undefined: it is in the last stage, or the fleet cannot be read. */
  readonly next: { readonly stage: string; readonly gate: GateAnswer } | undefined;
}

export interface WhereaboutsProps {
  readonly directory: string;
  readonly reading: FleetReading;
  readonly files: ReadonlyMap<string, string>;
  readonly git: ImageSources["git"];
  readonly world: Pick<LocalWorld, "files" | "machine" | "pythonSource" | "clock">;
}

/** The next stage is the one after the last that has it. Never throws for what is on the state. */
export async function bundleWhereabouts(bundle: Bundle, props: WhereaboutsProps): Promise<BundleWhereabouts> {
  const { reading, files, directory, git, world } = props;
  const { fleet } = reading;
  const { deployed, problems } = deployedIn(files);
  if (fleet === undefined) return { places: [], next: undefined };
  const stages = fleet.stages.map(({ name }) => name);
  const last = stages.findLastIndex((name) => deployed.stages[name]?.digest === bundle.digest);
  const stage = stages[last + 1];
  const places = bundlePlaces(bundle.digest, deployed, fleet);
  if (stage === undefined) return { places, next: undefined };
  if (problems.length > 0) return { places, next: { stage, gate: { kind: "refused", problems } } };
  const evidence = readRecords(files);
  const fleetAt = createFleetsAt({ directory, git });
  const authors: AskAuthors = (range, paths) => git.authors(directory, range, paths);
  const judge = createJudge({ files, deployed, evidence }, { reading, now: world.clock.now(), fleetAt, authors });
  const canRender = async (renderer: string): Promise<boolean> => (await keptCode(renderer, world)) !== undefined;
  const { answer } = await askGate(bundle.id, { files, stage, judge, evidence, canRender });
  return { places, next: { stage, gate: answer } };
}

/** Where every bundle is, by digest; nothing is known where `deployed.yaml` cannot be read. */
export function placesOf(
  bundles: readonly Bundle[],
  { files, fleet }: { readonly files: ReadonlyMap<string, string>; readonly fleet: Fleet | undefined },
): { readonly places: ReadonlyMap<string, readonly string[]>; readonly problems: readonly HubfleetError[] } {
  const { deployed, problems } = deployedIn(files);
  if (fleet === undefined) return { places: new Map(), problems };
  return {
    places: new Map(bundles.map(({ digest }) => [digest, bundlePlaces(digest, deployed, fleet)])),
    problems,
  };
}

function deployedIn(files: ReadonlyMap<string, string>): {
  readonly deployed: Deployed;
  readonly problems: readonly HubfleetError[];
} {
  try {
    return { deployed: readDeployed(files), problems: [] };
  } catch (thrown) {
    return { deployed: { version: 1, stages: {}, hubs: {}, holds: {} }, problems: fromUnknown(thrown) };
  }
}
