import { HubfleetError, HubfleetErrors } from "../../errors/hubfleet-error.ts";
import type { Fleet } from "../../fleet/fleet.ts";
import { isFleetDocument, type RepositorySnapshot } from "../../fleet/repository-snapshot.ts";
import type { Git } from "../../ports/git.ts";

export interface CommittedTreeProps {
  readonly fleet: Pick<Fleet, "images">;
  /** The fleet's. */
  readonly directory: string;
  readonly snapshot: RepositorySnapshot;
  /** Files that gated settings name. */
  readonly named: readonly string[];
  readonly git: Pick<Git, "readAt" | "listFiles" | "uncommitted">;
}

/** What decides a bundle: settings and images, and hubs, which say what is run together. */
const roots: readonly string[] = [
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
  const { fleet, directory, snapshot, named, git } = props;
  const head = await git.readAt(directory, "HEAD", "fleet.yaml");
  if (head.kind === "no-repository") {
    const message = "the fleet's directory is in no Git repository, so there is no commit to make a bundle of";
    throw new HubfleetError("NOT_A_REPOSITORY", { message });
  }
  if (head.kind === "unknown-revision") {
    throw new HubfleetError("BUNDLE_UNCOMMITTED", { message: "nothing was committed yet", hint: "commit the fleet" });
  }
  const paths = [...new Set([...roots, ...named, ...[...fleet.images.values()].flatMap((image) => image.paths)])];
  const [listed, uncommitted] = await Promise.all([git.listFiles(directory, paths), git.uncommitted(directory, paths)]);
  const known = new Set(listed?.paths);
  const ignored = [...snapshot.entries].flatMap(([path, { kind }]) =>
    kind === "file" && isPart(path, named) && !known.has(path) ? [path] : [],
  );
  const problems = [
    ...(uncommitted ?? []).map((path) => notCommitted(path, "is in no commit as it is now")),
    ...ignored.map((path) => notCommitted(path, "is ignored by Git, so that no commit has it")),
  ];
  if (problems.length > 0) throw new HubfleetErrors(problems);
  return head.commit;
}

function isPart(path: string, named: readonly string[]): boolean {
  if (named.some((one) => path === one || path.startsWith(`${one}/`))) return true;
  return isFleetDocument(path) && roots.includes(path.split("/")[0] ?? "");
}

function notCommitted(path: string, why: string): HubfleetError {
  return new HubfleetError("BUNDLE_UNCOMMITTED", {
    message: `"${path}" ${why}`,
    hint: "commit it: a bundle is what a commit says",
    at: { path, line: 1, column: 1 },
  });
}
