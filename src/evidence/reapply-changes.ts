import type { DocumentVersions, MergeDocument, Preference } from "./merge-documents.ts";
import { stateFileKind } from "./state-layout.ts";

/** What one commit did to one file; undefined: the file was not there. */
export interface FileChange {
  readonly before: string | undefined;
  readonly after: string | undefined;
}

export type Reapplied =
  | { readonly kind: "edit"; readonly write: ReadonlyMap<string, string>; readonly remove: readonly string[] }
  | { readonly kind: "conflict"; readonly conflicts: readonly StateConflict[] };

/** `keys`: the keys of a document that have two values; empty for the file as a whole. */
export interface StateConflict {
  readonly path: string;
  readonly keys: readonly string[];
}

export interface ReapplyOptions {
  readonly mergeDocument: MergeDocument;
  /** Whose value a key with two values gets; "ours" is the commit's. Undefined: that is a conflict. */
  readonly prefer: Preference | undefined;
}

/**
 * What a commit that was made on other files means on these. Pure. Files that are never rewritten are added as they
 * were, whatever is preferred; documents go through `mergeDocument`, after everything else, because they may be made from it. All of it or,
 * with any conflict, nothing.
 */
export function reapplyChanges(
  files: ReadonlyMap<string, string>,
  changes: ReadonlyMap<string, FileChange>,
  { mergeDocument, prefer }: ReapplyOptions,
): Reapplied {
  const write = new Map<string, string>();
  const remove: string[] = [];
  const conflicts: StateConflict[] = [];
  const set = (path: string, text: string | undefined): void => {
    if (text === files.get(path)) return;
    if (text === undefined) remove.push(path);
    else write.set(path, text);
  };

  const documents: [string, FileChange][] = [];
  for (const [path, change] of changes) {
    const kind = stateFileKind(path);
    if (kind === "document") documents.push([path, change]);
    else if (isAllowed(kind, files.get(path), change)) set(path, change.after);
    else if (prefer !== "theirs") conflicts.push({ path, keys: [] });
  }

  const others = new Map([...files, ...write]);
  for (const path of [...remove, ...documents.map(([document]) => document)]) others.delete(path);
  for (const [path, { before, after }] of documents) {
    const versions: DocumentVersions = { base: before, ours: after, theirs: files.get(path) };
    const merged = mergeDocument(path, versions, others);
    if (merged.kind === "merged") set(path, merged.text);
    else if (prefer !== undefined) set(path, merged[prefer]);
    else conflicts.push({ path, keys: merged.keys });
  }
  return conflicts.length > 0 ? { kind: "conflict", conflicts } : { kind: "edit", write, remove };
}

function isAllowed(kind: "record" | "output", now: string | undefined, { before, after }: FileChange): boolean {
  if (after === undefined) return kind === "output" && (now === undefined || now === before);
  return now === undefined || now === after;
}
