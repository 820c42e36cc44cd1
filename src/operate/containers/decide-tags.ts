import { HubfleetError, HubfleetErrors } from "../../errors/hubfleet-error.ts";
import { containerName } from "../../fleet/container-name.ts";
import type { Image } from "../../fleet/fleet.ts";
import { type ContainerInputs, inputsDigest } from "../../image/tag/container-inputs.ts";
import { contentTag } from "../../image/tag/content-tag.ts";
import { countedPaths } from "../../image/tag/counted-paths.ts";
import { type Counts, type History, lastChange } from "../../image/tag/history.ts";
import { chartpressSubjects, chartpressTags } from "./chartpress-tags.ts";
import { type CountedInputs, type InputsProps, readInputs } from "./read-inputs.ts";

/** The tag of an image's container, and what else is known before anything is built. */
export interface DecidedTag extends ContainerInputs {
  readonly image: string;
  /** Its name below a registry's address: "lab", and "lab-next" for the variant lab/next. */
  readonly repository: string;
  readonly tag: string;
  /** "sha256:…": under every policy, whether two containers are made from the same. */
  readonly inputsDigest: string;
  /** The last commit that changed what it is made from, all digits; undefined where Git cannot tell. */
  readonly revision: string | undefined;
  /** When that was committed; 1970 where Git cannot tell. */
  readonly createdAt: Date;
  /** Something that its tag or its container is made from is not committed as it is here. */
  readonly isDirty: boolean;
  /** Those files, relative to the fleet's directory. */
  readonly uncommitted: readonly string[];
}

export interface DecideTagsProps extends InputsProps {
  /** With `tags: chartpress`, the commit is in the tag also on a commit that has a Git tag. @default false */
  readonly isLong?: boolean;
}

/**
 * Decides the tags of images, variants among them, for as many as there are with a fixed number of processes. Reads
 * Git and the working tree; asks no builder and no registry. All problems are told at once.
 * @throws HubfleetErrors with HISTORY_SHALLOW, HISTORY_MISSING, IMAGE_TAG_INVALID, CHECKOUT_INCOMPLETE, or with what
 *   the recipe of an image has against it
 */
export async function decideTags(images: readonly Image[], props: DecideTagsProps): Promise<readonly DecidedTag[]> {
  const { fleet, directory, git } = props;
  const isChartpress = fleet.tags === "chartpress";
  const subjects = isChartpress ? await chartpressSubjects(images, props) : [];
  const own = images.flatMap((image) => [image.directory, ...image.paths]);
  const paths = [...new Set([...own, ...subjects.flatMap((subject) => subject.paths)])];
  const [inputs, history, changed] = await Promise.all([
    readInputs(images, props),
    git.history(directory, paths),
    git.uncommitted(directory, paths),
  ]);
  const tags = isChartpress ? await chartpressTags(subjects, { ...props, history }) : undefined;
  const problems: HubfleetError[] = [];
  const decided = images.map((image, index): DecidedTag => {
    const { inputs: made, counts } = inputs[index] as CountedInputs; // one for each image
    const tag = tags?.get(image.name) ?? contentTag(made);
    if (!/^\w[\w.-]{0,127}$/.test(tag)) problems.push(invalidTag(image, tag, fleet.origins.at("tags")));
    const isTagPath = countedPaths(subjects[index]?.paths ?? []);
    const uncommitted = (changed ?? []).filter((path) => counts(path) || isTagPath(path));
    const { id, committedAtSeconds = 0 } = findChange(history, counts) ?? {};
    return {
      ...made,
      image: image.name,
      repository: containerName(image.name),
      tag,
      inputsDigest: inputsDigest(made),
      revision: id,
      createdAt: new Date(committedAtSeconds * 1000),
      uncommitted,
      isDirty: uncommitted.length > 0 || changed === undefined,
    };
  });
  if (problems.length > 0) throw new HubfleetErrors(problems);
  return decided;
}

/** The oldest commit of a clone that was cut off seems to have made everything: of it nothing is known. */
function findChange(history: History | undefined, counts: Counts): ReturnType<typeof lastChange> {
  const found = history === undefined ? undefined : lastChange(history, counts);
  return history?.isShallow === true && found?.parents.length === 0 ? undefined : found;
}

function invalidTag(image: Image, tag: string, at: HubfleetError["at"]): HubfleetError {
  return new HubfleetError("IMAGE_TAG_INVALID", {
    message: `the tag of image "${image.name}" would be ${JSON.stringify(tag)}, which no registry takes`,
    hint: "give the commit a Git tag of letters, digits, dots, dashes and underscores, or use `tags: content`",
    ...(at === undefined ? {} : { at }),
  });
}
