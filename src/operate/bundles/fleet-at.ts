import { type FleetReading, readFleet } from "../../fleet/read-fleet.ts";
import type { GitTrees } from "../../ports/git.ts";
import { createFollowLinks, documentsOf, snapshotOfTree } from "./snapshot-of-tree.ts";

export interface FleetAtProps {
  /** The fleet's, anywhere in its repository. */
  readonly directory: string;
  readonly git: Pick<GitTrees, "treeAt" | "contents">;
}

/**
 * The fleet as a commit has it, read as the working tree is: what people wrote wrongly then is in the answer's problems.
 * Undefined where this clone does not have the commit (a shallow one), or there is no repository.
 */
export async function fleetAt(commit: string, { directory, git }: FleetAtProps): Promise<FleetReading | undefined> {
  const tree = await git.treeAt(directory, commit);
  if (tree === undefined) return undefined;
  const links = [...tree.values()].filter(({ kind }) => kind === "link");
  const targets = links.length === 0 ? new Map<string, Uint8Array>() : await git.contents(directory, links);
  const follow = createFollowLinks(
    tree,
    new Map([...targets].map(([id, bytes]) => [id, new TextDecoder().decode(bytes)])),
  );
  return readFleet(snapshotOfTree(tree, follow, await git.contents(directory, documentsOf(tree, follow))));
}

/** The same, asking for each commit once: for the time of one command. */
export function createFleetsAt(props: FleetAtProps): (commit: string) => Promise<FleetReading | undefined> {
  const known = new Map<string, Promise<FleetReading | undefined>>();
  return async (commit) => {
    const reading = known.get(commit) ?? fleetAt(commit, props);
    known.set(commit, reading);
    return reading;
  };
}
