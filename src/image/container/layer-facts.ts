import type { FileFact } from "./file-fact.ts";

/** What one layer adds to an image, and what it takes away from the layers below. */
export interface LayerFacts {
  readonly files: Readonly<Record<string, FileFact>>;
  /** Paths that the layers below lose, with all that is under them. */
  readonly hidden: readonly string[];
  /** Directories that start empty in this layer. */
  readonly opaque: readonly string[];
}

/**
 * All layers together, the lowest first, as the file system of a container would show them: a path is what the highest
 * layer says it is, and what a layer hides is gone from those below, never from itself.
 */
export function mergeLayers(layers: readonly LayerFacts[]): ReadonlyMap<string, FileFact> {
  const merged = new Map<string, FileFact>();
  for (const { files, hidden, opaque } of layers) {
    const [gone, emptied] = [new Set(hidden), new Set(opaque)];
    for (const path of merged.keys()) {
      const isGone = gone.has(path) || ancestors(path).some((parent) => gone.has(parent) || emptied.has(parent));
      if (isGone) merged.delete(path);
    }
    for (const [path, fact] of Object.entries(files)) merged.set(path, fact);
  }
  return merged;
}

/** Where a path lies, from the nearest directory to the root, which is "". */
function ancestors(path: string): readonly string[] {
  const found: string[] = [];
  for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) found.push(path.slice(0, end));
  return [...found, ""];
}
