import type { CodeText } from "../code-text.ts";

/** Problems of offering containers to others. */
export const pushCodes = {
  IMAGE_NOT_PASSED: {
    meaning: "An image did not pass its checks, so its container was not pushed.",
    cause: "A container is offered only when its packages, the container itself and the image's own tests are good.",
    remedy: "Mend what the message names; `hubfleet check image/NAME` looks at the packages again.",
  },
  IMAGE_UNCOMMITTED: {
    meaning: "A container was to be pushed of files that no commit holds.",
    cause: "A container says from which commit it is made. What is in no commit could not be found again.",
    remedy: "Commit the image's directory first. Building and testing without `--push` needs no commit.",
  },
  PLATFORMS_DIFFER: {
    meaning: "A container was to be pushed for other platforms than its image is for.",
    cause: "Its tag says what is in it, platforms included; clusters with nodes of each of them rely on it.",
    remedy: "Change `platforms` in image.yaml. `--platform` without `--push` builds for any.",
  },
  INPUTS_CHANGED: {
    meaning:
      "A file of an image changed while its container was being made, so that the tag would have been a wrong one.",
    remedy: "Run the command again when nobody edits the image.",
  },
  REGISTRY_MISSING: {
    meaning: "The fleet names no registry that containers could be pushed to.",
    remedy: "Name one under `registries` in fleet.yaml.",
  },
} as const satisfies Record<string, CodeText>;
