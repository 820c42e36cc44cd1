import type { RepositorySnapshot } from "./repository-snapshot.ts";
import type { WrittenCluster } from "./schema/cluster-file.ts";
import type { WrittenExperiment } from "./schema/experiment-file.ts";
import type { WrittenFleetFile } from "./schema/fleet-file.ts";
import type { WrittenGroup, WrittenHub, WrittenPlatform } from "./schema/hub-file.ts";
import type { WrittenImage } from "./schema/image-file.ts";
import type { YamlDocument } from "./yaml/yaml-document.ts";

/** One file as people wrote it. Wrong values are taken out, so that any key may be missing. */
export interface WrittenFile<Value> {
  readonly name: string;
  readonly value: Partial<Value>;
  readonly document: YamlDocument;
}

/** All files of one kind: those that could be read, and the names of those that could not. */
export interface WrittenFiles<Value> {
  readonly files: ReadonlyMap<string, WrittenFile<Value>>;
  /** Every name that a file or directory claims, so that one broken file does not make its users wrong as well. */
  readonly names: ReadonlySet<string>;
}

/** What people typed, file by file. The other type, `Fleet`, is what it means. */
export interface WrittenFleet {
  readonly fleet?: WrittenFile<WrittenFleetFile>;
  readonly platform?: WrittenFile<WrittenPlatform>;
  readonly groups: WrittenFiles<WrittenGroup>;
  readonly clusters: WrittenFiles<WrittenCluster>;
  readonly hubs: WrittenFiles<WrittenHub>;
  readonly images: WrittenFiles<WrittenImage>;
  readonly experiments: WrittenFiles<WrittenExperiment>;
  /** Never look at their values: only at whether they are encrypted. */
  readonly secrets: WrittenFiles<object>;
  readonly snapshot: RepositorySnapshot;
}
