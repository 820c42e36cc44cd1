import { buildContainers } from "../apply/build-containers.ts";
import type { ContainerOutcome } from "../apply/container-outcome.ts";
import type { Fleet } from "../fleet/fleet.ts";
import { toldSteps } from "../operate/image-check/told-steps.ts";
import { selectImages } from "../operate/images/select-images.ts";
import type { BuilderKind } from "../ports/container-builder.ts";
import type { ImageSources } from "../ports/image-sources.ts";
import type { LocalWorld } from "../ports/local-world.ts";
import type { Watch } from "./use-cases.ts";

export interface ContainerOptions {
  /** Builds for these instead of the image's own platforms; undefined: those. */
  readonly platforms: readonly string[] | undefined;
  readonly builder: BuilderKind | undefined;
  /** Offers what passed to others. */
  readonly push: boolean;
}

export interface ContainerUseCases {
  /** Builds containers that the registry does not have, tests them, and pushes those that passed. */
  build(targets: readonly string[], options: ContainerOptions, watch: Watch): Promise<readonly ContainerOutcome[]>;
}

export interface ContainerUseCasesProps {
  readonly directory: string;
  readonly local: LocalWorld;
  readonly sources: () => Promise<ImageSources>;
  readonly fleet: () => Promise<Fleet>;
}

export function createContainerUseCases(props: ContainerUseCasesProps): ContainerUseCases {
  const { directory, local, sources, fleet } = props;
  return {
    build: async (targets, { builder, platforms, push }, watch) => {
      const known = await fleet();
      const images = selectImages(known, targets);
      const opened = await sources();
      const steps = toldSteps({ clock: local.clock, report: watch.report });
      const findBuilder = (): ReturnType<ImageSources["findBuilder"]> =>
        opened.findBuilder({ wanted: builder, signal: watch.signal });
      const from = { ...opened, index: opened.indexAddress, findBuilder };
      return buildContainers({
        fleet: known,
        directory,
        images,
        platforms,
        push,
        sources: from,
        world: local,
        steps,
        ...watch,
      });
    },
  };
}
