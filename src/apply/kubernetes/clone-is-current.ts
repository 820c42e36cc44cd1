import { HubfleetError } from "../../errors/hubfleet-error.ts";
import { uncommittedFiles } from "../../operate/bundles/committed-tree.ts";
import type { RepositorySnapshot } from "../../fleet/repository-snapshot.ts";
import type { ImageSources } from "../../ports/image-sources.ts";

/** What HEAD of the clone has, for hubs whose last commit has to be among it. */
export interface CloneHead {
  /** Undefined: there is no repository, or nothing is committed. */
  readonly commit: string | undefined;
  /** Whether HEAD contains a commit. */
  contains(commit: string): boolean;
}

const roots = ["fleet.yaml", "fleet.yml", "platform.yaml", "platform.yml", "groups", "hubs", "clusters", "secrets"];

/**
 * The commit that live settings of hubs away from this machine are taken from.
 * @throws HubfleetError CLONE_DIRTY naming the files that no commit has
 */
export async function requireCleanClone({
  directory,
  snapshot,
  sources,
}: {
  readonly directory: string;
  readonly snapshot: RepositorySnapshot;
  readonly sources: () => Promise<Pick<ImageSources, "git">>;
}): Promise<CloneHead> {
  const { git } = await sources();
  const history = await git.history(directory, ["fleet.yaml"]);
  if (history?.head === undefined) return { commit: undefined, contains: () => true };
  const dirty = await uncommittedFiles({ paths: roots, whole: [] }, { directory, snapshot, git });
  if (dirty.length > 0) {
    const names = dirty.map(({ path }) => path);
    const shown = names.length > 6 ? [...names.slice(0, 5), `${names.length - 5} more`] : names;
    throw new HubfleetError("CLONE_DIRTY", {
      message: `hubs on Kubernetes get what is committed, and these files are not as HEAD has them: ${shown.join(", ")}`,
      hint: "commit them, or `git stash`; `hubfleet plan` shows what they would change",
    });
  }
  return { commit: history.head, contains: (commit) => history.isShallow || history.commits.has(commit) };
}

/** Why a hub is left alone by this clone; undefined: it may go on. */
export function staleClone(hub: string, applied: string | undefined, head: CloneHead): HubfleetError | undefined {
  if (applied === undefined || head.contains(applied)) return undefined;
  return new HubfleetError("CLONE_BEHIND", {
    message: `hub "${hub}" has live settings of commit ${applied.slice(0, 12)}, which this clone's HEAD does not contain`,
    hint: "`git pull`, and try again",
  });
}
