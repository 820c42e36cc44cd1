import type { ContextFiles } from "./context-files.ts";
import type { FleetHistory } from "./fleet-history.ts";
import type { Git } from "./git.ts";
import type { ImageRepositories } from "./image-repositories.ts";
import type { PackageIndex } from "./package-index.ts";
import type { WritableRegistry } from "./registry.ts";

/** Where images come from and go to, beyond this machine's disk. */
export interface ImageSources {
  readonly git: Git;
  readonly packageIndex: PackageIndex;
  /** Where images are put, too. */
  readonly registry: WritableRegistry;
  readonly contextFiles: ContextFiles;
  readonly history: FleetHistory;
  readonly repositories: ImageRepositories;
}
