import type { BuilderFacts, BuilderKind, ContainerBuilder } from "./container-builder.ts";
import type { ContextFiles } from "./context-files.ts";
import type { FleetHistory } from "./fleet-history.ts";
import type { Git } from "./git.ts";
import type { ImageRepositories } from "./image-repositories.ts";
import type { LargeFiles } from "./large-files.ts";
import type { PackageIndex } from "./package-index.ts";
import type { WritableRegistry } from "./registry.ts";
import type { Signer } from "./signer.ts";

/** Where images come from and go to, beyond this machine's hubs. */
export interface ImageSources {
  readonly git: Git;
  readonly signer: Signer;
  readonly packageIndex: PackageIndex;
  /** Address of the package index that locks are made with; "offline" where none is asked. */
  readonly indexAddress: () => Promise<string>;
  readonly registry: WritableRegistry;
  readonly contextFiles: ContextFiles;
  readonly largeFiles: LargeFiles;
  readonly history: FleetHistory;
  readonly repositories: ImageRepositories;
  /**
   * The builder that was asked for, or the first of this machine that can be used.
   * @throws HubfleetError BUILDER_MISSING, BUILDER_UNUSABLE
   */
  readonly findBuilder: (asked: FindBuilder) => Promise<FoundBuilder>;
}

export interface FindBuilder {
  readonly wanted: BuilderKind | undefined;
  readonly signal: AbortSignal;
}

export interface FoundBuilder {
  readonly builder: ContainerBuilder;
  readonly facts: BuilderFacts;
}
