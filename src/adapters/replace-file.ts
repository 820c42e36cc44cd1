import { randomUUID } from "node:crypto";
import { lstat, open, readdir, readlink, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import { isMissing } from "./is-missing.ts";

const writing = new Set<string>();

/**
 * Puts a file in the place of another, whole: whoever reads gets the old content or the new one. Several may write the
 * same file at once, also from several processes: the last one's stays. Each writes a draft of its own beside the file;
 * those of writers that were killed go with the next write.
 */
export async function replaceFile(path: string, content: string | Uint8Array, mode: number): Promise<void> {
  await removeDeadDrafts(path);
  const draft = join(dirname(path), `${prefixOf(path)}${await readlink("/proc/self")}-${randomUUID()}.new`);
  writing.add(draft);
  try {
    await writeDraft(draft, content, mode);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true }); // half a file takes space that a full disk lacks
    throw error;
  } finally {
    writing.delete(draft);
  }
}

/** Removes what killed writers of this file left beside it. */
export async function removeDeadDrafts(path: string): Promise<void> {
  const names = await readdir(dirname(path)).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
  const prefix = prefixOf(path);
  const drafts = names.filter((name) => name.startsWith(prefix) && name.endsWith("new"));
  for (const draft of drafts.map((name) => join(dirname(path), name))) {
    if (!(await isBeingWritten(draft, prefix))) await rm(draft, { force: true });
  }
}

function prefixOf(path: string): string {
  return `.${basename(path)}.`;
}

async function isBeingWritten(draft: string, prefix: string): Promise<boolean> {
  const [, pid] = /^(\d+)-[0-9a-f-]{36}\.new$/.exec(basename(draft).slice(prefix.length)) ?? [];
  if (pid === undefined) return basename(draft) !== `${prefix}new`; // a draft of another file, whose name begins alike
  if (pid === (await readlink("/proc/self"))) return writing.has(draft);
  return lstat(`/proc/${pid}`).then(
    () => true,
    () => false,
  );
}

async function writeDraft(draft: string, content: string | Uint8Array, mode: number): Promise<void> {
  const file = await open(draft, "wx", mode);
  try {
    await file.writeFile(content);
    await file.chmod(mode);
    await file.sync();
  } finally {
    await file.close();
  }
}
