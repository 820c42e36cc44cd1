import { fromUnknown } from "../errors/from-unknown.ts";
import { HubfleetError, HubfleetErrors } from "../errors/hubfleet-error.ts";
import { stateLayout } from "../evidence/state-layout.ts";
import { type Bundle, parseBundle } from "./bundle.ts";

export interface ReadBundles {
  /** The oldest first. */
  readonly bundles: readonly Bundle[];
  /** Files that are no bundle, or not the one that they were. */
  readonly problems: readonly HubfleetError[];
}

type Files = ReadonlyMap<string, string>;

/** Every bundle of a snapshot. A damaged one hides no other. */
export function readBundles(files: Files): ReadBundles {
  const bundles: Bundle[] = [];
  const problems: HubfleetError[] = [];
  for (const id of bundleIds(files)) {
    try {
      bundles.push(open(files, id));
    } catch (thrown) {
      problems.push(...fromUnknown(thrown));
    }
  }
  return { bundles: bundles.toSorted(byAge), problems };
}

/**
 * The bundle that the beginning of an id means, or of the digits at its end.
 * @throws HubfleetError BUNDLE_UNKNOWN, BUNDLE_AMBIGUOUS, BUNDLE_INVALID, BUNDLE_TOO_NEW, BUNDLE_CHANGED
 */
export function findBundle(files: Files, asked: string): Bundle {
  const ids = bundleIds(files);
  const meant = ids.includes(asked)
    ? [asked]
    : ids.filter((id) => asked !== "" && (id.startsWith(asked) || id.slice(id.indexOf("-") + 1).startsWith(asked)));
  const [first, second] = meant;
  if (first === undefined) throw unknown(asked, ids);
  if (second !== undefined) throw ambiguous(asked, meant);
  return open(files, first);
}

/**
 * The bundle that the next one follows: the latest of those that no other follows. A patch is made beside them, of what
 * runs: it has nothing that is not committed, and lacks what was made since. @throws HubfleetErrors for damaged ones
 */
export function newestBundle(files: Files): Bundle | undefined {
  const { bundles, problems } = readBundles(files);
  if (problems.length > 0) throw new HubfleetErrors(problems);
  const whole = bundles.filter(({ document }) => document.patch === undefined);
  const followed = new Set(whole.flatMap(({ document }) => document.parent?.id ?? []));
  return whole.findLast(({ id }) => !followed.has(id));
}

/** The bundles that were made from a commit. @throws as `findBundle` */
export function bundlesOfCommit(files: Files, commit: string): readonly Bundle[] {
  return bundleIds(files)
    .filter((id) => files.get(bundlePath(id))?.includes(commit) === true)
    .map((id) => open(files, id))
    .filter(({ document }) => document.commit === commit)
    .toSorted(byAge);
}

export function bundlePath(id: string): string {
  return `${stateLayout.bundles}${id}.yaml`;
}

/** Sorted, and so by day. */
function bundleIds(files: Files): readonly string[] {
  return [...files.keys()]
    .filter((path) => path.startsWith(stateLayout.bundles))
    .map((path) => path.slice(stateLayout.bundles.length).replace(/\.yaml$/, ""))
    .sort();
}

function open(files: Files, id: string): Bundle {
  return parseBundle(files.get(bundlePath(id)) ?? "", { id });
}

function byAge({ document: one, id }: Bundle, { document: other, id: otherId }: Bundle): number {
  return Date.parse(one.madeAt) - Date.parse(other.madeAt) || (id < otherId ? -1 : 1);
}

function unknown(asked: string, ids: readonly string[]): HubfleetError {
  return new HubfleetError("BUNDLE_UNKNOWN", {
    message: `there is no bundle "${asked}"`,
    hint:
      ids.length === 0
        ? "none was made yet: `hubfleet bundle new` makes one of what is committed"
        : "`hubfleet bundle list` shows those that there are",
  });
}

function ambiguous(asked: string, meant: readonly string[]): HubfleetError {
  return new HubfleetError("BUNDLE_AMBIGUOUS", {
    message: `"${asked}" is the beginning of ${meant.length} bundles: ${meant.slice(0, 5).join(", ")}${meant.length > 5 ? ", …" : ""}`,
    hint: "type more of the one you mean",
  });
}
