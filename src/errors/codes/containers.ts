import type { CodeText } from "../code-text.ts";

/** Problems of building containers. */
export const containerCodes = {
  BUILDER_MISSING: {
    meaning: "A container is to be built, and this machine has no program that builds containers.",
    remedy: "Install one that the hint names: docker with buildx, podman or buildah.",
  },
  BUILDER_UNUSABLE: {
    meaning: "The program that builds containers is here and cannot be used.",
    cause: "Its daemon does not run or does not let this account in, it is too old, or a part of it is missing.",
    remedy: "Do what the hint says, or choose another with `--builder`.",
  },
  BUILD_FAILED: {
    meaning: "A container could not be built. Nothing was pushed, and what runs was not touched.",
    cause: "A step of its Dockerfile failed; the message ends with the last lines that it said.",
    remedy: "Mend the step. The same fails for everybody who builds this image.",
  },
  BASE_MISSING: {
    meaning: "There is no image to build a container on.",
    cause:
      "The image names none, the registry has none of that name and digest or none for the platform, or it was deleted there.",
    remedy:
      "Name one that is there, by digest: `hubfleet image pin IMAGE REFERENCE` looks a tag's digest up and writes both.",
  },
  EMULATION_MISSING: {
    meaning: "Something of an image is to be run that is made for another kind of processor than this machine's.",
    cause: "Copying files for another platform works anywhere; RUN steps are programs of that platform.",
    remedy:
      "Install the emulation that the hint names, build on a machine of that kind, or leave the platform out of `platforms`.",
  },
} as const satisfies Record<string, CodeText>;
