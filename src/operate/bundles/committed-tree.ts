import { HubfleetError, HubfleetErrors } from "../../errors/hubfleet-error.ts";
import type { Fleet } from "../../fleet/fleet.ts";
import { isFleetDocument, type RepositorySnapshot } from "../../fleet/repository-snapshot.ts";
import type { Git } from "../../ports/git.ts";

export interface TreeProps {
  /** The fleet's. */
  readonly directory: string;
  readonly snapshot: RepositorySnapshot;
  readonly git: Pick<Git, "readAt" | "listFiles" | "uncommitted">;
}

export interface CommittedTreeProps extends TreeProps {
  readonly fleet: Pick<Fleet, "images">;
  /** Files that gated settings name. */
  readonly named: readonly string[];
}

/** A file that no commit has as it is. */
export interface UncommittedFile {
  readonly path: string;
  readonly why: string;
}

/** What decides a bundle: settings and images, and hubs, which say what is run together. */
export const roots: readonly string[] = [
  "fleet.yaml",
  "fleet.yml",
  "platform.yaml",
  "platform.yml",
  "groups",
  "hubs",
  "images",
];

/**
 * The commit that the working tree is, as far as bundles are made of it.
 * @throws HubfleetError NOT_A_REPOSITORY; HubfleetErrors with BUNDLE_UNCOMMITTED for each file that is not as committed
 */
export async function committedTree(props: CommittedTreeProps): Promise<string> {
  const commit = await headCommit(props);
  const { fleet, named } = props;
  const own = [...fleet.images.values()].flatMap((image) => image.paths);
  refuseUncommitted(await uncommittedFiles({ paths: [...roots, ...named, ...own], whole: named }, props));
  return commit;
}

/** @throws HubfleetError NOT_A_REPOSITORY, BUNDLE_UNCOMMITTED */
export async function headCommit({ directory, git }: Pick<TreeProps, "directory" | "git">): Promise<string> {
  const head = await git.readAt(directory, "HEAD", "fleet.yaml");
  if (head.kind === "no-repository") {
    const message = "the fleet's directory is in no Git repository, so there is no commit to make a bundle of";
    throw new HubfleetError("NOT_A_REPOSITORY", { message });
  }
  if (head.kind === "unknown-revision") {
    throw new HubfleetError("BUNDLE_UNCOMMITTED", { message: "nothing was committed yet", hint: "commit the fleet" });
  }
  return head.commit;
}

/** Below the paths; of what Git ignores, the files that a fleet is read from, and any below `whole`. */
export async function uncommittedFiles(
  { paths, whole }: { readonly paths: readonly string[]; readonly whole: readonly string[] },
  { directory, snapshot, git }: TreeProps,
): Promise<readonly UncommittedFile[]> {
  const wanted = [...new Set(paths)];
  const [listed, uncommitted] = await Promise.all([
    git.listFiles(directory, wanted),
    git.uncommitted(directory, wanted),
  ]);
  const known = new Set(listed?.paths);
  const isBelow = (path: string, places: readonly string[]): boolean =>
    places.some((one) => path === one || path.startsWith(`${one}/`));
  const ignored = [...snapshot.entries].flatMap(([path, { kind }]) => {
    const isPart = isBelow(path, whole) || (isFleetDocument(path) && isBelow(path, wanted));
    return kind === "file" && isPart && !known.has(path) ? [path] : [];
  });
  return [
    ...(uncommitted ?? []).map((path) => ({ path, why: "is in no commit as it is now" })),
    ...ignored.map((path) => ({ path, why: "is ignored by Git, so that no commit has it" })),
  ];
}

/** @throws HubfleetErrors with BUNDLE_UNCOMMITTED for each */
export function refuseUncommitted(files: readonly UncommittedFile[]): void {
  const hint = "commit it: a bundle is what a commit says";
  const problems = files.map(({ path, why }) => {
    const at = { path, line: 1, column: 1 };
    return new HubfleetError("BUNDLE_UNCOMMITTED", { message: `"${path}" ${why}`, hint, at });
  });
  if (problems.length > 0) throw new HubfleetErrors(problems);
}
