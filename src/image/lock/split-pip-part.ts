import { normalizePackageName } from "./parse-lock.ts";
import { logicalLines } from "./pip-lines.ts";

/** A lock's pip part as two texts that an installer takes. */
export interface SplitPipPart {
  /** Everything with a hash of its own. */
  readonly hashed: string;
  /** What comes from Git repositories: the commit is its hash, and installers know none beside it. */
  readonly git: string;
}

/** Parts the pins by how their content is assured; those of `without` (normalised names) are left out. */
export function splitPipPart(pipText: string, without: ReadonlySet<string> = new Set()): SplitPipPart {
  const lines = logicalLines(pipText).filter((line) => !without.has(nameOf(line)));
  const isGit = (line: string): boolean => /@\s*git\+\S+@[0-9a-f]{40}(?:#\S*)?(?:\s|$)/.test(line);
  return { hashed: joined(lines.filter((line) => !isGit(line))), git: joined(lines.filter(isGit)) };
}

function nameOf(line: string): string {
  return normalizePackageName(/^[A-Za-z0-9._-]+/.exec(line)?.[0] ?? "");
}

function joined(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}
