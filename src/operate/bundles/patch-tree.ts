import { posix } from "node:path";

import { HubfleetError, HubfleetErrors } from "../../errors/hubfleet-error.ts";
import type { Fleet, Image } from "../../fleet/fleet.ts";
import type { FleetReading } from "../../fleet/read-fleet.ts";
import type { RepositorySnapshot } from "../../fleet/repository-snapshot.ts";
import type { ImageSources } from "../../ports/image-sources.ts";
import type { LocalWorld } from "../../ports/local-world.ts";
import { readLockInputs } from "../read-lock-inputs.ts";
import { refuseUncommitted, roots, uncommittedFiles } from "./committed-tree.ts";
import { fleetAt } from "./fleet-at.ts";

export interface PatchTreeProps {
  /** The fleet's. */
  readonly directory: string;
  readonly snapshot: () => Promise<RepositorySnapshot>;
  readonly sources: Pick<ImageSources, "git">;
  readonly world: Pick<LocalWorld, "files">;
}

/** The fleet as it is committed: what is half done elsewhere in the working tree is no reason to refuse a fix. */
export async function committedFleet(
  commit: string,
  { directory, sources }: Pick<PatchTreeProps, "directory" | "sources">,
): Promise<{ readonly reading: FleetReading; readonly fleet: Fleet }> {
  const reading = await fleetAt(commit, { directory, git: sources.git });
  if (reading?.fleet !== undefined) return { reading, fleet: reading.fleet };
  const problems = reading?.problems ?? [];
  throw new HubfleetErrors(
    problems.map(({ code, message, hint, at }) => {
      const rest = { ...(hint === undefined ? {} : { hint }), ...(at === undefined ? {} : { at }) };
      return new HubfleetError(code, { message: `as committed in ${commit.slice(0, 12)}: ${message}`, ...rest });
    }),
  );
}

/** @throws HubfleetError PATCH_NOT_POSSIBLE */
export function requireImage(name: string, { images }: Fleet, commit: string): Image {
  const image = images.get(name);
  if (image !== undefined) return image;
  throw new HubfleetError("PATCH_NOT_POSSIBLE", {
    message: `commit ${commit.slice(0, 12)} has no image "${name}" any more`,
    hint: "a patch takes images from the commit that is checked out: check one out that has it",
  });
}

/**
 * Named images are tested and recorded as they are committed; answers what else is not, which is only told.
 * @throws HubfleetErrors with BUNDLE_UNCOMMITTED
 */
export async function refuseHalfDone(
  images: readonly Image[],
  { directory, snapshot, sources, world }: PatchTreeProps,
): Promise<readonly string[]> {
  const tree = { directory, snapshot: await snapshot(), git: sources.git };
  const included = await Promise.all(
    images.map(async (image) => {
      const { inputs } = await readLockInputs(image, directory, world.files);
      return Object.keys(inputs.included ?? {}).map((path) => posix.normalize(`${image.directory}/${path}`));
    }),
  );
  const own = [...images.flatMap((image) => [image.directory, ...image.paths]), ...included.flat()];
  const inside = own.filter((path) => !path.startsWith("/") && !path.startsWith("../"));
  refuseUncommitted(await uncommittedFiles({ paths: inside, whole: [] }, tree));
  const others = await uncommittedFiles({ paths: roots, whole: [] }, tree);
  return others.map(({ path }) => path);
}
