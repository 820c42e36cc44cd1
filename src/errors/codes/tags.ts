import type { CodeText } from "../code-text.ts";

/** Problems of the tags that containers get, and of what Git has to tell for them. */
export const tagCodes = {
  CONTAINER_NAME_CLASH: {
    meaning: "Two images, or an image and a variant, would have the same name in a registry.",
    cause: "A variant `lab/next` is called `lab-next` there, because a registry's names know no variants.",
    remedy: "Rename the image or the variant.",
  },
  HISTORY_SHALLOW: {
    meaning: "The clone has only the newest commits, and the tags asked for are made from all of them.",
    cause:
      "`tags: chartpress` counts commits and looks for Git's tags. In a clone that was cut off it would find others, without a sign: workflows on GitHub clone like that unless told not to.",
    remedy: "Run `git fetch --unshallow --tags`; in a workflow, set `fetch-depth: 0` for actions/checkout.",
  },
  HISTORY_MISSING: {
    meaning: "Git has nothing from which the tag of an image could be made.",
    cause:
      "`tags: chartpress` makes tags from commits, and the fleet is in no repository, or the image was never committed.",
    remedy: "Commit the image, or use `tags: content`, which looks at the files alone.",
  },
  IMAGE_TAG_INVALID: {
    meaning: "A tag of Git cannot be part of a tag in a registry.",
    cause: "Registries take letters, digits, dots, dashes and underscores, 128 at most; Git also takes `/` and `+`.",
    remedy: "Tag the commit with another name, or use `tags: content`.",
  },
  CHARTPRESS_FILE_INVALID: {
    meaning: "The fleet's chartpress.yaml says something of an image that no tag can be made from.",
    remedy: "Correct what the message names; chartpress itself reads the same file.",
  },
  CHECKOUT_INCOMPLETE: {
    meaning: "A file of the image is not in this checkout, so that the image cannot be made from it.",
    cause:
      "The checkout is a sparse one, or the path belongs to a repository of its own: a submodule, a clone in a clone.",
    remedy:
      "Check the path out (`git sparse-checkout disable`), copy a submodule's files into the image, or leave the path out by the image's .dockerignore.",
  },
} as const satisfies Record<string, CodeText>;
