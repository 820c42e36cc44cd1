import type { Git } from "./git.ts";
import type { PackageIndex } from "./package-index.ts";
import type { Registry } from "./registry.ts";

/** Where images come from, beyond this machine's disk. */
export interface ImageSources {
  readonly git: Git;
  readonly packageIndex: PackageIndex;
  readonly registry: Registry;
}
