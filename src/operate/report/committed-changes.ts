import { authorsOf } from "../../bundle/authors-of.ts";
import type { ReportedChange } from "../../bundle/report/reported-change.ts";
import { writtenChanges, writtenPaths } from "../../bundle/report/written-changes.ts";
import type { Person } from "../../fleet/fleet.ts";
import type { FleetReading } from "../../fleet/read-fleet.ts";
import type { CommittedChange, GitHistory } from "../../ports/git.ts";

export interface CommittedChangesProps {
  readonly directory: string;
  readonly git: Pick<GitHistory, "commitsSince">;
  readonly fleetAt: (commit: string) => Promise<FleetReading | undefined>;
  readonly people: readonly Person[];
  readonly since: Date;
  readonly until: Date;
}

/** Reading two fleets a commit takes its time; of more than these it is only told which files they changed. */
const mostRead = 300;

/** What was committed to the fleet's files, by Git's history of what is checked out. Undefined: there is none. */
export async function committedChanges(props: CommittedChangesProps): Promise<readonly ReportedChange[] | undefined> {
  const { directory, git, since, until } = props;
  const commits = await git.commitsSince(directory, since, writtenPaths);
  const inTime = commits?.filter(({ at }) => at >= since.getTime() && at < until.getTime());
  if (inTime === undefined) return undefined;
  const changes: ReportedChange[] = [];
  for (const [index, commit] of inTime.entries()) {
    const details = index < mostRead ? await detailsOf(commit, props) : commit.paths;
    changes.push({
      at: commit.at,
      who: authorOf(commit, props),
      known: "commit",
      target: commonTarget(commit.paths),
      what: commit.subject,
      details,
      commit: commit.id,
    });
  }
  return changes;
}

async function detailsOf(
  { id, parent, paths }: CommittedChange,
  { fleetAt }: CommittedChangesProps,
): Promise<readonly string[]> {
  const after = await fleetAt(id);
  const before = parent === undefined ? undefined : await fleetAt(parent);
  // A commit that this clone lacks the one before of (it is shallow) is no new fleet.
  if (after === undefined || (parent !== undefined && before === undefined)) return paths;
  return writtenChanges(before, after, paths);
}

/** The one person whose address it is, else the address. */
function authorOf({ author }: CommittedChange, { people }: CommittedChangesProps): string {
  const known = people.filter(({ email, github }) => email !== undefined || github !== undefined);
  const [id, ...others] = authorsOf([author], known);
  return id !== undefined && others.length === 0 ? id : author.email;
}

/** "hub/research" where it is of that one alone. */
function commonTarget(paths: readonly string[]): string {
  const targets = new Set(
    paths.map((path) => {
      const [, kind, name] = /^(hub|group|image|cluster|experiment)s\/([^/]+?)(?:\.yaml)?(?:\/|$)/.exec(path) ?? [];
      return kind === undefined ? path : `${kind}/${name}`;
    }),
  );
  return targets.size === 1 ? ([...targets][0] ?? "") : `${targets.size} of the fleet's files`;
}
