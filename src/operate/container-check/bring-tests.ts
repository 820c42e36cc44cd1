import { dirname } from "node:path";

import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { Image } from "../../fleet/fleet.ts";
import type { ImageTest } from "../../image/check/image-tests.ts";
import type { LocalWorld } from "../../ports/local-world.ts";
import { noteUse } from "../housekeeping/use-notes.ts";
import { draftImage, requirePython } from "../resolve-images.ts";

export interface BringTestsProps {
  readonly image: Image;
  /** Absolute path of the working tree. */
  readonly directory: string;
  readonly scratch: string;
  readonly tests: readonly ImageTest[];
  readonly support: readonly string[];
  readonly world: LocalWorld;
  readonly signal: AbortSignal;
}

/**
 * Puts an image's tests, and what they use, where a container can be shown them, and pytest beside them: an image need
 * not have it. Both are read in the container and nothing is added to it.
 */
export async function bringTests({ image, directory, scratch, tests, support, ...props }: BringTestsProps): Promise<{
  readonly directory: string;
  /** Absolute path of the directory that holds pytest; undefined where no test asks for it. */
  readonly pytest: string | undefined;
}> {
  const { world, signal } = props;
  const target = `${scratch}/tests`;
  const source = `${directory}/${image.directory}`;
  for (const path of new Set([...tests.map(({ path: test }) => test), ...support])) {
    await world.files.copy(`${source}/${path}`, `${target}/${path}`).catch((cause: unknown) => {
      const reason = cause instanceof Error ? cause.message : "";
      throw new HubfleetError("CHECK_NOT_RUN", { message: `"${path}" cannot be run: ${reason}`, cause });
    });
  }
  await letEverybodyRead(target, world);
  const wantsPytest = tests.some(({ kind }) => kind === "pytest");
  return { directory: target, pytest: wantsPytest ? await bringPytest(image, world, signal) : undefined };
}

/** The container's user is none of this machine's. */
async function letEverybodyRead(directory: string, { programs }: Pick<LocalWorld, "programs">): Promise<void> {
  const argv = ["chmod", "-R", "a+rX", directory] as const;
  await programs.run({ argv, environment: { PATH: "/usr/bin:/bin" }, directory: "/" }, 60_000);
}

async function bringPytest(image: Image, world: LocalWorld, signal: AbortSignal): Promise<string> {
  const lock = `${dirname(world.pythonSource)}/hubfleet_image/pytest.txt`;
  const python = await requirePython(image, world);
  const { environment } = draftImage((await world.files.read(lock)) ?? "", image.python, python, world);
  await noteUse(environment, world);
  if (!(await world.environments.isComplete(environment))) {
    await world.environments.ensure({ directory: environment, lock, python }, signal);
  }
  return `${environment}/lib/python${image.python}/site-packages`;
}
