import type { CodeText } from "../code-text.ts";

/** Problems of writing references into people's files, of mirrors, and of what registries keep. */
export const pinCodes = {
  PLACE_MISSING: {
    meaning: "A YAML file has nothing under the path that was named. hubfleet writes over values and makes no keys.",
    cause: "A typing mistake in the path, or the file was rearranged.",
    remedy: "Correct the path, or write the key with an empty value; the message names the nearest that is there.",
  },
  PLACE_SHARED: {
    meaning: "The value under the path is an alias (`*name`) or comes through a merge key, and is written elsewhere.",
    remedy: "Name the path of the anchor if everything that uses it is to follow; else write the value out.",
  },
  PLACE_UNFIT: {
    meaning: "What stands under the path cannot be written over as one value.",
    cause: "It is a list or a map of other things, it has a tag, or several documents of the file have the path.",
    remedy: "Name the path of a single value, or of a map with `tag` and `name` or `repository`.",
  },
  PIN_CLASH: {
    meaning: "Two pins name the same place of a file, or one names a part of the other's.",
    remedy: "Take one of them out.",
  },
  PIN_WITHOUT_BUILD: {
    meaning: "An image has `pins` and is not built here, so that there is no tag to write.",
    remedy: "Take `pins` or `from` out.",
  },
  PIN_OUTDATED: {
    meaning: "A place does not hold the reference that it should, or its tag names another digest today.",
    remedy: "Run the same command without --check, and commit what it wrote.",
  },
  IMAGE_NOT_PUSHED: {
    meaning: "The image's current tag is not in its registry, so that nothing was written for it.",
    remedy: "Push it, here or in CI, and run the command again.",
  },
  REFERENCE_INVALID: {
    meaning: "What should name a container image does not: registry, name and tag.",
    remedy: "Write it as `docker pull` takes it, with a tag: registry/name:tag.",
  },
  BASE_UNCLEAR: {
    meaning: "It is not clear where the image's base stands, so that nothing was written.",
    cause:
      "There is neither a base nor a Dockerfile, or its Dockerfile starts from several images, or puts the reference together from parts.",
    remedy: "Do what the hint says, by hand.",
  },
  PLATFORM_MISSING: {
    meaning: "A base was not built for a platform that the image wants.",
    remedy: "Choose another tag of it, or take the platform out of the image's `platforms`.",
  },
  UNKNOWN_REGISTRY: {
    meaning: "A registry is named that fleet.yaml does not have.",
    remedy: "Correct the name, or add the registry under `registries`.",
  },
  REPOSITORY_NOT_MADE: {
    meaning: "A registry that wants repositories made before the first push did not make one, or did not answer.",
    remedy: "The message says what its program said. Make the repository by hand, or have the account allowed to.",
  },
  RETENTION_UNSET: {
    meaning: "Nothing says what the registry is to keep, so that nothing is removed from it.",
    remedy: "Write `keep` at the registry in fleet.yaml, for example `keep: { last: 10, days: 90 }`.",
  },
  HISTORY_INCOMPLETE: {
    meaning: "It cannot be seen here what the fleet can return to, so that nothing is removed from a registry.",
    cause:
      "No Git repository, a shallow clone, branches on the server that were not fetched, or a server that does not answer.",
    remedy: "Do what the hint says, usually `git fetch --all`, and run the command again.",
  },
} as const satisfies Record<string, CodeText>;
