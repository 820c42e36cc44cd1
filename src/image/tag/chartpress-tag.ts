import { containing, type Counts, type History, lastChange } from "./history.ts";

/** A tag of Git and how far a commit is from it, as `git describe --tags --long` says. */
export interface Description {
  readonly tag: string;
  /** Commits that the described one contains and the tag's does not; 0: exactly on it. */
  readonly distance: number;
  /** The commit that the tag is on, all digits. */
  readonly tagged: string;
}

/** The commit that an image's tag is made from, with what its text is made of. */
export interface ChartpressCommit {
  /** As `%h` shows it. */
  readonly short: string;
  /** It and all that it contains. */
  readonly count: number;
  /** Undefined: no tag is on it or on what it contains. */
  readonly nearest: Description | undefined;
}

export interface ChartpressOptions {
  /** The commit is in the tag also when a Git tag is exactly on it. @default false */
  readonly isLong?: boolean;
  /** Stands in for the Git tag between tags: what `resolveBaseVersion` makes of chartpress's `baseVersion`. */
  readonly baseVersion?: string;
}

/**
 * The commits that chartpress 2.4.0 makes images' tags from: for each the last one that changed one of its paths, or,
 * where that does not contain the newest tag of the branch, the tag's. So an image that nobody touched takes part in a
 * release, and a change made before the tag on a branch merged after it keeps the tag. Undefined: no such commit, no tag.
 */
export function chartpressCommits(
  history: History,
  images: readonly Counts[],
  newest: Pick<Description, "tagged"> | undefined,
): readonly (string | undefined)[] {
  const afterTag = newest === undefined ? undefined : containing(history, newest.tagged);
  return images.map((counts) => {
    const changed = lastChange(history, counts)?.id;
    if (newest === undefined || afterTag === undefined) return changed;
    return changed !== undefined && afterTag.has(changed) ? changed : newest.tagged;
  });
}

/**
 * The tag that chartpress 2.4.0 gives an image made from that commit, to the byte.
 *
 * | the commit | tag |
 * | ---------- | --- |
 * | is exactly on the tag 1.0.0 | `1.0.0` |
 * | the same, `--long` | `1.0.0-0.dev.git.COUNT.hCOMMIT` |
 * | comes after 1.0.0 | `1.0.0-0.dev.git.COUNT.hCOMMIT` |
 * | comes after 1.0.0-beta.1, or after any name with a dash | `1.0.0-beta.1.git.COUNT.hCOMMIT` |
 * | has no tag | `0.0.1-0.dev.git.COUNT.hCOMMIT` |
 */
export function chartpressTag(
  { short, count, nearest }: ChartpressCommit,
  { isLong = false, baseVersion }: ChartpressOptions = {},
): string {
  const isExact = nearest?.distance === 0;
  const base = (isExact ? undefined : baseVersion) ?? nearest?.tag ?? "0.0.1-0.dev";
  if (isExact && !isLong) return base;
  return `${base}${base.includes("-") ? "" : "-0.dev"}.git.${count}.h${short}`;
}
