import { addPackages, type AddedPackages } from "../apply/add-packages.ts";
import { type LeaseProps, withLease } from "../apply/lease.ts";
import { buildImages, type ImageOutcome, lockImages, refuseUnknownPackages } from "../apply/lock-images.ts";
import type { Steps } from "../apply/steps.ts";
import { type HubfleetError, HubfleetErrors } from "../errors/hubfleet-error.ts";
import type { Fleet, Image } from "../fleet/fleet.ts";
import type { FleetReading } from "../fleet/read-fleet.ts";
import { containerRecipe, type ContainerRecipe } from "../operate/containers/container-recipe.ts";
import { toldSteps } from "../operate/image-check/told-steps.ts";
import { describeImages, type ImageDescription } from "../operate/images/describe-images.ts";
import { isLockable, lockProblems } from "../operate/images/lock-problems.ts";
import { pairProblems } from "../operate/images/pair-problems.ts";
import { selectImage, selectImages } from "../operate/images/select-images.ts";
import { readLock } from "../operate/resolve-images.ts";
import type { CommittedFiles, Git } from "../ports/git.ts";
import type { LocalWorld, Report } from "../ports/local-world.ts";

export interface ImageUseCasesProps {
  readonly directory: string;
  readonly local: LocalWorld;
  readonly sources: () => Promise<{ readonly git: Pick<Git, "commitFiles"> }>;
  readonly read: () => Promise<FleetReading>;
  readonly fleet: () => Promise<Fleet>;
}

interface Watch {
  readonly report: Report;
  readonly signal: AbortSignal;
}

/** Targets are `image/NAME` or `image/NAME/VARIANT`; none: all. @throws HubfleetError UNKNOWN_TARGET */
export interface ImageUseCases {
  /** Images as the working tree and this machine have them. */
  describe(targets: readonly string[]): Promise<readonly ImageDescription[]>;
  /** Locks that are missing or out of date. Resolves nothing and needs no Python. */
  lockProblems(targets: readonly string[]): Promise<readonly HubfleetError[]>;
  /** Images that hubs put together and whose locks disagree on what must be the same. Resolves nothing, either. */
  pairProblems(): Promise<readonly HubfleetError[]>;
  /** Locks what changed; with `upgrade` also what may have newer versions. @throws HubfleetError UNKNOWN_PACKAGE */
  lock(targets: readonly string[], upgrade: LockUpgrade, watch: Watch): Promise<readonly ImageOutcome[]>;
  /** Builds environments from the locks as they are. @throws HubfleetErrors with the locks that do not fit */
  build(targets: readonly string[], watch: Watch): Promise<readonly ImageOutcome[]>;
  /** Declares packages in an image, locks and builds it. Leaves no trace where that cannot be done. */
  add(target: string, specifiers: readonly string[], watch: Watch): Promise<AddedPackages>;
  /** What a container of the image is made by, its own or ours. Needs no builder. @throws HubfleetError BASE_MISSING */
  recipe(target: string): Promise<ContainerRecipe>;
  /** Commits locks, and nothing else. */
  commitLocks(outcomes: readonly ImageOutcome[]): Promise<CommittedFiles>;
}

export type LockUpgrade = "all" | readonly string[] | undefined;

export function createImageUseCases({ directory, local, sources, read, fleet }: ImageUseCasesProps): ImageUseCases {
  // What is wrong with a lock must not keep anybody from making another one.
  const lockable = async (): Promise<Fleet> => {
    const reading = await read();
    if (reading.lockable === undefined) throw new HubfleetErrors(reading.problems);
    return reading.lockable;
  };
  const leased = async <Result>(
    command: string,
    { report }: Watch,
    work: (steps: Steps) => Promise<Result>,
  ): Promise<Result> => {
    const lease: LeaseProps = { fleetUuid: (await lockable()).uuid, command, world: local, report };
    return withLease(lease, work);
  };
  const problemsOf = async (images: readonly Image[]): Promise<readonly HubfleetError[]> =>
    lockProblems(images, { directory, world: local });

  return {
    describe: async (targets) => {
      const known = await fleet();
      return describeImages(known, selectImages(known, targets), { directory, world: local });
    },
    lockProblems: async (targets) => problemsOf(selectImages(await fleet(), targets)),
    pairProblems: async () => {
      const known = await fleet();
      return pairProblems(known, [...known.hubs.values()], { directory, world: local });
    },
    lock: async (targets, upgrade, watch) => {
      const images = selectImages(await lockable(), targets);
      if (upgrade !== undefined && upgrade !== "all") {
        const locks = await Promise.all(
          images.filter(isLockable).map(async (image) => (await readLock(image, directory, local)).lock),
        );
        refuseUnknownPackages(locks, upgrade);
      }
      return leased("image lock", watch, (steps) =>
        lockImages({ images, directory, world: local, steps, upgrade, signal: watch.signal }),
      );
    },
    build: async (targets, watch) => {
      const images = selectImages(await fleet(), targets);
      const problems = await problemsOf(images);
      if (problems.length > 0) throw new HubfleetErrors(problems);
      const steps = toldSteps({ clock: local.clock, report: watch.report });
      return buildImages({ images, directory, world: local, steps, signal: watch.signal });
    },
    add: async (target, specifiers, watch) => {
      const image = selectImage(await lockable(), target);
      return leased("image add", watch, (steps) =>
        addPackages({ image, specifiers, directory, read, world: local, steps, signal: watch.signal }),
      );
    },
    recipe: async (target) => containerRecipe(selectImage(await fleet(), target), { directory, files: local.files }),
    commitLocks: async (outcomes) => {
      const changed = outcomes.flatMap((outcome) => (outcome.kind === "changed" ? [outcome] : []));
      if (changed.length === 0) return { kind: "unchanged" };
      const names = changed.map(({ target }) => target.slice("image/".length)).join(", ");
      const { git } = await sources();
      return git.commitFiles(
        directory,
        changed.map(({ lock }) => lock),
        `Lock ${names}`,
      );
    },
  };
}
