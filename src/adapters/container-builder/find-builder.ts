import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { BuilderFacts, BuilderKind, ContainerBuilder } from "../../ports/container-builder.ts";
import { createBuilderBuildah } from "./builder-buildah.ts";
import { createBuilderDocker } from "./builder-docker.ts";
import { createBuilderPodman } from "./builder-podman.ts";
import type { BuilderProps } from "./builder-props.ts";

export interface FoundBuilder {
  readonly builder: ContainerBuilder;
  readonly facts: BuilderFacts;
}

/** In the order in which they are looked for: what most people have, and what needs a daemon before what needs none. */
export function createContainerBuilders(props: BuilderProps): readonly ContainerBuilder[] {
  return [createBuilderDocker(props), createBuilderPodman(props), createBuilderBuildah(props)];
}

/**
 * The builder that was asked for, or the first of this machine that can be used.
 * @throws HubfleetError BUILDER_UNUSABLE for the one asked for, BUILDER_MISSING when none can be used, with each one's reason
 */
export async function findBuilder(
  builders: readonly ContainerBuilder[],
  { wanted, signal }: { readonly wanted?: BuilderKind | undefined; readonly signal: AbortSignal },
): Promise<FoundBuilder> {
  const reasons: HubfleetError[] = [];
  for (const builder of builders.filter(({ kind }) => wanted === undefined || kind === wanted)) {
    try {
      return { builder, facts: await builder.describe(signal) };
    } catch (error) {
      if (wanted !== undefined || !(error instanceof HubfleetError)) throw error;
      reasons.push(error);
    }
  }
  const isThere = reasons.find(({ message }) => !message.endsWith("is not on PATH"));
  throw new HubfleetError("BUILDER_MISSING", {
    message: ["nothing on this machine builds containers", ...reasons.map(({ message }) => message)].join("\n  "),
    hint:
      isThere?.hint ??
      "install one of them (Debian, Ubuntu: apt-get install buildah, or podman, or docker.io with docker-buildx)",
    retry: "later",
  });
}
