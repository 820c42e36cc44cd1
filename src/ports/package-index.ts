/** The index that Python packages come from, as far as a lock's packages are looked up in it. */
export interface PackageIndex {
  /** What it says of a project, whatever the spelling of the name. Never throws for an index that cannot be asked. */
  project(name: string, signal: AbortSignal): Promise<ProjectAnswer>;
}

export type ProjectAnswer =
  | { readonly kind: "project"; readonly files: readonly IndexFile[] }
  | { readonly kind: "unknown-project" }
  /** "offline", or what was in the way; holds no login. */
  | { readonly kind: "not-asked"; readonly because: string };

export interface IndexFile {
  readonly filename: string;
  /** "sha256:…" */
  readonly hashes: readonly string[];
  /** Bytes; undefined where the index does not say. */
  readonly size: number | undefined;
  /** Why its makers took it back, "" where they gave no reason; undefined for a file that stands (PEP 592). */
  readonly yanked: string | undefined;
}
