import { HubfleetError, HubfleetErrors } from "../../errors/hubfleet-error.ts";
import { containerName } from "../../fleet/container-name.ts";
import type { Image } from "../../fleet/fleet.ts";
import { resolveBaseVersion } from "../../image/tag/base-version.ts";
import { chartpressFile, parseChartpressFile } from "../../image/tag/chartpress-file.ts";
import { chartpressCommits, chartpressTag } from "../../image/tag/chartpress-tag.ts";
import { countedPaths } from "../../image/tag/counted-paths.ts";
import { countCommits, type History } from "../../image/tag/history.ts";
import type { InputsProps } from "./read-inputs.ts";

/** An image, and what chartpress makes its tag from. */
export interface ChartpressSubject {
  readonly image: Image;
  /** Whose changes change the tag. */
  readonly paths: readonly string[];
  readonly baseVersion: string | undefined;
}

/** In the order of the images. @throws HubfleetError CHARTPRESS_FILE_INVALID */
export async function chartpressSubjects(
  images: readonly Image[],
  { directory, files }: Pick<InputsProps, "directory" | "files">,
): Promise<readonly ChartpressSubject[]> {
  const text = await files.read(`${directory}/${chartpressFile}`);
  return images.map((image) => whatCounts(image, text));
}

/** The tags that chartpress 2.4.0 gives images, by name. @throws HubfleetErrors */
export async function chartpressTags(
  subjects: readonly ChartpressSubject[],
  props: Pick<InputsProps, "fleet" | "directory" | "git"> & {
    readonly history: History | undefined;
    readonly isLong?: boolean;
  },
): Promise<ReadonlyMap<string, string>> {
  const { fleet, directory, git, history, isLong = false } = props;
  const at = fleet.origins.at("tags");
  const place = at === undefined ? {} : { at };
  if (history === undefined) throw noRepository(directory, place);
  if (history.isShallow) throw shallow(place);

  const { head } = history;
  const newest = head === undefined ? undefined : (await git.describe(directory, [head])).get(head);
  const problems: HubfleetError[] = [];
  const rules = subjects.map(({ paths }) => countedPaths(paths));
  const found = chartpressCommits(history, rules, newest);
  const counted = subjects.flatMap((subject, index) => {
    const commit = found[index];
    if (commit === undefined) problems.push(neverCommitted(subject.image, place));
    return commit === undefined ? [] : [{ ...subject, commit }];
  });
  if (problems.length > 0) throw new HubfleetErrors(problems);

  const commits = [...new Set(counted.map(({ commit }) => commit))];
  const [nearest, short] = await Promise.all([git.describe(directory, commits), git.abbreviate(directory, commits)]);
  const counts = new Map(commits.map((commit) => [commit, countCommits(history, commit)]));
  return new Map(
    counted.map(({ image, baseVersion, commit }) => {
      const facts = {
        short: short.get(commit) ?? commit,
        count: counts.get(commit) ?? 0,
        nearest: nearest.get(commit),
      };
      const base = baseVersion === undefined ? {} : { baseVersion: resolveBaseVersion(baseVersion, newest) };
      return [image.name, chartpressTag(facts, { isLong, ...base })] as const;
    }),
  );
}

/** What a chartpress.yaml says of the image, or what it would say by default; and what image.yaml says beside it. */
function whatCounts(image: Image, text: string | undefined): ChartpressSubject {
  const key = containerName(image.name);
  const said =
    text === undefined
      ? undefined
      : (parseChartpressFile(text, key) ?? parseChartpressFile(text, image.variantOf ?? image.name));
  const usual = text === undefined ? [image.directory] : [chartpressFile, image.directory];
  return { image, paths: [...(said?.paths ?? usual), ...image.paths], baseVersion: said?.baseVersion };
}

interface Place {
  readonly at?: NonNullable<HubfleetError["at"]>;
}

function shallow(place: Place): HubfleetError {
  return new HubfleetError("HISTORY_SHALLOW", {
    message: "chartpress tags are made from all commits, and this clone has the newest ones alone",
    hint: "run `git fetch --unshallow --tags`; in a workflow on GitHub, set `fetch-depth: 0` for actions/checkout",
    ...place,
  });
}

function noRepository(directory: string, place: Place): HubfleetError {
  return new HubfleetError("HISTORY_MISSING", {
    message: `chartpress tags are made from commits, and "${directory}" is in no Git repository`,
    hint: "make it one (`git init`) and commit the fleet, or use `tags: content`",
    ...place,
  });
}

function neverCommitted({ name, directory }: Image, place: Place): HubfleetError {
  return new HubfleetError("HISTORY_MISSING", {
    message: `chartpress tags are made from commits, and none has touched image "${name}"`,
    hint: `commit ${directory}, or use \`tags: content\``,
    ...place,
  });
}
